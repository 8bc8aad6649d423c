"""The verbs: one POST each. An endpoint parses its body, calls one verb, and says where the petition stands then.

Answers come in this order: 404 when the user may not know of the petition, 403 when the step is not theirs, 400 when
the body is wrong, 409 when the petition's state or an earlier step forbids it.
"""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from petitions.api import bodies
from petitions.api.endpoint import Endpoint
from petitions.api.errors import refusals
from petitions.api.parsers import JSONParser, MultiPartParser
from petitions.api.serializers import Standing
from petitions.api.views import NUMBER
from petitions.check_in import check_in_department
from petitions.desks import delegate_down, escalate_up
from petitions.dispatch import Placement, dispatch_petition
from petitions.handling import record_contact, record_progress
from petitions.models import Petition
from petitions.permissions import check_can, possible_verbs, relation_to
from petitions.reporting import supplement_petition, urge_petition, withdraw_petition
from petitions.resolution import Answer, answer_support, reopen_petition, resolve_petition
from petitions.undo import undo_dispatch


class VerbEndpoint(Endpoint):
    """Base of a verb's endpoint; `act` calls the verb."""

    verb: ClassVar[str]
    shape: ClassVar[type[Serializer]]

    def act(self, petition: Petition, **values: Any) -> Petition:
        raise NotImplementedError

    def post(self, request: Request, number: str) -> Response:
        petition = self.find(number)
        check_can(relation_to(petition, self.user), self.verb)
        changed = self.act(petition, **self.parsed(self.shape, request.data))
        standing = {
            "number": changed.number,
            "state": changed.state,
            "cycle": changed.cycle,
            "possible": possible_verbs(changed, relation_to(changed, self.user)),
        }
        return Response(Standing(standing).data)


Verb = TypeVar("Verb", bound=type[VerbEndpoint])


def verb(
    name: str, body: type[Serializer], form: type[Serializer] | None = None, *, operation: str = ""
) -> Callable[[Verb], Verb]:
    """Name the endpoint's verb and its body; with `form` it also takes multipart with files.

    operation  its name in the document, where several endpoints share a verb's right
    """
    request = {"application/json": body} | ({"multipart/form-data": form} if form else {})

    def equipped(endpoint: Verb) -> Verb:
        endpoint.verb, endpoint.shape = name, form or body
        endpoint.parser_classes = [JSONParser, MultiPartParser] if form else [JSONParser]
        documented = extend_schema(
            operation_id=f"petitions_{operation or name}",
            parameters=[NUMBER],
            request=request,
            responses={200: Standing, **refusals(400, 401, 403, 404, 409, 413, 415)},
            description=endpoint.__doc__,
        )
        return extend_schema_view(post=documented)(endpoint)

    return equipped


@verb("dispatch", bodies.DispatchBody)
class Dispatch(VerbEndpoint):
    """Send the petition to its lead department and those that support it. Their limits start to run."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return dispatch_petition(petition=petition, by=self.user, placement=Placement(**values), now=self.now)


@verb("undo_dispatch", bodies.ReasonBody)
class UndoDispatch(VerbEndpoint):
    """Take a dispatch back before a department has worked on it. It is not counted as a department's return."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return undo_dispatch(petition=petition, by=self.user, now=self.now, **values)


@verb("escalate_up", bodies.ReasonBody)
class EscalateUp(VerbEndpoint):
    """Give a petition that waits for dispatch to the next desk above. Its limits go on."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return escalate_up(petition=petition, by=self.user, now=self.now, **values)


@verb("delegate_down", bodies.DelegateDownBody)
class DelegateDown(VerbEndpoint):
    """Give a petition that waits for dispatch to a district's or park's desk. Its limits go on."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return delegate_down(petition=petition, by=self.user, now=self.now, **values)


@verb("check_in", bodies.ForDepartment)
class CheckIn(VerbEndpoint):
    """Sign for the petition. Safe to repeat: the first signature counts."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return check_in_department(petition=petition, by=self.user, now=self.now, **values)


@verb("contact", bodies.ContactBody)
class Contact(VerbEndpoint):
    """Note that the department spoke with the enterprise."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return record_contact(petition=petition, by=self.user, now=self.now, **values)


@verb("progress", bodies.ProgressBody)
class Progress(VerbEndpoint):
    """Note how far the work is, for the enterprise or for the departments only."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return record_progress(petition=petition, by=self.user, now=self.now, **values)


class AnswerEndpoint(VerbEndpoint):
    """Base of the two verbs that answer."""

    give: ClassVar[Callable[..., Petition]]

    def act(self, petition: Petition, **values: Any) -> Petition:
        department = values.pop("department", None)
        return self.give(petition=petition, by=self.user, answer=Answer(**values), department=department, now=self.now)


@verb("answer_support", bodies.AnswerBody, bodies.AnswerForm)
class AnswerSupport(AnswerEndpoint):
    """Give a supporting department's answer. The petition stays with its lead."""

    give = staticmethod(answer_support)


@verb("resolve", bodies.AnswerBody, bodies.AnswerForm)
class Resolve(AnswerEndpoint):
    """Answer the enterprise, as the lead, after every support has answered."""

    give = staticmethod(resolve_petition)


@verb("reopen", bodies.ReasonBody)
class Reopen(VerbEndpoint):
    """Start the next cycle with the same departments: the answer did not settle it."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return reopen_petition(petition=petition, by=self.user, now=self.now, **values)


@verb("withdraw", bodies.ReasonBody)
class Withdraw(VerbEndpoint):
    """Take the petition back. It closes and cannot be opened again."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return withdraw_petition(petition=petition, by=self.user, now=self.now, **values)


@verb("supplement", bodies.SupplementBody, bodies.SupplementForm)
class Supplement(VerbEndpoint):
    """Add to what was filed. The original text stays as it was."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return supplement_petition(petition=petition, by=self.user, now=self.now, **values)


@verb("urge", bodies.UrgeBody)
class Urge(VerbEndpoint):
    """Ask the departments to hurry; again only after some hours."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return urge_petition(petition=petition, by=self.user, now=self.now, **values)
