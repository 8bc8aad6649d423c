"""What pages and the API read of scores: scorecards, the facts that each number was counted from, and appeals.

Deny by default: supervisors and leaders read the scorecard and facts of every department, handlers and heads those of
their own departments, others none. Whoever is one of these reads the league of all departments (`scores_known`).
Handlers and heads never read what an anonymous rating says, neither its level nor whether the problem was solved, and
they do not find its fact by these. Nor can they work it out from a month's numbers. If a month has anonymous ratings,
what its ratings say is withheld until the month is frozen, since before that a single rating moves the numbers. It
stays withheld if fewer than LEAST_ANONYMOUS of the ratings are anonymous.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import Role, User
from departments.models import Department
from petitions.models import Assignment, IsSolved, Level, Outcome, Part, Petition
from petitions.permissions import can_see_anonymous
from scores.errors import TooLate
from scores.freezing import check_month_is_open
from scores.models import OF_THE_RATING, Appeal, AppealDecision, CycleFact, Ending, FrozenMonth
from scores.policy import LEAST_ANONYMOUS
from scores.scorecard import DepartmentScore, MonthlyScores, month_of, trend
from scores.scoring import SATISFIED_FROM, without_ratings

READERS = (Role.SUPERVISOR, Role.LEADER, Role.HEAD, Role.HANDLER)

_OUT = Q(appeal__decision=AppealDecision.ACCEPTED)
_OF_THE_RATING = Q(appeal__reason__in=OF_THE_RATING)
_COUNTS = ~_OUT | _OF_THE_RATING
_RATING_COUNTS = ~_OUT & Q(level__isnull=False)
_ASKED = Q(is_check_in_on_time__isnull=False) | Q(is_contact_on_time__isnull=False)
_LATE = Q(is_check_in_on_time=False) | Q(is_contact_on_time=False)
_REOPENED = _COUNTS & Q(ending=Ending.REOPENED)

# The facts behind each number that follows from what ratings say. For people of a department, facts with an anonymous
# rating are left out of these.
BY_RATING: dict[str, Q] = {
    "solved": _RATING_COUNTS & Q(is_solved=IsSolved.YES),
    "partly": _RATING_COUNTS & Q(is_solved=IsSolved.PARTLY),
    "unsolved": _RATING_COUNTS & Q(is_solved=IsSolved.NO),
    "resolution_missed": _RATING_COUNTS & ~Q(is_solved=IsSolved.YES) | _REOPENED,
    "satisfied": _RATING_COUNTS & Q(level__gte=SATISFIED_FROM),
    "satisfaction_missed": _RATING_COUNTS & Q(level__lt=SATISFIED_FROM),
}
BY_RATING |= {f"level_{level}": _RATING_COUNTS & Q(level=level) for level in Level.values}
# The facts behind each number of a scorecard, by the number's name. Most names are those of scores.scoring.Counts; a
# name that ends in `_missed` is for the facts that a rate has in its denominator, but not in its numerator.
BEHIND: dict[str, Q] = {
    "cycles": _COUNTS,
    "excluded": _OUT & ~_OF_THE_RATING,
    "excluded_ratings": _OUT & _OF_THE_RATING & Q(level__isnull=False),
    "response_of": _COUNTS & _ASKED,
    "response_met": _COUNTS & _ASKED & ~_LATE,
    "response_missed": _COUNTS & _LATE,
    "ratings": _RATING_COUNTS,
    "resolution_of": _RATING_COUNTS | _REOPENED,
}
BEHIND |= {str(ending): _COUNTS & Q(ending=ending) for ending in Ending.values} | BY_RATING
for _limit in ("check_in", "contact", "answer"):
    BEHIND[f"{_limit}_of"] = _COUNTS & Q((f"is_{_limit}_on_time__isnull", False))
    BEHIND[f"{_limit}_met"] = _COUNTS & Q((f"is_{_limit}_on_time", True))
    BEHIND[f"{_limit}_missed"] = _COUNTS & Q((f"is_{_limit}_on_time", False))


@dataclass(frozen=True)
class FactLimit:
    """One limit of a fact: when it was due, when the work was done, and whether in time (None: it does not count)."""

    due_at: datetime | None
    done_at: datetime | None
    is_on_time: bool | None


@dataclass(frozen=True)
class FactRow:
    """A fact as its reader may know it.

    petition          None where the reader may not know of it
    is_rating_hidden  the rating is anonymous, and this reader may not know what it says
    """

    fact: CycleFact
    petition: Petition | None
    is_rating_hidden: bool

    @property
    def part(self) -> Any:
        return Part(self.fact.part).label

    @property
    def outcome(self) -> Any:
        return Outcome(self.fact.outcome).label if self.fact.outcome else ""

    @property
    def level(self) -> Any:
        """The rated level in words; empty where there is none or the reader may not know it."""
        return "" if self.is_rating_hidden or self.fact.level is None else Level(self.fact.level).label

    @property
    def is_solved(self) -> Any:
        """Whether the problem was solved, in words; empty where that was not rated or the reader may not know it."""
        return "" if self.is_rating_hidden or not self.fact.is_solved else IsSolved(self.fact.is_solved).label

    @property
    def check_in(self) -> FactLimit:
        return FactLimit(self.fact.check_in_due_at, self.fact.checked_in_at, self.fact.is_check_in_on_time)

    @property
    def contact(self) -> FactLimit:
        return FactLimit(self.fact.contact_due_at, self.fact.contacted_at, self.fact.is_contact_on_time)

    @property
    def answer(self) -> FactLimit:
        return FactLimit(self.fact.answer_due_at, self.fact.answered_at, self.fact.is_answer_on_time)

    @property
    def appeal(self) -> Appeal | None:
        return getattr(self.fact, "appeal", None)


def departments_scored(user: User) -> QuerySet[Department]:
    """Departments whose scorecards the user reads. One statement."""
    sees_all = user.has_role(Role.SUPERVISOR, Role.LEADER)
    return Department.objects.all() if sees_all else Department.objects.of(user)


def scores_known(month: date, user: User) -> MonthlyScores:
    """Return the scorecards of all departments, without what the user may not know. As many statements as month_of.

    month  the month's first day
    """
    scores = month_of(month)
    if can_see_anonymous(user):
        return scores
    cards = tuple(map(_withheld, scores.cards))
    hidden = sum(card.counts.is_withheld for card in cards)
    # If one card alone is withheld, its numbers are the city's minus all others', so the city's are withheld, too.
    return replace(scores, cards=cards, city=without_ratings(scores.city) if hidden == 1 else scores.city)


def trend_known(department: Department, user: User, *, last: date, months: int) -> list[DepartmentScore]:
    """Return a department's scorecards of several months, without what the user may not know.

    As many statements as trend; `last` and `months` are explained there.
    """
    cards = trend(department, last=last, months=months)
    return cards if can_see_anonymous(user) else list(map(_withheld, cards))


def _withheld(card: DepartmentScore) -> DepartmentScore:
    anonymous = card.counts.anonymous
    is_safe = not anonymous or (card.is_frozen and anonymous >= LEAST_ANONYMOUS)
    return card if is_safe else replace(card, counts=without_ratings(card.counts))


def facts_behind(what: str, *, department: Department, month: date, user: User) -> QuerySet[CycleFact]:
    """Return the facts that a number of the department's scorecard was counted from, the last closed first.

    Facts that came after the month was frozen are left out: they are not in the scorecard either. Readers who may not
    know what anonymous ratings say do not find the facts with such ratings by a number of BY_RATING. One statement.
    what    the number: a key of BEHIND
    month   the month's first day
    """
    frozen = FrozenMonth.objects.filter(pk=OuterRef("month"))
    rows = CycleFact.objects.filter(department=department, month=month).filter(BEHIND[what])
    rows = rows.filter(~Exists(frozen) | Q(pk__lte=Subquery(frozen.values("last_fact"))))
    if what in BY_RATING and not can_see_anonymous(user):
        rows = rows.filter(is_anonymous=False)
    return rows.select_related("appeal").order_by("-closed_at", "-pk")


def fact_rows(facts: Iterable[CycleFact], user: User) -> list[FactRow]:
    """Return the facts as the user may know them, with their petitions. One statement besides reading the facts."""
    rows = list(facts)
    petitions = Petition.objects.visible_to(user).in_bulk([row.petition_key for row in rows])
    is_hidden = not can_see_anonymous(user)
    return [FactRow(row, petitions.get(row.petition_key), row.is_anonymous and is_hidden) for row in rows]


def readable_facts(user: User) -> QuerySet[CycleFact]:
    """Facts of the departments whose scorecards the user reads, with their appeals and departments. One statement."""
    return CycleFact.objects.filter(department__in=departments_scored(user)).select_related("appeal", "department")


def is_open(month: date, now: datetime) -> bool:
    """Return whether facts of the month can be appealed against. At most two statements with a compiled calendar."""
    try:
        check_month_is_open(month, now)
    except TooLate:
        return False
    return True


def appeals(user: User) -> QuerySet[Appeal]:
    """Appeals against facts of the departments whose scorecards the user reads, the newest first.

    One statement.
    """
    rows = Appeal.objects.filter(fact__department__in=departments_scored(user))
    return rows.select_related("fact__department", "asked_by", "decided_by").order_by("-asked_at", "-pk")


def waiting_appeals(user: User) -> QuerySet[Appeal]:
    """The appeals of `appeals` that wait for a decision, the oldest first. One statement."""
    return appeals(user).filter(decision=AppealDecision.PENDING).order_by("asked_at", "pk")


def facts_of_parts(parts: Iterable[Assignment], user: User) -> dict[int, CycleFact]:
    """Return the facts of these parts by the part's key, as far as the user may read them. One statement."""
    facts = readable_facts(user).filter(assignment_key__in=[part.pk for part in parts])
    return {fact.assignment_key: fact for fact in facts}
