"""Who may do what with a petition: one rule a verb, over one person's relation to one petition.

Which *state* a verb needs is not decided here (petitions/models/petition.py). docs/lifecycle.md prints both.
Deny by default: a verb without a rule is refused to everybody.
Source: domain, people and what they must never do.
"""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import Role, User
from enterprises.models import Assistant, Liaison
from petitions.errors import NotPermitted
from petitions.models import Assignment, Part, Petition


@dataclass(frozen=True)
class Relation:
    """What one person is to one petition; computed once, read by every rule."""

    roles: frozenset[str]
    is_liaison: bool
    is_assistant: bool
    has_filed_on_behalf: bool
    assignments: tuple[Assignment, ...]  # live parts of the current cycle in the person's departments

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
    "supplement": lambda who: who.asks or who.has(Role.DISPATCHER),
    "urge": lambda who: who.asks,
    "withdraw": lambda who: who.asks,
    "dispatch": lambda who: who.has(Role.DISPATCHER, Role.SYSTEM),
    "send_back": lambda who: who.has(Role.HEAD) and who.holds(Part.LEAD),
    "check_in": lambda who: who.holds(),
    "contact": lambda who: who.holds(),
    "progress": lambda who: who.holds(),
    "answer_support": lambda who: who.holds(Part.SUPPORT),
    "resolve": lambda who: who.holds(Part.LEAD),
    # Nobody from a rated department, and no filer on behalf, gives the rating (domain: 评价反馈).
    "rate": lambda who: who.is_liaison and not who.has_filed_on_behalf and not who.assignments,
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
}


# About an order or a request of the petition, not about the petition itself.
OF_SOMETHING_ELSE = ("reply_order", "judge_order", "decide_extension", "decide_hold", "resume")


def relation_to(petition: Petition, user: User) -> Relation:
    """Return what the user is to the petition; at most four statements, fewer for people of one role."""
    petitioner = petition.petitioner
    enterprise = petitioner.enterprise_id
    filed_it = petitioner.filed_by_id == user.pk
    return Relation(
        roles=frozenset(user.roles),
        is_liaison=user.has_role(Role.LIAISON) and Liaison.objects.filter(user=user, enterprise=enterprise).exists(),
        is_assistant=user.has_role(Role.ASSISTANT)
        and filed_it
        and Assistant.objects.filter(user=user, enterprises=enterprise).exists(),
        has_filed_on_behalf=filed_it and petitioner.is_on_behalf,
        assignments=_held_assignments(petition, user),
    )


def _held_assignments(petition: Petition, user: User) -> tuple[Assignment, ...]:
    if not user.has_role(Role.HANDLER, Role.HEAD, Role.SYSTEM):
        return ()
    live = Assignment.objects.live().filter(petition=petition, cycle=petition.cycle)
    mine = live if user.has_role(Role.SYSTEM) else live.of(user)
    return tuple(mine.select_related("department").order_by("part", "pk"))


def check_can(relation: Relation, verb: str) -> None:
    """Raise NotPermitted unless the relation allows the verb."""
    if verb not in RULES or not RULES[verb](relation):
        raise NotPermitted()


def possible_verbs(petition: Petition, relation: Relation) -> list[str]:
    """Return the verbs this person can use on the petition in its present state, in the order of RULES.

    Left out: verbs about something the petition has (an order, a request), which are offered where that is shown.
    """
    return [
        verb
        for verb, rule in RULES.items()
        if verb not in OF_SOMETHING_ELSE and rule(relation) and petition.allows(verb)
    ]


def can_see_petitioner(petition: Petition, user: User) -> bool:
    """Return whether the user may know who asked. For a confidential petition departments and leaders may not,
    whatever else they are: liaisons and assistants see no petitions but their own, a handler sees others'."""
    if not petition.is_confidential or user.has_role(Role.DISPATCHER, Role.SUPERVISOR, Role.SYSTEM):
        return True
    return user.has_role(Role.LIAISON, Role.ASSISTANT) and not user.has_role(Role.HANDLER, Role.HEAD, Role.LEADER)


def can_see_internal(user: User) -> bool:
    """Return whether the user may read internal notes: everybody who works for the government, no liaison."""
    is_government = user.has_role(Role.DISPATCHER, Role.HANDLER, Role.HEAD, Role.SUPERVISOR, Role.LEADER)
    return is_government and not user.has_role(Role.LIAISON)
