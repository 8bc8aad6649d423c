"""The calendars in force: the city's, and those of departments that have exceptions of their own.

A calendar is made from its layers (departments/calendar_layers.py) and kept in memory until there is a newer version.
Every change of the layers makes a new CalendarVersion (departments/announcing/storing.py).
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from departments.calendar_layers import stored_layers
from departments.models import CalendarVersion, DayException
from departments.shipped_calendar import SHIPPED
from departments.working_calendar import WorkingCalendar
from verbs import reference

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
    """Return the number of the newest calendar version, 0 before the first change."""
    return reference.kept("newest calendar", _newest_version, CalendarVersion._meta.db_table)


def _newest_version() -> int:
    return CalendarVersion.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _compile(version: int, department_id: int | None) -> WorkingCalendar:
    of = Q(department__isnull=True) | Q(department=department_id) if department_id else Q(department__isnull=True)
    return stored_layers(of).calendar(department_id, version)


def new_version(*, note: str, now: datetime) -> CalendarVersion:
    """Make a new version. Due times computed from now on name it; a task recomputes those of running clocks."""
    return CalendarVersion.objects.create(at=now, note=note[:200], shipped=SHIPPED)


def follow_shipped(*, now: datetime) -> CalendarVersion | None:
    """Make a new version when the shipped table is another than when the newest version was made.

    Safe to repeat. Without it, a year that only a newer package knows would not reach the limits that run.
    Returns the new version, or None when the table is the same
    """
    newest = CalendarVersion.objects.order_by("-pk").values_list("shipped", flat=True).first()
    return None if newest == SHIPPED else new_version(note=SHIPPED, now=now)
