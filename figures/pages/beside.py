"""What an answer is scored by, beside it on the petition's page: the appeal against it, or the way to one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from accounts.models import Role
from figures.queries import facts_of_parts, is_open
from petitions.models import Assignment
from scores.models import CycleFact


class Beside(NamedTuple):
    """A fact, and what the reader can ask for about it: `appeal`, `exclude`, or nothing."""

    fact: CycleFact
    verb: str


def facts_beside(answers: Sequence[Assignment], user: Any, now: datetime) -> dict[int, Beside]:
    """Return what is shown beside the answers, by the part's key.

    Only for those who can ask for something. No statement without one; otherwise two, and two for each month.
    """
    facts = facts_of_parts(answers, user) if answers and user.has_role(Role.HEAD, Role.SUPERVISOR) else {}
    own = set(user.memberships.values_list("department_id", flat=True)) if facts else set()
    are_open = {month: is_open(month, now) for month in {fact.month for fact in facts.values()}}
    return {
        part.pk: Beside(fact, verb_of(user, works_there=part.department_id in own) if _can_ask(fact, are_open) else "")
        for part in answers
        if (fact := facts.get(part.pk))
    }


def _can_ask(fact: CycleFact, are_open: dict[Any, bool]) -> bool:
    return not hasattr(fact, "appeal") and are_open[fact.month]


def verb_of(user: Any, *, works_there: bool) -> str:
    """Return what the person can ask for about a department's facts: a head of it appeals, a supervisor who does not
    work in it excludes."""
    if user.has_role(Role.HEAD) and works_there:
        return "appeal"
    return "exclude" if user.has_role(Role.SUPERVISOR) and not works_there else ""
