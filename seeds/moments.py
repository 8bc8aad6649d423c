"""When the rows of the files happen: relative to the moment of the load, so that the data is always equally old.

Recent petitions (petitions.csv) are placed by `days_ago`, counted from the last Saturday, and their steps by hours and
minutes. Petitions of the two months before (past_petitions.csv) are placed by a working day of their month, and their
steps by working days, too: so the same steps are late or in time, whatever the holidays of the year.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from departments.calendars import city_calendar
from scores.scorecard import shifted

# Working days, hours and minutes, at least one of them: 3d, 90m, 2.5h, 1d40m.
OFFSET = re.compile(r"(?=.)(?:(\d+)d)?(?:(\d+(?:\.\d+)?)h)?(?:(\d+)m)?")
# A row with `days_ago` is dated at least this long before the load.
LEAST_AGO = timedelta(minutes=5)


def moment_of(row: Mapping[str, str], now: datetime) -> datetime:
    """Return when the row's petition was reported, or when its step was done.

    That is at its `time`, either on the day that `days_ago` says, or on the `working_day` of the month `months_ago`.
    """
    hour = time.fromisoformat(row["time"])
    if "months_ago" not in row:
        return min(day_of(row["days_ago"], hour, now), now - LEAST_AGO)
    first = shifted(timezone.localdate(now).replace(day=1), -int(row["months_ago"]))
    return _working_days_after(first - timedelta(days=1), int(row["working_day"]), hour)


def day_of(days_ago: str, hour: time, now: datetime) -> datetime:
    """Return the moment at that hour, `days_ago` days before the last Saturday (today, if it is one).

    Counting from a Saturday keeps each row on its day of the week: so offices work on weekdays whenever it is loaded.
    """
    today = timezone.localdate(now)
    saturday = today - timedelta(days=(today.weekday() - 5) % 7)
    return timezone.make_aware(datetime.combine(saturday - timedelta(days=int(days_ago)), hour))


def after(start: datetime, offset: str) -> datetime:
    """Return the moment that lies the offset after the start.

    Its working days are added first, at the same time of day, then its hours and minutes by the clock.
    offset  as OFFSET reads it, such as 1d40m
    Raises  ValueError for a text that is no offset
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
    assert end is not None  # it is None only where a pause has no end
    return timezone.make_aware(datetime.combine(timezone.localtime(end), hour))
