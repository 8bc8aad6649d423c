"""The quiet hours: at night only urgent notices leave the house. Source: domain, quiet hours."""

from datetime import datetime, time, timedelta

from django.utils import timezone

QUIET_FROM, QUIET_UNTIL = time(21), time(8)


def awake_at(now: datetime) -> datetime:
    """Return when a notice that is not urgent may be sent: now, or the end of the quiet hours."""
    local = timezone.localtime(now)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return now
    day = local.date() + timedelta(days=1 if local.time() >= QUIET_FROM else 0)
    return timezone.make_aware(datetime.combine(day, QUIET_UNTIL))
