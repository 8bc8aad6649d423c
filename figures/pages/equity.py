"""Equity (五轻五重): are small, young, local and private enterprises served like big, old, outside and foreign ones?

Rates are computed for groups of enterprises, by what each enterprise was when the fact was written. A group is compared
with all other groups together. It is marked only where chance hardly explains the difference (scores/scoring.py).
Groups may also ask about different things: so a difference is a reason to look closer, and proves nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from enterprises.models import Enterprise
from figures.pages.league import rate_cells
from figures.pages.spans import RATES, SpanPage
from regions.models import Region
from scores.scorecard import counted_by
from scores.scoring import Counts, Rate, ShareDifference, difference, pooled
from ui.workbooks import Share, Sheet

# Bands of age: the full years from foundation to dispatch at which the band begins, its label, and its basis.
AGE_BANDS = (
    (0, gettext_lazy("不满5年"), "财税〔2018〕55号：初创科技型企业设立时间不超过5年"),
    (5, gettext_lazy("5至9年"), "assumption"),
    (10, gettext_lazy("10至19年"), "assumption"),
    (20, gettext_lazy("20年以上"), "assumption"),
)


@dataclass(frozen=True)
class EquityGroup:
    """One group of enterprises, such as one size: its counts, and those of all other groups together."""

    label: str
    own: Counts
    others: Counts

    def rate(self, name: str) -> Rate:
        own: Rate = getattr(self.own, name)
        return own

    def gap(self, name: str) -> ShareDifference | None:
        """Return how far the group's rate is above that of all others; None when either has no cases."""
        return difference(getattr(self.own, name), getattr(self.others, name))


class Equity(SpanPage):
    """The page of equity: one rate compared by size, age, ownership and place, each in a table of its own."""

    url_name = "figures:equity"

    def get(self, request: HttpRequest) -> HttpResponse:
        comparisons = self._comparisons()
        if request.GET.get("as") == "xlsx":
            return self.workbook(Sheet(_("五轻五重"), _head(), _lines(comparisons)))
        name = self.rate_name
        shown = [
            (title, [(group, group.rate(name), getattr(group.others, name), group.gap(name)) for group in groups])
            for title, groups in comparisons
        ]
        has_facts = any(groups for _title, groups in comparisons)
        return render(request, "figures/equity.html", self.head() | {"shown": shown, "has_facts": has_facts})

    def _comparisons(self) -> list[tuple[str, list[EquityGroup]]]:
        """Return the four ways to divide enterprises: the title and the groups of each. Five statements."""
        sizes, ownerships = dict(Enterprise.Size.choices), dict(Enterprise.Ownership.choices)
        parks = {region.pk: str(region) for region in Region.objects.all()}
        bands = {place: str(label) for place, (_from, label, _basis) in enumerate(AGE_BANDS)}
        return [
            (_("企业规模"), self._groups("size", sizes)),
            (_("成立年限"), self._groups("years", bands)),
            (_("所有制"), self._groups("ownership", ownerships)),
            (_("所在园区或区县"), self._groups("park", parks)),
        ]

    def _groups(self, name: str, labels: dict[Any, Any]) -> list[EquityGroup]:
        counted: dict[Any, list[Counts]] = {}
        for (value,), counts in counted_by((name,), self.spanned()).items():
            counted.setdefault(band_of(value) if name == "years" else value, []).append(counts)
        return groups_of({key: pooled(several) for key, several in counted.items()}, labels)


def band_of(years: int | None) -> int | None:
    """Return the place of the age in AGE_BANDS; None when it is not known when the enterprise was founded."""
    return None if years is None else max(sum(years >= begin for begin, _label, _basis in AGE_BANDS) - 1, 0)


def groups_of(counted: dict[Any, Counts], labels: dict[Any, Any]) -> list[EquityGroup]:
    """Return a group for each value that has facts, in the order of the labels.

    All values without a label make one more group, the last one: 不详 (unknown).
    counted  the counts by value
    labels   the label of each known value
    """
    known = {key: counts for key, counts in counted.items() if key in labels}
    unknown = [counts for key, counts in counted.items() if key not in labels]
    named = [(str(labels[key]), known[key]) for key in labels if key in known]
    named += [(pgettext("enterprise", "不详"), pooled(unknown))] if unknown else []
    return [
        EquityGroup(label, own, pooled([Counts(), *(counts for other, counts in named if other != label)]))
        for label, own in named
    ]


def _head() -> list[str]:
    names = (_("分子"), _("分母"), _("下限"), _("上限"), _("与其余相差"), _("相差下限"), _("相差上限"))
    return [_("划分"), _("企业"), _("计分件数"), *(str(cell) for rate in RATES.values() for cell in (rate, *names))]


def _lines(comparisons: Iterable[tuple[str, list[EquityGroup]]]) -> Iterator[list[Any]]:
    for title, groups in comparisons:
        for group in groups:
            cells = [cell for name in RATES for cell in (*rate_cells(group.rate(name)), *_gap_cells(group.gap(name)))]
            yield [title, group.label, group.own.cycles, *cells]


def _gap_cells(gap: ShareDifference | None) -> list[Any]:
    return [Share(gap.value), Share(gap.low), Share(gap.high)] if gap else [None, None, None]
