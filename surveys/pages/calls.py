"""An evaluator's pages: the calls to make, and one call. Any call but their own is 404.

A call's page has what is needed for the call, and no more: what the enterprise asked, the answer, whom to call. The
enterprise's own rating is left out, since it would tell the evaluator what to expect. Who asked is shown for a
confidential petition, too: the promise was to keep it from the departments. The evaluator works in no department, sees
it only on this page, and only while the call is open (docs/adr/0022-survey-sampling.md).
"""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from accounts.models import Role
from accounts.requests import SignedIn, signed_in
from petitions.models import IsSolved, Level
from surveys import queries
from surveys.calling import Attempt, record_attempt
from surveys.models import OPEN_STATES, CallState, Result, SurveyCall
from ui.fields import OnlyWhen, long_text, moment_field
from ui.paging import page_of
from ui.refusals import show_field_errors
from verbs.refusals import InvalidInput, Refusal


class AttemptForm(OnlyWhen):
    """One attempt. Nothing is preselected: neither the result nor the rating (政务服务“好差评”)."""

    only_when: ClassVar = {
        "level": ("result", (Result.REACHED,)),
        "is_solved": ("result", (Result.REACHED,)),
        "call_back_at": ("result", (Result.CALL_BACK,)),
    }

    number = forms.IntegerField(widget=forms.HiddenInput)
    result = forms.ChoiceField(label=gettext_lazy("这次拨打的结果"), choices=Result.choices, widget=forms.RadioSelect)
    level = forms.TypedChoiceField(
        label=gettext_lazy("企业对答复满意吗？"),
        choices=Level.choices,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("接通后照企业的原话记录，不提示、不解释。"),
    )
    is_solved = forms.ChoiceField(
        label=gettext_lazy("问题解决了吗？"), choices=IsSolved.choices, required=False, widget=forms.RadioSelect
    )
    call_back_at = moment_field(
        gettext_lazy("约定时间"),
        required=False,
        help_text=gettext_lazy("仅“约好再打”时填写。"),
    )
    remarks = long_text(gettext_lazy("备注"), required=False, rows=3)


TABS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "to_call": (gettext_lazy("待拨打"), (CallState.TO_CALL,)),
    "again": (gettext_lazy("再次拨打"), (CallState.AGAIN,)),
    "done": (gettext_lazy("已结束"), tuple(state for state in CallState if state not in OPEN_STATES)),
}


class CallList(View):
    """The evaluator's own calls by state; among those to be tried again, calls at an agreed time come first."""

    def get(self, request: SignedIn) -> HttpResponse:
        user = request.user
        if not user.has_role(Role.EVALUATOR):
            raise PermissionDenied
        counts = queries.counts_of(user)
        show = request.GET.get("show", "")
        show = show if show in TABS else "to_call"
        rows: Any = queries.worklist(user)
        rows = rows.filter(state__in=TABS[show][1])
        if show == "again":
            rows = rows.order_by("call_back_at", "-survey", "place")
        tabs = [
            (name, label, sum(counts.get(state, 0) for state in states), True) for name, (label, states) in TABS.items()
        ]
        context = {"tabs": tabs, "show": show, "page": page_of(rows, request.GET.get("page"))}
        return render(request, "surveys/calls.html", context)


class CallPage(View):
    """One call: what it is about, whom to ask, what was tried; and the form of the next attempt."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        user = signed_in(request).user
        own = queries.calls_of(user).select_related("petition__petitioner__enterprise", "fact", "survey__rule")
        self.call = get_object_or_404(own, pk=kwargs["call"])
        self.tried = list(self.call.attempts.order_by("number"))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, call: int) -> HttpResponse:
        form = AttemptForm(initial={"number": len(self.tried) + 1})
        return self.shown(request, form if self.call.is_open else None, 200)

    def post(self, request: SignedIn, call: int) -> HttpResponse:
        user = request.user
        form = AttemptForm(request.POST)
        if not form.is_valid():
            return self.shown(request, form, 422)
        number = form.cleaned_data.pop("number")
        try:
            done = record_attempt(
                call=self.call, by=user, number=number, attempt=Attempt(**form.cleaned_data), now=timezone.now()
            )
        except InvalidInput as problem:
            show_field_errors(form, problem)
            return self.shown(request, form, 422)
        except Refusal as problem:
            messages.error(request, str(problem))
            return redirect("surveys:call", call=self.call.pk)
        messages.success(request, _("已记录：%(state)s。") % {"state": done.get_state_display()})
        return redirect("surveys:calls")

    def shown(self, request: HttpRequest, form: AttemptForm | None, status: int) -> HttpResponse:
        call: SurveyCall = self.call
        context = {
            "call": call,
            "petition": call.petition,
            "answer": queries.answer_to(call),
            "tried": self.tried,
            "left": call.survey.rule.most_attempts - len(self.tried),
            "form": form,
        }
        return render(request, "surveys/call.html", context, status=status)
