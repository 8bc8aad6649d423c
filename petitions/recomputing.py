"""Running limits follow a new calendar: recomputed in small steps, each change an event of its petition.

Limits that ended keep what they were computed from. A changed rule (LimitRule) changes no clock by itself.
Source: domain, clocks (a year that is announced later).
"""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from departments.calendars import newest_version
from petitions import clocks
from petitions.models import Clock, EventKind, Petition
from petitions.steps import finish

CHUNK = 500


def follow_calendar(*, now: datetime, limit: int = CHUNK) -> int:
    """Recompute running clocks that were computed from an older calendar, up to `limit` petitions.

    Safe to repeat and to run twice at once: a petition locked by another worker is left to it.
    Returns how many clocks were recomputed; 0 when all are of the newest version
    """
    newest = newest_version()
    stale = Clock.objects.running().filter(calendar_version__lt=newest)
    done = 0
    for key in list(stale.order_by("petition").values_list("petition", flat=True).distinct()[:limit]):
        with transaction.atomic():
            locked = Petition.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
            petition = locked.filter(pk=key).first()
            if petition:
                done += _follow(petition, newest, now)
    return done


def _follow(petition: Petition, newest: int, now: datetime) -> int:
    rows = Clock.objects.running().filter(petition=petition, calendar_version__lt=newest)
    moved = {}
    for clock in rows.select_related("petition"):
        before = clock.due_at
        clocks.recompute(clock)
        if clock.due_at != before:
            moved[str(clock.pk)] = [before and before.isoformat(), clock.due_at and clock.due_at.isoformat()]
    if moved:
        finish(
            petition=petition,
            kind=EventKind.RECOMPUTE,
            by=User.objects.system(),
            now=now,
            from_state=petition.state,
            data={"calendar_version": newest, "clocks": moved},
            is_public=False,
        )
    return len(rows)
