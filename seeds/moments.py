"""Moments of the files: relative to the load's own, so that the city is as old whenever somebody loads it.

What lasts until today is placed by `days_ago`, counted from the last Saturday, and its steps by hours and minutes. What
belongs to a month that is over is placed by the month's working days, and so are its steps: in each of the two months
the same was late and the same in time, whatever the holidays of the year.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from departments.calendars import city_calendar
from scores.scorecard import shifted

# Working days, hours and minutes, at least one of them: 3d, 90m, 2.5h, 1d40m.
OFFSET = re.compile(r"(?=.)(?:(\d+)d)?(?:(\d+(?:\.\d+)?)h)?(?:(\d+)m)?")
# Nothing was done in the last minutes before the load.
LEAST_AGO = timedelta(minutes=5)


def moment_of(row: Mapping[str, str], now: datetime) -> datetime:
    """Return when the row's petition was reported, or its step done: at `time`, `days_ago` or on a `working_day`."""
    hour = time.fromisoformat(row["time"])
    if "months_ago" not in row:
        return min(day_of(row["days_ago"], hour, now), now - LEAST_AGO)
    first = shifted(timezone.localdate(now).replace(day=1), -int(row["months_ago"]))
    return _working_days_after(first - timedelta(days=1), int(row["working_day"]), hour)


def day_of(days_ago: str, hour: time, now: datetime) -> datetime:
    """Return that hour so many days ago, counted from the last Saturday: offices work on weekdays whenever the file
    is loaded."""
    today = timezone.localdate(now)
    saturday = today - timedelta(days=(today.weekday() - 5) % 7)
    return timezone.make_aware(datetime.combine(saturday - timedelta(days=int(days_ago)), hour))


def after(start: datetime, offset: str) -> datetime:
    """Return the moment so long after the start; whole working days first, to the same hour.

    Raises  ValueError for what is no offset
    """
    read = OFFSET.fullmatch(offset)
    if read is None:
        raise ValueError(f"{offset} is no offset")
    days, hours, minutes = (float(number or 0) for number in read.groups())
    if days:
        local = timezone.localtime(start)
        start = _working_days_after(local.date(), int(days), local.time())
    return start + timedelta(hours=hours, minutes=minutes)


def _working_days_after(day: date, days: int, hour: time) -> datetime:
    end = city_calendar().add_days(timezone.make_aware(datetime.combine(day, time())), days)
    assert end is not None  # only a pause leaves a limit open
    return timezone.make_aware(datetime.combine(timezone.localtime(end), hour))
