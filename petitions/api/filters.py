"""How a list of petitions is narrowed: the query parameters, and what each means."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.models import User
from departments.models import Category
from enterprises.models import Enterprise
from petitions import narrowing
from petitions.api.bodies import DepartmentCode
from petitions.api.fields import Choice, Moment, ReferenceCode, Text, TypedCode, YesNo
from petitions.api.pagination import PAGE_SIZE, PAGE_SIZE_MAX
from petitions.clocks.nearest import OWED, RunningLimits
from petitions.models import OPEN_STATES, Kind, Petition, State, Urgency
from petitions.search import finding
from petitions.search.words import QUERY_MAX, Query
from regions.models import Region


class Parameters(serializers.Serializer):
    """Query parameters, all optional."""

    def to_internal_value(self, data: Any) -> Any:
        """Parse the parameters. An empty one is refused: if it were ignored, the list would show everything."""
        empty: dict[str, Any] = {str(name): _("请填写这一项。") for name in self.fields if data.get(name) == ""}
        if empty:
            raise serializers.ValidationError(empty, "blank")
        return super().to_internal_value(data)


class ListParameters(Parameters):
    """All optional; several together narrow further."""

    state = Choice(choices=State.choices, required=False)
    kind = Choice(choices=Kind.choices, required=False)
    urgency = Choice(choices=Urgency.choices, required=False)
    category = ReferenceCode(Category, required=False, help_text="A group stands for all in it.")
    region = ReferenceCode(Region, required=False)
    department = DepartmentCode(
        required=False,
        help_text="Dispatched to it, as lead or support; with `overdue=true`, late by one of its limits.",
    )
    enterprise = TypedCode(
        required=False, help_text="Credit code. Finds no petition whose enterprise the reader may not know."
    )
    reported_after = Moment(required=False, help_text="At this moment or later.")
    reported_before = Moment(required=False, help_text="Before this moment.")
    holding = YesNo(required=False, help_text="With `department`: only what it still owes its answer to.")
    overdue = YesNo(
        required=False,
        help_text="Whether a running limit has passed that the reader may know; with `department`, one of its limits.",
    )
    limit = Choice(
        choices=[(one.value, one.label) for one in OWED],
        required=False,
        help_text="With `overdue`: only this limit counts.",
    )
    automatic = YesNo(required=False, help_text="Whether it stands where it was dispatched automatically.")
    q = Text(
        most=QUERY_MAX,
        required=False,
        help_text="Words, separated by spaces, that all occur in title, body, supplements or answers, each of two "
        "characters or more. One that may begin a petition's number finds petitions of that number, too.",
    )
    cursor = Text(most=200, required=False, help_text="Where the page begins; taken from `next`.")
    page_size = serializers.IntegerField(min_value=1, max_value=PAGE_SIZE_MAX, default=PAGE_SIZE)


def found(
    values: Mapping[str, Any], before: tuple[datetime, int] | None = None, *, user: User, now: datetime
) -> finding.Keys:
    """Return the keys of the petitions that the user may know of and that fit the parsed parameters, newest first.

    before  moment and key of the last row of the page before
    Raises  InvalidInput when `q` cannot be searched for: a word is too short, there are too many words or none;
            IndexIsOld
    """
    query = finding.asked(values["q"]) if "q" in values else Query()
    limits = limits_asked(values, user)
    is_late = bool(values.get("overdue"))
    return finding.found(
        _narrowed(values, limits, user=user, now=now),
        query,
        user,
        department=None if is_late else values.get("department"),
        are_open=(is_late and limits.are_of_open) or values.get("state") in OPEN_STATES,
        are_few="enterprise" in values,
        before=before,
    )


def limits_asked(values: Mapping[str, Any], user: User) -> RunningLimits:
    """Return the limits that a row tells of: who asks for what is late, or not, is told of the limits asked for."""
    if "overdue" not in values:
        return RunningLimits(user)
    return RunningLimits(user, promise=values.get("limit"), department=values.get("department"))


def _narrowed(values: Mapping[str, Any], limits: RunningLimits, *, user: User, now: datetime) -> Any:
    simple = {
        "state": "state",
        "kind": "kind",
        "urgency": "urgency",
        "reported_after": "reported_at__gte",
        "reported_before": "reported_at__lt",
    }
    rows: Any = Petition.objects.filter(**{lookup: values[name] for name, lookup in simple.items() if name in values})
    if "category" in values:
        rows = rows.filter(Q(category=values["category"]) | Q(category__parent=values["category"]))
    if "region" in values:
        rows = narrowing.of_region(rows, values["region"])
    is_late = bool(values.get("overdue"))
    if "department" in values and (values.get("holding") or not is_late):
        rows = narrowing.of_department(rows, values["department"], is_holding=values.get("holding", False))
    if "enterprise" in values:
        keys = Enterprise.objects.filter(credit_code=values["enterprise"]).values_list("pk", flat=True)
        rows = narrowing.of_enterprises(rows, list(keys), user)
    if "overdue" in values:
        rows = limits.late(rows, now, is_late=values["overdue"])
    if "automatic" in values:
        stands = Petition.objects.dispatched_automatically().values("pk")
        rows = rows.filter(pk__in=stands) if values["automatic"] else rows.exclude(pk__in=stands)
    return rows
