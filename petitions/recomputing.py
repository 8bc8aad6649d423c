"""Running limits follow a new calendar, and a new rule where an administrator asked for it.

In small steps, each petition's change an event of it. Limits that ended keep what they were computed from. A changed
rule alone changes no clock (petitions/policy_change.py). Source: domain, clocks.
"""

from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from departments.calendars import newest_version
from petitions import clocks
from petitions.acts import Act
from petitions.models import Clock, EventKind, Petition
from petitions.steps import finish

CHUNK = 500


def recompute_stale(*, now: datetime, limit: int = CHUNK) -> int:
    """Recompute running clocks of an older calendar or of a rule that was left, up to `limit` petitions.

    Safe to repeat and to run twice at once: a petition locked by another worker is left to it.
    Returns how many clocks were recomputed; 0 when all are up to date
    """
    newest = newest_version()
    stale = Clock.objects.running().filter(Q(calendar_version__lt=newest) | Q(rule__left_at__isnull=False))
    done = 0
    for key in list(stale.order_by("petition").values_list("petition", flat=True).distinct()[:limit]):
        with transaction.atomic():
            locked = Petition.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
            petition = locked.select_related("category").filter(pk=key).first()
            if petition:
                done += _recompute(petition, list(stale.filter(petition=petition).select_related("rule")), now)
    return done


def _recompute(petition: Petition, stale: list[Clock], now: datetime) -> int:
    moved = {}
    for clock in stale:
        clock.petition, before = petition, clock.due_at
        if clock.rule.left_at:
            clocks.set_rule(clock, clocks.Policy(now, {clock.kind}).rule(clock.kind, petition))
        clocks.recompute(clock)
        if clock.due_at != before:
            moved[str(clock.pk)] = [moment and moment.astimezone(UTC).isoformat() for moment in (before, clock.due_at)]
    if moved:
        act = Act(petition=petition, by=User.objects.system(), now=now, from_state=petition.state)
        data = {"calendar_version": newest_version(), "clocks": moved}
        finish(act, EventKind.RECOMPUTE, data=data, is_public=False)
    return len(stale)
