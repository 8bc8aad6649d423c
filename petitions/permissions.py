"""Who may do what with a petition: one rule a verb, over one person's relation to one petition.

Which *state* a verb needs is not decided here (petitions/models/petition.py). docs/lifecycle.md prints both.
Deny by default: a verb without a rule is refused to everybody.
Source: domain, people and what they must never do.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import Role, User
from enterprises.models import Assistant, Liaison
from petitions.errors import FollowsParent, WrongState
from petitions.models import Assignment, Part, Petition, Rating, State
from regions.desks import NONE, desks_of
from verbs.refusals import NotPermitted


@dataclass(frozen=True)
class Relation:
    """What one person is to one petition; computed once, read by every rule."""

    roles: frozenset[str]
    is_liaison: bool
    is_assistant: bool
    has_filed_on_behalf: bool
    assignments: tuple[Assignment, ...]  # live parts of the current cycle in the person's departments
    is_in_charge: bool = False  # a dispatcher of the desk in charge, or of one above it
    has_desk_above: bool = False  # above the desk in charge
    has_desk_below: bool = False  # another desk below the person's own
    is_of_department: bool = (
        False  # belongs to a department that has, or had, a part in it, whatever their role; a liaison
    )

    def has(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)

    @property
    def asks(self) -> bool:
        """The person speaks for the enterprise."""
        return self.is_liaison or self.is_assistant

    def holds(self, *parts: str) -> bool:
        """The person works in a department that holds one of these parts (any part without an argument)."""
        return any(not parts or assignment.part in parts for assignment in self.assignments)


Rule = Callable[[Relation], bool]

RULES: dict[str, Rule] = {
    "supplement": lambda who: who.asks or who.is_in_charge,
    "urge": lambda who: who.asks,
    "withdraw": lambda who: who.asks,
    "dispatch": lambda who: who.is_in_charge or who.has(Role.SYSTEM),
    "undo_dispatch": lambda who: who.is_in_charge,
    "escalate_up": lambda who: who.is_in_charge and who.has_desk_above,
    "delegate_down": lambda who: who.is_in_charge and who.has_desk_below,
    "merge": lambda who: who.is_in_charge,
    "unmerge": lambda who: who.is_in_charge or who.has(Role.SUPERVISOR),
    "link": lambda who: who.is_in_charge,
    "unlink": lambda who: who.is_in_charge or who.has(Role.SUPERVISOR),
    "check_in": lambda who: who.holds(),
    "hand_over": lambda who: who.holds(),
    "contact": lambda who: who.holds(),
    "progress": lambda who: who.holds(),
    "answer_support": lambda who: who.holds(Part.SUPPORT),
    "resolve": lambda who: who.holds(Part.LEAD),
    # Nobody from a rated department, and no filer on behalf, gives the rating (domain: 评价反馈).
    "rate": lambda who: who.is_liaison and not who.has_filed_on_behalf and not who.is_of_department,
    "change_rating": lambda who: who.is_liaison and not who.has_filed_on_behalf and not who.is_of_department,
    "judge_rating": lambda who: who.has(Role.SUPERVISOR),
    "reopen": lambda who: who.is_liaison or who.has(Role.SUPERVISOR),
    "issue_order": lambda who: who.has(Role.SUPERVISOR),
    "reply_order": lambda who: who.holds(),
    "judge_order": lambda who: who.has(Role.SUPERVISOR),
    "ask_extension": lambda who: who.has(Role.HEAD) and who.holds(),
    "decide_extension": lambda who: who.has(Role.SUPERVISOR),
    "ask_hold": lambda who: who.has(Role.HEAD) and who.holds(),
    "decide_hold": lambda who: who.has(Role.SUPERVISOR),
    "resume": lambda who: (who.has(Role.HEAD) and who.holds()) or who.has(Role.SUPERVISOR),
    "lapse": lambda who: who.has(Role.SYSTEM),
    "discuss": lambda who: who.holds() or who.is_in_charge or who.has(Role.SUPERVISOR),
    "add_support": lambda who: who.is_in_charge or who.has(Role.SUPERVISOR),
    "remove_support": lambda who: who.is_in_charge or who.has(Role.SUPERVISOR),
    "waive_support": lambda who: who.has(Role.SUPERVISOR),
    "ask_send_back": lambda who: who.has(Role.HEAD) and who.holds(),
    # Which of the two decides a request is the request's stage (petitions/send_back.py).
    "decide_send_back": lambda who: who.is_in_charge or who.has(Role.SUPERVISOR),
    "dispute_send_back": lambda who: who.has(Role.HEAD) and who.holds(),
}


# About an order, a request, a support, a rating or a bond of the petition, not about the petition itself.
OF_SOMETHING_ELSE = (
    *("reply_order", "judge_order", "decide_extension", "decide_hold", "resume"),
    *("remove_support", "waive_support", "decide_send_back", "dispute_send_back"),
    *("change_rating", "judge_rating"),
    *("unmerge", "unlink"),
)
# What is done on the parent of a group, for all of it. Contact is not: each enterprise is spoken with.
ON_THE_PARENT = (
    *("dispatch", "check_in", "progress", "discuss", "answer_support", "resolve", "issue_order"),
    *("ask_extension", "ask_hold", "add_support", "remove_support", "waive_support"),
    *("ask_send_back", "dispute_send_back", "hand_over", "undo_dispatch", "escalate_up", "delegate_down"),
)


def relation_to(petition: Petition, user: User) -> Relation:
    """Return what the user is to the petition; at most six statements, fewer for people of one role."""
    petitioner = petition.petitioner
    desks = desks_of(user)
    enterprise = petitioner.enterprise_id
    filed_it = petitioner.filed_by_id == user.pk
    is_liaison = user.has_role(Role.LIAISON) and Liaison.objects.filter(user=user, enterprise=enterprise).exists()
    return Relation(
        roles=frozenset(user.roles),
        is_liaison=is_liaison,
        is_assistant=user.has_role(Role.ASSISTANT)
        and filed_it
        and Assistant.objects.filter(user=user, enterprises=enterprise).exists(),
        has_filed_on_behalf=filed_it and petitioner.is_on_behalf,
        assignments=_held_assignments(petition, user),
        is_in_charge=desks.covers(petition.desk_id),
        has_desk_above=desks != NONE and petition.desk.parent_id is not None,
        has_desk_below=bool(desks.below - {petition.desk_id}),
        is_of_department=is_liaison and _belongs_to_department(petition, user),
    )


def _belongs_to_department(petition: Petition, user: User) -> bool:
    parts = Assignment.objects.filter(petition=petition, department__memberships__user=user)
    return petition.state != State.REPORTED and parts.exists()


def _held_assignments(petition: Petition, user: User) -> tuple[Assignment, ...]:
    if not user.has_role(Role.HANDLER, Role.HEAD, Role.SYSTEM):
        return ()
    live = petition.current_assignments()
    mine = live if user.has_role(Role.SYSTEM) else live.of(user)
    return tuple(mine.select_related("department").order_by("part", "pk"))


def check_can(relation: Relation, verb: str) -> None:
    """Raise NotPermitted unless the relation allows the verb."""
    if verb not in RULES or not RULES[verb](relation):
        raise NotPermitted()


def possible_verbs(petition: Petition, relation: Relation) -> list[str]:
    """Return the verbs this person can use on the petition in its present state, in the order of RULES.

    Left out: verbs about something the petition has (an order, a request, a support, a rating, a bond to another one),
    which are offered where that is shown.
    """
    return [
        verb
        for verb, rule in RULES.items()
        if verb not in OF_SOMETHING_ELSE
        and rule(relation)
        and petition.allows(verb)
        and not (petition.parent_id and verb in ON_THE_PARENT)
    ]


def check_now(petition: Petition, relation: Relation, verb: str) -> None:
    """Raise WrongState or FollowsParent unless the petition can have the verb now, by whomever."""
    if not petition.allows(verb):
        raise WrongState(
            state=petition.state,
            state_label=petition.get_state_display(),
            possible=possible_verbs(petition, relation),
        )
    if verb in ON_THE_PARENT and petition.parent:
        raise FollowsParent(petition.parent.number)


def can_see_petitioner(petition: Petition, user: User) -> bool:
    """Return whether the user may know who asked. For a confidential petition departments and leaders may not,
    whatever else they are: liaisons, assistants and dispatchers see no petitions but their own or their branch's, a
    handler sees others'."""
    if not petition.is_confidential or user.has_role(Role.SUPERVISOR, Role.SYSTEM):
        return True
    desks = desks_of(user)
    # A district's dispatcher who is a handler or a leader too may know of others' petitions by that.
    if desks.covers(petition.region_id) or desks.covers(petition.desk_id):
        return True
    sees_no_others = not user.has_role(Role.HANDLER, Role.HEAD, Role.LEADER)
    return user.has_role(Role.LIAISON, Role.ASSISTANT, Role.DISPATCHER) and sees_no_others


def of_known_petitioners(rows: QuerySet[Petition], user: User) -> QuerySet[Petition]:
    """Return the rows of which the user may know who asked; as `can_see_petitioner` says of one.

    For whatever puts petitions beside their enterprise: to be found there has told who asked.
    """
    if can_see_petitioner(Petition(is_confidential=True), user):
        return rows
    branch = desks_of(user).branch
    return rows.filter(Q(is_confidential=False) | Q(region__in=branch) | Q(desk__in=branch))


def can_see_anonymous(user: User) -> bool:
    """Return whether the user may read what an anonymous rating says: nobody of a department may.

    Whoever is something else besides reads as the department would.
    """
    return not user.has_role(Role.HANDLER, Role.HEAD)


def can_see_rating(rating: Rating, user: User) -> bool:
    """Return whether the user may read what was rated."""
    return not rating.is_anonymous or can_see_anonymous(user)


def can_see_internal(user: User) -> bool:
    """Return whether the user may read internal notes: everybody who works for the government, no liaison."""
    is_government = user.has_role(Role.DISPATCHER, Role.HANDLER, Role.HEAD, Role.SUPERVISOR, Role.LEADER)
    return is_government and not user.has_role(Role.LIAISON)
