"""The calendars in force: the city's, and those of departments that have exceptions of their own.

Read from the rows of DayException and AnnouncedYear and compiled once per version; where nothing was imported yet,
the tables of chinesecalendar serve. Every change of the rows makes a new CalendarVersion.
"""

from collections.abc import Iterable
from datetime import date, datetime

import chinese_calendar
from django.db import transaction

from departments.models import AnnouncedYear, CalendarVersion, DayException
from departments.working_calendar import SPANS, DayRule, Spans, WorkingCalendar, parse_spans

BUILT_IN = "chinesecalendar 1.11"

_compiled: dict[tuple[int, int | None], WorkingCalendar] = {}


def city_calendar() -> WorkingCalendar:
    """Return the city's calendar of the newest version. One statement when it is compiled already."""
    return calendar_of(None)


def calendar_of(department_id: int | None) -> WorkingCalendar:
    """Return the calendar a department goes by: the city's, with the department's own exceptions on top.

    One statement when the newest version is compiled already, five at most otherwise.
    """
    return calendars_of([department_id])[department_id]


def calendars_of(department_ids: Iterable[int | None]) -> dict[int | None, WorkingCalendar]:
    """Return the calendars of several departments (None: the city's), all of the newest version.

    One statement when they are compiled already.
    """
    newest = newest_version()
    return {key: _compiled_one(newest, key) for key in set(department_ids)}


def _compiled_one(newest: int, department_id: int | None) -> WorkingCalendar:
    key = (newest, department_id)
    calendar = _compiled.get(key)
    if calendar is None:
        # Nearly every department goes by the city's own calendar object.
        has_own = department_id is not None and DayException.objects.filter(department=department_id).exists()
        is_city = department_id is None or has_own
        calendar = _compile(newest, department_id) if is_city else _compiled_one(newest, None)
        for stale in [old for old in list(_compiled) if old[0] != newest]:
            _compiled.pop(stale, None)  # another thread may have been faster
        _compiled[key] = calendar
    return calendar


def newest_version() -> int:
    """Return the number of the newest calendar version, 0 before the first import."""
    return CalendarVersion.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _compile(version: int, department_id: int | None) -> WorkingCalendar:
    announced = set(AnnouncedYear.objects.values_list("year", flat=True))
    if not announced:
        return WorkingCalendar(built_in_rules(), announced=built_in_years(), version=version)
    rules: dict[date, DayRule] = {}
    rows = DayException.objects.filter(department__isnull=True)
    own = DayException.objects.filter(department=department_id) if department_id else DayException.objects.none()
    for row in [*rows, *own]:
        rules[row.date] = DayRule(spans=spans_of(row), name=row.name)
    return WorkingCalendar(rules, announced=announced, version=version)


def spans_of(row: DayException) -> Spans:
    """Return a row's spans: its own (`09:00-12:00`), the usual ones for a working day without, none for a day off."""
    if not row.is_working:
        return ()
    return parse_spans(row.spans) or SPANS


def built_in_rules() -> dict[date, DayRule]:
    """Return the State Council's holidays and make-up days as chinesecalendar has them."""
    tables = chinese_calendar.constants
    off = {day: DayRule(spans=(), name=HOLIDAYS.get(str(name), str(name))) for day, name in tables.holidays.items()}
    return off | {day: DayRule(spans=SPANS, name="调休") for day in tables.workdays}


def built_in_years() -> set[int]:
    """Return the years chinesecalendar has tables for."""
    return {day.year for day in chinese_calendar.constants.holidays}


# chinesecalendar's English names, said as the State Council says them.
HOLIDAYS = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}


@transaction.atomic
def write_calendar(
    days: Iterable[DayException], years: Iterable[int], *, source: str, now: datetime
) -> CalendarVersion | None:
    """Write days and announced years, and make a new version when that changed anything.

    Safe to repeat: the same days again make no new version. A day that is there already is written anew.
    Returns the new version, or None when nothing changed
    """
    known = {(row.department_id, row.date): row for row in DayException.objects.all()}
    changed = [day for day in days if not _is_same(known.get((day.department_id, day.date)), day)]
    new_years = sorted(set(years) - set(AnnouncedYear.objects.values_list("year", flat=True)))
    if not changed and not new_years:
        return None
    for day in changed:
        before = known.get((day.department_id, day.date))
        day.pk = before.pk if before else None
        day.source = day.source or source
        day.save()
    AnnouncedYear.objects.bulk_create(AnnouncedYear(year=year, source=source) for year in new_years)
    return new_version(note=source, now=now)


def new_version(*, note: str, now: datetime) -> CalendarVersion:
    """Note that the calendar changed: what is computed from now on says so, and running clocks follow."""
    return CalendarVersion.objects.create(at=now, note=note[:200])


def _is_same(before: DayException | None, day: DayException) -> bool:
    return before is not None and (before.is_working, list(before.spans), before.name) == (
        day.is_working,
        list(day.spans),
        day.name,
    )


def built_in_days() -> list[DayException]:
    """Return chinesecalendar's tables as unsaved rows."""
    return [
        DayException(date=day, is_working=bool(rule.spans), name=rule.name, source=BUILT_IN)
        for day, rule in sorted(built_in_rules().items())
    ]
