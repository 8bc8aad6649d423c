"""Freezing a month: its scorecards are stored and never change again, whatever comes to light later.

A month may be frozen when the 5th working day after it has ended, in the city's calendar. Until that moment departments
may appeal and supervisors decide. A job freezes every month that is past that moment, so that nobody has to remember.
Left out: undoing a freeze. A mistake that is found later is explained beside the frozen month, which stays as it is.
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
from verbs.database import IN_THE_CITY
from verbs.refusals import AlreadyDone, NotPermitted

FROZEN_AFTER_DAYS = 5  # working days after the month's end (domain: frozen on its 5th following working day)

# Every transaction that writes a fact or an appeal holds a weaker lock on this table until it ends. So once this lock
# is granted, every fact that got a key is committed, no appeal is being decided, and no other process freezes. Reading
# goes on meanwhile.
LOCK = "LOCK TABLE scores_cyclefact IN EXCLUSIVE MODE"
# The months that have facts and are not frozen, with one index lookup for each month. They begin with the month in
# which the first fact was written: imported old letters make facts of older months, and the job does not freeze those.
UNFROZEN = f"""
SELECT month::date FROM generate_series(
           (SELECT date_trunc('month', recorded_at {IN_THE_CITY})
              FROM scores_cyclefact ORDER BY id LIMIT 1), %(last)s::timestamp, '1 month') month
 WHERE EXISTS (SELECT 1 FROM scores_cyclefact fact WHERE fact.month = month.month::date)
   AND NOT EXISTS (SELECT 1 FROM scores_frozenmonth frozen WHERE frozen.month = month.month::date)
 ORDER BY 1
"""


def frozen_from(month: date) -> datetime:
    """Return when the month may be frozen: from the end of office hours on the 5th working day after the month.

    month   the month's first day
    Raises  ValueError when the month's last day or that 5th working day lies outside the calendar
    """
    last_moment = datetime.combine(shifted(month, 1), time(0), ZONE) - timedelta.resolution
    moment = city_calendar().add_days(last_moment, FROZEN_AFTER_DAYS)
    assert moment is not None  # it is None only where a pause has no end
    return moment


def check_month_is_open(month: date, now: datetime) -> None:
    """Raise TooLate when the month is frozen or may be frozen by now.

    A transaction that has locked a fact can rely on the answer until it ends: no month is frozen meanwhile.
    """
    if now >= frozen_from(month) or FrozenMonth.objects.filter(pk=month).exists():
        raise TooLate()


def freeze_month(*, month: date, by: User, now: datetime) -> FrozenMonth:
    """Store the scorecards of all departments that have facts in the month, for good; refuse its undecided appeals.

    Safe to race: of two that freeze a month at once, the second is refused.
    month   the month's first day
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
    # This text is stored, so it is in Chinese, whatever language whoever freezes has chosen.
    with override("zh-hans"):
        why = _("冻结前未作出裁定，按不成立处理。")
    Appeal.objects.filter(month=month, decision=AppealDecision.PENDING).update(
        decision=AppealDecision.REFUSED, decided_by=by, decided_at=now, decided_why=why
    )


def _write(month: date, by: User, now: datetime) -> FrozenMonth:
    # This row lock keeps the formula unchanged until the commit. After that a trigger refuses to change the formula,
    # because a month was frozen by it.
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
    """Freeze every month that has facts and may be frozen by now, the oldest first; no month from before the first fact
    was written (UNFROZEN).

    Safe to repeat and to run twice at once: a month that another process froze meanwhile is left as it is.
    Returns the first days of the months that were frozen
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
