"""Pages of those who watch the survey: all months and the form to draw one, how far one is, who makes which call."""

from datetime import date, datetime
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from accounts.models import Role, User
from scores.scorecard import shifted
from surveys import queries
from surveys.calling import hand_call
from surveys.models import Stratum, Survey, SurveyCall
from surveys.queries import evaluators
from surveys.sampling import SEED_MAX, draw_sample
from ui.fields import MonthField
from ui.form_page import FormPage
from ui.paging import page_of
from ui.refusals import show_refusal
from verbs.refusals import Refusal


class DrawForm(forms.Form):
    month = MonthField(label=gettext_lazy("月份"))
    seed = forms.CharField(label=gettext_lazy("随机种子"), required=False, max_length=SEED_MAX)

    def __init__(self, data: Any = None, *, last_month: date) -> None:
        super().__init__(data, initial={"month": last_month})


class HandCallForm(forms.Form):
    to = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("交给"), empty_label=gettext_lazy("请选择测评员")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        field.queryset = evaluators()


class Watched(View):
    """Base of a page for people who have one of `roles`."""

    roles: tuple[str, ...] = (Role.SUPERVISOR,)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.user = user = cast(User, request.user)
        if not user.has_role(*self.roles):
            raise PermissionDenied
        self.read(**kwargs)
        return super().dispatch(request, *args, **kwargs)

    def read(self, **address: Any) -> None:
        """Read what the address names. Called when the roles are checked; subclasses override it."""


class SurveyList(Watched):
    """The surveys, the newest month first; for supervisors the form that draws one, too."""

    roles = queries.READERS

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.shown(request, DrawForm(last_month=_last_month()), 200)

    def post(self, request: HttpRequest) -> HttpResponse:
        if not self.user.has_role(Role.SUPERVISOR):
            raise PermissionDenied
        form = DrawForm(request.POST, last_month=_last_month())
        if not form.is_valid():
            return self.shown(request, form, 422)
        try:
            survey = draw_sample(by=self.user, now=timezone.now(), **form.cleaned_data)
        except Refusal as problem:
            return self.shown(request, form, show_refusal(form, problem))
        messages.success(request, _("已抽样%(number)d件，分给测评员。") % {"number": survey.calls.count()})
        return redirect("surveys:survey", month=survey.month)

    def shown(self, request: HttpRequest, form: DrawForm, status: int) -> HttpResponse:
        rows = Survey.objects.select_related("drawn_by")
        context = {
            "page": page_of(queries.with_counts(rows), request.GET.get("page")),
            "form": form,
            "may_draw": self.user.has_role(Role.SUPERVISOR),
        }
        return render(request, "surveys/surveys.html", context, status=status)


class ShowSurvey(Watched):
    """One survey: how far each stratum is, how many calls each evaluator has, and the calls, the open ones first."""

    def get(self, request: HttpRequest, month: date) -> HttpResponse:
        survey = get_object_or_404(Survey.objects.select_related("rule", "drawn_by"), month=month)
        rows = queries.progress(survey)
        context = {
            "survey": survey,
            "rows": rows,
            "strata": Stratum.labels,
            "totals": queries.totals(rows),
            "load": queries.load(survey),
            "page": page_of(queries.listed_calls(survey), request.GET.get("page")),
        }
        return render(request, "surveys/survey.html", context)


class HandCall(Watched, FormPage):
    """The page on which a supervisor gives one open call to another evaluator."""

    form_class = HandCallForm
    template_name = "surveys/hand_call.html"

    def read(self, **address: Any) -> None:
        calls = SurveyCall.objects.select_related("fact__department", "evaluator")
        self.call = get_object_or_404(calls, pk=address["call"])

    def run(self, *, form: Any, now: datetime) -> SurveyCall:
        return hand_call(call=self.call, by=self.user, now=now, **form.cleaned_data)

    def said(self, form: Any) -> str:
        return _("已交给%(name)s。") % {"name": form.cleaned_data["to"]}

    def context(self, form: Any) -> dict[str, Any]:
        return super().context(form) | {"call": self.call}

    def target(self) -> str:
        return reverse("surveys:survey", args=[self.call.survey_id])


def _last_month() -> date:
    """Return the first day of the last month that is over."""
    return shifted(timezone.localdate(), -1)
