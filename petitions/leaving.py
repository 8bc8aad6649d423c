"""How a petition leaves its group: a child goes on alone, a parent hands the group over to its oldest child.

Called by the verbs after which a petition can no longer be handled with others: withdrawing, merging, starting again,
and by a dispatcher who unlinks it. Source: docs/adr/0016-groups.md.
"""

from datetime import datetime

from petitions.acts import Act
from petitions.clocks import ASSIGNMENT_CLOCKS, RECTIFYING_CLOCKS, end_pauses, is_over, recompute
from petitions.groups import live_parts
from petitions.models import Assignment, Clock, ClockPause, EventKind, Petition

GROUP_CLOCKS = {kind for kinds in ASSIGNMENT_CLOCKS.values() for kind in kinds} | set(RECTIFYING_CLOCKS)


def leave_group(act: Act) -> None:
    """Take the petition out of its group, if it has one, with an event on each petition that this concerns.

    Inside the caller's transaction, the petition's row locked, before its state changes and its clocks stop.
    Safe to repeat: a petition without a group stays as it is. One statement then.
    """
    petition = act.petition
    if petition.parent is None:
        _hand_over(act)
        return
    parent, petition.parent = petition.parent, None
    petition.save(update_fields=["parent"])
    own, theirs = act.on(petition), act.on(parent)
    own.announce(own.note(EventKind.UNLINK, is_public=True, data={"other": parent.number}))
    theirs.announce(theirs.note(EventKind.LOSE_LINK, data={"other": petition.number}))


def _hand_over(act: Act) -> None:
    petition, now = act.petition, act.now
    rows = Petition.objects.filter(parent=petition).select_for_update(of=("self",), no_key=True)
    children = sorted(rows.order_by("pk"), key=lambda child: (child.reported_at, child.pk))
    if not children:
        return
    heir, *others = children
    heir.parent = None
    heir.save(update_fields=["parent"])
    Petition.objects.filter(pk__in=[child.pk for child in others]).update(parent=heir)
    _take_over_clocks(petition, heir, now)
    leading = act.on(heir)
    leading.announce(leading.note(EventKind.TAKE_LEAD, data={"other": petition.number}))
    for child in others:
        act.on(child).note(EventKind.LINK, data={"other": heir.number})


def _take_over_clocks(petition: Petition, heir: Petition, now: datetime) -> None:
    """Let the departments' clocks go on at the heir: same start, same limit, same pauses, no level raised twice.

    A hold ends with the petition that it was granted for; what the heir's departments have done needs no clock.
    """
    running = Clock.objects.running().filter(petition=petition, kind__in=GROUP_CLOCKS)
    end_pauses(running, now=now)
    parts = {part.department_id: part for part in live_parts(heir)}
    for clock in running.prefetch_related("pauses"):
        part = parts.get(clock.department_id or 0)
        if part and not is_over(clock.kind, part):
            _go_on(clock, heir, part, now)


def _go_on(clock: Clock, heir: Petition, part: Assignment, now: datetime) -> None:
    pauses = list(clock.pauses.all())
    clock.pk, clock._state.adding = None, True
    clock.petition, clock.assignment, clock.cycle = heir, part, heir.cycle
    # What was reached until now is the old clock's, also where no sweep came by yet.
    clock.next_place = 1 + sum(at <= now for at in clock.alarm_times)
    clock.save(force_insert=True)
    ClockPause.objects.bulk_create(
        ClockPause(clock=clock, begins_at=pause.begins_at, ends_at=pause.ends_at, reason=pause.reason)
        for pause in pauses
    )
    clock = Clock.objects.select_related("petition").get(pk=clock.pk)
    recompute(clock)
