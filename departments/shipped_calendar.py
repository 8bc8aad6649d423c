"""The shipped calendar: the State Council's holidays and make-up working days as the package chinesecalendar has them.

It is the source of every year that it knows, until an announcement is brought in for that year. A newer package brings
newer years; how running limits notice that: follow_shipped in departments/calendars.py.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.metadata import version

import chinese_calendar
from django.utils.translation import gettext_noop

from departments.working_calendar import SPANS, DayRule

SHIPPED = f"chinesecalendar {version('chinesecalendar')}"

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


def shipped_rules() -> dict[date, DayRule]:
    """Return every holiday and make-up day of the shipped years."""
    return {day: rule for days in shipped_years().values() for day, rule in days.items()}


@cache
def shipped_years() -> Mapping[int, Mapping[date, DayRule]]:
    """Return the shipped years, each with its holidays and make-up days."""
    tables, years = chinese_calendar.constants, defaultdict[int, dict[date, DayRule]](dict)
    for day, name in tables.holidays.items():
        years[day.year][day] = DayRule(spans=(), name=HOLIDAYS.get(str(name), str(name)))
    for day in tables.workdays:
        years[day.year][day] = DayRule(spans=SPANS, name=gettext_noop("调休"))
    return dict(years)
