"""Sending back over HTTP: reading a petition's requests, asking, deciding, disputing."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from petitions import send_back, send_back_queries
from petitions.api.bodies import KEY_MOST, DecisionBody, DepartmentCode, ForDepartment
from petitions.api.endpoint import Endpoint
from petitions.api.errors import refusals
from petitions.api.fields import Choice, Number, Text, YesNo
from petitions.api.limits import AboutOne, RequestBlock
from petitions.api.names import Named
from petitions.api.verbs import VerbEndpoint, endpoint_of
from petitions.api.views import NUMBER
from petitions.arbitration import DECIDE_SEND_BACK, decide_send_back
from petitions.models import Petition, SendBack, SendBackReason
from petitions.permissions import can_see_internal
from petitions.send_back import ASK_SEND_BACK, DISPUTE_SEND_BACK
from verbs.inputs import NOTE_MAX, REASON_MIN


class AskSendBackBody(ForDepartment):
    reason = Choice(choices=SendBackReason.choices)
    basis = Text(least=REASON_MIN, most=NOTE_MAX, help_text="The legal or local rule that says so.")
    proposed = DepartmentCode(
        required=False,
        help_text="The department that should have it; needed with `not_responsible` and `needs_more`.",
    )


class OfSendBack(serializers.Serializer):
    send_back = Number(min_value=1, max_value=KEY_MOST, help_text="`id` of the request.")


class DecideSendBackBody(OfSendBack, DecisionBody):
    replace = YesNo(
        default=False, help_text="With the approval of a support's request: the proposed department takes its place."
    )


class DisputeSendBackBody(OfSendBack):
    text = Text(least=REASON_MIN, most=NOTE_MAX, help_text="Why the refusal is wrong.")


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
        """Read the requests to send the petition back, the last first.

        A department reads its own requests, the enterprise none.
        """
        petition = self.find(number)
        rows = send_back_queries.send_backs(self.user).filter(assignment__petition=petition)
        return Response(SendBackBlock(rows if can_see_internal(self.user) else rows.none(), many=True).data)


@endpoint_of(ASK_SEND_BACK, AskSendBackBody)
class AskSendBack(VerbEndpoint):
    """Ask that the department's part be taken back. The department stays in charge until somebody has decided."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return send_back.ask_send_back(petition=petition, by=self.user, now=self.now, **values)


class AboutSendBack(AboutOne):
    """Base of the two verbs about one request to send back."""

    def request_of(self, petition: Petition, key: int) -> Any:
        rows = send_back_queries.send_backs(self.user)
        return self.named("send_back", rows, assignment__petition=petition, pk=key)


@endpoint_of(DECIDE_SEND_BACK, DecideSendBackBody)
class DecideSendBack(AboutSendBack):
    """Approve a request, which takes the part back, or refuse it. A dispatcher decides the first one of a cycle, a
    supervisor every later one and every dispute."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        asked = self.request_of(petition, values.pop("send_back"))
        return decide_send_back(send_back=asked, by=self.user, now=self.now, **values)


@endpoint_of(DISPUTE_SEND_BACK, DisputeSendBackBody)
class DisputeSendBack(AboutSendBack):
    """Take a dispatcher's refusal to a supervisor, once."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        asked = self.request_of(petition, values.pop("send_back"))
        return send_back.dispute_send_back(send_back=asked, by=self.user, now=self.now, **values)
