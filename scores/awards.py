"""The awards of a month (领航奖, 蜗牛奖): who may get them, the cycles that speak for it, and a person who confirms.

领航奖: of the ranked departments those whose satisfaction lies above the city's by more than chance (the lower end of
its interval is above the city's rate), the best scores first. 蜗牛奖: those who answer late by more than chance (the
upper end of the rate of answers in time is below the city's), the worst scores first. Both only for a frozen month.
Left out: anonymous ratings as reasons, for whoever reads the award would know who gave the five.
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
from scores.scorecard import Card, MonthlyScores, month_of
from scores.scoring import Rate
from verbs.inputs import NOTE_MAX, REASON_MIN, Problems
from verbs.refusals import AlreadyDone, NotPermitted

SHORTLIST_MOST = 3  # departments of each kind. Basis: assumption
FACTS_MOST = 10  # cycles shown behind each of them. Basis: assumption
LIKED_FROM = 4  # 满意 and better speak for a pilot. Basis: assumption


@dataclass(frozen=True)
class Candidate:
    """A department that may get the award, and what speaks for it: the best rated, or the latest answers, first."""

    kind: AwardKind
    card: Card
    facts: tuple[CycleFact, ...]


def shortlist(month: date) -> list[Candidate]:
    """Return who may get an award for the month, pilots first; nobody while it is not frozen.

    Two statements, and one for each candidate.
    """
    scores = month_of(month)
    if scores.frozen_at is None:
        return []
    return [
        Candidate(kind, card, tuple(evidence(kind, month, card.department)[:FACTS_MOST]))
        for kind in (AwardKind.PILOT, AwardKind.SNAIL)
        for card in nominated(kind, scores)
    ]


def nominated(kind: AwardKind, scores: MonthlyScores) -> list[Card]:
    """Return the cards of the departments that may get the award, whoever deserves it most first."""
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
    """Return the cycles of the frozen month that speak for the award, the most telling ones first."""
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
    """Confirm, as a supervisor of no part in it, that the department gets the award; this publishes it.

    Safe to race: the second one is refused.
    facts   keys of the cycles that the reason is about, one or more of those that speak for the award
    reason  4 to 2000 characters
    Raises  InvalidInput (facts, reason), NotPermitted, TooEarly, AlreadyDone
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
    """Return the facts and the reason; raise InvalidInput with every wrong field."""
    wanted = set(facts)
    chosen = list(known.filter(pk__in=wanted))
    problems = Problems()
    reason = problems.text("reason", reason, least=REASON_MIN, most=NOTE_MAX)
    is_known = bool(wanted) and len(chosen) == len(wanted)
    problems.need("facts", is_known, _("请从列出的办理中至少选择一件。"))
    problems.raise_if_any()
    return chosen, reason
