"""Integrity flags (诚信核查): a supervisor's list of them, and the judgement of one. Nobody else learns of flags."""

from datetime import datetime
from typing import Any, cast

import django_filters
from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views import View

from accounts.models import Role, User
from departments.models import Department
from petitions.models import FlagKind, FlagOutcome, IntegrityFlag
from petitions.pages.filters import DepartmentFilter
from petitions.supervision.flags import judge_flag
from ui.fields import long_text
from ui.form_page import FormPage
from ui.paging import page_of
from verbs.inputs import REASON_MIN


class FlagFilter(django_filters.FilterSet):
    outcome = django_filters.ChoiceFilter(
        label=gettext_lazy("核查结果"), choices=FlagOutcome.choices, empty_label=gettext_lazy("全部")
    )
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("类型"), choices=FlagKind.choices, empty_label=gettext_lazy("全部类型")
    )
    department = DepartmentFilter(label=gettext_lazy("部门"), queryset=Department.objects.all())

    class Meta:
        model = IntegrityFlag
        fields: list[str] = []


class JudgeFlagForm(forms.Form):
    outcome = forms.ChoiceField(
        label=gettext_lazy("核查结果"),
        choices=[choice for choice in FlagOutcome.choices if choice[0] != FlagOutcome.OPEN],
        widget=forms.RadioSelect,
    )
    why = long_text(
        gettext_lazy("核查说明"), least=REASON_MIN, help_text=gettext_lazy("查了什么、问了谁、结论的依据。")
    )


class SupervisorView(View):
    """Base of the pages about integrity flags, which only supervisors may open."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.user = user = cast(User, request.user)
        if not user.has_role(Role.SUPERVISOR):
            raise PermissionDenied
        self.rows = IntegrityFlag.objects.select_related("petition", "department", "event", "judged_by")
        self.read(**kwargs)
        return super().dispatch(request, *args, **kwargs)

    def read(self, **address: Any) -> None:
        """Read the row that the address names, if any, before the page is shown."""


class Flags(SupervisorView):
    """Lists flags: by default those that wait, the oldest first; with any other outcome the newest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        filters = FlagFilter(request.GET or {"outcome": FlagOutcome.OPEN}, queryset=self.rows)
        rows = filters.qs if filters.is_valid() else self.rows.none()
        if filters.form.cleaned_data.get("outcome") == FlagOutcome.OPEN:
            rows = rows.order_by("flagged_at", "pk")
        context = {"filters": filters, "page": page_of(rows, request.GET.get("page"))}
        return render(request, "petitions/flags.html", context)


class JudgeFlag(SupervisorView, FormPage):
    """The page that judges one flag."""

    form_class = JudgeFlagForm
    template_name = "petitions/judge_flag.html"
    done = gettext_lazy("核查结果已记录。")

    def read(self, **address: Any) -> None:
        self.flag = get_object_or_404(self.rows, pk=address["pk"])

    def run(self, *, form: Any, now: datetime) -> IntegrityFlag:
        return judge_flag(flag=self.flag, by=self.user, now=now, **form.cleaned_data)

    def context(self, form: Any) -> dict[str, Any]:
        return super().context(form) | {"flag": self.flag}

    def target(self) -> str:
        return reverse("petitions:flags")
