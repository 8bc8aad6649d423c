"""The pages of appeals (申诉): the list, and the forms in which heads appeal and supervisors exclude and decide."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from departments.models import Department
from figures import queries
from figures.pages.score_page import ScorePage
from scores.appeals import appeal_fact, check_can_ask, check_can_decide, decide_appeal, exclude_fact
from scores.freezing import frozen_from
from scores.models import OF_THE_RATING, Appeal, AppealDecision, AppealReason, CycleFact
from ui.fields import long_text
from ui.form_page import FormPage
from ui.paging import page_of
from verbs.inputs import REASON_MIN
from verbs.refusals import Refusal


class AppealForm(forms.Form):
    reason = forms.ChoiceField(label=_("理由"), choices=AppealReason.choices, widget=forms.RadioSelect)
    text = long_text(_("说明"), least=REASON_MIN, help_text=_("写明事实和依据；与裁定一起展示在成绩旁。"))

    def __init__(self, *args: Any, fact: CycleFact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fact.level is None:  # without a rating, no reason about the rating applies
            field: Any = self.fields["reason"]
            field.choices = [choice for choice in AppealReason.choices if choice[0] not in OF_THE_RATING]


class DecisionForm(forms.Form):
    is_accepted = forms.TypedChoiceField(
        label=_("裁定"),
        choices=[("yes", AppealDecision.ACCEPTED.label), ("no", AppealDecision.REFUSED.label)],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    why = long_text(_("裁定理由"), least=REASON_MIN, help_text=_("被评部门和领导都能看到。"))


class AppealList(ScorePage):
    """The list of appeals, by default those that wait. Supervisors see the whole city's, heads their departments'."""

    roles = (Role.SUPERVISOR, Role.HEAD)
    url_name = "figures:appeals"

    def get(self, request: HttpRequest) -> HttpResponse:
        show = "all" if request.GET.get("show") == "all" else "waiting"
        waiting = queries.waiting_appeals(self.user)
        page = page_of(queries.appeals(self.user) if show == "all" else waiting, request.GET.get("page"))
        facts = queries.fact_rows([appeal.fact for appeal in page.rows], self.user)
        months = {row.fact.month for row in facts}
        moments = {month: frozen_from(month) for month in months}
        own = set(self.user.memberships.values_list("department_id", flat=True))
        context = {
            "tabs": [("waiting", _("待裁定"), waiting.count(), True), ("all", _("全部"), None, False)],
            "show": show,
            "page": page,
            "rows": [
                (appeal, row, moments[row.fact.month], self._may_decide(appeal, moments[row.fact.month], own))
                for appeal, row in zip(page.rows, facts, strict=True)
            ],
        }
        return render(request, "figures/appeals.html", self.head() | context)

    def _may_decide(self, appeal: Appeal, moment: datetime, own: set[int]) -> bool:
        is_open = appeal.decision == AppealDecision.PENDING and self.now < moment
        return is_open and self.user.has_role(Role.SUPERVISOR) and appeal.fact.department_id not in own


class FactVerbPage(ScorePage, FormPage):
    """Base of the page of a verb about one fact: the fact, and the verb's form."""

    form_class: ClassVar[type[forms.Form]] = AppealForm
    template_name = "figures/verb.html"
    title: ClassVar[Any]
    submit_label: ClassVar[Any]
    warning: ClassVar[Any]
    is_dangerous: ClassVar[bool] = False

    fact: CycleFact

    def form_arguments(self) -> dict[str, Any]:
        return {"fact": self.fact}

    def check_possible(self) -> None:
        """Make the verb's own check, so that a refusal is shown before anything is typed.

        Raises  Refusal
        """
        check_can_ask(self.fact, self.now)

    def refusal(self) -> Refusal | None:
        try:
            self.check_possible()
        except Refusal as refusal:
            return refusal
        return None

    def target(self) -> str:
        """Return where cancelling and success lead: to the scorecard of the fact's department and month."""
        card = reverse("figures:scorecard", args=[self.fact.department.code])
        return f"{card}?month={self.fact.month:%Y-%m}"

    def context(self, form: Any) -> dict[str, Any]:
        (row,) = queries.fact_rows([self.fact], self.user)
        return super().context(form) | {"row": row}


class AppealPage(FactVerbPage):
    """A head appeals against a fact, a department's part in one closed cycle, of their own departments.

    A fact of another department is 404.
    """

    roles = (Role.HEAD,)
    title = _("申诉")
    submit_label = _("提交申诉")
    done = _("申诉已提交，等待督查员裁定。")
    warning = _("每条计分记录只能申诉一次；误评、恶意差评只剔除评价，另两项剔除整件。")

    def read(self, request: HttpRequest, **kwargs: Any) -> None:
        own = Department.objects.of(self.user)
        self.fact = get_object_or_404(queries.readable_facts(self.user), pk=kwargs["pk"], department__in=own)

    def run(self, *, form: Any, now: datetime) -> Appeal:
        return appeal_fact(fact=self.fact, by=self.user, now=now, **form.cleaned_data)


class ExcludePage(FactVerbPage):
    """A supervisor leaves a fact or its rating out without an appeal."""

    roles = (Role.SUPERVISOR,)
    title = _("剔除")
    submit_label = _("剔除")
    done = _("已剔除，不计入成绩。")
    warning = _("剔除后不能撤销；误评、恶意差评只剔除评价，另两项剔除整件。")
    is_dangerous = True

    def read(self, request: HttpRequest, **kwargs: Any) -> None:
        self.fact = get_object_or_404(queries.readable_facts(self.user), pk=kwargs["pk"])

    def run(self, *, form: Any, now: datetime) -> Appeal:
        return exclude_fact(fact=self.fact, by=self.user, now=now, **form.cleaned_data)


class DecidePage(FactVerbPage):
    """A supervisor decides an appeal."""

    roles = (Role.SUPERVISOR,)
    title = _("裁定申诉")
    submit_label = _("提交裁定")
    done = _("申诉已裁定。")
    warning = _("裁定后不能更改。")

    appeal: Appeal

    def read(self, request: HttpRequest, **kwargs: Any) -> None:
        self.appeal = get_object_or_404(queries.appeals(self.user), pk=kwargs["pk"])
        self.fact = self.appeal.fact

    form_class = DecisionForm

    def form_arguments(self) -> dict[str, Any]:
        return {}

    def check_possible(self) -> None:
        check_can_decide(self.appeal, self.now)

    def run(self, *, form: Any, now: datetime) -> Appeal:
        return decide_appeal(appeal=self.appeal, by=self.user, now=now, **form.cleaned_data)

    def target(self) -> str:
        return reverse("figures:appeals")
