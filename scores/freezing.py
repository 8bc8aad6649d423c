"""Freezing a month: from then on its scorecards stand, whatever comes to light later.

A month may be frozen when its 5th following working day has ended, in the city's calendar; until that moment a
department may appeal and a supervisor decides. A job freezes what is past it, so that nobody has to remember.
Left out: undoing it. A frozen month that turned out wrong is explained beside it, not replaced.
Source: domain, scores per department; docs/adr/0020-facts-and-frozen-months.md.
"""

from dataclasses import asdict
from datetime import date, datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Role, User
from departments.calendars import city_calendar
from departments.working_calendar import ZONE
from scores.errors import TooEarly, TooLate
from scores.models import Appeal, AppealDecision, CycleFact, FrozenMonth, Scorecard, ScoreFormula
from scores.scorecard import counted, formula_of, shifted
from scores.scoring import standings
from verbs.refusals import AlreadyDone, NotPermitted

FROZEN_AFTER_DAYS = 5  # working days after the month (domain: frozen on its 5th following working day)

# Whoever writes a fact or an appeal holds this table in a weaker mode to the end of their transaction: once the lock is
# there, every key given out is committed, no appeal is half decided, and no other process freezes. Readers go on.
LOCK = "LOCK TABLE scores_cyclefact IN EXCLUSIVE MODE"
# The months there may be something to freeze in, by one look into an index each. None before the first fact was
# written: old letters that are imported make months of their own, which are shown as they are.
UNFROZEN = """
SELECT month::date FROM generate_series(
           (SELECT date_trunc('month', recorded_at AT TIME ZONE 'Asia/Shanghai')
              FROM scores_cyclefact ORDER BY id LIMIT 1), %(last)s::timestamp, '1 month') month
 WHERE EXISTS (SELECT 1 FROM scores_cyclefact fact WHERE fact.month = month.month::date)
   AND NOT EXISTS (SELECT 1 FROM scores_frozenmonth frozen WHERE frozen.month = month.month::date)
 ORDER BY 1
"""


def frozen_from(month: date) -> datetime:
    """Return the moment from which the month may be frozen: the end of its 5th following working day.

    month   a first day
    Raises  ValueError for a month outside the calendar
    """
    last_moment = datetime.combine(shifted(month, 1), time(0), ZONE) - timedelta.resolution
    moment = city_calendar().add_days(last_moment, FROZEN_AFTER_DAYS)
    assert moment is not None  # only a pause leaves a limit open
    return moment


def check_month_is_open(month: date, now: datetime) -> None:
    """Raise TooLate when the month is frozen or may be. Holds for the transaction that has a fact of it locked."""
    if now >= frozen_from(month) or FrozenMonth.objects.filter(pk=month).exists():
        raise TooLate()


def freeze_month(*, month: date, by: User, now: datetime) -> FrozenMonth:
    """Write everybody's scorecard of the month, for good; appeals nobody has decided until then are refused.

    Safe to race: the second one is refused.
    month   a first day
    Raises  NotPermitted, TooEarly, AlreadyDone
    """
    if not by.has_role(Role.SUPERVISOR, Role.SYSTEM):
        raise NotPermitted()
    moment = frozen_from(month)
    if now < moment:
        when = f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
        raise TooEarly(_("%(month)s的成绩最早在%(when)s冻结。") % {"month": f"{month:%Y-%m}", "when": when})
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(LOCK)
        if FrozenMonth.objects.filter(pk=month).exists():
            raise AlreadyDone(_("%(month)s的成绩已经冻结。") % {"month": f"{month:%Y-%m}"})
        _refuse_pending(month, by, now)
        return _write(month, by, now)


def _refuse_pending(month: date, by: User, now: datetime) -> None:
    # Kept as a text of record, so in the language of the house.
    with override("zh-hans"):
        why = _("冻结前未作出裁定，按不成立处理。")
    Appeal.objects.filter(month=month, decision=AppealDecision.PENDING).update(
        decision=AppealDecision.REFUSED, decided_by=by, decided_at=now, decided_why=why
    )


def _write(month: date, by: User, now: datetime) -> FrozenMonth:
    # Nobody changes the formula until this is committed, and then the database refuses it.
    formula = ScoreFormula.objects.select_for_update(no_key=True).get(pk=formula_of(month).pk)
    last_fact = CycleFact.objects.aggregate(last=Max("pk"))["last"] or 0
    counts = {department: own for (_month, department), own in counted([month]).items()}
    frozen = FrozenMonth.objects.create(month=month, frozen_at=now, frozen_by=by, formula=formula, last_fact=last_fact)
    Scorecard.objects.bulk_create(
        Scorecard(month=frozen, department_id=key, counts=asdict(counts[key]), score=score, rank=rank)
        for key, (score, rank) in standings(counts, formula).items()
    )
    return frozen


def freeze_due(*, now: datetime) -> list[date]:
    """Freeze every month that has facts and is past its moment, the oldest first, since the first fact was written.

    Safe to repeat, and at once from two processes: a month that another one froze meanwhile is left as it is.
    Returns the months that were frozen
    """
    with connection.cursor() as cursor:
        this_month = timezone.localdate(now).replace(day=1)
        cursor.execute(UNFROZEN, {"last": shifted(this_month, -1)})
        months = [month for (month,) in cursor.fetchall()]
    system = User.objects.system()
    return [month for month in months if now >= frozen_from(month) and _is_frozen_now(month, system, now)]


def _is_frozen_now(month: date, system: User, now: datetime) -> bool:
    try:
        freeze_month(month=month, by=system, now=now)
    except AlreadyDone:
        return False
    return True
