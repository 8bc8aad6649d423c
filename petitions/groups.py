"""A group (关联诉求): several enterprises have one problem. It is handled once; each enterprise is answered and rates.

The parent is the petition that departments work on, and its children follow it: after every verb on the parent each
open child is brought to the parent's state, in the same transaction. A child has assignments of its own, so that
departments see it and its answers and ratings are its own. It has its own clock of the enterprise and its own clock for
the rating, but no clocks of departments: those run once, on the parent. A child refuses the verbs that are
`is_for_group`.
A petition leaves its group before it is withdrawn, merged, reopened, rectified or unlinked: a child goes on alone, a
parent hands the group over to its oldest child.
Source: domain, dispatch (duplicates); docs/adr/0016-groups.md.
"""

from datetime import datetime

from limits.clocks import end_pauses, recompute
from petitions.acts import Act
from petitions.clocks.starting import ASSIGNMENT_CLOCKS, RECTIFYING_CLOCKS, is_over, reclassify_clocks, start_clocks
from petitions.clocks.stopping import stop_clocks
from petitions.models import (
    OPEN_STATES,
    STATE_FIELDS,
    Assignment,
    Attachment,
    Clock,
    ClockPause,
    EventKind,
    Petition,
    Promise,
    State,
)
from petitions.models.event import ENTERPRISE, FILER
from petitions.search.index import keep_up
from record.models import Event

# Events of the parent that are copied to each child: those of FOLLOWED when they are public, those of FOLLOWED_INSIDE
# always. Other internal notes are read on the parent.
FOLLOWED = (
    *(EventKind.DISPATCH, EventKind.ADD_SUPPORT, EventKind.CHECK_IN, EventKind.PROGRESS, EventKind.RESOLVE),
    *(EventKind.DECIDE_EXTENSION, EventKind.DECIDE_HOLD, EventKind.RESUME, EventKind.CLOSE_DEPARTMENT),
)
FOLLOWED_INSIDE = (EventKind.ANSWER_SUPPORT,)
# Keys of an event's data that name rows of the parent. A child has no such rows, so these keys are not copied.
OWN_KEYS = ("extension", "hold", "order", "send_back")


def follow(parent: Petition, event: Event) -> None:
    """Bring every open child to the parent's state after this event, and copy the event to it if children get its kind.

    Inside the caller's transaction, the parent's row locked; the children are locked here, in the order of their keys.
    To be called once per event: a repetition would copy the event again. One statement for a petition without children.
    """
    for child in lock_children(parent):
        from_state = child.state
        align(child, parent, now=event.at)
        is_followed = event.kind in FOLLOWED_INSIDE or (event.is_public and event.kind in FOLLOWED)
        if is_followed or child.state != from_state:
            said = {key: value for key, value in event.data.items() if key not in OWN_KEYS}
            side = event.is_by_enterprise
            act = Act(petition=child, by=event.by, now=event.at, from_state=from_state, is_for_enterprise=side)
            own = act.note(
                event.kind,
                department=event.department,
                text=event.text,
                data=said | {"other": parent.number},
                is_public=event.is_public,
            )
            keep_up(child, event.kind)
            # The departments were told of the parent's event.
            act.announce(own, only=(ENTERPRISE, FILER))


def lock_children(parent: Petition) -> list[Petition]:
    """Lock and return the open children of the petition, in the order of their keys. One statement.

    Lock them before any other row that transactions wait for, such as the counter of the day's numbers: another
    transaction (a sweep) may hold a child and wait for that row, and then both would wait forever.
    """
    rows = Petition.objects.filter(parent=parent, state__in=OPEN_STATES).select_related("category")
    return list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))


def align(child: Petition, parent: Petition, *, now: datetime) -> list[Assignment]:
    """Give the child the parent's state, files and departments, with what the departments have done so far.

    Returns the child's assignments that were taken back
    """
    from_state = child.state
    if parent.state == State.REPORTED and child.state == State.ASSIGNED:
        child.send_back()
        start_clocks(child, now=now, promises=[Promise.DISPATCH])
    elif parent.state != State.REPORTED and child.state == State.REPORTED:
        _dispatch(child, parent, now)
    taken_back = _align_parts(child, parent, now)
    is_placed_anew = child.state == from_state and any(row.is_lead for row in taken_back)
    if is_placed_anew:
        child.assigned_at = now
    _copy_files(child, parent, now)
    if parent.state == State.RESOLVED and child.state == State.ASSIGNED:
        child.resolve(now=now)
        stop_clocks(child, now=now)
        start_clocks(child, now=now, promises=[Promise.RATE])
    if child.state != from_state or is_placed_anew:
        child.save(update_fields=list(STATE_FIELDS))
    return taken_back


def _dispatch(child: Petition, parent: Petition, now: datetime) -> None:
    """Dispatch the child without clocks of departments. A child without a category first takes the parent's."""
    if child.category is None:
        child.category = parent.category
        child.save(update_fields=["category"])
        reclassify_clocks(child)
    child.dispatch(now=now)
    stop_clocks(child, now=now, promises=[Promise.DISPATCH])


def _align_parts(child: Petition, parent: Petition, now: datetime) -> list[Assignment]:
    own = {row.department_id: row for row in live_parts(child)}
    led = live_parts(parent)
    kept = {row.department_id for row in led if row.department_id in own and own[row.department_id].part == row.part}
    taken_back = [row for key, row in own.items() if key not in kept]
    for row in taken_back:
        row.ended_at = now
        row.save(update_fields=["ended_at"])
    for row in led:
        part = own[row.department_id] if row.department_id in kept else None
        part = part or Assignment(
            petition=child, department=row.department, cycle=child.cycle, part=row.part, dispatched_at=now
        )
        if _catch_up(part, row, now) or part.pk is None:
            part.save()
    return taken_back


def live_parts(petition: Petition) -> list[Assignment]:
    """Return the departments' parts in the petition's current cycle, the lead's first."""
    live = petition.current_assignments()
    return list(live.select_related("department").order_by("part", "pk"))


def _catch_up(part: Assignment, led: Assignment, now: datetime) -> bool:
    """Copy to the child's part what the department has done on the parent, except the internal note.

    part, led  the department's parts in the child and in the parent
    Returns whether the child's part has changed; the caller saves it
    """
    is_behind = False
    if part.waived_at and not led.waived_at:
        # The answer was waived for the child alone; on the parent the department still owes it.
        part.waived_at, part.waived_by_id, part.waived_why = None, None, ""
        is_behind = True
    if led.checked_in_at and not part.checked_in_at:
        part.checked_in_at, is_behind = now, True
    if led.answered_at and not part.answered_at:
        part.answered_at, part.answered_by_id = now, led.answered_by_id
        part.outcome, part.planned_date, part.public_answer = led.outcome, led.planned_date, led.public_answer
        is_behind = True
    if led.waived_at and not part.waived_at and part.is_open:
        part.waived_at, part.waived_by_id, part.waived_why = now, led.waived_by_id, led.waived_why
        is_behind = True
    return is_behind


def _copy_files(child: Petition, parent: Petition, now: datetime) -> None:
    """Give the child the departments' files of this cycle, by rows of its own, dated now."""
    if parent.assigned_at is None:
        return
    files = parent.attachments.filter(is_from_department=True, attached_at__gte=parent.assigned_at)
    missing = files.exclude(stored__in=child.attachments.values("stored"))
    Attachment.objects.bulk_create(_copied(file, child, now) for file in missing)


def _copied(file: Attachment, child: Petition, now: datetime) -> Attachment:
    file.pk, file.petition, file.attached_at = None, child, now
    file._state.adding = True
    return file


def lead_of(petition: Petition) -> Assignment | None:
    """Return the lead's live part in the current cycle, None before dispatch."""
    return next((row for row in live_parts(petition) if row.is_lead), None)


GROUP_CLOCKS = {kind for kinds in ASSIGNMENT_CLOCKS.values() for kind in kinds} | set(RECTIFYING_CLOCKS)


def leave_group(act: Act) -> None:
    """Take the petition out of its group, if it has one. If it is the parent, its oldest child becomes the parent.

    A child that leaves and its parent get an event each; if the parent leaves, each of its children does. Inside the
    caller's transaction, the petition's row locked, before its state changes and its clocks stop. Safe to repeat: a
    petition without a group stays as it is, for one statement.
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
    """Copy the running clocks of departments to the heir, the oldest child of a parent that leaves its group.

    A copy keeps its start, its limit and its pauses. A hold ends now; the time it has rested stays uncounted. Levels
    that were reached until now belong to the old clock, so the copy begins with the next level. A clock is not copied
    if its department has no part in the heir or has done the work there.
    """
    running = Clock.objects.running().filter(petition=petition, promise__in=GROUP_CLOCKS)
    end_pauses(running, now=now)
    parts = {part.department_id: part for part in live_parts(heir)}
    for clock in running.prefetch_related("pauses"):
        part = parts.get(clock.department_id or 0)
        if part and not is_over(clock.promise, part):
            _go_on(clock, heir, part, now)


def _go_on(clock: Clock, heir: Petition, part: Assignment, now: datetime) -> None:
    pauses = list(clock.pauses.all())
    clock.pk, clock._state.adding = None, True
    clock.petition, clock.assignment, clock.cycle = heir, part, heir.cycle
    # Levels reached until now belong to the old clock, even those that no sweep has raised yet.
    clock.next_place = 1 + sum(at <= now for at in clock.alarm_times)
    clock.save(force_insert=True)
    ClockPause.objects.bulk_create(
        ClockPause(clock=clock, begins_at=pause.begins_at, ends_at=pause.ends_at, reason=pause.reason)
        for pause in pauses
    )
    clock = Clock.objects.select_related("petition").get(pk=clock.pk)
    recompute(clock)
