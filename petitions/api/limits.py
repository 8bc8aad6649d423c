"""A petition's limits over HTTP: its clocks, extensions, holds and orders as one resource, and the verbs about them.

The body of a verb names the extension or hold by its `id`, the order by its number; the resource shows both. Who may
use a verb is decided by the verb's rule. As for every verb, the refusals are 404, 403, 400, 409, checked in this order.
"""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from petitions.api import bodies
from petitions.api.endpoint import Endpoint
from petitions.api.errors import refusals
from petitions.api.names import Named
from petitions.api.verbs import VerbEndpoint, endpoint_of
from petitions.api.views import NUMBER
from petitions.clocks.reading import readable_clocks
from petitions.models import Clock, Decision, Extension, Hold, Petition, SupervisionOrder
from petitions.supervision import extensions, holds, known, orders
from petitions.supervision.extensions import ASK_EXTENSION, DECIDE_EXTENSION
from petitions.supervision.holds import ASK_HOLD, DECIDE_HOLD, RESUME, REVIEW_HOLD
from petitions.supervision.orders import ISSUE_ORDER, JUDGE_ORDER, REPLY_ORDER
from verbs.refusals import InvalidInput


class ClockBlock(serializers.ModelSerializer):
    """One running or stopped limit."""

    department = Named(allow_null=True)
    is_overdue = serializers.SerializerMethodField(help_text="Ran, or runs, past its due time.")
    is_paused = serializers.SerializerMethodField(help_text="Rests now; it has no due time until it goes on.")

    class Meta:
        model = Clock
        fields = read_only_fields = [
            "id",
            "promise",
            "cycle",
            "department",
            "started_at",
            "due_at",
            "stopped_at",
            "is_provisional",
            "is_overdue",
            "is_paused",
        ]

    def get_is_overdue(self, clock: Clock) -> bool:
        return clock.is_overdue(self.context["now"])

    def get_is_paused(self, clock: Clock) -> bool:
        return clock.stopped_at is None and clock.due_at is None


class RequestBlock(serializers.ModelSerializer):
    """The fields that extensions, holds and send-backs have in common."""

    department = Named(source="assignment.department")
    asked_by = serializers.CharField(source="asked_by.__str__")
    FIELDS = ("id", "department", "reason", "asked_at", "asked_by", "decision", "decided_at", "decision_note")


class ExtensionBlock(RequestBlock):
    class Meta:
        model = Extension
        fields = read_only_fields = [*RequestBlock.FIELDS, "days"]


class HoldBlock(RequestBlock):
    class Meta:
        model = Hold
        fields = read_only_fields = [*RequestBlock.FIELDS, "review_date", "resumed_at"]


class OrderBlock(serializers.ModelSerializer):
    """A supervision order with its latest reply, its latest judgement and its latest limit."""

    department = Named()
    issued_by = serializers.CharField(source="issued_by.__str__")
    due_at = serializers.DateTimeField(read_only=True, allow_null=True, help_text="When the reply is, or was, due.")
    stopped_at = serializers.DateTimeField(read_only=True, allow_null=True, help_text="When that limit stopped.")

    class Meta:
        model = SupervisionOrder
        fields = read_only_fields = [
            "number",
            "department",
            "state",
            "text",
            "issued_at",
            "issued_by",
            "due_at",
            "stopped_at",
            "reply",
            "replied_at",
            "judgement",
            "closed_at",
        ]


class LimitsBlock(serializers.Serializer):
    """What the reader may know of a petition's limits. For the enterprise, all lists but the clocks are empty."""

    clocks = serializers.SerializerMethodField(help_text="Of every cycle, as they started; an order has its own.")
    extensions = serializers.SerializerMethodField(help_text="The last asked for first.")
    holds = serializers.SerializerMethodField(help_text="The next to be reviewed first.")
    orders = serializers.SerializerMethodField(help_text="The newest first.")

    @extend_schema_field(ClockBlock(many=True))
    def get_clocks(self, petition: Petition) -> Any:
        rows = readable_clocks(petition, self.context["user"]).order_by("started_at", "pk")
        return ClockBlock(rows, many=True, context=self.context).data

    @extend_schema_field(ExtensionBlock(many=True))
    def get_extensions(self, petition: Petition) -> Any:
        rows = known.extensions(self.context["user"]).filter(assignment__petition=petition)
        return ExtensionBlock(rows, many=True).data

    @extend_schema_field(HoldBlock(many=True))
    def get_holds(self, petition: Petition) -> Any:
        rows = known.holds(self.context["user"]).filter(assignment__petition=petition)
        return HoldBlock(rows, many=True).data

    @extend_schema_field(OrderBlock(many=True))
    def get_orders(self, petition: Petition) -> Any:
        return OrderBlock(known.orders(self.context["user"]).filter(petition=petition), many=True).data


class Limits(Endpoint):
    @extend_schema(
        operation_id="petitions_limits", parameters=[NUMBER], responses={200: LimitsBlock, **refusals(401, 404)}
    )
    def get(self, request: Request, number: str) -> Response:
        """Read a petition's clocks and, for the government, its extensions, holds and supervision orders."""
        context = {"user": self.user, "now": self.now}
        return Response(LimitsBlock(self.find(number), context=context).data)


class AboutOne(VerbEndpoint):
    """Base of a verb about one extension, hold, send-back or supervision order of the petition.

    The body names it: an order by its number, the others by their `id`.
    """

    def named(self, field: str, rows: Any, **key: Any) -> Any:
        """Return the row that the body names.

        field   the field of the body that names it
        rows    the rows that the user may know of
        key     filters that find the row of this petition
        Raises  InvalidInput when none of the rows fits
        """
        found = rows.filter(**key).first()
        if found is None:
            raise InvalidInput({field: _("这件诉求没有这一项。")})
        return found

    def extension(self, petition: Petition, key: int) -> Any:
        return self.named("extension", known.extensions(self.user), assignment__petition=petition, pk=key)

    def hold(self, petition: Petition, key: int) -> Any:
        return self.named("hold", known.holds(self.user), assignment__petition=petition, pk=key)

    def order(self, petition: Petition, number: str) -> Any:
        return self.named("order", known.orders(self.user), petition=petition, number=number)


@endpoint_of(ASK_EXTENSION, bodies.AskExtensionBody)
class AskExtension(VerbEndpoint):
    """Ask for more working days, before the department's limit is over. One extension is granted in a cycle."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return extensions.ask_extension(petition=petition, by=self.user, now=self.now, **values)


@endpoint_of(DECIDE_EXTENSION, bodies.DecideExtensionBody)
class DecideExtension(AboutOne):
    """Approve an extension, which moves the due time and is told to the enterprise, or refuse it."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        extension = self.extension(petition, values.pop("extension"))
        return extensions.decide_extension(extension=extension, by=self.user, now=self.now, **values)


@endpoint_of(ASK_HOLD, bodies.AskHoldBody)
class AskHold(VerbEndpoint):
    """Ask that the department's limit rests while something outside its power is awaited."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return holds.ask_hold(petition=petition, by=self.user, now=self.now, **values)


@endpoint_of(DECIDE_HOLD, bodies.DecideHoldBody)
class DecideHold(AboutOne):
    """Approve a hold, so that the limit rests from now on and the enterprise is told, or refuse it."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        hold = self.hold(petition, values.pop("hold"))
        return holds.decide_hold(hold=hold, by=self.user, now=self.now, **values)


@endpoint_of(REVIEW_HOLD, bodies.ReviewHoldBody)
class ReviewHold(AboutOne):
    """Note how the awaited matter stands, and when the department looks at it again."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return holds.review_hold(hold=self.hold(petition, values.pop("hold")), by=self.user, now=self.now, **values)


@endpoint_of(RESUME, bodies.ResumeBody)
class Resume(AboutOne):
    """End a hold: the limit goes on where it stopped."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return holds.resume_hold(hold=self.hold(petition, values.pop("hold")), by=self.user, now=self.now, **values)


@endpoint_of(ISSUE_ORDER, bodies.IssueOrderBody)
class IssueOrder(VerbEndpoint):
    """Issue a supervision order to a department that holds the petition."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return orders.issue_order(petition=petition, by=self.user, now=self.now, **values).petition


@endpoint_of(REPLY_ORDER, bodies.ReplyOrderBody)
class ReplyOrder(AboutOne):
    """Reply to an order for the department; a supervisor judges the reply."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        order = self.order(petition, values.pop("order"))
        return orders.reply_order(order=order, by=self.user, now=self.now, **values).petition


@endpoint_of(JUDGE_ORDER, bodies.JudgeOrderBody)
class JudgeOrder(AboutOne):
    """Accept the reply, which closes the order, or reject it, which asks again with a new limit."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        order = self.order(petition, values.pop("order"))
        is_accepted = values.pop("decision") == Decision.APPROVED
        judge = orders.accept_order if is_accepted else orders.reject_order
        return judge(order=order, by=self.user, now=self.now, **values).petition
