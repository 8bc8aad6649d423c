"""The sheets of the awards' workbook: awards given, the shortlist (for supervisors), and the petitions as evidence."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from figures.pages.league import rate_cells, rate_head
from scores.awards import Candidate
from scores.models import Award, AwardKind, CycleFact
from ui.workbooks import Sheet


class Given(NamedTuple):
    """An award and its evidence.

    facts   those whose petitions the reader may know of, each with the petition's title
    others  how many more facts there are
    """

    award: Award
    facts: list[tuple[CycleFact, str]]
    others: int


class Proposed(NamedTuple):
    """A candidate and the evidence, with `facts` and `others` as in Given; `is_given` when it got the award already."""

    candidate: Candidate
    facts: list[tuple[CycleFact, str]]
    others: int
    is_given: bool


def award_sheet(published: Iterable[Given]) -> Sheet:
    """Return the sheet of the awards that were given, a row for each."""
    head = [_("奖项"), _("部门"), _("理由"), _("确认人"), _("确认时间"), _("依据件数")]
    return Sheet(_("月度奖项"), head, map(_award_cells, published))


def _award_cells(one: Given) -> list[Any]:
    award, facts, others = one
    given = [award.reason, award.confirmed_by, award.confirmed_at]
    return [award.get_kind_display(), award.department, *given, len(facts) + others]


def candidate_sheet(proposed: Iterable[Proposed]) -> Sheet:
    """Return the sheet of the shortlist: a row for each candidate, with the two rates that decide who is on it."""
    rates = [*rate_head(_("满意率")), *rate_head(_("按时办结率"))]
    head = [_("奖项"), _("部门"), _("名次"), _("得分"), *rates, _("依据件数"), _("已公布")]
    return Sheet(_("候选名单"), head, map(_candidate_cells, proposed))


def _candidate_cells(one: Proposed) -> list[Any]:
    candidate, facts, others, is_given = one
    card = candidate.card
    rates = [*rate_cells(card.counts.satisfaction), *rate_cells(card.counts.answer)]
    return [candidate.kind.label, card.department, card.rank, card.score, *rates, len(facts) + others, is_given]


def behind_sheet(published: Iterable[Given], proposed: Iterable[Proposed]) -> Sheet:
    """Return the sheet of the evidence for awards and candidates: a row for each petition the reader may know of."""
    head = [_("名单"), _("奖项"), _("部门"), _("诉求编号"), _("标题")]
    return Sheet(_("依据的办理"), head, _behind_cells(published, proposed))


def _behind_cells(published: Iterable[Given], proposed: Iterable[Proposed]) -> Iterator[list[Any]]:
    given = [(_("月度奖项"), one.award.kind, one.award.department, one.facts) for one in published]
    shortlisted = [(_("候选名单"), one.candidate.kind, one.candidate.card.department, one.facts) for one in proposed]
    for title, kind, department, facts in (*given, *shortlisted):
        label = AwardKind(kind).label
        yield from ([title, label, department, fact.number, known] for fact, known in facts)
