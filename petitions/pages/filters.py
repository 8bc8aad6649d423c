"""The filters above a list of petitions."""

from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from departments.models import Department
from limits.models import Card
from petitions import narrowing
from petitions.clocks.nearest import OWED, RunningLimits
from petitions.models import OPEN_STATES, Kind, Petition, State, Urgency
from petitions.pages.fields import CategoryField, DepartmentField
from petitions.search import finding
from petitions.search.words import QUERY_MAX, Query
from regions.models import Region
from ui.fields import DayField, OnlyWhen
from verbs.refusals import Refusal

# The cards that the filter offers: all but that of the reminder (Card.NONE).
CARDS = (Card.YELLOW, Card.RED, Card.RAISED, Card.INTERVIEW)


class SearchField(forms.CharField):
    """The words to search for, or the beginning of a number. A text that cannot be searched for is a field error."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs |= {"max_length": QUERY_MAX, "required": False, "widget": forms.TextInput({"type": "search"})}
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Query | None:
        text = super().clean(value)
        try:
            return finding.asked(text) if text else None
        except Refusal as problem:  # an InvalidInput has one field, whose sentence it says
            raise forms.ValidationError(str(problem)) from problem


class SearchForm(forms.Form):
    """The search above a list that has no other filters."""

    q = SearchField(label=_("编号或内容中的词"))

    @property
    def query(self) -> Query | None:
        """What is searched for; an empty Query for an empty field, None where the field cannot be read."""
        return (self.cleaned_data["q"] or Query()) if self.is_valid() else None


class SearchFilter(django_filters.Filter):
    field_class = SearchField


class DayFilter(django_filters.Filter):
    field_class = DayField


# What is closed or retired can be chosen in filters too: its petitions are still there.


class CategoryFilter(django_filters.ModelChoiceFilter):
    field_class = CategoryField

    @property
    def field(self) -> forms.Field:
        return CategoryField(are_retired_too=True, required=False, empty_label=_("全部类别"), label=self.label)


class DepartmentFilter(django_filters.ModelChoiceFilter):
    @property
    def field(self) -> forms.Field:
        return DepartmentField(are_closed_too=True, required=False, empty_label=_("全部部门"), label=self.label)


class FilterForm(OnlyWhen):
    only_when: ClassVar = {"holding": ("department", ()), "limit": ("overdue", ())}


class PetitionFilter(django_filters.FilterSet):
    q = SearchFilter(label=_("编号或内容中的词"), method="unchanged")
    state = django_filters.ChoiceFilter(label=_("状态"), choices=State.choices, empty_label=_("全部状态"))
    department = DepartmentFilter(label=_("承办部门"), queryset=Department.objects.all(), method="of_department")
    holding = django_filters.ChoiceFilter(
        label=_("部门承办"),
        choices=[("now", _("正在承办"))],
        empty_label=_("曾经承办"),
        method="unchanged",
    )
    enterprise = django_filters.CharFilter(label=_("企业名称或信用代码"), method="of_enterprise", max_length=60)
    category = CategoryFilter(label=_("类别"))
    region = django_filters.ModelChoiceFilter(
        label=_("区域"), queryset=Region.objects.all(), empty_label=_("全部区域"), method="of_region"
    )
    kind = django_filters.ChoiceFilter(label=_("类型"), choices=Kind.choices, empty_label=_("全部类型"))
    urgency = django_filters.ChoiceFilter(label=_("紧急程度"), choices=Urgency.choices, empty_label=_("全部"))
    dated = django_filters.ChoiceFilter(
        label=_("日期指"),
        choices=[("answered", _("办结答复")), *((card.value, card.label) for card in CARDS)],
        empty_label=_("提交诉求"),
        method="happened",
    )
    since = DayFilter(label=_("日期从"), method="reported", widget=forms.DateInput({"type": "date"}))
    until = DayFilter(label=_("到"), method="reported", widget=forms.DateInput({"type": "date"}))
    overdue = django_filters.BooleanFilter(
        label=_("只看超时"),
        method="only_overdue",
        widget=forms.CheckboxInput,
        required=False,
        help_text=_("选了承办部门，只看该部门自己的时限。"),
    )
    limit = django_filters.ChoiceFilter(
        label=_("超时的时限"),
        choices=[(one.value, one.label) for one in OWED],
        empty_label=_("任何一项"),
        method="unchanged",
    )
    sort = django_filters.ChoiceFilter(
        label=_("排序"),
        choices=[("limit", _("时限最近的在前")), ("newest", _("最新提交的在前"))],
        empty_label=_("默认"),
        method="unchanged",
        help_text=_("默认最新提交的在前，只看超时时按时限。"),
    )

    class Meta:
        model = Petition
        fields: list[str] = []
        form = FilterForm

    @property
    def query(self) -> Query:
        """What is searched for; an empty Query where the field is empty or cannot be read."""
        return (self.is_valid() and self.form.cleaned_data.get("q")) or Query()

    @property
    def limits(self) -> RunningLimits:
        """The limits that a row shows. Who looks for what is late sees the limit for which it was found."""
        chosen = self.form.cleaned_data if self.is_valid() else {}
        if not chosen.get("overdue"):
            return RunningLimits(self.request.user)
        return RunningLimits(self.request.user, promise=chosen["limit"] or None, department=chosen["department"])

    def found(self) -> finding.Keys:
        """Return the keys of fitting petitions that the reader may know of, in order; none if a filter is wrong.

        The newest are first; of those that are late, or as `sort` says, those whose limit ends first.
        """
        if not self.is_valid():
            return Petition.objects.none().values_list("pk", flat=True)
        chosen, limits = self.form.cleaned_data, self.limits
        rows: Any = self.filter_queryset(Petition.objects.all())
        is_holding = bool(chosen["department"]) and chosen["holding"] == "now"
        is_late = bool(chosen["overdue"])
        return finding.found(
            rows,
            self.query,
            self.request.user,
            department=None if is_late else chosen["department"],
            are_open=is_holding or (is_late and limits.are_of_open) or chosen["state"] in OPEN_STATES,
            are_few=bool(chosen["enterprise"]),
            soonest=limits if chosen["sort"] == "limit" or (is_late and not chosen["sort"]) else None,
        )

    def unchanged(self, rows: QuerySet[Petition], name: str, value: object) -> QuerySet[Petition]:
        """Leave the rows as they are: another filter, or `found`, reads this field."""
        return rows

    def of_department(self, rows: QuerySet[Petition], name: str, value: Department) -> QuerySet[Petition]:
        is_holding = self.form.cleaned_data.get("holding") == "now"
        if self.form.cleaned_data.get("overdue") and not is_holding:
            return rows  # `only_overdue` asks for the department's own limits, also where it has no part any more
        return narrowing.of_department(rows, value, is_holding=is_holding)

    def of_region(self, rows: QuerySet[Petition], _name: str, region: Region) -> QuerySet[Petition]:
        return narrowing.of_region(rows, region)

    def of_enterprise(self, rows: QuerySet[Petition], name: str, value: str) -> QuerySet[Petition]:
        return narrowing.of_enterprise(rows, value, self.request.user)

    def reported(self, rows: QuerySet[Petition], _name: str, _day: date) -> QuerySet[Petition]:
        """Narrow by the day of reporting, unless `dated` says that the days are those of another event."""
        return rows if self.form.cleaned_data["dated"] else self.happened(rows, "dated", "reported")

    def happened(self, rows: QuerySet[Petition], _name: str, what: str) -> QuerySet[Petition]:
        since, until = self.form.cleaned_data["since"], self.form.cleaned_data["until"]
        begin = _beginning_of(since) if since else None
        end = _beginning_of(until) + timedelta(days=1) if until else None
        return narrowing.dated(rows, what, begin, end)

    def only_overdue(self, rows: QuerySet[Petition], name: str, value: bool) -> QuerySet[Petition]:
        return self.limits.late(rows, timezone.now()) if value else rows


def _beginning_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
