"""Put right what was rated low (差评整改), in the next cycle, with a limit of its own.

If a petition is rated low in a second cycle, a supervisor decides. The cycle that was rated low and its ratings stay.
The lead always takes part in the rectification, for it resolves; a support takes part if it was rated low. Changing the
rating for the better in time cancels the rectification.
Source: domain, answer and rating; docs/adr/0021-ratings.md.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, User
from limits.clocks import stop
from petitions.acts import Act
from petitions.dispatch import assign
from petitions.facts import close_cycle
from petitions.groups import leave_group
from petitions.models import (
    LOW_LEVELS,
    Clock,
    EventKind,
    Part,
    Petition,
    Rating,
    RatingReferral,
    ReferralDecision,
    SendBack,
    State,
    StopReason,
)
from petitions.returning import return_from_closed
from petitions.situations import Situation
from petitions.steps import begin, finish
from petitions.supervision.orders import end_orders
from petitions.verb import Verb
from scores.models import Ending
from verbs.inputs import NOTE_MAX, REASON_MIN, Problems
from verbs.refusals import AlreadyDone


def check_can_judge_rating(it: Situation) -> None:
    """Check that a second low rating of the petition waits for a supervisor.

    Raises  AlreadyDone
    """
    if not it.is_referred:
        raise AlreadyDone(_("这件诉求没有待处理的再次差评。"))


JUDGE_RATING = Verb(
    name="judge_rating",
    label=gettext_lazy("处理再次差评"),
    icon="message-square-warning",
    rule=lambda who: who.has(Role.SUPERVISOR),
    states=(State.RATED,),
    check=check_can_judge_rating,
    next_step=lambda _it: 7,
)
VERBS = (JUDGE_RATING,)


def put_right(act: Act, ratings: Sequence[Rating]) -> Petition:
    """Start what follows from a low rating: a rectification or, if an earlier cycle was rated low, a referral.

    Inside the caller's transaction, the petition's row locked, its state `rated`.
    ratings  of the petition's cycle, at least one of them low
    """
    petition = act.petition
    earlier = Rating.objects.filter(assignment__petition=petition, assignment__cycle__lt=petition.cycle)
    if earlier.filter(level__in=LOW_LEVELS).exists():
        return _refer(act)
    return rectify(act, ratings)


def rectify(act: Act, ratings: Sequence[Rating], *, why: str = "") -> Petition:
    """Start the cycle in which the departments put right what these ratings say, with its own limit (整改时限).

    If the department that led is closed, the petition waits for its desk in that cycle.
    Inside the caller's transaction, the petition's row locked, its state `rated`.
    why  a supervisor's reason, for the event's text; when empty, the text is what the enterprise said in its ratings
    """
    petition, now = act.petition, act.now
    low = [rating for rating in ratings if rating.is_low]
    parts = list(petition.current_assignments().select_related("department"))
    leave_group(act)
    act = act.on(petition)
    petition.rectify(now=now)
    blamed = {rating.assignment_id for rating in low}
    lead = next(part.department for part in parts if part.is_lead)
    supports = [part.department for part in parts if part.is_support and part.pk in blamed]
    supports = [unit for unit in supports if unit.is_active]
    if lead.is_active:
        assign(petition, lead=lead, supports=supports, now=now)
    text, data = why or _complaint(low), {"supports": [unit.pk for unit in supports]}
    petition = finish(act, EventKind.RECTIFY, department=lead, text=text, data=data)
    return petition if lead.is_active else return_from_closed(act.on(petition), department=lead)


def _complaint(low: Sequence[Rating]) -> str:
    """Return what the low ratings say, in words. Of an anonymous rating only the reasons that were ticked."""
    said = {" · ".join(filter(None, [one.reasons(), "" if one.is_anonymous else one.text])): None for one in low}
    return "\n".join(filter(None, said))


def cancel_rectification(act: Act, ratings: Sequence[Rating]) -> Petition:
    """Cancel a rectification that is not answered yet: the rating that started it was changed for the better.

    The petition goes back to the cycle that was rated, in the state `rated`. Inside the caller's transaction, the
    petition's row locked.
    ratings  the ratings of that cycle, as they are now
    """
    petition, by, now = act.petition, act.by, act.now
    act = act.on(petition)
    parts = petition.current_assignments()
    clocks = Clock.objects.filter(petition=petition, cycle=petition.cycle)
    stop(clocks.running(), now=now, reason=StopReason.UNDONE)
    clocks.filter(next_alarm_at__isnull=False).update(next_alarm_at=None)  # no card for a cancelled rectification
    why = _("企业改评，整改撤销，督办单随之办结。")
    end_orders(act, why=why, reason=StopReason.UNDONE, since=petition.assigned_at)
    SendBack.objects.filter(assignment__petition=petition).lapse(by=by, now=now)
    parts.update(ended_at=now)
    lead = petition.assignments.live().select_related("department").get(cycle=petition.cycle - 1, part=Part.LEAD)
    assert lead.answered_at is not None  # it was rated
    petition.cancel_rectify(
        assigned_at=lead.dispatched_at,
        resolved_at=lead.answered_at,
        rated_at=max(rating.rated_at for rating in ratings),
    )
    return finish(act, EventKind.CANCEL_RECTIFY, department=lead.department)


def _refer(act: Act) -> Petition:
    RatingReferral.objects.update_or_create(
        petition=act.petition,
        cycle=act.petition.cycle,
        defaults={
            "referred_at": act.now,
            "decision": ReferralDecision.PENDING,
            "decided_by": None,
            "decided_at": None,
            "decided_why": "",
        },
    )
    return finish(act.on(act.petition), EventKind.REFER_RATING)


def drop_referral(petition: Petition, *, by: User, now: datetime) -> int:
    """End the petition's waiting referral, since the rating was changed for the better. Returns how many ended.

    Safe to repeat.
    """
    waiting = RatingReferral.objects.filter(petition=petition, decision=ReferralDecision.PENDING)
    return waiting.update(decision=ReferralDecision.DROPPED, decided_by=by, decided_at=now)


def judge_rating(*, petition: Petition, by: User, is_again: bool | None, why: str, now: datetime) -> Petition:
    """Decide, as a supervisor, what follows a second low rating: another rectification, or nothing more.

    The decision locks the rating. The enterprise and the departments read the reason.
    Raises  InvalidInput, NotPermitted, WrongState, AlreadyDone (nothing is referred)
    """
    problems = Problems()
    problems.need("is_again", is_again is not None, _("请选择一项。"))
    why = problems.text("why", why, least=REASON_MIN, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=JUDGE_RATING, now=now)
        petition = step.petition
        waiting = petition.referrals.filter(decision=ReferralDecision.PENDING, cycle=petition.cycle)
        decision = ReferralDecision.AGAIN if is_again else ReferralDecision.CONCLUDE
        waiting.update(decision=decision, decided_by=by, decided_at=now, decided_why=why)
        ratings = lock_ratings(petition, now=now)
        petition = step.finish(EventKind.JUDGE_RATING, text=why, data={"referral": decision})
        return rectify(step, ratings, why=why) if is_again else petition


def lock_ratings(petition: Petition, *, now: datetime) -> list[Rating]:
    """Lock the ratings of the petition's current cycle and write the cycle's facts. Inside the caller's transaction.

    Safe to repeat.
    Returns the ratings
    """
    ratings = Rating.objects.filter(assignment__petition=petition, assignment__cycle=petition.cycle)
    if ratings.filter(locked_at__isnull=True).update(locked_at=now):
        close_cycle(petition, ending=Ending.RATED, now=now)
    return list(ratings)
