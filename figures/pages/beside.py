"""What the petition's page shows beside an answer about its fact: the appeal, or a link to appeal or exclude."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from accounts.models import Role
from figures.queries import facts_of_parts, is_open
from petitions.models import Assignment
from scores.models import CycleFact


class Beside(NamedTuple):
    """A fact, and the verb by which the reader can act on it: `appeal`, `exclude`, or "" for neither."""

    fact: CycleFact
    verb: str


def facts_beside(answers: Sequence[Assignment], user: Any, now: datetime) -> dict[int, Beside]:
    """Return what is shown beside the answers, by the part's key; nothing for a part whose fact the user may not read.

    The result is empty for users who are neither head nor supervisor, without a statement. For others one statement
    reads the facts; if there are any, one more and at most two for each of their months follow.
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
    """Return the verb by which the person can act on a department's facts, "" for none.

    A head of the department appeals; a supervisor who does not work in it excludes.
    """
    if user.has_role(Role.HEAD) and works_there:
        return "appeal"
    return "exclude" if user.has_role(Role.SUPERVISOR) and not works_there else ""
