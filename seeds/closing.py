"""What follows a month that is over: its sample is drawn and called, the month is frozen, awards are confirmed.

Each step is dated when it would have been done. Only the first load makes calls and confirms awards; later ones are
left to people.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from petitions.models import IsSolved
from scores.awards import confirm_award, shortlist
from scores.freezing import freeze_month, frozen_from
from scores.models import Award, AwardKind, FrozenMonth
from scores.scorecard import months_scored, shifted
from seeds.moments import after
from surveys.calling import Attempt, record_attempt
from surveys.models import Result, SurveyAttempt, SurveyCall
from surveys.sampling import draw_due_sample, ready_at

# The sample is drawn at midnight. Calls are made on the first working day after it: from this hour on, this far apart.
FIRST_CALL, NEXT_CALL = timedelta(hours=9), timedelta(minutes=12)
# The level that is assumed for an enterprise that gave no rating; and whether an enterprise says that the problem is
# solved, by the level that it tells the evaluator.
UNRATED = 4
TOLD = {1: IsSolved.NO, 2: IsSolved.NO, 3: IsSolved.PARTLY, 4: IsSolved.YES, 5: IsSolved.YES}
# How many cycles are named as evidence for an award, and the reason given for each kind.
NAMED = 3
REASONS = {
    AwardKind.PILOT: "满意率明显高于全市，所列办件一次说清、一次办成，企业评价高，予以表扬。",
    AwardKind.SNAIL: "按时办结率明显低于全市，所列办件超过时限才答复，请查明原因并整改。",
}


def call_sample(rows: Iterable[Mapping[str, str]], *, now: datetime) -> int:
    """Draw the sample of the month before, as the job does, and make its first calls: one for each row of calls.csv.

    No calls are made when there are attempts already.
    Returns how many calls were drawn; 0 when no sample was drawn now
    """
    ready = ready_at(shifted(timezone.localdate(now).replace(day=1), -1))
    drawn = draw_due_sample(now=ready) if ready <= now else 0
    if drawn and not SurveyAttempt.objects.exists():
        calls = SurveyCall.objects.select_related("fact", "evaluator", "survey").order_by("place")
        for row, call in zip(rows, calls, strict=False):
            _call(call, row, now)
    return drawn


def _call(call: SurveyCall, row: Mapping[str, str], now: datetime) -> None:
    assert call.evaluator is not None  # people.csv has an evaluator
    at = after(call.survey.drawn_at, "1d") + FIRST_CALL + call.place * NEXT_CALL
    told: Mapping[str, object] = {}
    if row["result"] == Result.REACHED:
        level = min(max((call.fact.level or UNRATED) - int(row["below"]), 1), 5)
        told = {"level": level, "is_solved": TOLD[level]}
    attempt = Attempt(result=row["result"], remarks=row["remarks"], **told)  # type: ignore[arg-type]
    record_attempt(call=call, by=call.evaluator, number=1, attempt=attempt, now=min(at, now))


def freeze_past(*, now: datetime) -> int:
    """Freeze every past month that may be frozen, each dated at the first moment at which it could be.

    The job skips these months, because they lie before the month in which the first fact was written.
    Returns how many months were frozen
    """
    past = [month for month in reversed(months_scored(until=timezone.localdate(now))) if frozen_from(month) <= now]
    open_months = [month for month in past if not FrozenMonth.objects.filter(pk=month).exists()]
    for month in open_months:
        freeze_month(month=month, by=User.objects.system(), now=frozen_from(month))
    return len(open_months)


def confirm_awards(*, now: datetime) -> int:
    """Confirm the first candidate of each kind for the last frozen month, unless there is an award already.

    The other candidates are left for whoever tries the pages.
    Returns how many awards were confirmed
    """
    frozen = FrozenMonth.objects.order_by("pk").last()
    if frozen is None or Award.objects.exists():
        return 0
    first = {one.kind: one for one in reversed(shortlist(frozen.pk))}
    for kind, candidate in first.items():
        confirm_award(
            month=frozen.pk,
            kind=kind,
            department=candidate.card.department,
            facts=[fact.pk for fact in candidate.facts[:NAMED]],
            reason=REASONS[kind],
            by=User.objects.get(username="supervisor"),
            now=min(after(frozen.frozen_at, "1d"), now),
        )
    return len(first)
