"""What every verb does first and last: lock the petition and check, write the state and one event.

The order is the same everywhere (docs/adr/0006): lock the petition's row, check permission, check state; at the end
save the fields that the transition set and add one event. The caller holds the transaction. A step carries the
petition, the person, the moment, their relation to the petition and the state before: none of these is passed on
separately.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypedDict, TypeVar, Unpack

from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import User
from departments.models import Department
from petitions.acts import Act
from petitions.groups import follow
from petitions.models import STATE_FIELDS, Assignment, Petition
from petitions.permissions import relation_to
from petitions.search.index import keep_up
from petitions.situations import Circumstances, Situation
from petitions.verb import Verb
from verbs.refusals import AlreadyDone, InvalidInput, NotPermitted

# The same note again within this time is a double click or a form sent twice. Later it is a new note (assumption).
REPEAT_WINDOW = timedelta(minutes=10)
# The number of begin_pair's advisory lock: any number that no other lock uses.
JOINING = 20160


Row = TypeVar("Row", bound=Any)


class Note(TypedDict, total=False):
    """What a verb's event says besides its kind. What is left out gets the defaults of `finish` and `Act.note`."""

    department: Department | None
    text: str
    data: Mapping[str, object] | None
    is_public: bool


def finish(act: Act, kind: str, **note: Unpack[Note]) -> Petition:
    """Save what the transition set, add the verb's event, update the search row, and tell the people it concerns.

    The petition's children follow it. The event is public unless the note says otherwise. At most four statements,
    three more when the search row may have changed, some more for each child.
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
class Step(Situation):
    """One use of a verb: the situation of the person who takes the step, whose petition was locked and read anew."""

    verb: Verb

    def own_part(self, department: Department | None = None) -> Assignment:
        """Return the part that the verb is used on: the department's, or the only one that passes the verb's check.

        Raises  AlreadyDone when there is no part to use the verb on and the verb has a sentence for that,
                NotPermitted when none of these parts is the department's, the refusal of the verb's check when no such
                part passes it, InvalidInput when several do
        """
        assert self.verb.about is not None
        parts = self.verb.about(self)
        if not parts and self.verb.nothing:
            raise AlreadyDone(str(self.verb.nothing))
        meant = _of_department(parts, department)
        fitting = self.verb.fitting(self, meant)
        if not fitting:
            self.verb.check(self, meant[0])
        return own_part(fitting)

    def chosen(self, thing: Row) -> Row:
        """Return the thing (a part, a request) that the verb is used on, as read under the lock.

        Raises  NotPermitted when this person cannot use the verb on it, the refusal of the verb's check
        """
        assert self.verb.about is not None
        for one in self.verb.about(self):
            if one.pk == thing.pk:
                self.verb.check(self, one)
                return one
        raise NotPermitted()

    def finish(self, kind: str, **note: Unpack[Note]) -> Petition:
        """Finish the step: see the function `finish`."""
        return finish(self, kind, **note)

    def finish_once(self, kind: str, **note: Unpack[Note]) -> Petition:
        """Finish a step that only adds a note, unless `is_repeated` says that it was added a moment ago."""
        return self.petition if self.is_repeated(kind, **note) else self.finish(kind, **note)

    def is_repeated(self, kind: str, **note: Unpack[Note]) -> bool:
        """Return whether the petition's last event says the same, by the same person, less than REPEAT_WINDOW ago."""
        last = self.petition.events.order_by("-id").first()
        if last is None or self.now - last.at > REPEAT_WINDOW:
            return False
        department = note.get("department")
        said = (note.get("text", ""), dict(note.get("data") or {}), note.get("is_public", True))
        this = (kind, self.by.pk, department and department.pk, *said)
        return (last.kind, last.by_id, last.department_id, last.text, last.data, last.is_public) == this


def own_part(parts: Sequence[Assignment], department: Department | None = None) -> Assignment:
    """Return the part that the person means: the department's, or the only one.

    parts  of the person's departments
    Raises  NotPermitted when there is none, InvalidInput when several could be meant
    """
    meant = _of_department(parts, department)
    if len(meant) > 1:
        raise InvalidInput({"department": _("涉及多个承办部门，请选择是哪一个。")})
    return meant[0]


def _of_department(parts: Sequence[Assignment], department: Department | None) -> Sequence[Assignment]:
    meant = [part for part in parts if department is None or part.department_id == department.pk]
    if not meant:
        raise NotPermitted()
    return meant


def begin(*, petition: Petition, by: User, verb: Verb, now: datetime) -> Step:
    """Lock the petition's row and check that `by` can use the verb now.

    A verb that is about a part or a request is checked further when that is chosen (`own_part`, `chosen`).
    Raises  NotPermitted, WrongState, FollowsParent, the refusal of the verb's check
    """
    step = _step(_locked(petition.pk), by, verb, now)
    verb.check_begin(step)
    if verb.about is None:
        verb.check(step)
    return step


def _step(locked: Petition, by: User, verb: Verb, now: datetime) -> Step:
    relation = relation_to(locked, by)
    return Step(
        petition=locked,
        by=by,
        now=now,
        from_state=locked.state,
        is_for_enterprise=relation.asks,
        relation=relation,
        around=Circumstances([locked]),
        verb=verb,
    )


def _locked(key: int) -> Petition:
    # The desk is not joined: if the petition's desk changed while this waited for the lock, the join would have read
    # the old desk, and the petition would drop out of the result.
    rows = Petition.objects.select_for_update(of=("self",), no_key=True)
    petition = rows.select_related("petitioner", "category", "region").get(pk=key)
    if petition.category_id and petition.category is None:
        # The category changed while this waited for the lock: the row is the new one, the join read the old category.
        petition.refresh_from_db(fields=["category"])
    return petition


def begin_pair(*, petition: Petition, other: Petition, by: User, verb: Verb, now: datetime) -> tuple[Step, Petition]:
    """Lock two petitions to merge or link them, and check that `by` may use the verb on the first.

    The caller makes the verb's other checks. Free of deadlocks: an advisory lock lets one merge or link happen at a
    time, and the two rows are locked in the order of their keys. Once a child is locked, its parent is not waited for,
    since a verb on the parent waits for its children.
    Returns the step on the first, and the other petition as read under its lock
    Raises  NotPermitted, AlreadyDone (one of the two follows the other)
    """
    _wait_for_other_joins()
    rows: dict[int, Petition] = {}
    for key in sorted((petition.pk, other.pk)):
        rows[key] = _locked(key)
        if rows[key].parent_id in (petition.pk, other.pk):
            break
    step = _step(rows.get(petition.pk, petition), by, verb, now)
    if not verb.rule(step.relation):
        raise NotPermitted()
    if any(row.parent_id in (petition.pk, other.pk) for row in rows.values()):
        raise AlreadyDone(_("这两件诉求已经关联在一起办理。"))
    return step, rows[other.pk]


def _wait_for_other_joins() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [JOINING])
