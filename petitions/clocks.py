"""Limits: how many working days a department has, and when they end.

The table is policy, each row with its basis (domain: 限时办结). A department's limit runs from dispatch; a
support's is one working day shorter than the lead's, and at least one.
Left out: the other clocks, pauses and extensions.
"""

from datetime import datetime

from departments.models import Category
from departments.working_calendar import WorkingCalendar
from petitions.models import Kind, Part

# Working days by service level of the category.
LIMIT_DAYS: dict[str, int] = {
    Category.ServiceLevel.CONSULT: 3,  # assumption
    Category.ServiceLevel.ORDINARY: 5,  # 山东: 5 working days
    Category.ServiceLevel.COMPLEX: 15,  # 北京 draft: 15 days
}
SUPPORT_SHORTER_DAYS = 1  # assumption: the lead needs a day to put the answers together


def limit_days(*, kind: str, service_level: str, part: str) -> int:
    """Return a department's limit in working days, at least 1.

    kind           a consultation is answered as one, whatever its category
    service_level  the category's, or "" where none was chosen (ordinary then)
    """
    if kind == Kind.CONSULT and service_level != Category.ServiceLevel.COMPLEX:
        service_level = Category.ServiceLevel.CONSULT
    days = LIMIT_DAYS.get(service_level, LIMIT_DAYS[Category.ServiceLevel.ORDINARY])
    return max(1, days - SUPPORT_SHORTER_DAYS) if part == Part.SUPPORT else days


def due_at(calendar: WorkingCalendar, start: datetime, *, kind: str, service_level: str, part: str) -> datetime:
    """Return the moment a department's limit that starts at `start` ends."""
    end = calendar.add_days(start, limit_days(kind=kind, service_level=service_level, part=part))
    assert end is not None  # nothing pauses it
    return end
