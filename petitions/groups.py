"""A group (关联诉求): several enterprises have one problem. Handled once, answered to each, rated by each.

The parent is the petition that departments work on; its children follow it: after every verb on the parent each open
child is brought to where the parent is, in the same transaction. It has assignments of its own (so that departments
see it, and its answers and ratings are its own), its own enterprise's clock and rating clock, but no clock of a
department: those run once, on the parent. Which verbs a child refuses: ON_THE_PARENT in petitions/permissions.py.
Source: domain, dispatch (duplicates); docs/adr/0016-groups.md.
"""

from datetime import datetime

from petitions.acts import Act
from petitions.clocks import reclassify_clocks, start_clocks, stop_clocks
from petitions.models import (
    STATE_FIELDS,
    Assignment,
    Attachment,
    ClockKind,
    EventKind,
    Part,
    Petition,
    State,
)
from petitions.notices import ENTERPRISE, FILER
from petitions.search.index import keep_up
from record.models import Event

# Where a petition can be joined to others, and where it follows its parent.
OPEN_STATES = (State.REPORTED, State.ASSIGNED)
# Events of the parent that each child has as its own. Notes for the office alone are read on the parent.
FOLLOWED = (
    *(EventKind.DISPATCH, EventKind.ADD_SUPPORT, EventKind.CHECK_IN, EventKind.PROGRESS, EventKind.RESOLVE),
    *(EventKind.DECIDE_EXTENSION, EventKind.DECIDE_HOLD, EventKind.RESUME),
)
FOLLOWED_INSIDE = (EventKind.ANSWER_SUPPORT,)
# Keys of the parent's rows, which say nothing on a child.
OWN_KEYS = ("extension", "hold", "order", "send_back")


def follow(parent: Petition, event: Event) -> None:
    """Bring every open child of the petition to where it is now, after this event of it.

    Inside the caller's transaction, the parent's row locked; the children are locked here, in the order of their keys.
    Safe to repeat: a child that is there already stays as it is. One statement for a petition without children.
    """
    for child in lock_children(parent):
        from_state = child.state
        align(child, parent, now=event.at)
        is_followed = event.kind in FOLLOWED_INSIDE or (event.is_public and event.kind in FOLLOWED)
        if is_followed or child.state != from_state:
            said = {key: value for key, value in event.data.items() if key not in OWN_KEYS}
            act = Act(petition=child, by=event.by, now=event.at, from_state=from_state)
            own = act.note(
                event.kind,
                department=event.department,
                text=event.text,
                data=said | {"other": parent.number},
                is_public=event.is_public,
            )
            keep_up(child, event.kind)
            # The departments were told of the parent.
            act.announce(own, only=(ENTERPRISE, FILER))


def lock_children(parent: Petition) -> list[Petition]:
    """Lock the open children of the petition in the order of their keys. One statement.

    Before anything that others wait for: whoever holds a child (the sweep does) may be waiting for it.
    """
    rows = Petition.objects.filter(parent=parent, state__in=OPEN_STATES).select_related("category")
    return list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))


def align(child: Petition, parent: Petition, *, now: datetime) -> list[Assignment]:
    """Give the child the parent's departments, as far as they have come, its files and its state.

    Returns the child's assignments that were taken back
    """
    from_state = child.state
    if parent.state == State.REPORTED and child.state == State.ASSIGNED:
        child.send_back()
        start_clocks(child, now=now, kinds=[ClockKind.DISPATCH])
    elif parent.state != State.REPORTED and child.state == State.REPORTED:
        _dispatch(child, parent, now)
    taken_back = _align_parts(child, parent, now)
    is_placed_anew = child.state == from_state and any(row.part == Part.LEAD for row in taken_back)
    if is_placed_anew:
        child.assigned_at = now
    _copy_files(child, parent, now)
    if parent.state == State.RESOLVED and child.state == State.ASSIGNED:
        child.resolve(now=now)
        stop_clocks(child, now=now)
        start_clocks(child, now=now, kinds=[ClockKind.RATE])
    if child.state != from_state or is_placed_anew:
        child.save(update_fields=list(STATE_FIELDS))
    return taken_back


def _dispatch(child: Petition, parent: Petition, now: datetime) -> None:
    """The limit of the department is the parent's; the enterprise's own follows its category, once it has one."""
    if child.category is None:
        child.category = parent.category
        child.save(update_fields=["category"])
        reclassify_clocks(child)
    child.dispatch(now=now)
    stop_clocks(child, now=now, kinds=[ClockKind.DISPATCH])


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
    """Give the child's part what the department has done on the parent; the note for the office stays there."""
    is_behind = False
    if part.waived_at and not led.waived_at:
        # It was excused from the child alone, and is waited for on the parent.
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
    """Give the child the departments' files of this cycle, uploaded to it now: its own rows, the same stored bytes."""
    if parent.assigned_at is None:
        return
    files = parent.attachments.filter(is_from_department=True, uploaded_at__gte=parent.assigned_at)
    missing = files.exclude(file__in=child.attachments.values("file"))
    Attachment.objects.bulk_create(_copied(file, child, now) for file in missing)


def _copied(file: Attachment, child: Petition, now: datetime) -> Attachment:
    file.pk, file.petition, file.uploaded_at = None, child, now
    file._state.adding = True
    return file


def lead_of(petition: Petition) -> Assignment | None:
    """Return the lead's live part, None before dispatch."""
    return next((row for row in live_parts(petition) if row.part == Part.LEAD), None)
