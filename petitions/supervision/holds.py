"""Hold (挂账): the department's limit for its answer rests while something outside its power is awaited.

The clock rests from the approval, not from the request: until somebody has decided, the department works on, and no
decision undoes a level that was raised before. The clock rests until the hold is resumed. The review date says when the
department has to look again; overdue reviews are listed. The enterprise's own clock goes on. When a clock stops, its
hold ends too (limits/clocks.py). Source: domain, clocks (挂账).
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, User
from departments.models import Department
from limits.clocks import end_pauses, recompute
from limits.models import Unit
from petitions.errors import TooLate
from petitions.models import Assignment, Clock, ClockPause, Decision, EventKind, Hold, Petition, State
from petitions.situations import Situation
from petitions.steps import Note, begin
from petitions.supervision.requests import (
    check_can_decide,
    checked_decision,
    running_limit,
    said_of,
    write_decision,
)
from petitions.verb import Verb, own_parts
from verbs.inputs import NOTE_MAX, REASON_MIN, Problems
from verbs.refusals import AlreadyDone

REVIEW_DAYS_MOST = 180  # most calendar days until the review date (assumption)


def check_can_ask_hold(it: Situation, part: Assignment) -> None:
    """Check that the department's limit runs and counts working time, and that no hold of it waits or goes on.

    Raises  TooLate, AlreadyDone
    """
    _limit_to_rest(it, part)


def _limit_to_rest(it: Situation, part: Assignment) -> Clock:
    clock = running_limit(it, part)
    if clock.unit == Unit.CALENDAR_DAYS:
        raise AlreadyDone(_("这项时限按自然日计算，不能挂账。"))
    asked = [one for one in it.holds if one.clock_id == clock.pk and one.decision != Decision.REFUSED]
    if any(one.resumed_at is None for one in asked):
        raise AlreadyDone(_("已经申请挂账或正在挂账。"))
    return clock


def check_runs(_it: Situation, hold: Hold) -> None:
    """Check that the hold was approved and goes on.

    Raises  AlreadyDone
    """
    if hold.decision != Decision.APPROVED or hold.resumed_at:
        raise AlreadyDone(_("这项挂账没有生效，或已经恢复办理。"))


def _own_holds(it: Situation) -> Sequence[Hold]:
    own = {part.pk for part in it.own_parts}
    return [hold for hold in it.holds if hold.assignment_id in own]


def _holds_to_resume(it: Situation) -> Sequence[Hold]:
    return it.holds if it.relation.has(Role.SUPERVISOR) else _own_holds(it)


def _review_is_due(it: Situation) -> int:
    today = timezone.localdate(it.now)
    return 6 if any(hold.review_date <= today for hold in REVIEW_HOLD.choosable(it)) else 0


ASK_HOLD = Verb(
    name="ask_hold",
    label=gettext_lazy("申请挂账"),
    icon="pause",
    rule=lambda who: who.has(Role.HEAD) and who.holds(),
    states=(State.ASSIGNED,),
    is_for_group=True,
    about=own_parts,
    check=check_can_ask_hold,
)
DECIDE_HOLD = Verb(
    name="decide_hold",
    label=gettext_lazy("审批挂账"),
    icon="calendar-check",
    rule=lambda who: who.has(Role.SUPERVISOR),
    states=(State.ASSIGNED,),
    about=lambda it: it.holds,
    check=check_can_decide,
    nothing=gettext_lazy("没有待审批的挂账申请。"),
    next_step=lambda _it: 7,
)
REVIEW_HOLD = Verb(
    name="review_hold",
    label=gettext_lazy("挂账复核"),
    icon="calendar-search",
    rule=lambda who: who.has(Role.HEAD) and who.holds(),
    states=(State.ASSIGNED,),
    about=_own_holds,
    check=check_runs,
    nothing=gettext_lazy("没有正在挂账的事项。"),
    next_step=_review_is_due,
)
RESUME = Verb(
    name="resume",
    label=gettext_lazy("恢复办理"),
    icon="play",
    rule=lambda who: (who.has(Role.HEAD) and who.holds()) or who.has(Role.SUPERVISOR),
    states=(State.ASSIGNED,),
    about=_holds_to_resume,
    check=check_runs,
    nothing=gettext_lazy("没有正在挂账的事项。"),
)
VERBS = (ASK_HOLD, DECIDE_HOLD, REVIEW_HOLD, RESUME)


def ask_hold(
    *,
    petition: Petition,
    by: User,
    reason: str,
    review_date: date | None,
    department: Department | None = None,
    now: datetime,
) -> Petition:
    """Ask that the department's limit rests while something outside its power is awaited.

    review_date  when the department looks at the matter again; after today, at most REVIEW_DAYS_MOST ahead
    Raises  InvalidInput, NotPermitted, WrongState, FollowsParent, TooLate,
            AlreadyDone (a request waits, on hold, answered, or a limit in calendar days)
    Source  domain: clocks (挂账)
    """
    problems = Problems()
    reason = problems.text("reason", reason, least=REASON_MIN, most=NOTE_MAX)
    day = _checked_review(problems, review_date, now)
    problems.raise_if_any()
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=ASK_HOLD, now=now)
        part = step.own_part(department)
        clock = _limit_to_rest(step, part)
        asked = Hold.objects.create(
            assignment=part, clock=clock, reason=reason, review_date=day, asked_at=now, asked_by=by
        )
        return step.finish(EventKind.ASK_HOLD, **said_of(asked, text=reason, review_date=f"{day}"))


def _checked_review(problems: Problems, review_date: date | None, now: datetime) -> date:
    today = timezone.localdate(now)
    day = review_date or today
    problems.need("review_date", day > today, _("复核日期应在今天之后。"))
    is_near = (day - today).days <= REVIEW_DAYS_MOST
    problems.need("review_date", is_near, _("复核日期最晚在%(most)d天之内。") % {"most": REVIEW_DAYS_MOST})
    return day


def decide_hold(*, hold: Hold, by: User, decision: str, note: str = "", now: datetime) -> Petition:
    """Approve or refuse the hold. With an approval the clock rests from now on, and the enterprise is told of it.

    decision  Decision.APPROVED or Decision.REFUSED; a refusal needs a note
    Raises  InvalidInput, NotPermitted, WrongState, AlreadyDone (decided before, or the limit was stopped),
            TooLate (an approval after the limit is over)
    """
    note = checked_decision(decision, note)
    with transaction.atomic():
        step = begin(petition=hold.assignment.petition, by=by, verb=DECIDE_HOLD, now=now)
        hold = step.chosen(hold)
        if decision == Decision.REFUSED:
            write_decision(hold, by, decision, note, now)
            return step.finish(EventKind.DECIDE_HOLD, **said_of(hold, text=note, decision=decision))
        if hold.clock.is_overdue(now):
            raise TooLate()
        write_decision(hold, by, decision, note, now)
        ClockPause.objects.create(clock=hold.clock, begins_at=now, reason=hold.reason[:200])
        recompute(hold.clock)
        said = said_of(hold, text=hold.reason, decision=decision, review_date=f"{hold.review_date}")
        return step.finish(EventKind.DECIDE_HOLD, **(said | Note(is_public=True)))


def review_hold(*, hold: Hold, by: User, text: str, review_date: date | None, now: datetime) -> Petition:
    """Note how far the awaited matter has come, and set the next review date. The enterprise reads the note.

    Safe to repeat at once: the same note right after is not written again.
    Raises  InvalidInput, NotPermitted, WrongState, AlreadyDone (the hold does not run)
    """
    problems = Problems()
    text = problems.text("text", text, most=NOTE_MAX)
    day = _checked_review(problems, review_date, now)
    problems.raise_if_any()
    with transaction.atomic():
        step = begin(petition=hold.assignment.petition, by=by, verb=REVIEW_HOLD, now=now)
        hold = step.chosen(hold)
        said = said_of(hold, text=text, review_date=f"{day}") | Note(is_public=True)
        if hold.review_date == day and step.is_repeated(EventKind.PROGRESS, **said):
            return step.petition
        hold.review_date = day
        hold.save(update_fields=["review_date"])
        return step.finish(EventKind.PROGRESS, **said)


def resume_hold(*, hold: Hold, by: User, note: str = "", now: datetime) -> Petition:
    """End the hold, so that the clock goes on: as the department that asked for it, or as a supervisor.

    Raises  InvalidInput, NotPermitted, WrongState, AlreadyDone (the hold does not run)
    """
    problems = Problems()
    note = problems.text("note", note, least=0, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        step = begin(petition=hold.assignment.petition, by=by, verb=RESUME, now=now)
        hold = step.chosen(hold)
        end_pauses(Clock.objects.filter(pk=hold.clock_id), now=now)
        return step.finish(EventKind.RESUME, **(said_of(hold, text=note) | Note(is_public=True)))
