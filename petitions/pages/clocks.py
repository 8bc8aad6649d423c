"""The clocks on a petition's page: what can be asked and decided about them, and how one was computed, day by day."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.vary import vary_on_headers

from accounts.models import Role
from petitions import limit_queries
from petitions.clock_reading import ClockReading
from petitions.models import ANSWER_CLOCKS, Decision, Petition
from petitions.permissions import RULES, Relation

LIMIT_VERBS = {"ask_extension", "decide_extension", "ask_hold", "decide_hold", "resume"}


def limits_offered(petition: Petition, relation: Relation, readings: Sequence[ClockReading]) -> set[str]:
    """Return the verbs about limits that the person can use and that have something to be about."""
    running = [one for one in readings if one.clock.stopped_at is None and one.clock.kind in ANSWER_CLOCKS]
    held = {row.pk for row in relation.assignments}
    is_supervisor = relation.has(Role.SUPERVISOR)
    offered: set[str] = set()
    for one in running:
        is_own = one.clock.assignment_id in held
        if one.is_paused and (is_own or is_supervisor):
            offered.add("resume")
        offered |= _to_ask(one) if is_own else set()
        offered |= _to_decide(one) if is_supervisor else set()
    return {verb for verb in offered if RULES[verb](relation) and petition.allows(verb)}


def _to_decide(one: ClockReading) -> set[str]:
    offered: set[str] = set()
    if any(row.decision == Decision.PENDING for row in one.clock.extensions.all()):
        offered.add("decide_extension")
    if any(row.decision == Decision.PENDING for row in one.clock.holds.all()):
        offered.add("decide_hold")
    return offered


def _to_ask(one: ClockReading) -> set[str]:
    if one.is_overdue or one.is_paused:
        return set()
    asked = [row for row in one.clock.extensions.all() if row.decision != Decision.REFUSED]
    waiting = [row for row in one.clock.holds.all() if row.decision == Decision.PENDING]
    return (set() if asked else {"ask_extension"}) | (set() if waiting else {"ask_hold"})


@method_decorator(vary_on_headers("HX-Request"), name="dispatch")
class ExplainClock(View):
    """How one clock was computed: rule, calendar, pauses, and each day's minutes (htmx: without the page around)."""

    def get(self, request: HttpRequest, number: str, pk: int) -> HttpResponse:
        user: Any = request.user
        petition = get_object_or_404(Petition.objects.visible_to(user), number=number)
        clocks = limit_queries.readable_clocks(petition, user).filter(pk=pk)
        readings = limit_queries.clock_readings(clocks, timezone.now())
        if not readings:
            raise Http404
        template = "petitions/clock.html#explanation" if request.htmx else "petitions/clock.html"  # type: ignore[attr-defined]
        return render(request, template, {"petition": petition, "reading": readings[0]})
