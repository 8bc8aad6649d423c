"""The verbs: one POST each. An endpoint parses its body, calls one verb, and answers where the petition stands now.

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
from petitions.check_in import CHECK_IN, check_in_department
from petitions.desks import DELEGATE_DOWN, ESCALATE_UP, delegate_down, escalate_up
from petitions.dispatch import DISPATCH, Placement, dispatch_petition
from petitions.errors import WrongState
from petitions.following_up import (
    SUPPLEMENT,
    URGE,
    WITHDRAW,
    supplement_petition,
    urge_petition,
    withdraw_petition,
)
from petitions.handling import CONTACT, PROGRESS, record_contact, record_progress
from petitions.models import Petition
from petitions.offered import offered
from petitions.permissions import relation_to
from petitions.reopening import REOPEN, reopen_petition
from petitions.resolution import ANSWER_SUPPORT, RESOLVE, Answer, answer_support, resolve_petition
from petitions.situations import situation_of
from petitions.undo import UNDO_DISPATCH, undo_dispatch
from petitions.verb import Verb
from verbs.refusals import NotPermitted


class VerbEndpoint(Endpoint):
    """Base of a verb's endpoint. `endpoint_of` sets the verb and the body's serializer; `act` calls the verb."""

    verb: ClassVar[Verb]
    shape: ClassVar[type[Serializer]]

    def act(self, petition: Petition, **values: Any) -> Petition:
        raise NotImplementedError

    def post(self, request: Request, number: str) -> Response:
        petition = self.reach(number)
        if not self.verb.rule(relation_to(petition, self.user)):
            raise NotPermitted()
        values = self.parsed(self.shape, request.data)
        try:
            with self.files_stored(values) as values:
                changed = self.act(petition, **values)
        except WrongState as refusal:
            refusal.possible = self._possible(petition)
            raise
        standing = {"number": changed.number, "state": changed.state, "cycle": changed.cycle}
        return Response(Standing(standing | {"possible": self._possible(changed)}).data)

    def _possible(self, petition: Petition) -> list[str]:
        return [verb.name for verb in offered(situation_of(petition, self.user, self.now))]


# The endpoints that are mounted under a petition's number (petitions/api/urls.py).
VERB_ENDPOINTS: list[type[VerbEndpoint]] = []
AnyEndpoint = TypeVar("AnyEndpoint", bound=type[VerbEndpoint])


def endpoint_of(
    verb: Verb, body: type[Serializer], form: type[Serializer] | None = None
) -> Callable[[AnyEndpoint], AnyEndpoint]:
    """Return a decorator that binds an endpoint class to its verb, documents it and mounts it.

    body  serializer of the JSON body
    form  serializer of a multipart body with files, for a verb that takes files; it parses the JSON body too
    """
    request = {"application/json": body} | ({"multipart/form-data": form} if form else {})

    def equipped(endpoint: AnyEndpoint) -> AnyEndpoint:
        endpoint.verb, endpoint.shape = verb, form or body
        VERB_ENDPOINTS.append(endpoint)
        endpoint.parser_classes = [JSONParser, MultiPartParser] if form else [JSONParser]
        documented = extend_schema(
            operation_id=f"petitions_{verb.name}",
            parameters=[NUMBER],
            request=request,
            responses={200: Standing, **refusals(400, 401, 403, 404, 409, 413, 415, *([429] if form else []))},
            description=endpoint.__doc__,
        )
        return extend_schema_view(post=documented)(endpoint)

    return equipped


@endpoint_of(DISPATCH, bodies.DispatchBody)
class Dispatch(VerbEndpoint):
    """Send the petition to its lead department and those that support it. Their limits start to run."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return dispatch_petition(petition=petition, by=self.user, placement=Placement(**values), now=self.now)


@endpoint_of(UNDO_DISPATCH, bodies.ReasonBody)
class UndoDispatch(VerbEndpoint):
    """Take a dispatch back before a department has checked in, an automatic one before a department has answered. It
    is not counted as a send-back."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return undo_dispatch(petition=petition, by=self.user, now=self.now, **values)


@endpoint_of(ESCALATE_UP, bodies.ReasonBody)
class EscalateUp(VerbEndpoint):
    """Give a petition that waits for dispatch to the next desk above. Its limits go on."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return escalate_up(petition=petition, by=self.user, now=self.now, **values)


@endpoint_of(DELEGATE_DOWN, bodies.DelegateDownBody)
class DelegateDown(VerbEndpoint):
    """Give a petition that waits for dispatch to a district's or park's desk. Its limits go on."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return delegate_down(petition=petition, by=self.user, now=self.now, **values)


@endpoint_of(CHECK_IN, bodies.ForDepartment)
class CheckIn(VerbEndpoint):
    """Sign for the petition, once: a second time is refused, and the first one stands."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return check_in_department(petition=petition, by=self.user, now=self.now, **values)


@endpoint_of(CONTACT, bodies.ContactBody)
class Contact(VerbEndpoint):
    """Note that the department spoke with the enterprise."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return record_contact(petition=petition, by=self.user, now=self.now, **values)


@endpoint_of(PROGRESS, bodies.ProgressBody)
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


@endpoint_of(ANSWER_SUPPORT, bodies.AnswerBody, bodies.AnswerForm)
class AnswerSupport(AnswerEndpoint):
    """Give a supporting department's answer. The petition stays with its lead."""

    give = staticmethod(answer_support)


@endpoint_of(RESOLVE, bodies.AnswerBody, bodies.AnswerForm)
class Resolve(AnswerEndpoint):
    """Answer the enterprise, as the lead, after every support has answered or was waived."""

    give = staticmethod(resolve_petition)


@endpoint_of(REOPEN, bodies.ReasonBody)
class Reopen(VerbEndpoint):
    """Start the next cycle with the same departments: the answer did not solve the problem."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return reopen_petition(petition=petition, by=self.user, now=self.now, **values)


@endpoint_of(WITHDRAW, bodies.ReasonBody)
class Withdraw(VerbEndpoint):
    """Take the petition back. It closes and cannot be opened again."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return withdraw_petition(petition=petition, by=self.user, now=self.now, **values)


@endpoint_of(SUPPLEMENT, bodies.SupplementBody, bodies.SupplementForm)
class Supplement(VerbEndpoint):
    """Add to what was filed. The original text stays as it was."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return supplement_petition(petition=petition, by=self.user, now=self.now, **values)


@endpoint_of(URGE, bodies.UrgeBody)
class Urge(VerbEndpoint):
    """Ask the departments to hurry, once in four hours."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return urge_petition(petition=petition, by=self.user, now=self.now, **values)
