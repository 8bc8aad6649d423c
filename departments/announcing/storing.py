"""Store a change of the calendar: all of it in one transaction, with a new version, or nothing."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User
from departments.announcing.plans import Plan, plan_statement
from departments.announcing.statements import Statement
from departments.calendar_layers import Layers, Said
from departments.calendars import new_version
from departments.models import AnnouncedDay, AnnouncedYear, CalendarVersion, DayException
from verbs.refusals import NotPermitted, Refusal


class CalendarMoved(Refusal):
    """Somebody else changed the calendar since the change was shown."""


def lock_calendar() -> None:
    """Let one change of the calendar be planned and stored at a time. Inside a transaction, until its end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('departments.calendar'))")


@transaction.atomic
def bring_in(
    statement: Statement, *, by: User, now: datetime, keep: Collection[date] = (), seen: str = ""
) -> CalendarVersion | None:
    """Store what a statement changes, and make a new version. All of it, or nothing.

    Safe to repeat: the same statement again makes no new version.
    keep    days whose corrections stay although their year gets another source
    seen    the code of the plan that was shown; "" when nobody was asked
    Returns the new version, or None when nothing changed
    Raises  NotPermitted, WrongCalendar, CalendarMoved (what was shown would not be what is stored)
    """
    if not by.has_role(Role.SYSADMIN, Role.SYSTEM):
        raise NotPermitted()
    lock_calendar()
    plan = plan_statement(statement, by=by, now=now, keep=keep)
    if seen and seen != plan.code:
        raise CalendarMoved(_("日历或选择与刚才显示的不同，请核对后再确认。"))
    if plan.is_empty:
        return None
    _store(plan)
    return new_version(note=f"{by}: {statement.source or _years(statement)}", now=now)


def _years(statement: Statement) -> str:
    return ", ".join(f"-{year}" for year in sorted(statement.withdrawn))


def _store(plan: Plan) -> None:
    before, after = plan.before, plan.after
    known = before.sources.keys() | after.sources.keys()
    years = [year for year in known if _of_year(before, year) != _of_year(after, year)]
    AnnouncedYear.objects.filter(year__in=years).delete()
    new = [year for year in sorted(years) if year in after.sources]
    AnnouncedYear.objects.bulk_create(_year(after, year) for year in new)
    days = [(day, said) for day, said in after.days.items() if day.year in new]
    AnnouncedDay.objects.bulk_create(AnnouncedDay(year_id=day.year, date=day, **_columns(said)) for day, said in days)
    _store_exceptions(before, after)


def _of_year(layers: Layers, year: int) -> Any:
    return layers.sources.get(year), {day: said for day, said in layers.days.items() if day.year == year}


def _year(layers: Layers, year: int) -> AnnouncedYear:
    source = layers.sources[year]
    return AnnouncedYear(year=year, source=source.text, file=source.file, by_id=source.by, at=source.at)


def _store_exceptions(before: Layers, after: Layers) -> None:
    old, new = before.exceptions, after.exceptions
    for unit, day in old.keys() - new.keys():
        DayException.objects.filter(department=unit, date=day).delete()
    for (unit, day), said in new.items():
        if old.get((unit, day)) != said:
            row = _columns(said) | {"source": said.source}
            DayException.objects.update_or_create(department_id=unit, date=day, defaults=row)  # type: ignore[misc]


def _columns(said: Said) -> dict[str, Any]:
    return {"is_working": said.is_working, "spans": list(said.spans), "name": said.name}
