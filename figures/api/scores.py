"""The league of a month over HTTP: every department's counts, rates, score and rank."""

from dataclasses import fields
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from figures.queries import READERS, scores_known
from petitions.api.endpoint import Endpoint
from petitions.api.errors import refusals
from petitions.api.filters import Parameters
from petitions.api.names import Named
from scores.models import ScoreFormula
from scores.scorecard import MonthlyScores, month_from
from scores.scoring import Counts
from verbs.refusals import NotPermitted


@extend_schema_field({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"})
class MonthField(serializers.Field):
    """A month, sent as 2026-10; its value is the month's first day."""

    default_error_messages = {"invalid": _("请填写年和月，例如2026-10。")}

    def to_internal_value(self, data: Any) -> Any:
        try:
            return month_from(data)
        except ValueError:
            self.fail("invalid")


class MonthParameter(Parameters):
    month = MonthField(required=False, help_text="Year and month; the running one without it.")


class RateBlock(serializers.Serializer):
    """A rate: `met` of `of` cases. The share and its 95 % interval (Wilson) are null when there are no cases."""

    met = serializers.IntegerField()
    of = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class RatesBlock(serializers.Serializer):
    """The three rates that a score is made of, and for each of the three limits the rate of parts that kept it."""

    response = RateBlock()
    resolution = RateBlock()
    satisfaction = RateBlock()
    check_in = RateBlock()
    contact = RateBlock()
    answer = RateBlock()


CountsBlock = inline_serializer("CountsBlock", {field.name: serializers.IntegerField() for field in fields(Counts)})


class CountedBlock(serializers.Serializer):
    """What was counted, and the rates that follow from it."""

    counts = CountsBlock
    rates = RatesBlock(source="counts")
    is_withheld = serializers.BooleanField(
        source="counts.is_withheld",
        help_text="Whether what ratings say is 0 here since the reader could tell from it what an anonymous one says.",
    )


class FormulaBlock(serializers.ModelSerializer):
    class Meta:
        model = ScoreFormula
        fields = read_only_fields = [
            "version",
            "response_weight",
            "resolution_weight",
            "satisfaction_weight",
            "prior_cycles",
            "least_cycles",
            "basis",
        ]


class ScoreEntry(CountedBlock):
    """One department's month."""

    department = Named()
    score = serializers.FloatField(allow_null=True, help_text="0 to 100; null with too few cycles to be ranked.")
    rank = serializers.IntegerField(allow_null=True)


class LeagueBlock(serializers.Serializer):
    """A month's scores. `frozen_at` is null as long as they still change."""

    month = serializers.DateField(help_text="The month's first day.")
    frozen_at = serializers.DateTimeField(allow_null=True)
    formula = FormulaBlock()
    city = serializers.SerializerMethodField(help_text="Everybody together.")
    departments = ScoreEntry(many=True, source="cards", help_text="By rank; those without one come last.")

    @extend_schema_field(CountedBlock)
    def get_city(self, scores: MonthlyScores) -> Any:
        return CountedBlock({"counts": scores.city}).data


class Scores(Endpoint):
    @extend_schema(
        operation_id="scores", parameters=[MonthParameter], responses={200: LeagueBlock, **refusals(400, 401, 403)}
    )
    def get(self, request: Request) -> Response:
        """Read a month's scores of all departments, for supervisors, leaders and departments."""
        if not self.user.has_role(*READERS):
            raise NotPermitted()
        running: date = timezone.localdate(self.now).replace(day=1)
        month = self.parsed(MonthParameter, request.query_params).get("month", running)
        return Response(LeagueBlock(scores_known(month, self.user)).data)
