"""Joint handling and sending back over HTTP: the departments' thread, supports that come and go, requests.

The thread is read in the petition's events (`discuss`). Who may use which verb: permissions.py and the verb itself.
"""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from petitions import joint, send_back, send_back_queries
from petitions.api import joint_bodies as bodies
from petitions.api.endpoint import Endpoint
from petitions.api.errors import refusals
from petitions.api.limits import AboutOne, RequestBlock
from petitions.api.names import Named
from petitions.api.verbs import VerbEndpoint, verb
from petitions.api.views import NUMBER
from petitions.models import Petition, SendBack
from petitions.permissions import can_see_internal


@verb("discuss", bodies.DiscussBody)
class Discuss(VerbEndpoint):
    """Say something in the departments' thread. The enterprise does not read it."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return joint.discuss(petition=petition, by=self.user, now=self.now, **values)


@verb("add_support", bodies.AddSupportBody)
class AddSupport(VerbEndpoint):
    """Let another department support; its limits run from now on."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return joint.add_support(petition=petition, by=self.user, now=self.now, **values)


@verb("remove_support", bodies.EndSupportBody)
class RemoveSupport(VerbEndpoint):
    """Take a support's part back while it has not answered."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return joint.remove_support(petition=petition, by=self.user, now=self.now, **values)


@verb("waive_support", bodies.EndSupportBody)
class WaiveSupport(VerbEndpoint):
    """Let the lead resolve without this support's answer."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return joint.waive_support(petition=petition, by=self.user, now=self.now, **values)


class SendBackBlock(RequestBlock):
    """A department's request to send the petition back, or its dispute of the refusal."""

    proposed = Named(allow_null=True)
    cycle = serializers.IntegerField(source="assignment.cycle")
    disputes = serializers.IntegerField(source="disputes_id", allow_null=True, help_text="`id` of the refused request.")

    class Meta:
        model = SendBack
        fields = read_only_fields = [*RequestBlock.FIELDS, "basis", "proposed", "cycle", "arbiter", "disputes"]


class SendBacks(Endpoint):
    @extend_schema(
        operation_id="petitions_send_backs",
        parameters=[NUMBER],
        responses={200: SendBackBlock(many=True), **refusals(401, 404)},
    )
    def get(self, request: Request, number: str) -> Response:
        """Read the petition's requests to send it back, the last first; a department its own, the enterprise none."""
        petition = self.find(number)
        rows = send_back_queries.send_backs(self.user).filter(assignment__petition=petition)
        return Response(SendBackBlock(rows if can_see_internal(self.user) else rows.none(), many=True).data)


@verb("ask_send_back", bodies.AskSendBackBody)
class AskSendBack(VerbEndpoint):
    """Ask that the department's part be taken back. It stays in charge until somebody has decided."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return send_back.ask_send_back(petition=petition, by=self.user, now=self.now, **values)


class AboutSendBack(AboutOne):
    """Base of the two verbs about one request."""

    def request_of(self, petition: Petition, key: int) -> Any:
        rows = send_back_queries.send_backs(self.user)
        return self.named("send_back", rows, assignment__petition=petition, pk=key)


@verb("decide_send_back", bodies.DecideSendBackBody)
class DecideSendBack(AboutSendBack):
    """Approve a request, which takes the part back, or refuse it. The first is a dispatcher's, the next a
    supervisor's."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        asked = self.request_of(petition, values.pop("send_back"))
        return send_back.decide_send_back(send_back=asked, by=self.user, now=self.now, **values)


@verb("dispute_send_back", bodies.DisputeSendBackBody)
class DisputeSendBack(AboutSendBack):
    """Take a dispatcher's refusal to a supervisor, once."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        asked = self.request_of(petition, values.pop("send_back"))
        return send_back.dispute_send_back(send_back=asked, by=self.user, now=self.now, **values)
