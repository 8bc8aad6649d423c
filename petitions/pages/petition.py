"""One petition: what it is, where it stands, who has it, what happened, and what the reader can do now."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.models import Role
from petitions import limit_queries, queries
from petitions.attachments import response_for
from petitions.models import Petition, State
from petitions.pages.clocks import LIMIT_VERBS, limits_offered
from petitions.permissions import can_see_internal, can_see_petitioner, possible_verbs, relation_to

# The verbs as buttons: icon and label, in the order they are offered; the first possible one is the main one.
BUTTONS: list[tuple[str, str, Any]] = [
    ("dispatch", "send", _("派单")),
    ("check_in", "hand", _("报到")),
    ("resolve", "check-check", _("办结答复")),
    ("answer_support", "check", _("协办答复")),
    ("contact", "phone", _("记录联系")),
    ("progress", "notebook-pen", _("记录进展")),
    ("rate", "star", _("评价")),
    ("reopen", "rotate-ccw", _("重新办理")),
    ("supplement", "file-plus", _("补充材料")),
    ("urge", "bell-ring", _("催办")),
    ("decide_extension", "calendar-check", _("审批延期")),
    ("decide_hold", "calendar-check", _("审批挂账")),
    ("resume", "play", _("恢复办理")),
    ("ask_extension", "calendar-plus", _("申请延期")),
    ("ask_hold", "pause", _("申请挂账")),
    ("issue_order", "siren", _("开具督办单")),
    ("send_back", "undo-2", _("退单")),
    ("withdraw", "x", _("撤回诉求")),
]
STEPS: list[tuple[str, Any]] = [
    (State.REPORTED, _("提交")),
    (State.ASSIGNED, _("派单办理")),
    (State.RESOLVED, _("答复")),
    (State.RATED, _("评价")),
]


class ShowPetition(View):
    """The petition's page, the same for everybody who may see it; what is shown and offered depends on who reads."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        user: Any = request.user
        petition = get_object_or_404(queries.listed(user), number=number)
        relation, now = relation_to(petition, user), timezone.now()
        clocks = limit_queries.readable_clocks(petition, user).filter(cycle=petition.cycle)
        readings = limit_queries.clock_readings(clocks, now)
        possible = _offered(petition, relation, possible_verbs(petition, relation))
        possible = (possible - LIMIT_VERBS) | limits_offered(petition, relation, readings)
        parts = queries.readable_parts(petition, user)
        return render(
            request,
            "petitions/show.html",
            {
                "petition": petition,
                "buttons": [button for button in BUTTONS if button[0] in possible],
                "steps": STEPS,
                "step": _step_of(petition),
                "holding": [part for part in parts if part.cycle == petition.cycle and not part.ended_at],
                "answers": [part for part in parts if part.is_answer_shown],  # type: ignore[attr-defined]
                "events": reversed(queries.timeline(petition, user)),
                "files": queries.readable_attachments(petition, user),
                "see_petitioner": can_see_petitioner(petition, user),
                "see_internal": can_see_internal(user),
                "see_query_code": relation.asks or user.has_role(Role.DISPATCHER),
                "running": [one for one in readings if not one.clock.stopped_at],
                "stopped": [one for one in readings if one.clock.stopped_at],
                "orders": limit_queries.orders(user).filter(petition=petition),
                "now": now,
            },
        )


def _offered(petition: Petition, relation: Any, possible: list[str]) -> set[str]:
    """Leave out what the reader's own part makes pointless now: a second check-in, work before it."""
    offered = set(possible)
    if relation.assignments and petition.state == State.ASSIGNED:
        held = relation.assignments
        if all(row.checked_in_at for row in held):
            offered.discard("check_in")
        if not any(row.checked_in_at for row in held):
            offered -= {"contact", "progress", "resolve", "answer_support"}
        if not any(row.is_open for row in held if row.part == "support"):
            offered.discard("answer_support")
    return offered


def _step_of(petition: Petition) -> int:
    """Return how many steps are behind the petition; a closed one stands where it was closed."""
    if petition.state == State.CLOSED:
        return 3 if petition.resolved_at else 2 if petition.assigned_at else 1
    return [state for state, _label in STEPS].index(petition.state) + 1


class DownloadAttachment(View):
    """A file the reader may see, of a petition they may see; never shown in the browser, always downloaded."""

    def get(self, request: HttpRequest, number: str, pk: int) -> FileResponse:
        user: Any = request.user
        petition = get_object_or_404(Petition.objects.visible_to(user), number=number)
        return response_for(get_object_or_404(queries.readable_attachments(petition, user), pk=pk))
