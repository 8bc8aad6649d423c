"""What a person is to a petition, and what they may read of it. What they may do is up to each verb's rule.

Deny by default. Source: domain, people and what they must never do.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from accounts.models import Role, User
from enterprises.models import Assistant, Liaison
from petitions.models import Assignment, Petition, Rating, State, SupervisionOrder
from regions.desks import NONE, desks_of
from regions.models import Region
from verbs import reference


@dataclass(frozen=True)
class Relation:
    """What one person is to one petition; computed once, read by every rule."""

    roles: frozenset[str]
    is_liaison: bool
    is_assistant: bool
    has_filed_on_behalf: bool
    assignments: tuple[Assignment, ...]  # the live parts of the person's departments in the current cycle
    is_in_charge: bool = False  # a dispatcher of the desk in charge, or of one above it
    is_at_own_desk: bool = False  # a dispatcher of the desk in charge itself
    has_desk_above: bool = False  # a dispatcher, and the desk in charge has one above it
    has_desk_below: bool = False  # a dispatcher, and another desk than the one in charge is below the person's own
    ordered: frozenset[int] = frozenset()  # departments of the person with an order to reply to, without a live part
    is_of_department: bool = (
        False  # a liaison of the enterprise who also belongs to a department that has, or had, a part in the petition
    )

    def has(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)

    @property
    def asks(self) -> bool:
        """Whether the person speaks for the enterprise."""
        return self.is_liaison or self.is_assistant

    def holds(self, *parts: str) -> bool:
        """Whether the person works in a department that holds one of these parts; without arguments, any part."""
        return any(not parts or assignment.part in parts for assignment in self.assignments)


Rule = Callable[[Relation], bool]


def relation_to(petition: Petition, user: User) -> Relation:
    """Return what the user is to the petition. At most six statements, fewer for people of one role."""
    return relations_to([petition], user)[petition.pk]


def relations_to(petitions: Sequence[Petition], user: User) -> dict[int, Relation]:
    """Return what the user is to each of the petitions, by key. At most five statements, however many they are.

    petitions  with their petitioners loaded, else each of them costs a statement
    """
    desks, held = desks_of(user), _held_parts(petitions, user)
    above = reference.by_key(Region) if desks != NONE else {}
    own, served = _own_enterprises(petitions, user), _served_enterprises(petitions, user)
    asked_by_own = [petition for petition in petitions if petition.petitioner.enterprise_id in own]
    with_own_department = _with_own_department(asked_by_own, user)
    ordered = _ordered([petition for petition in petitions if petition.pk not in held], user)
    return {
        petition.pk: Relation(
            roles=frozenset(user.roles),
            is_liaison=petition.petitioner.enterprise_id in own,
            is_assistant=_filed(petition, user) and petition.petitioner.enterprise_id in served,
            has_filed_on_behalf=_filed(petition, user) and petition.petitioner.is_on_behalf,
            assignments=tuple(held.get(petition.pk, ())),
            is_in_charge=desks.covers(petition.desk_id),
            is_at_own_desk=petition.desk_id in desks.own,
            has_desk_above=desks != NONE and above[petition.desk_id].parent_id is not None,
            has_desk_below=bool(desks.below - {petition.desk_id}),
            ordered=frozenset(ordered.get(petition.pk, ())),
            is_of_department=petition.pk in with_own_department,
        )
        for petition in petitions
    }


def _filed(petition: Petition, user: User) -> bool:
    return petition.petitioner.filed_by_id == user.pk


def _own_enterprises(petitions: Sequence[Petition], user: User) -> set[int]:
    if not user.has_role(Role.LIAISON):
        return set()
    asking = [petition.petitioner.enterprise_id for petition in petitions]
    return set(Liaison.objects.filter(user=user, enterprise__in=asking).values_list("enterprise", flat=True))


def _served_enterprises(petitions: Sequence[Petition], user: User) -> set[int]:
    filed = [petition.petitioner.enterprise_id for petition in petitions if _filed(petition, user)]
    if not filed or not user.has_role(Role.ASSISTANT):
        return set()
    serving = Assistant.objects.filter(user=user, enterprises__in=filed)
    return set(serving.values_list("enterprises", flat=True))


def _with_own_department(petitions: Sequence[Petition], user: User) -> set[int]:
    """Return the keys of the dispatched petitions in which a department of the person has, or had, a part.

    The person's role in the department does not matter.
    """
    dispatched = [petition.pk for petition in petitions if petition.state != State.REPORTED]
    if not dispatched:
        return set()
    parts = Assignment.objects.filter(petition__in=dispatched, department__memberships__user=user)
    return set(parts.order_by().values_list("petition", flat=True))


def _held_parts(petitions: Sequence[Petition], user: User) -> dict[int, list[Assignment]]:
    if not user.has_role(Role.HANDLER, Role.HEAD, Role.SYSTEM):
        return {}
    keys = [petition.pk for petition in petitions]
    live = Assignment.objects.live().filter(petition__in=keys, cycle=F("petition__cycle"))
    mine = live if user.has_role(Role.SYSTEM) else live.of(user)
    held: dict[int, list[Assignment]] = {}
    for part in mine.select_related("department").order_by("part", "pk"):
        held.setdefault(part.petition_id, []).append(part)
    return held


def _ordered(petitions: Sequence[Petition], user: User) -> dict[int, list[int]]:
    """Return, by petition key, the person's departments that have to reply to an order on the petition.

    petitions  in which none of these departments has a live part: an order stays with such a department only if it
               came from a department that closed (petitions/closing.py)
    """
    if not petitions or not user.has_role(Role.HANDLER, Role.HEAD):
        return {}
    found: dict[int, list[int]] = {}
    orders = SupervisionOrder.objects.to_reply(user).filter(petition__in=[petition.pk for petition in petitions])
    for key, department in orders.order_by().values_list("petition", "department"):
        found.setdefault(key, []).append(department)
    return found


def can_see_petitioner(petition: Petition, user: User) -> bool:
    """Return whether the user may know who asked.

    Of a petition that is not confidential everybody may. Of a confidential one supervisors may, and dispatchers of its
    branch. Handlers, heads and leaders may not, even if they are also liaison, assistant or dispatcher elsewhere.
    People who are only liaison, assistant or dispatcher may: they see no petitions but their own or their branch's.
    """
    if not petition.is_confidential or user.has_role(Role.SUPERVISOR, Role.SYSTEM):
        return True
    desks = desks_of(user)
    # The branch comes first: a district's dispatcher who is also handler or leader sees other branches' petitions, too.
    if desks.covers(petition.region_id) or desks.covers(petition.desk_id):
        return True
    sees_no_others = not user.has_role(Role.HANDLER, Role.HEAD, Role.LEADER)
    return user.has_role(Role.LIAISON, Role.ASSISTANT, Role.DISPATCHER) and sees_no_others


def of_known_petitioners(rows: QuerySet[Petition], user: User) -> QuerySet[Petition]:
    """Return the rows of which the user may know who asked, as `can_see_petitioner` decides for one petition.

    Every list of an enterprise's petitions needs it: a petition that stands in such a list tells who asked.
    """
    if can_see_petitioner(Petition(is_confidential=True), user):
        return rows
    branch = desks_of(user).branch
    return rows.filter(Q(is_confidential=False) | Q(region__in=branch) | Q(desk__in=branch))


def can_see_anonymous(user: User) -> bool:
    """Return whether the user may read what an anonymous rating says: handlers and heads may not.

    Another role that a handler or head has does not change that.
    """
    return not user.has_role(Role.HANDLER, Role.HEAD)


def can_see_rating(rating: Rating, user: User) -> bool:
    """Return whether the user may read what the rating says."""
    return not rating.is_anonymous or can_see_anonymous(user)


def can_see_internal(user: User) -> bool:
    """Return whether the user may read internal notes: dispatchers, handlers, heads, supervisors and leaders may.

    A person of these roles who is a liaison too may not.
    """
    is_government = user.has_role(Role.DISPATCHER, Role.HANDLER, Role.HEAD, Role.SUPERVISOR, Role.LEADER)
    return is_government and not user.has_role(Role.LIAISON)
