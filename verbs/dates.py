"""Days, months and moments as people and programs write them: one form of each, bounds, and words for people.

Outside the bounds no date means anything here, and arithmetic with it would fail: 9999-12-31 has no day after it, and
0001-01-01 no moment in UTC. A room may bound its own dates more narrowly.
"""

import re
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

FIRST, LAST = date(1990, 1, 1), date(2100, 12, 31)
WEEKDAYS = (
    gettext_lazy("周一"),
    gettext_lazy("周二"),
    gettext_lazy("周三"),
    gettext_lazy("周四"),
    gettext_lazy("周五"),
    gettext_lazy("周六"),
    gettext_lazy("周日"),
)


def read_day(text: str) -> date:
    """Return the day that a text such as 2026-11-25 names. Raises ValueError, also for one out of bounds."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(text)
    return _bounded(date.fromisoformat(text), text)


def read_month(text: str) -> date:
    """Return the first day of the month that a text such as 2026-11 names. Raises ValueError, also out of bounds."""
    return read_day(f"{text}-01")


def read_moment(text: str, *, needs_offset: bool = False) -> datetime:
    """Return the aware moment that an ISO date and time names; without an offset it is the city's time.

    Raises  ValueError, also for one out of bounds, or without an offset that it needs
    """
    moment = parse_datetime(text)
    if moment is None or (needs_offset and timezone.is_naive(moment)):
        raise ValueError(text)
    moment = moment if timezone.is_aware(moment) else timezone.make_aware(moment)
    if not is_known(moment):
        raise ValueError(text)
    return moment


def is_known(value: date, first: date = FIRST, last: date = LAST) -> bool:
    """Return whether a day, or an aware moment, lies on one of the city's days from the first to the last."""
    if isinstance(value, datetime):
        begin, end = (_midnight(day) for day in (first, last + timedelta(days=1)))
        return begin <= value < end
    return first <= value <= last


def out_of_bounds(first: date = FIRST, last: date = LAST) -> str:
    """Return the sentence about a date that is not within the bounds."""
    return _("请填写%(first)s至%(last)s之间的日期。") % {"first": first, "last": last}


def day_in_words(day: date, now: datetime) -> str:
    """Return the day as people say it at that moment: 昨天, 今天, 明天, 12-04 周五; of another year 2027-01-04 周一."""
    today = timezone.localdate(now)
    near = {-1: pgettext("day", "昨天"), 0: pgettext("day", "今天"), 1: pgettext("day", "明天")}.get((day - today).days)
    if near:
        return near
    return f"{day:{'%m-%d' if day.year == today.year else '%Y-%m-%d'}} {WEEKDAYS[day.weekday()]}"


def moment_in_words(moment: datetime, now: datetime) -> str:
    """Return the moment as people say it: 今天 17:30, 12-04 周五 09:00."""
    local = timezone.localtime(moment)
    return f"{day_in_words(local.date(), now)} {local:%H:%M}"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_default_timezone())


def _bounded(day: date, text: str) -> date:
    if not is_known(day):
        raise ValueError(text)
    return day
