"""Template filters that put the times of a clock into words: the one language in which every page says them."""

from datetime import timedelta

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from limits.models import Clock, Unit
from limits.reading import ClockReading
from verbs.dates import day_in_words, moment_in_words

register = template.Library()


@register.filter
def minutes_in_words(reading: ClockReading, minutes: float) -> str:
    """Return minutes in words, by their two largest units: 2个工作日3小时, 3小时20分钟.

    reading  its clock says what a day is: a working day or, for a limit in calendar days, 24 hours
    minutes  of that kind of time; the sign is left out
    """
    return in_words(minutes, reading.minutes_a_day, is_working=reading.clock.unit != Unit.CALENDAR_DAYS)


@register.filter
def elapsed(minutes: float) -> str:
    """Return minutes of the clock on the wall in words: 6天3小时."""
    return in_words(minutes, 24 * 60, is_working=False)


def in_words(minutes: float, minutes_a_day: int, *, is_working: bool) -> str:
    """Return minutes in words, by their two largest units; less than one is said as such.

    minutes_a_day  how many make a day; is_working says whether that is a working day
    """
    whole = int(abs(minutes))
    if not whole:
        return _("不到1分钟")
    days, rest = divmod(whole, minutes_a_day)
    hours, left = divmod(rest, 60)
    if days and not is_working:
        words = _("%(days)d天%(hours)d小时") if hours else _("%(days)d天")
    elif days and hours:
        words = ngettext("%(days)d个工作日%(hours)d小时", "%(days)d个工作日%(hours)d小时", days)
    elif days:
        words = ngettext("%(days)d个工作日", "%(days)d个工作日", days)
    elif hours:
        words = _("%(hours)d小时%(minutes)d分钟") if left else _("%(hours)d小时")
    else:
        words = _("%(minutes)d分钟")
    return words % {"days": days, "hours": hours, "minutes": left}


@register.filter
def lateness(reading: ClockReading) -> str:
    """Return by how much a limit is, or was, overdue, in the clock's own kind of time.

    Less than a minute is not said: on a weekend, for example, a limit is overdue while no working time passes.
    """
    time = minutes_in_words(reading, reading.left_minutes)
    has_time = reading.left_minutes <= -1
    if reading.clock.stopped_at:
        return _("超时 %(time)s 完成") % {"time": time} if has_time else _("超时完成")
    return _("已超时 %(time)s") % {"time": time} if has_time else _("已超时")


@register.filter
def due_words(clock: Clock) -> str:
    """Return when a clock is due: 今天 17:30; of another day only 12-04 周五 for a limit in days, which end with it.

    "" while the clock rests. Calendar days end at midnight: that of the next day is said as 24:00 of the last one.
    """
    if clock.due_at is None:
        return ""
    now = timezone.now()
    if clock.unit == Unit.WORKING_HOURS:
        return moment_in_words(clock.due_at, now)
    due_at = timezone.localtime(clock.due_at)
    last_day = (due_at - timedelta(microseconds=1)).date()
    said = day_in_words(last_day, now)
    if last_day != timezone.localdate(now):
        return said
    return f"{said} {due_at:%H:%M}" if last_day == due_at.date() else f"{said} 24:00"


@register.filter
def counted(minutes: int) -> str:
    """Return counted minutes as hours and minutes, such as 7:00."""
    return f"{minutes // 60}:{minutes % 60:02d}"


@register.filter
def limit_in_words(reading: ClockReading) -> str:
    """Return the limit as the rule gives it, and the days by which it was extended: 5 工作日 + 3."""
    clock = reading.clock
    limit = f"{clock.amount.normalize():f} {clock.get_unit_display()}"
    return f"{limit} + {clock.extended_days}" if clock.extended_days else limit
