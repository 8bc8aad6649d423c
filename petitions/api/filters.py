"""How a list of petitions is narrowed: the query parameters, and what each means."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.models import User
from departments.models import Category
from petitions.api.bodies import DepartmentCode
from petitions.api.fields import Choice, Code, Text, YesNo
from petitions.api.pagination import PAGE_SIZE, PAGE_SIZE_MAX
from petitions.models import Assignment, Kind, Petition, State, Urgency
from petitions.permissions import can_see_petitioner
from regions.models import Region


class ListParameters(serializers.Serializer):
    """All optional; several together narrow further."""

    state = Choice(choices=State.choices, required=False)
    kind = Choice(choices=Kind.choices, required=False)
    urgency = Choice(choices=Urgency.choices, required=False)
    category = Code(queryset=Category.objects.all(), required=False, help_text="A group stands for all in it.")
    region = Code(queryset=Region.objects.all(), required=False)
    department = DepartmentCode(required=False, help_text="Dispatched to it, as lead or support.")
    enterprise = Text(
        most=18, required=False, help_text="Credit code. Finds no petition whose enterprise the reader may not know."
    )
    reported_after = serializers.DateTimeField(required=False, help_text="At this moment or later.")
    reported_before = serializers.DateTimeField(required=False, help_text="Before this moment.")
    overdue = YesNo(required=False, help_text="Whether the lead's running limit has passed.")
    q = Text(most=100, required=False, help_text="The beginning of a number, or a part of the title.")
    cursor = Text(most=200, required=False, help_text="Where the page begins; taken from `next`.")
    page_size = serializers.IntegerField(min_value=1, max_value=PAGE_SIZE_MAX, default=PAGE_SIZE)

    def to_internal_value(self, data: Any) -> Any:
        """A parameter left empty is a mistake: taken for no filter it would show everything."""
        empty: dict[str, Any] = {str(name): _("请填写这一项。") for name in self.fields if data.get(name) == ""}
        if empty:
            raise serializers.ValidationError(empty, "blank")
        return super().to_internal_value(data)


def narrowed(rows: QuerySet[Petition], values: Mapping[str, Any], *, user: User, now: datetime) -> QuerySet[Petition]:
    """Return the rows of queries.listed that fit the parsed parameters."""
    simple = {
        "state": "state",
        "kind": "kind",
        "urgency": "urgency",
        "region": "region",
        "reported_after": "reported_at__gte",
        "reported_before": "reported_at__lt",
    }
    rows = rows.filter(**{lookup: values[name] for name, lookup in simple.items() if name in values})
    if "category" in values:
        rows = rows.filter(Q(category=values["category"]) | Q(category__parent=values["category"]))
    if "department" in values:
        rows = rows.filter(pk__in=Assignment.objects.live().filter(department=values["department"]).values("petition"))
    if "enterprise" in values:
        rows = _of_enterprise(rows, values["enterprise"], user)
    if "overdue" in values:
        is_late = Q(lead_due_at__isnull=False, lead_due_at__lt=now)
        rows = rows.filter(is_late if values["overdue"] else ~is_late)
    if "q" in values:
        rows = rows.filter(Q(number__startswith=values["q"]) | Q(title__icontains=values["q"]))
    return rows


def _of_enterprise(rows: QuerySet[Petition], credit_code: str, user: User) -> QuerySet[Petition]:
    """A confidential petition that is found by its enterprise has told who asked."""
    rows = rows.filter(petitioner__enterprise__credit_code=credit_code)
    is_known = can_see_petitioner(Petition(is_confidential=True), user)
    return rows if is_known else rows.filter(is_confidential=False)
