"""What every verb does first and last: lock the petition and check, write the state and one event.

The order is the same everywhere (docs/adr/0006): lock the petition row, check permission, check state; at the end
save the named fields and add one PetitionEvent. The caller holds the transaction.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import User
from departments.models import Department
from petitions.errors import InvalidInput, NotPermitted, WrongState
from petitions.models import STATE_FIELDS, Assignment, Channel, Petition, PetitionEvent
from petitions.notices import tell
from petitions.permissions import Relation, check_can, possible_verbs, relation_to

# Within this the same note again is a double click or a form sent twice; later it is a new note (assumption).
REPEAT_WINDOW = timedelta(minutes=10)


def begin(*, petition: Petition, by: User, verb: str) -> tuple[Petition, Relation]:
    """Lock the petition's row and check that `by` may use the verb now.

    Returns the petition as it is in the database at this moment, and by's relation to it.
    Raises  NotPermitted, WrongState
    """
    locked = (
        Petition.objects.select_for_update(of=("self",), no_key=True)
        .select_related("petitioner", "category", "region")
        .get(pk=petition.pk)
    )
    relation = relation_to(locked, by)
    check_can(relation, verb)
    if not locked.allows(verb):
        raise WrongState(
            state=locked.state,
            state_label=locked.get_state_display(),
            possible=possible_verbs(locked, relation),
        )
    return locked, relation


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


def is_repeated(
    *,
    petition: Petition,
    kind: str,
    by: User,
    now: datetime,
    department: Department | None = None,
    text: str = "",
    data: Mapping[str, object] | None = None,
    is_public: bool = True,
) -> bool:
    """Return whether the petition's last event is this very one, from a moment ago. The petition is locked."""
    last = petition.events.order_by("-id").first()
    if last is None or now - last.at > REPEAT_WINDOW:
        return False
    this = (kind, by.pk, department and department.pk, text, dict(data or {}), is_public)
    return (last.kind, last.by_id, last.department_id, last.text, last.data, last.is_public) == this


def finish(
    *,
    petition: Petition,
    kind: str,
    by: User,
    now: datetime,
    from_state: str,
    department: Department | None = None,
    text: str = "",
    data: Mapping[str, object] | None = None,
    is_public: bool = True,
) -> Petition:
    """Save what the transition set, add the verb's event and tell whom it concerns. Two or three statements."""
    if petition.state != from_state:
        petition.save(update_fields=list(STATE_FIELDS))
    event = PetitionEvent.objects.create(
        petition=petition,
        kind=kind,
        at=now,
        by=by,
        department=department,
        cycle=petition.cycle,
        from_state=from_state,
        to_state=petition.state,
        is_public=is_public,
        text=text,
        data=dict(data or {}),
    )
    # Nobody is told today of what an imported letter went through years ago.
    if petition.channel != Channel.IMPORT:
        tell([event], now=now)
    return petition
