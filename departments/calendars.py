"""The calendars in force: the city's, and those of departments that have exceptions of their own.

A calendar is read from the rows of DayException and AnnouncedYear, compiled, and kept in memory until there is a newer
version. As long as no year is announced in the rows, the tables of chinesecalendar are used instead. Every change of
the rows makes a new CalendarVersion.
"""

from collections.abc import Iterable
from datetime import date, datetime

import chinese_calendar
from django.db import transaction
from django.utils.translation import gettext_noop

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
        # Nearly every department has no exceptions of its own and shares the city's calendar object.
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
    """Return a row's working time: its own spans, the usual ones if a working day has none, nothing for a day off."""
    if not row.is_working:
        return ()
    return parse_spans(row.spans) or SPANS


def built_in_rules() -> dict[date, DayRule]:
    """Return the State Council's holidays and make-up days as chinesecalendar has them."""
    tables = chinese_calendar.constants
    off = {day: DayRule(spans=(), name=HOLIDAYS.get(str(name), str(name))) for day, name in tables.holidays.items()}
    return off | {day: DayRule(spans=SPANS, name=gettext_noop("调休")) for day in tables.workdays}


def built_in_years() -> set[int]:
    """Return the years chinesecalendar has tables for."""
    return {day.year for day in chinese_calendar.constants.holidays}


# chinesecalendar's English names of the holidays, each with the State Council's Chinese name; pages translate these.
HOLIDAYS = {
    "New Year's Day": gettext_noop("元旦"),
    "Spring Festival": gettext_noop("春节"),
    "Tomb-sweeping Day": gettext_noop("清明节"),
    "Labour Day": gettext_noop("劳动节"),
    "Dragon Boat Festival": gettext_noop("端午节"),
    "National Day": gettext_noop("国庆节"),
    "Mid-autumn Festival": gettext_noop("中秋节"),
    "Anti-Fascist 70th Day": gettext_noop("抗战胜利纪念日"),
}


@transaction.atomic
def write_calendar(
    days: Iterable[DayException], years: Iterable[int], *, source: str, now: datetime
) -> CalendarVersion | None:
    """Write days and announced years, and make a new version when that changed anything.

    Safe to repeat: the same days again make no new version. A day that is there already is overwritten.
    source  where days without a source of their own come from; also the note of the version
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
    """Make a new version. Due times computed from now on name it; a task recomputes those of running clocks."""
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
