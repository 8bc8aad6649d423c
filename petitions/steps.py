"""What every verb does first and last: lock the petition and check, write the state and one event.

The order is the same everywhere (docs/adr/0006): lock the petition row, check permission, check state; at the end
save the named fields and add one event. The caller holds the transaction. A step carries the petition, who takes it,
when, in which relation and from which state: nothing is passed twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict, Unpack

from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import User
from departments.models import Department
from petitions.acts import Act
from petitions.groups import follow
from petitions.models import STATE_FIELDS, Assignment, Petition
from petitions.permissions import Relation, check_can, check_now, relation_to
from petitions.search.index import keep_up
from verbs.refusals import AlreadyDone, InvalidInput, NotPermitted

# Within this the same note again is a double click or a form sent twice; later it is a new note (assumption).
REPEAT_WINDOW = timedelta(minutes=10)
# The advisory lock of begin_pair; any number that nothing else uses.
JOINING = 20160


class Note(TypedDict, total=False):
    """What a note says besides its kind; `finish` has the defaults."""

    department: Department | None
    text: str
    data: Mapping[str, object] | None
    is_public: bool


def finish(act: Act, kind: str, **note: Unpack[Note]) -> Petition:
    """Save what the transition set, add the verb's event, keep the search up and tell whom it concerns; the group of a
    parent follows. The event is public unless said.

    Three or four statements, three more where what is searched has changed, some more for each petition that follows.
    """
    petition = act.petition
    if petition.state != act.from_state:
        petition.save(update_fields=list(STATE_FIELDS))
    event = act.note(kind, **(Note(is_public=True) | note))
    keep_up(petition, kind)
    act.announce(event)
    if petition.parent_id is None:
        follow(petition, event)
    return petition


@dataclass
class Step(Act):
    """One step of a verb: the petition, locked, as it was in the database when the step began, and who takes it."""

    relation: Relation

    def finish(self, kind: str, **note: Unpack[Note]) -> Petition:
        """As the function `finish`."""
        return finish(self, kind, **note)

    def finish_once(self, kind: str, **note: Unpack[Note]) -> Petition:
        """`finish` of a note, which leaves the state alone; the same note again from a moment ago is the same note."""
        return self.petition if self.is_repeated(kind, **note) else self.finish(kind, **note)

    def is_repeated(self, kind: str, **note: Unpack[Note]) -> bool:
        """Return whether the petition's last event is this very one, from a moment ago."""
        last = self.petition.events.order_by("-id").first()
        if last is None or self.now - last.at > REPEAT_WINDOW:
            return False
        department = note.get("department")
        said = (note.get("text", ""), dict(note.get("data") or {}), note.get("is_public", True))
        this = (kind, self.by.pk, department and department.pk, *said)
        return (last.kind, last.by_id, last.department_id, last.text, last.data, last.is_public) == this


def begin(*, petition: Petition, by: User, verb: str, now: datetime) -> Step:
    """Lock the petition's row and check that `by` may use the verb now.

    Raises  NotPermitted, WrongState, FollowsParent
    """
    locked = _locked(petition.pk)
    relation = relation_to(locked, by)
    check_can(relation, verb)
    check_now(locked, relation, verb)
    return Step(petition=locked, by=by, now=now, from_state=locked.state, relation=relation)


def _locked(key: int) -> Petition:
    # Without the desk: a row that changed it while this waited would be dropped from the join as it was before.
    rows = Petition.objects.select_for_update(of=("self",), no_key=True)
    petition = rows.select_related("petitioner", "category", "region").get(pk=key)
    if petition.category_id and petition.category is None:
        # Reclassified while this waited: the row is the new one, but the join had looked for the category before.
        petition.refresh_from_db(fields=["category"])
    return petition


def begin_pair(*, petition: Petition, other: Petition, by: User, verb: str, now: datetime) -> tuple[Step, Petition]:
    """Lock two petitions and check that `by` may use the verb on the first; the state is checked by the caller.

    Deadlock-free: whoever joins petitions comes one after the other (an advisory lock), takes the two in the order of
    their keys, and never waits for the parent of what it holds: a verb on the parent waits for its children.
    Returns the step on the first, and the other one as it is in the database at this moment.
    Raises  NotPermitted, AlreadyDone (the two are in one group)
    """
    _wait_for_other_joins()
    rows: dict[int, Petition] = {}
    for key in sorted((petition.pk, other.pk)):
        rows[key] = _locked(key)
        if rows[key].parent_id in (petition.pk, other.pk):
            break
    relation = relation_to(rows.get(petition.pk, petition), by)
    check_can(relation, verb)
    if any(row.parent_id in (petition.pk, other.pk) for row in rows.values()):
        raise AlreadyDone(_("这两件诉求已经关联在一起办理。"))
    locked = rows[petition.pk]
    step = Step(petition=locked, by=by, now=now, from_state=locked.state, relation=relation)
    return step, rows[other.pk]


def _wait_for_other_joins() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [JOINING])


def own_assignment(relation: Relation, department: Department | None = None, part: str = "") -> Assignment:
    """Return the assignment a department's verb is about: of that department, or the only one that fits.

    Raises  NotPermitted when no live assignment of the person fits; InvalidInput when several do
    """
    fitting = [
        assignment
        for assignment in relation.assignments
        if (department is None or assignment.department_id == department.pk) and part in ("", assignment.part)
    ]
    if not fitting:
        raise NotPermitted()
    if len(fitting) > 1:
        raise InvalidInput({"department": _("您在多个承办部门任职，请选择以哪个部门办理。")})
    return fitting[0]
