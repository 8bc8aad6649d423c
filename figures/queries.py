"""What pages and the API read of scores: whose scorecards, the facts behind each number of one, and appeals.

Deny by default: supervisors and leaders read every department's, handlers and heads their own. Of an anonymous rating
nobody of a department reads the level or whether it was solved, nor finds it by them, nor can tell it from a month's
numbers: those are withheld from them while a single rating can change them, and where too few are anonymous.
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
from scores.scorecard import Card, MonthlyScores, month_of, trend
from scores.scoring import SATISFIED_FROM, without_ratings

READERS = (Role.SUPERVISOR, Role.LEADER, Role.HEAD, Role.HANDLER)

_OUT = Q(appeal__decision=AppealDecision.ACCEPTED)
_OF_THE_RATING = Q(appeal__reason__in=OF_THE_RATING)
_COUNTS = ~_OUT | _OF_THE_RATING
_RATING_COUNTS = ~_OUT & Q(level__isnull=False)
_ASKED = Q(is_check_in_on_time__isnull=False) | Q(is_contact_on_time__isnull=False)
_LATE = Q(is_check_in_on_time=False) | Q(is_contact_on_time=False)
_REOPENED = _COUNTS & Q(ending=Ending.REOPENED)

# What a rating says; an anonymous one is not found by it.
BY_RATING: dict[str, Q] = {
    "solved": _RATING_COUNTS & Q(is_solved=IsSolved.YES),
    "partly": _RATING_COUNTS & Q(is_solved=IsSolved.PARTLY),
    "unsolved": _RATING_COUNTS & Q(is_solved=IsSolved.NO),
    "resolution_missed": _RATING_COUNTS & ~Q(is_solved=IsSolved.YES) | _REOPENED,
    "satisfied": _RATING_COUNTS & Q(level__gte=SATISFIED_FROM),
    "satisfaction_missed": _RATING_COUNTS & Q(level__lt=SATISFIED_FROM),
}
BY_RATING |= {f"level_{level}": _RATING_COUNTS & Q(level=level) for level in Level.values}
# The facts behind each number of a scorecard, by the number's name (scores.scoring.Counts).
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
class Step:
    """One limit of a fact: until when, when it was done, and whether in time; None where it does not count."""

    due_at: datetime | None
    done_at: datetime | None
    is_on_time: bool | None


@dataclass(frozen=True)
class FactRow:
    """A fact as its reader may know it. `petition` is None where they may not know of it."""

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
        """The level in words; empty where there is none or the reader may not know it."""
        return "" if self.is_rating_hidden or self.fact.level is None else Level(self.fact.level).label

    @property
    def is_solved(self) -> Any:
        """As `level`."""
        return "" if self.is_rating_hidden or not self.fact.is_solved else IsSolved(self.fact.is_solved).label

    @property
    def check_in(self) -> Step:
        return Step(self.fact.check_in_due_at, self.fact.checked_in_at, self.fact.is_check_in_on_time)

    @property
    def contact(self) -> Step:
        return Step(self.fact.contact_due_at, self.fact.contacted_at, self.fact.is_contact_on_time)

    @property
    def answer(self) -> Step:
        return Step(self.fact.answer_due_at, self.fact.answered_at, self.fact.is_answer_on_time)

    @property
    def appeal(self) -> Appeal | None:
        return getattr(self.fact, "appeal", None)


def departments_scored(user: User) -> QuerySet[Department]:
    """Departments whose scorecards the user reads. One statement."""
    sees_all = user.has_role(Role.SUPERVISOR, Role.LEADER)
    return Department.objects.all() if sees_all else Department.objects.of(user)


def scores_known(month: date, user: User) -> MonthlyScores:
    """Return the month's scores as the user may know them. As many statements as month_of.

    month  a first day
    """
    scores = month_of(month)
    if can_see_anonymous(user):
        return scores
    cards = tuple(map(_withheld, scores.cards))
    hidden = sum(card.counts.is_withheld for card in cards)
    # What one department alone lacks is the city's less all the others'.
    return replace(scores, cards=cards, city=without_ratings(scores.city) if hidden == 1 else scores.city)


def trend_known(department: Department, user: User, *, last: date, months: int) -> list[Card]:
    """Return a department's last months as the user may know them. As many statements as trend.

    last  the last month's first day
    """
    cards = trend(department, last=last, months=months)
    return cards if can_see_anonymous(user) else list(map(_withheld, cards))


def _withheld(card: Card) -> Card:
    anonymous = card.counts.anonymous
    is_safe = not anonymous or (card.is_frozen and anonymous >= LEAST_ANONYMOUS)
    return card if is_safe else replace(card, counts=without_ratings(card.counts))


def facts_behind(what: str, *, department: Department, month: date, user: User) -> QuerySet[CycleFact]:
    """Return the facts a number of the month's scorecard was counted from, the last closed first. One statement.

    Of a frozen month, what came after it was frozen is left out, as it was from the scorecard.
    what    a name in BEHIND
    month   a first day
    """
    frozen = FrozenMonth.objects.filter(pk=OuterRef("month"))
    rows = CycleFact.objects.filter(department=department, month=month).filter(BEHIND[what])
    rows = rows.filter(~Exists(frozen) | Q(pk__lte=Subquery(frozen.values("last_fact"))))
    if what in BY_RATING and not can_see_anonymous(user):
        rows = rows.filter(is_anonymous=False)
    return rows.select_related("appeal").order_by("-closed_at", "-pk")


def fact_rows(facts: Iterable[CycleFact], user: User) -> list[FactRow]:
    """Return the facts as the user may know them, with their petitions. One statement."""
    rows = list(facts)
    petitions = Petition.objects.visible_to(user).in_bulk([row.petition_key for row in rows])
    is_hidden = not can_see_anonymous(user)
    return [FactRow(row, petitions.get(row.petition_key), row.is_anonymous and is_hidden) for row in rows]


def readable_facts(user: User) -> QuerySet[CycleFact]:
    """Facts of the departments whose scorecards the user reads, with their appeals. One statement."""
    return CycleFact.objects.filter(department__in=departments_scored(user)).select_related("appeal", "department")


def is_open(month: date, now: datetime) -> bool:
    """Return whether facts of the month can be appealed against. Two statements."""
    try:
        check_month_is_open(month, now)
    except TooLate:
        return False
    return True


def appeals(user: User) -> QuerySet[Appeal]:
    """Appeals against facts of the departments whose scorecards the user reads, the last asked for first.

    One statement.
    """
    rows = Appeal.objects.filter(fact__department__in=departments_scored(user))
    return rows.select_related("fact__department", "asked_by", "decided_by").order_by("-asked_at", "-pk")


def waiting_appeals(user: User) -> QuerySet[Appeal]:
    """Those of them that wait for a decision, the first asked for first."""
    return appeals(user).filter(decision=AppealDecision.PENDING).order_by("asked_at", "pk")


def facts_of_parts(parts: Iterable[Assignment], user: User) -> dict[int, CycleFact]:
    """Return what the parts are scored by, as far as the user reads it, by the part's key. One statement."""
    facts = readable_facts(user).filter(assignment_key__in=[part.pk for part in parts])
    return {fact.assignment_key: fact for fact in facts}
