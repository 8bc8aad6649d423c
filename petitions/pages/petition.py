"""One petition: what it is, where it stands, who has it, what happened, and what the reader can do now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.models import Role
from petitions import group_queries, limit_queries, queries
from petitions.attachments import response_for
from petitions.groups import OPEN_STATES
from petitions.models import Assignment, EventKind, Part, Petition, State
from petitions.pages.beside import with_what_is_beside
from petitions.pages.clocks import LIMIT_VERBS, limits_offered
from petitions.pages.joint import part_rows, parties
from petitions.pages.joint_forms import DiscussForm
from petitions.pages.rating import ratings_offered
from petitions.pages.send_back import VERBS as SEND_BACK_VERBS
from petitions.pages.send_back import send_backs_offered
from petitions.permissions import RULES, Relation, can_see_internal, can_see_petitioner, possible_verbs, relation_to
from petitions.resolution import REOPENABLE_FOR
from petitions.search.similar import Similar, similar_petitions
from petitions.send_back_queries import send_backs

# The verbs as buttons: icon and label, in the order they are offered; the first possible one is the main one.
BUTTONS: list[tuple[str, str, Any]] = [
    ("dispatch", "send", _("派单")),
    ("decide_send_back", "scale", _("裁决退单")),
    ("escalate_up", "arrow-up-from-line", _("提请上级派单")),
    ("delegate_down", "arrow-down-to-line", _("下放派单")),
    ("check_in", "hand", _("报到")),
    ("resolve", "check-check", _("办结答复")),
    ("answer_support", "check", _("协办答复")),
    ("hand_over", "user-round-check", _("指定经办人")),
    ("contact", "phone", _("记录联系")),
    ("progress", "notebook-pen", _("记录进展")),
    ("rate", "star", _("评价")),
    ("judge_rating", "message-square-warning", _("处理再次差评")),
    ("reopen", "rotate-ccw", _("重新办理")),
    ("supplement", "file-plus", _("补充材料")),
    ("urge", "bell-ring", _("催办")),
    ("decide_extension", "calendar-check", _("审批延期")),
    ("decide_hold", "calendar-check", _("审批挂账")),
    ("resume", "play", _("恢复办理")),
    ("ask_extension", "calendar-plus", _("申请延期")),
    ("ask_hold", "pause", _("申请挂账")),
    ("issue_order", "siren", _("开具督办单")),
    ("link", "link", _("关联办理")),
    ("merge", "merge", _("合并诉求")),
    ("add_support", "user-plus", _("增加协办")),
    ("waive_support", "circle-slash", _("免于协办答复")),
    ("remove_support", "user-minus", _("撤出协办")),
    ("dispute_send_back", "scale", _("提出退单争议")),
    ("ask_send_back", "undo-2", _("申请退单")),
    ("undo_dispatch", "undo-2", _("撤回派单")),
    ("withdraw", "x", _("撤回诉求")),
]
JOINS = {"merge", "link"}  # offered beside what is similar, too
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
        parts = queries.readable_parts(petition, user)
        answers = [part for part in parts if part.is_answer_shown]  # type: ignore[attr-defined]
        holding = [part for part in parts if part.cycle == petition.cycle and not part.ended_at]
        see_internal = can_see_internal(user)
        returns = list(send_backs(user).filter(assignment__petition=petition)) if see_internal else []
        possible = _offered(petition, relation, holding, now)
        possible = (possible - LIMIT_VERBS) | limits_offered(petition, relation, readings)
        possible = (possible - SEND_BACK_VERBS) | send_backs_offered(petition, relation, returns, user, now)
        possible |= ratings_offered(petition, relation, now)
        context = {
            "buttons": [button for button in BUTTONS if button[0] in possible],
            "steps": STEPS,
            "step": _step_of(petition),
            "holding": part_rows(holding, readings),
            "send_backs": returns,
            "discuss_form": _discuss_form(possible, relation, holding),
            "may_change_rating": "change_rating" in possible,
            "answers": with_what_is_beside(answers, user, now),
            "running": [one for one in readings if not one.clock.stopped_at],
            "stopped": [one for one in readings if one.clock.stopped_at],
            "joins": possible & JOINS,
            "see_internal": see_internal,
            "now": now,
        }
        return render(request, "petitions/show.html", _about(petition, relation, user) | context)


def _about(petition: Petition, relation: Relation, user: Any) -> dict[str, Any]:
    """What the page says of the petition besides its handling: what happened, who asked, and what it belongs to."""
    events = queries.timeline(petition, user)
    group_queries.name_others(events, user)
    return {
        "petition": petition,
        "other_regions": petition.other_regions.all(),
        "thread": [event for event in events if event.kind == EventKind.DISCUSS],
        "events": [event for event in reversed(events) if event.kind != EventKind.DISCUSS],
        "open_states": OPEN_STATES,
        "group": group_queries.group_of(petition, user),
        "may_unlink": RULES["unlink"](relation),
        "merged": group_queries.merged_into(petition, user),
        "survivor": group_queries.survivor(petition, user),
        "may_unmerge": RULES["unmerge"](relation),
        "files": queries.readable_attachments(petition, user),
        "see_petitioner": can_see_petitioner(petition, user),
        "see_query_code": relation.asks or user.has_role(Role.DISPATCHER),
        "similar": _similar(petition, user),
        "orders": limit_queries.orders(user).filter(petition=petition),
    }


def _similar(petition: Petition, user: Any) -> list[Similar]:
    """Return what is like an open petition, for those who may bring the two together."""
    is_shown = petition.state in OPEN_STATES and user.has_role(Role.DISPATCHER, Role.SUPERVISOR)
    return similar_petitions(petition, user) if is_shown else []


def _offered(petition: Petition, relation: Relation, holding: Sequence[Assignment], now: datetime) -> set[str]:
    """Return the verbs the reader can use, but for what the departments' parts make pointless now: a second check-in,
    work before it, an undo after it."""
    offered = set(possible_verbs(petition, relation)) | _about_supports(petition, relation, holding)
    if not _can_be_undone(petition, holding):
        offered.discard("undo_dispatch")
    offered -= _too_late(petition, now)
    if petition.group_size > 1:  # type: ignore[attr-defined]
        offered.discard("link")
    if relation.assignments and petition.state == State.ASSIGNED:
        held = relation.assignments
        if all(row.checked_in_at for row in held):
            offered.discard("check_in")
        if not any(row.checked_in_at for row in held):
            offered -= {"contact", "progress", "resolve", "answer_support"}
        if not any(row.is_open for row in held):
            offered.discard("hand_over")
        if not any(row.is_open for row in held if row.part == "support"):
            offered.discard("answer_support")
    return offered


def _too_late(petition: Petition, now: datetime) -> set[str]:
    is_over = petition.resolved_at is not None and now > petition.resolved_at + REOPENABLE_FOR
    return {"reopen"} if is_over else set()


def _about_supports(petition: Petition, relation: Relation, holding: Sequence[Assignment]) -> set[str]:
    """A support can be taken back or let off while it owes its answer."""
    if not any(part.is_open for part in holding if part.part == Part.SUPPORT):
        return set()
    verbs = ("remove_support", "waive_support")
    return {verb for verb in verbs if RULES[verb](relation) and petition.allows(verb)}


def _discuss_form(possible: set[str], relation: Relation, holding: Sequence[Assignment]) -> DiscussForm | None:
    if "discuss" not in possible:
        return None
    return DiscussForm(assignments=relation.assignments, parties=parties(holding, relation))


def _can_be_undone(petition: Petition, holding: Sequence[Assignment]) -> bool:
    """Whether a dispatch is still worth offering to be taken back (petitions/undo.py decides)."""
    if any(part.answered_at for part in holding):
        return False
    return petition.automatic_dispatch is not None or not any(part.checked_in_at for part in holding)


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
