"""The overview for leaders: a month's numbers beside those of the month before, each linked to the list it counts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Role
from figures import months
from figures.pages.league import rate_cells
from figures.pages.score_page import MonthPage
from petitions.models import LOW_LEVELS
from scores.scorecard import DepartmentScore, MonthlyScores, month_of, shifted
from scores.scoring import Counts, Rate, ShareDifference, difference
from ui.workbooks import Share, Sheet

BEST_AND_WORST = 5


@dataclass(frozen=True)
class Tile:
    """One number of the overview.

    before   the number of the month before; None for a number of the present moment
    address  the list whose length the number is; "" when there is none that the reader may open
    is_bad   the number is marked when it is above 0
    """

    label: str
    number: int
    before: int | None
    address: str
    is_bad: bool = False


@dataclass(frozen=True)
class CityRate:
    name: str
    rate: Rate
    moved: ShareDifference | None


@dataclass(frozen=True)
class Lists:
    """The departments with the best scores, the worst scores, and the most low ratings (each with how many)."""

    best: Sequence[DepartmentScore]
    worst: Sequence[DepartmentScore]
    low: Sequence[tuple[DepartmentScore, int]]


class Overview(MonthPage):
    """The page of the overview; with `?as=xlsx` a workbook."""

    url_name = "figures:overview"
    roles: ClassVar[tuple[str, ...]] = (Role.SUPERVISOR, Role.LEADER)

    def get(self, request: HttpRequest) -> HttpResponse:
        before = shifted(self.month, -1)
        scores, earlier = month_of(self.month), month_of(before)
        tiles, lists = self._tiles(before), lists_of(scores)
        rates = city_rates(scores.city, earlier.city)
        if request.GET.get("as") == "xlsx":
            return self.workbook(_tile_sheet(tiles), rate_sheet(rates), _list_sheet(lists))
        context = self.head() | {"tiles": tiles, "rates": rates} | vars(lists)
        return render(request, "figures/overview.html", context)

    def _tiles(self, before: date) -> list[Tile]:
        cards = [months.card_figures(self.user, month) for month in (self.month, before)]
        return [*self._petitions(before), *self._cards(*cards), *self._waiting()]

    def _petitions(self, before: date) -> list[Tile]:
        now, then = months.petition_figures(self.user, (self.month, before), self.now)
        return [
            Tile(_("收到诉求"), now.reported, then.reported, self._list()),
            Tile(_("办结答复"), now.answered, then.answered, self._list(dated="answered")),
            Tile(_("时限已超"), now.overdue, None, listed(overdue="on"), is_bad=True),
            Tile(_("待企业评价"), now.unrated, None, listed(state="resolved")),
        ]

    def _cards(self, now: dict[str, int], then: dict[str, int]) -> list[Tile]:
        return [
            Tile(_("黄牌诉求"), now["yellow"], then["yellow"], self._list(dated="yellow")),
            Tile(_("红牌诉求"), now["red"], then["red"], self._list(dated="red"), is_bad=True),
        ]

    def _waiting(self) -> list[Tile]:
        orders, address = months.order_figures(self.user), reverse("petitions:orders")
        talks = months.talks(self.user)
        return [
            Tile(_("督办待回复"), orders["issued"], None, f"{address}?state=issued"),
            Tile(_("督办待审核"), orders["replied"], None, f"{address}?state=replied"),
            Tile(_("约谈未办结"), talks, None, listed(state="assigned", dated="interview"), is_bad=True),
            Tile(_("待裁定申诉"), months.appeals_waiting(), None, self._appeals()),
        ]

    def _appeals(self) -> str:
        return reverse("figures:appeals") if self.user.has_role(Role.SUPERVISOR) else ""

    def _list(self, **conditions: str) -> str:
        """Return the address of the list of petitions that were reported in the month, or had `dated` happen in it."""
        last_day = shifted(self.month, 1) - timedelta(days=1)
        return listed(**conditions, since=self.month.isoformat(), until=last_day.isoformat())


def listed(**conditions: str) -> str:
    """Return the address of the list of petitions under these conditions."""
    return f"{reverse('petitions:list')}?{urlencode(conditions)}"


def city_rates(now: Counts, before: Counts) -> list[CityRate]:
    """Return the three rates that a score is made of, each with how far it moved since the month before."""
    named = ((_("响应率"), "response"), (_("解决率"), "resolution"), (_("满意率"), "satisfaction"))
    pairs = [(name, getattr(now, rate), getattr(before, rate)) for name, rate in named]
    return [CityRate(name, rate, difference(rate, earlier)) for name, rate, earlier in pairs]


def rate_sheet(rates: Iterable[CityRate]) -> Sheet:
    """Return the city's rates as a table of a workbook."""
    rate = [_("比率"), _("分子"), _("分母"), _("95%下限"), _("95%上限")]
    moved = [_("比上月"), _("变化下限"), _("变化上限"), _("变化明显")]
    return Sheet(_("全市比率"), [_("指标"), *rate, *moved], map(_rate_cells, rates))


def _rate_cells(one: CityRate) -> list[Any]:
    moved = one.moved
    change = [Share(moved.value), Share(moved.low), Share(moved.high), moved.is_clear] if moved else [None] * 4
    return [one.name, *rate_cells(one.rate), *change]


def _tile_sheet(tiles: Iterable[Tile]) -> Sheet:
    """Return the tiles as a sheet: numbers of the month beside those of the month before, present ones apart."""
    cells = (
        [tile.label, None, None, tile.number] if tile.before is None else [tile.label, tile.number, tile.before, None]
        for tile in tiles
    )
    return Sheet(_("总览"), [_("指标"), _("当月"), _("上月"), _("目前")], cells)


def _list_sheet(lists: Lists) -> Sheet:
    head = [_("名单"), _("名次"), _("部门"), _("得分"), _("差评数")]
    return Sheet(_("部门名单"), head, _list_cells(lists))


def _list_cells(lists: Lists) -> Iterator[list[Any]]:
    for title, cards in ((_("得分靠前"), lists.best), (_("得分靠后"), lists.worst)):
        yield from ([title, card.rank, card.department, card.score, None] for card in cards)
    yield from ([_("差评最多"), card.rank, card.department, card.score, number] for card, number in lists.low)


def lists_of(scores: MonthlyScores) -> Lists:
    """Return the best and the worst ranked departments of the month and those with the most low ratings."""
    ranked = [card for card in scores.cards if card.rank is not None]
    # A department that is among the best is left out of the worst.
    worst = ranked[BEST_AND_WORST:][-BEST_AND_WORST:][::-1]
    return Lists(ranked[:BEST_AND_WORST], worst, most_low(scores))


def most_low(scores: MonthlyScores) -> list[tuple[DepartmentScore, int]]:
    """Return the departments with the most low ratings of the month, each with how many."""
    low = [(card, sum(card.counts.levels[level - 1] for level in LOW_LEVELS)) for card in scores.cards]
    low = [(card, number) for card, number in low if number]
    return sorted(low, key=lambda pair: (-pair[1], pair[0].department.pk))[:BEST_AND_WORST]
