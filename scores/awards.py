"""The awards of a month (领航奖, 蜗牛奖): the shortlist, the cycles that are evidence, and the verb that confirms one.

Only ranked departments of a frozen month are on the shortlist. For 领航奖 their 满意率 has to be above the city's by
more than chance: the lower end of its 95 % interval is above the city's rate. The best scores come first. For 蜗牛奖
their 按时办结率 has to be below the city's by more than chance: the upper end of its interval is below the city's rate.
The worst scores come first.
Left out: an anonymous rating is never evidence, because whoever reads the award could tell who gave the rating.
Source: domain, scores per department.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import Role, User
from departments.models import Department, Membership
from scores.errors import TooEarly
from scores.models import AppealDecision, Award, AwardKind, CycleFact, FrozenMonth
from scores.scorecard import DepartmentScore, MonthlyScores, month_of
from scores.scoring import Rate
from verbs.inputs import NOTE_MAX, REASON_MIN, Problems
from verbs.refusals import AlreadyDone, NotPermitted

SHORTLIST_MOST = 3  # most departments on the shortlist of each kind. Basis: assumption
FACTS_MOST = 10  # most cycles shown as evidence for each of them. Basis: assumption
LIKED_FROM = 4  # a rating of 满意 or better is evidence for a pilot. Basis: assumption


@dataclass(frozen=True)
class Candidate:
    """A department on the shortlist, and the cycles that are evidence for its award.

    facts  for a pilot the best rated cycles come first, for a snail those answered longest after the limit
    """

    kind: AwardKind
    card: DepartmentScore
    facts: tuple[CycleFact, ...]


def shortlist(month: date) -> list[Candidate]:
    """Return the candidates for the month's awards, pilots first; an empty list until the month is frozen.

    Two statements, and one for each candidate; four for a month that is not frozen.
    month  the month's first day
    """
    scores = month_of(month)
    if scores.frozen_at is None:
        return []
    return [
        Candidate(kind, card, tuple(evidence(kind, month, card.department)[:FACTS_MOST]))
        for kind in (AwardKind.PILOT, AwardKind.SNAIL)
        for card in nominated(kind, scores)
    ]


def nominated(kind: AwardKind, scores: MonthlyScores) -> list[DepartmentScore]:
    """Return the scorecards of the departments on the shortlist for this award, the strongest candidate first."""
    ranked = [card for card in scores.cards if card.rank is not None]
    if kind == AwardKind.PILOT:
        chosen = [card for card in ranked if _is_above(card.counts.satisfaction, scores.city.satisfaction)]
    else:
        chosen = [card for card in reversed(ranked) if _is_below(card.counts.answer, scores.city.answer)]
    return chosen[:SHORTLIST_MOST]


def _is_above(own: Rate, city: Rate) -> bool:
    return own.low is not None and city.share is not None and own.low > city.share


def _is_below(own: Rate, city: Rate) -> bool:
    return own.high is not None and city.share is not None and own.high < city.share


def evidence(kind: AwardKind, month: date, department: Department) -> QuerySet[CycleFact]:
    """Return the facts of a frozen month that are evidence for the award, the strongest first; none of another month.

    For a pilot: cycles whose rating is 满意 or better, says that the problem was solved, and is not anonymous.
    For a snail: cycles that were answered late. A fact with an accepted appeal is never evidence.
    """
    counted = FrozenMonth.objects.filter(pk=month).values("last_fact")
    facts = CycleFact.objects.filter(month=month, department=department, pk__lte=counted)
    facts = facts.exclude(appeal__decision=AppealDecision.ACCEPTED)
    if kind == AwardKind.PILOT:
        liked = facts.filter(level__gte=LIKED_FROM, is_solved="yes", is_anonymous=False)
        return liked.order_by("-level", "-rated_at", "pk")
    late = facts.filter(is_answer_on_time=False)
    return late.order_by((Coalesce(F("answered_at"), F("closed_at")) - F("answer_due_at")).desc(nulls_last=True), "pk")


def confirm_award(
    *, month: date, kind: str, department: Department, facts: Collection[int], reason: str, by: User, now: datetime
) -> Award:
    """Give an award to a department and publish it, as a supervisor who does not work in that department.

    Safe to race: of two people who confirm the same award at once, the second is refused.
    facts   keys of the facts that the reason is about: at least one, all of them from `evidence`
    reason  4 to 2000 characters
    Raises  InvalidInput (facts, reason), NotPermitted (also when the department is not on the shortlist), TooEarly
            (the month is not frozen), AlreadyDone
    """
    if not by.has_role(Role.SUPERVISOR) or Membership.objects.filter(user=by, department=department).exists():
        raise NotPermitted()
    with transaction.atomic():
        frozen = FrozenMonth.objects.select_for_update().filter(pk=month).first()
        if frozen is None:
            raise TooEarly(_("成绩冻结后才能确认奖项。"))
        of_kind = AwardKind(kind)
        if department not in [card.department for card in nominated(of_kind, month_of(month))]:
            raise NotPermitted(_("这个部门不在本月的候选名单中。"))
        if Award.objects.filter(month=frozen, kind=kind, department=department).exists():
            raise AlreadyDone(_("这个奖项已经确认并公布。"))
        chosen, reason = _checked(evidence(of_kind, month, department), facts, reason)
        award = Award.objects.create(
            month=frozen, kind=kind, department=department, reason=reason, confirmed_by=by, confirmed_at=now
        )
        award.facts.set(chosen)
        return award


def _checked(known: QuerySet[CycleFact], facts: Iterable[int], reason: str) -> tuple[list[CycleFact], str]:
    """Return the chosen facts of `known` and the cleaned reason; raise InvalidInput with every wrong field."""
    wanted = set(facts)
    chosen = list(known.filter(pk__in=wanted))
    problems = Problems()
    reason = problems.text("reason", reason, least=REASON_MIN, most=NOTE_MAX)
    is_known = bool(wanted) and len(chosen) == len(wanted)
    problems.need("facts", is_known, _("请从列出的办理中至少选择一件。"))
    problems.raise_if_any()
    return chosen, reason
