"""Recompute running clocks after the calendar changed, or with a new rule where an administrator asked for that.

Each subject has a transaction of its own. A subject whose due times moved gets an event. Clocks that stopped stay as
they were. A changed rule alone changes no clock (limits/changing.py). Source: domain, clocks.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from departments.calendars import newest_version
from limits.clocks import Policy, recompute, set_rule
from limits.models import Clock
from limits.promises import RECOMPUTE, ClockTable, in_turn, tables
from record.subjects import model_of
from record.writing import Said, write_event

CHUNK = 500


def recompute_stale(*, now: datetime, limit: int = CHUNK) -> int:
    """Recompute running clocks that have an older calendar version, or a rule that running clocks are to leave.

    Safe to repeat and to run twice at once: a subject locked by another worker is left to it.
    limit   the most subjects of each table that one call takes
    Returns how many clocks were recomputed; 0 when all are up to date, or their subjects locked
    Raises  the first fault of a table, once the others are done
    """
    done, faults = in_turn(tables(), lambda table: _recompute_table(table, now, limit))
    if faults:
        raise faults[0]
    return sum(done.values())


def _recompute_table(table: ClockTable, now: datetime, limit: int) -> int:
    newest, done = newest_version(), 0
    stale = table.model.objects.running().filter(Q(calendar_version__lt=newest) | Q(rule__left_at__isnull=False))
    keys = stale.order_by(table.path).values_list(table.path, flat=True).distinct()
    for key in list(keys[:limit]):
        with transaction.atomic():
            locked = model_of(table.subject_type)._default_manager.select_for_update(no_key=True, skip_locked=True)
            subject = locked.filter(pk=key).first()
            if subject:
                of_it = stale.filter(**{table.path: subject}).select_related("rule", *table.model.READS)
                done += _recompute(table, subject, list(of_it), newest, now)
    return done


def _recompute(table: ClockTable, subject: Any, stale: Sequence[Clock], newest: int, now: datetime) -> int:
    moved = {}
    for clock in stale:
        before = clock.due_at
        if clock.rule.left_at:
            set_rule(clock, Policy(now, {clock.promise}).rule(clock.promise, clock.axes()))
        recompute(clock)
        if clock.due_at != before:
            moved[str(clock.pk)] = [moment and moment.astimezone(UTC).isoformat() for moment in (before, clock.due_at)]
    if moved:
        (table.recomputed or _record)(subject, {"calendar_version": newest, "clocks": moved}, now)
    return len(stale)


def _record(subject: Any, data: Any, now: datetime) -> None:
    said = Said(is_public=False, data=data)
    write_event(subject, RECOMPUTE, by=User.objects.system(), at=now, said=said)
