"""A petition's limits over HTTP: its clocks, requests and orders as one resource, and the verbs about them.

A verb about one extension, hold or order names it in its body, as the resource gave it. Who may use which verb is
decided in permissions.py and by the verb; here, as for every verb: 404, 403, 400, 409, in this order.
"""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from petitions import ledgers, limit_queries, orders
from petitions.api import bodies
from petitions.api.endpoint import Endpoint
from petitions.api.errors import refusals
from petitions.api.names import Named
from petitions.api.verbs import VerbEndpoint, verb
from petitions.api.views import NUMBER
from petitions.models import Clock, Decision, Extension, Hold, Petition, SupervisionOrder
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
            "kind",
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
    """What an extension and a hold have in common."""

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
    """A supervision order; its newest reply and judgement, its newest limit."""

    department = Named()
    issued_by = serializers.CharField(source="issued_by.__str__")
    due_at = serializers.DateTimeField(read_only=True, allow_null=True, help_text="When the reply is due.")

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
            "reply",
            "replied_at",
            "judgement",
            "closed_at",
        ]


class LimitsBlock(serializers.Serializer):
    """What the reader may know of a petition's limits; for the enterprise there are clocks only."""

    clocks = serializers.SerializerMethodField(help_text="Of every cycle, in the order they started.")
    extensions = serializers.SerializerMethodField(help_text="The last asked for first.")
    holds = serializers.SerializerMethodField(help_text="The next to be reviewed first.")
    orders = serializers.SerializerMethodField(help_text="The newest first.")

    @extend_schema_field(ClockBlock(many=True))
    def get_clocks(self, petition: Petition) -> Any:
        rows = limit_queries.readable_clocks(petition, self.context["user"]).order_by("started_at", "pk")
        return ClockBlock(rows, many=True, context=self.context).data

    @extend_schema_field(ExtensionBlock(many=True))
    def get_extensions(self, petition: Petition) -> Any:
        rows = limit_queries.extensions(self.context["user"]).filter(assignment__petition=petition)
        return ExtensionBlock(rows, many=True).data

    @extend_schema_field(HoldBlock(many=True))
    def get_holds(self, petition: Petition) -> Any:
        rows = limit_queries.holds(self.context["user"]).filter(assignment__petition=petition)
        return HoldBlock(rows, many=True).data

    @extend_schema_field(OrderBlock(many=True))
    def get_orders(self, petition: Petition) -> Any:
        return OrderBlock(limit_queries.orders(self.context["user"]).filter(petition=petition), many=True).data


class Limits(Endpoint):
    @extend_schema(
        operation_id="petitions_limits", parameters=[NUMBER], responses={200: LimitsBlock, **refusals(401, 404)}
    )
    def get(self, request: Request, number: str) -> Response:
        """Read a petition's clocks and, for the government, its extensions, holds and supervision orders."""
        context = {"user": self.user, "now": self.now}
        return Response(LimitsBlock(self.find(number), context=context).data)


class AboutOne(VerbEndpoint):
    """Base of a verb about one thing of the petition, which its body names."""

    def named(self, field: str, rows: Any, **key: Any) -> Any:
        """Return the row the body names.

        Raises  InvalidInput when the petition has none that the user may know of
        """
        found = rows.filter(**key).first()
        if found is None:
            raise InvalidInput({field: _("这件诉求没有这一项。")})
        return found

    def extension(self, petition: Petition, key: int) -> Any:
        return self.named("extension", limit_queries.extensions(self.user), assignment__petition=petition, pk=key)

    def hold(self, petition: Petition, key: int) -> Any:
        return self.named("hold", limit_queries.holds(self.user), assignment__petition=petition, pk=key)

    def order(self, petition: Petition, number: str) -> Any:
        return self.named("order", limit_queries.orders(self.user), petition=petition, number=number)


@verb("ask_extension", bodies.AskExtensionBody)
class AskExtension(VerbEndpoint):
    """Ask for more working days, before the department's limit is over; once in a cycle."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return ledgers.ask_extension(petition=petition, by=self.user, now=self.now, **values)


@verb("decide_extension", bodies.DecideExtensionBody)
class DecideExtension(AboutOne):
    """Approve an extension, which moves the due time and is told to the enterprise, or refuse it."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        extension = self.extension(petition, values.pop("extension"))
        return ledgers.decide_extension(extension=extension, by=self.user, now=self.now, **values)


@verb("ask_hold", bodies.AskHoldBody)
class AskHold(VerbEndpoint):
    """Ask that the department's limit rests while something outside its power is awaited."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return ledgers.ask_hold(petition=petition, by=self.user, now=self.now, **values)


@verb("decide_hold", bodies.DecideHoldBody)
class DecideHold(AboutOne):
    """Approve a hold: the limit rests from now on and the enterprise is told. Or refuse it."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        hold = self.hold(petition, values.pop("hold"))
        return ledgers.decide_hold(hold=hold, by=self.user, now=self.now, **values)


@verb("ask_hold", bodies.ReviewHoldBody, operation="review_hold")
class ReviewHold(AboutOne):
    """Note how far what is awaited has come, and when it is looked at again."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return ledgers.review_hold(hold=self.hold(petition, values.pop("hold")), by=self.user, now=self.now, **values)


@verb("resume", bodies.ResumeBody)
class Resume(AboutOne):
    """End a hold: the limit goes on where it stopped."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return ledgers.resume_hold(hold=self.hold(petition, values.pop("hold")), by=self.user, now=self.now, **values)


@verb("issue_order", bodies.IssueOrderBody)
class IssueOrder(VerbEndpoint):
    """Issue a supervision order to a department that holds the petition."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return orders.issue_order(petition=petition, by=self.user, now=self.now, **values).petition


@verb("reply_order", bodies.ReplyOrderBody)
class ReplyOrder(AboutOne):
    """Reply to an order for the department; a supervisor judges the reply."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        order = self.order(petition, values.pop("order"))
        return orders.reply_order(order=order, by=self.user, now=self.now, **values).petition


@verb("judge_order", bodies.JudgeOrderBody)
class JudgeOrder(AboutOne):
    """Accept the reply, which closes the order, or reject it, which asks again with a new limit."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        order = self.order(petition, values.pop("order"))
        is_accepted = values.pop("decision") == Decision.APPROVED
        judge = orders.accept_order if is_accepted else orders.reject_order
        return judge(order=order, by=self.user, now=self.now, **values).petition
