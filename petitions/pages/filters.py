"""The filters above a list of petitions."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from departments.models import Department
from petitions.models import Kind, Petition, State, Urgency
from petitions.pages.forms import CategoryField, DepartmentField
from regions.models import Region


class CategoryFilter(django_filters.ModelChoiceFilter):
    field_class = CategoryField

    @property
    def field(self) -> forms.Field:
        return CategoryField(required=False, empty_label=_("全部类别"), label=self.label)


class DepartmentFilter(django_filters.ModelChoiceFilter):
    @property
    def field(self) -> forms.Field:
        return DepartmentField(required=False, empty_label=_("全部部门"), label=self.label)


class PetitionFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("编号、标题或企业"), method="search")
    state = django_filters.ChoiceFilter(label=_("状态"), choices=State.choices, empty_label=_("全部状态"))
    department = DepartmentFilter(label=_("承办部门"), queryset=Department.objects.all(), method="of_department")
    category = CategoryFilter(label=_("类别"))
    region = django_filters.ModelChoiceFilter(label=_("区域"), queryset=Region.objects.all(), empty_label=_("全部区域"))
    kind = django_filters.ChoiceFilter(label=_("类型"), choices=Kind.choices, empty_label=_("全部类型"))
    urgency = django_filters.ChoiceFilter(label=_("紧急程度"), choices=Urgency.choices, empty_label=_("全部"))
    since = django_filters.DateFilter(
        label=_("提交日期从"),
        field_name="reported_at",
        lookup_expr="date__gte",
        widget=forms.DateInput({"type": "date"}),
    )
    until = django_filters.DateFilter(
        label=_("到"), field_name="reported_at", lookup_expr="date__lte", widget=forms.DateInput({"type": "date"})
    )
    overdue = django_filters.BooleanFilter(
        label=_("只看超时"), method="only_overdue", widget=forms.CheckboxInput, required=False
    )

    class Meta:
        model = Petition
        fields: list[str] = []

    def search(self, rows: QuerySet[Petition], name: str, value: str) -> QuerySet[Petition]:
        text = value.strip()
        if text.isdigit() and len(text) >= 8:
            return rows.filter(number__startswith=text)
        # A confidential petition is not found by its enterprise's name: that would tell who asked.
        named = Q(petitioner__enterprise__name__icontains=text, is_confidential=False)
        return rows.filter(Q(title__icontains=text) | named)

    def of_department(self, rows: QuerySet[Petition], name: str, value: Department) -> QuerySet[Petition]:
        held = value.assignments.live().values("petition")
        return rows.filter(pk__in=held)

    def only_overdue(self, rows: QuerySet[Petition], name: str, value: bool) -> QuerySet[Petition]:
        return rows.filter(lead_due_at__lt=timezone.now()) if value else rows  # type: ignore[misc]
