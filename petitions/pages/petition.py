"""One petition: what it is, where it stands, who has it, what happened, and what the reader can do now."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.models import Role
from accounts.requests import SignedIn
from petitions import group_queries, queries
from petitions.clocks.nearest import OWED, by_end
from petitions.clocks.reading import clock_readings
from petitions.discussion import DISCUSS
from petitions.linking import UNLINK
from petitions.merging import UNMERGE
from petitions.models import OPEN_STATES, Assignment, Clock, EventKind, Petition, State
from petitions.offered import offered, offered_on
from petitions.pages.beside import with_what_is_beside
from petitions.pages.buttons import buttons
from petitions.pages.discussion import DiscussForm, parties
from petitions.pages.parts import part_rows
from petitions.permissions import can_see_internal, can_see_petitioner
from petitions.ratings.rating import CHANGE_RATING
from petitions.search.similar import Similar, similar_petitions
from petitions.send_back_queries import send_backs
from petitions.situations import Situation, situation_of
from petitions.supervision import known
from petitions.timeline import timeline

# What a department can ask for about its clock. Circumstances and the relations of Clock have the same names.
REQUESTS = ("extensions", "holds")
STEPS: list[tuple[str, Any]] = [
    (State.REPORTED, _("提交")),
    (State.ASSIGNED, _("派单办理")),
    (State.RESOLVED, _("答复")),
    (State.RATED, _("评价")),
]


class ShowPetition(View):
    """The petition's page, the same for everybody who may see it; what is shown and offered depends on who reads."""

    def get(self, request: SignedIn, number: str) -> HttpResponse:
        user = request.user
        petition = get_object_or_404(queries.listed(user), number=number)
        now = timezone.now()
        it = situation_of(petition, user, now)
        readings = clock_readings(petition, user, now)
        read = queries.readable_parts(petition, user)
        still = [one for one in readings if not one.clock.stopped_at]
        answers = [one for one in read if one.is_answer_shown]
        parts = [one.part for one in read]
        holding = [part for part in parts if part.cycle == petition.cycle and not part.ended_at]
        see_internal = can_see_internal(user)
        owed = [one for one in still if one.clock.promise in OWED or not see_internal]
        returns = list(send_backs(user).filter(assignment__petition=petition)) if see_internal else []
        orders = list(known.orders(user).filter(petition=petition))
        if see_internal:
            clocks = [one.clock for one in readings if isinstance(one.clock, Clock)]
            running = [clock for clock in clocks if not clock.stopped_at]
            asked = {name: [row for clock in clocks for row in getattr(clock, name).all()] for name in REQUESTS}
            it.around.take(petition, running=running, orders=orders, **asked)
        it.around.take(petition, parts=holding)
        possible = offered(it)
        context = {
            "buttons": buttons(it, possible),
            "steps": STEPS,
            "step": _step_of(petition),
            "holding": part_rows(holding, readings),
            "send_backs": returns,
            "discuss_form": _discuss_form(it, holding) if DISCUSS in possible else None,
            "may_change_rating": CHANGE_RATING in possible,
            "may_unmerge": UNMERGE in possible,
            "answers": with_what_is_beside(answers, user, now),
            "running": still,
            "nearest": min(owed, key=lambda one: by_end(one.clock), default=None),
            "stopped": [one for one in readings if one.clock.stopped_at],
            "joins": [verb.name for verb in possible],
            "see_internal": see_internal,
            "orders": orders,
            "now": now,
        }
        return render(request, "petitions/show.html", _about(it) | context)


def _about(it: Situation) -> dict[str, Any]:
    """Return what the page shows besides the handling: what happened, who asked, files, and related petitions."""
    petition, user = it.petition, it.by
    group = group_queries.group_of(petition, user)
    entries = timeline(petition, user)
    return {
        "petition": petition,
        "other_regions": petition.other_regions.all(),
        "thread": [entry for entry in entries if entry.event.kind == EventKind.DISCUSS],
        "entries": [entry for entry in reversed(entries) if entry.event.kind != EventKind.DISCUSS],
        "group": group,
        "unlinkable": _unlinkable(group.members, it) if group else (),
        "merged": group_queries.merged_into(petition, user),
        "survivor": group_queries.survivor(petition, user),
        "files": queries.readable_attachments(petition, user),
        "see_petitioner": can_see_petitioner(petition, user),
        "see_query_code": it.relation.asks or user.has_role(Role.DISPATCHER),
        "similar": _similar(petition, user),
    }


def _similar(petition: Petition, user: Any) -> list[Similar]:
    """Return the petitions like this one, if it is open and the reader is a dispatcher or supervisor; else none."""
    is_shown = petition.state in OPEN_STATES and user.has_role(Role.DISPATCHER, Role.SUPERVISOR)
    return similar_petitions(petition, user) if is_shown else []


def _unlinkable(members: Sequence[Petition], it: Situation) -> set[int]:
    """Return the keys of the group's petitions that the reader can take out of it."""
    return {key for key, verbs in offered_on(members, it.by, it.now, [UNLINK]).items() if verbs}


def _discuss_form(it: Situation, holding: Sequence[Assignment]) -> DiscussForm:
    return DiscussForm(assignments=it.own_parts, parties=parties(holding, it.relation))


def _step_of(petition: Petition) -> int:
    """Return how many steps the petition has passed; a closed one counts those passed before it was closed."""
    if petition.state == State.CLOSED:
        return 3 if petition.resolved_at else 2 if petition.assigned_at else 1
    return [state for state, _label in STEPS].index(petition.state) + 1
