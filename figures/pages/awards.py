"""The awards of a month: those that were confirmed, and for supervisors the shortlist and the form to confirm one."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateformat import format as date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role
from departments.models import Department
from figures.months import known_petitions
from figures.pages.award_sheets import Given, Proposed, award_sheet, behind_sheet, candidate_sheet
from figures.pages.score_page import MonthPage
from petitions.models import Level
from scores.awards import FACTS_MOST, Candidate, confirm_award, evidence, nominated, shortlist
from scores.models import Award, AwardKind, CycleFact
from scores.scorecard import month_of
from ui.fields import long_text
from ui.refusals import show_refusal
from verbs.inputs import REASON_MIN
from verbs.refusals import Refusal


class Awards(MonthPage):
    """The month's awards; for supervisors the shortlist, too. Petitions the reader may not know of are only counted."""

    url_name = "figures:awards"

    def get(self, request: HttpRequest) -> HttpResponse:
        awards = list(
            Award.objects.filter(month=self.month)
            .select_related("department", "confirmed_by")
            .prefetch_related("facts")
        )
        candidates = shortlist(self.month) if self.user.has_role(Role.SUPERVISOR) else []
        given = {(award.kind, award.department_id) for award in awards}
        titles = known_petitions(self.user, _numbers(awards, candidates))
        published = [Given(award, *_readable(award.facts.all(), titles)) for award in awards]
        proposed = [
            Proposed(one, *_readable(one.facts, titles), (one.kind, one.card.department.pk) in given)
            for one in candidates
        ]
        is_supervisor = self.user.has_role(Role.SUPERVISOR)
        if request.GET.get("as") == "xlsx":
            shortlisted = [candidate_sheet(proposed)] if is_supervisor else []
            return self.workbook(award_sheet(published), *shortlisted, behind_sheet(published, proposed))
        context = {"awards": published, "candidates": proposed, "is_supervisor": is_supervisor}
        return render(request, "figures/awards.html", self.head() | context)


def _numbers(awards: Iterable[Award], candidates: Iterable[Candidate]) -> Iterable[str]:
    facts = [
        *(fact for award in awards for fact in award.facts.all()),
        *(fact for one in candidates for fact in one.facts),
    ]
    return [fact.number for fact in facts]


def _readable(facts: Iterable[CycleFact], titles: dict[str, str]) -> tuple[list[tuple[CycleFact, str]], int]:
    """Return the facts whose petitions the reader may know of, each with its title; and how many facts are left out.

    titles  of the petitions that the reader may know of, by number
    """
    known = [(fact, titles[fact.number]) for fact in facts if fact.number in titles]
    return known, len(list(facts)) - len(known)


class ConfirmForm(forms.Form):
    """The form that confirms an award: the cycles that the reason is about, all preselected, and the reason."""

    facts = forms.MultipleChoiceField(
        label=gettext_lazy("依据的办理"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = long_text(gettext_lazy("理由"), least=REASON_MIN, help_text=gettext_lazy("与奖项一起公布。"))

    def __init__(self, data: Any = None, *, choices: list[tuple[int, str]]) -> None:
        super().__init__(data, initial={"facts": [key for key, _label in choices]})
        field: Any = self.fields["facts"]
        field.choices = choices


class ConfirmAward(MonthPage):
    """The page on which a supervisor confirms an award of one department."""

    url_name = "figures:confirm_award"
    roles: ClassVar[tuple[str, ...]] = (Role.SUPERVISOR,)

    def get(self, request: HttpRequest, kind: str, department: str) -> HttpResponse:
        found, one = self._named(kind, department)
        if one not in [card.department for card in nominated(found, month_of(self.month))]:
            messages.warning(request, _("这个部门不在本月的候选名单中。"))
            return redirect(self._back())
        return self._shown(request, found, one, ConfirmForm(choices=self._choices(found, one)), 200)

    def post(self, request: HttpRequest, kind: str, department: str) -> HttpResponse:
        found, one = self._named(kind, department)
        form = ConfirmForm(request.POST, choices=self._choices(found, one))
        if not form.is_valid():
            return self._shown(request, found, one, form, 422)
        facts = [int(key) for key in form.cleaned_data["facts"]]
        try:
            confirm_award(
                month=self.month,
                kind=found,
                department=one,
                facts=facts,
                reason=form.cleaned_data["reason"],
                by=self.user,
                now=self.now,
            )
        except Refusal as problem:
            return self._shown(request, found, one, form, show_refusal(form, problem))
        messages.success(request, _("奖项已确认并公布。"))
        return redirect(self._back())

    def _named(self, kind: str, department: str) -> tuple[AwardKind, Department]:
        if kind not in AwardKind.values:
            raise Http404
        return AwardKind(kind), get_object_or_404(Department, code=department)

    def _choices(self, kind: AwardKind, department: Department) -> list[tuple[int, str]]:
        facts = list(evidence(kind, self.month, department)[:FACTS_MOST])
        titles = known_petitions(self.user, [fact.number for fact in facts])
        return [(fact.pk, f"{fact.number} {titles.get(fact.number, '')} · {_tells(kind, fact)}") for fact in facts]

    def _back(self) -> str:
        return f"{reverse('figures:awards')}?month={self.month:%Y-%m}"

    def _shown(
        self, request: HttpRequest, kind: AwardKind, one: Department, form: ConfirmForm, status: int
    ) -> HttpResponse:
        context = {"form": form, "kind": kind, "department": one, "month": self.month, "back": self._back()}
        return render(request, "figures/confirm_award.html", context, status=status)


def _tells(kind: AwardKind, fact: CycleFact) -> str:
    """Say why the cycle is evidence: for a pilot how it was rated, for a snail when its answer was due."""
    if kind == AwardKind.PILOT:
        return str(Level(fact.level).label)  # type: ignore[arg-type]  # evidence for a pilot is rated
    due = date_format(localtime(fact.answer_due_at), "Y-m-d H:i") if fact.answer_due_at else ""
    return _("%(due)s到期，超时答复") % {"due": due}
