"""The awards of a month as a workbook: those given, for supervisors the shortlist, and the petitions behind both."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from figures.pages.league import rate_cells, rate_head
from scores.awards import Candidate
from scores.models import Award, AwardKind, CycleFact
from ui.workbooks import Sheet


class Given(NamedTuple):
    """An award with the petitions behind it that the reader may know of, each with its title; and how many others."""

    award: Award
    facts: list[tuple[CycleFact, str]]
    others: int


class Proposed(NamedTuple):
    """A candidate, as an award; and whether it was given."""

    candidate: Candidate
    facts: list[tuple[CycleFact, str]]
    others: int
    is_given: bool


def award_sheet(published: Iterable[Given]) -> Sheet:
    """Return the awards that were given."""
    head = [_("奖项"), _("部门"), _("理由"), _("确认人"), _("确认时间"), _("依据件数")]
    return Sheet(_("月度奖项"), head, map(_award_cells, published))


def _award_cells(one: Given) -> list[Any]:
    award, facts, others = one
    given = [award.reason, award.confirmed_by, award.confirmed_at]
    return [award.get_kind_display(), award.department, *given, len(facts) + others]


def candidate_sheet(proposed: Iterable[Proposed]) -> Sheet:
    """Return the shortlist, each with the rates it was made by."""
    rates = [*rate_head(_("满意率")), *rate_head(_("按时办结率"))]
    head = [_("奖项"), _("部门"), _("名次"), _("得分"), *rates, _("依据件数"), _("已公布")]
    return Sheet(_("候选名单"), head, map(_candidate_cells, proposed))


def _candidate_cells(one: Proposed) -> list[Any]:
    candidate, facts, others, is_given = one
    card = candidate.card
    rates = [*rate_cells(card.counts.satisfaction), *rate_cells(card.counts.answer)]
    return [candidate.kind.label, card.department, card.rank, card.score, *rates, len(facts) + others, is_given]


def behind_sheet(published: Iterable[Given], proposed: Iterable[Proposed]) -> Sheet:
    """Return the petitions behind both as far as the reader may know of them, a row for each."""
    head = [_("名单"), _("奖项"), _("部门"), _("诉求编号"), _("标题")]
    return Sheet(_("依据的办理"), head, _behind_cells(published, proposed))


def _behind_cells(published: Iterable[Given], proposed: Iterable[Proposed]) -> Iterator[list[Any]]:
    given = [(_("月度奖项"), one.award.kind, one.award.department, one.facts) for one in published]
    shortlisted = [(_("候选名单"), one.candidate.kind, one.candidate.card.department, one.facts) for one in proposed]
    for title, kind, department, facts in (*given, *shortlisted):
        label = AwardKind(kind).label
        yield from ([title, label, department, fact.number, known] for fact, known in facts)
