"""A low rating is put right (差评整改): the next cycle, with its own limit. A second one goes to a supervisor.

The cycle that was rated low and its ratings stay. The lead takes part whoever was rated low, for it resolves; of the
supports, those that were. A rating that is changed for the better in time takes the rectification back.
Source: domain, answer and rating; docs/adr/0021-ratings.md.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from petitions.acts import Act
from petitions.clocks import stop
from petitions.dispatch import assign
from petitions.facts import close_cycle
from petitions.leaving import leave_group
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
    StopReason,
)
from petitions.orders import end_orders
from petitions.steps import begin, finish
from scores.models import Ending
from verbs.inputs import NOTE_MAX, REASON_MIN, Problems
from verbs.refusals import AlreadyDone


def put_right(act: Act, ratings: Sequence[Rating]) -> Petition:
    """Begin what a low rating brings about: a rectification, or the second time a referral to a supervisor.

    Inside the caller's transaction, the petition's row locked and rated.
    ratings  of the petition's cycle, at least one of them low
    """
    petition = act.petition
    earlier = Rating.objects.filter(assignment__petition=petition, assignment__cycle__lt=petition.cycle)
    if earlier.filter(level__in=LOW_LEVELS).exists():
        return _refer(act)
    return rectify(act, ratings)


def rectify(act: Act, ratings: Sequence[Rating], *, why: str = "") -> Petition:
    """Start the cycle in which the departments put right what these ratings say, with its own limit (整改时限).

    Inside the caller's transaction, the petition's row locked and rated.
    why  what a supervisor said of it; else what the enterprise said
    """
    petition, now = act.petition, act.now
    low = [rating for rating in ratings if rating.is_low]
    parts = list(petition.current_assignments().select_related("department"))
    leave_group(act)
    act = act.on(petition)
    petition.rectify(now=now)
    blamed = {rating.assignment_id for rating in low}
    lead = next(part.department for part in parts if part.part == Part.LEAD)
    supports = [part.department for part in parts if part.part == Part.SUPPORT and part.pk in blamed]
    assign(petition, lead=lead, supports=supports, now=now)
    text, data = why or _complaint(low), {"supports": [unit.pk for unit in supports]}
    return finish(act, EventKind.RECTIFY, department=lead, text=text, data=data)


def _complaint(low: Sequence[Rating]) -> str:
    """What has to be put right. Of an anonymous rating only the reasons that were ticked."""
    said = {" · ".join(filter(None, [one.reasons(), "" if one.is_anonymous else one.text])): None for one in low}
    return "\n".join(filter(None, said))


def cancel_rectification(act: Act, ratings: Sequence[Rating]) -> Petition:
    """Take a rectification back that is not answered yet: the rating that began it was changed for the better.

    Inside the caller's transaction, the petition's row locked. The petition is where it was when it was rated.
    ratings  of the cycle that was rated, as they are now
    """
    petition, by, now = act.petition, act.by, act.now
    act = act.on(petition)
    parts = petition.current_assignments()
    clocks = Clock.objects.filter(petition=petition, cycle=petition.cycle)
    stop(clocks.running(), now=now, reason=StopReason.UNDONE)
    clocks.filter(next_alarm_at__isnull=False).update(next_alarm_at=None)  # no card for what was taken back
    why = _("企业改评，整改撤销，督办单随之办结。")
    end_orders(petition, by=by, now=now, why=why, since=petition.assigned_at)
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
    """End a referral that waits: the rating was changed for the better. Safe to repeat. Returns how many ended."""
    waiting = RatingReferral.objects.filter(petition=petition, decision=ReferralDecision.PENDING)
    return waiting.update(decision=ReferralDecision.DROPPED, decided_by=by, decided_at=now)


def judge_rating(*, petition: Petition, by: User, is_again: bool | None, why: str, now: datetime) -> Petition:
    """Decide, as a supervisor, what follows a second low rating: put right once more, or leave it at that.

    The rating is locked by it. The enterprise and the departments read the reason.
    Raises  InvalidInput, NotPermitted, WrongState, AlreadyDone (nothing is referred)
    """
    problems = Problems()
    problems.need("is_again", is_again is not None, _("请选择一项。"))
    why = problems.text("why", why, least=REASON_MIN, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb="judge_rating", now=now)
        petition = step.petition
        waiting = petition.referrals.filter(decision=ReferralDecision.PENDING, cycle=petition.cycle)
        decision = ReferralDecision.AGAIN if is_again else ReferralDecision.CONCLUDE
        if not waiting.update(decision=decision, decided_by=by, decided_at=now, decided_why=why):
            raise AlreadyDone(_("这件诉求没有待处理的再次差评。"))
        ratings = lock_ratings(petition, now=now)
        petition = step.finish(EventKind.JUDGE_RATING, text=why, data={"referral": decision})
        return rectify(step, ratings, why=why) if is_again else petition


def lock_ratings(petition: Petition, *, now: datetime) -> list[Rating]:
    """Lock the ratings of the petition's cycle and write its facts. Inside the caller's transaction.

    Safe to repeat. Returns the ratings
    """
    ratings = Rating.objects.filter(assignment__petition=petition, assignment__cycle=petition.cycle)
    if ratings.filter(locked_at__isnull=True).update(locked_at=now):
        close_cycle(petition, ending=Ending.RATED, now=now)
    return list(ratings)
