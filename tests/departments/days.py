"""Days brought into the calendar by the verb, and files that state them."""

from datetime import date, datetime
from typing import Any

from accounts.models import User
from departments.announcing.statements import Reading, StatedDay, stated
from departments.announcing.storing import bring_in
from departments.calendar_layers import Said
from departments.models import CalendarVersion, Department
from departments.shipped_calendar import shipped_years
from departments.working_calendar import span_texts
from tests.moments import TUESDAY_10AM

NOTICE = "市政府通知"
HEAD = "date,is_working,spans,name,department\n"


def off(day: date, name: str = "放假", department: Department | None = None) -> StatedDay:
    return StatedDay(day, Said(False, (), name), department and department.pk)


def worked(day: date, *spans: str, name: str = "调休", department: Department | None = None) -> StatedDay:
    return StatedDay(day, Said(True, spans, name), department and department.pk)


def shipped(year: int) -> list[StatedDay]:
    """The shipped table of a year, as a file would state it."""
    rules = shipped_years()[year].items()
    return [StatedDay(day, Said(bool(rule.spans), tuple(span_texts(rule.spans)), rule.name)) for day, rule in rules]


def announce(
    *days: StatedDay, years: tuple[int, ...] = (2026,), now: datetime = TUESDAY_10AM, **more: Any
) -> CalendarVersion | None:
    """Let the days be the years' source."""
    statement = stated(Reading(days=days), years=years, source=NOTICE, file="days.csv")
    return bring_in(statement, by=User.objects.system(), now=now, **more)


def correct(*days: StatedDay, now: datetime = TUESDAY_10AM) -> CalendarVersion | None:
    """Lay the days over what the years' sources say."""
    return announce(*days, years=(), now=now)


def table(*rows: str) -> bytes:
    return (HEAD + "".join(f"{row}\n" for row in rows)).encode()


def events(*texts: str) -> bytes:
    """An iCalendar file with an event for each text, which holds its properties, separated by |."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0"]
    for text in texts:
        lines += ["BEGIN:VEVENT", *text.split("|"), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()
