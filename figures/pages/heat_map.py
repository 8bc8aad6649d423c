"""The heat map: one rate for each department and category. A first-level category can be opened to its second level."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from departments.models import Category
from figures.months import Columns, HeatRow, by_category
from figures.pages.league import rate_cells
from figures.pages.spans import RATES, SpanPage
from scores.scorecard import formula_of
from scores.scoring import Counts, Rate, pooled
from ui.workbooks import Sheet

# The bounds of the five shades. Basis: assumption; most rates lie above 80 %, so the upper classes are narrower.
CLASSES = (0.0, 0.6, 0.75, 0.85, 0.95, 1.0)


@dataclass(frozen=True)
class Cell:
    """A rate and its shade from 1 (worst) to 5, or 0 where there are no cases; with too few cycles it is drawn pale."""

    rate: Rate
    shade: int
    is_few: bool


class HeatMap(SpanPage):
    """The page of the heat map; `?category=` is the code of a first-level category whose second level is shown."""

    url_name = "figures:heat_map"

    def get(self, request: HttpRequest) -> HttpResponse:
        opened = self._opened(request.GET.get("category", ""))
        columns, rows = by_category(self.spanned(), opened)
        if request.GET.get("as") == "xlsx":
            return self.workbook(Sheet(_("热力图"), _head(), _lines(columns, rows)))
        context = self.head() | {"opened": opened, "classes": list(pairwise(CLASSES))} | self._grid(columns, rows)
        return render(request, "figures/heat_map.html", context)

    def _grid(self, columns: Columns, rows: Sequence[HeatRow]) -> dict[str, Any]:
        """Return the cells of the columns and rows that have cases for the chosen rate."""
        total = {key: pooled([Counts(), *(row.counts[key] for row in rows if key in row.counts)]) for key in columns}
        keys = [key for key in columns if getattr(total[key], self.rate_name).of]
        least = formula_of(self.month).least_cycles
        cells = [(row.department, self._cells(keys, row.counts, least)) for row in rows]
        return {
            "columns": [columns[key] for key in keys],
            "rows": [(department, line) for department, line in cells if line[0].shade],
            "total": self._cells(keys, total, least),
            "least": least,
        }

    def _opened(self, code: str) -> Category | None:
        if not code:
            return None
        found = Category.objects.filter(code=code, parent__isnull=True).first()
        if found is None:
            raise Http404
        return found

    def _cells(self, keys: Sequence[int | None], counts: dict[int | None, Counts], least: int) -> list[Cell]:
        """Return the cells of one row of the map; the first one is for all categories together."""
        wanted = [pooled([Counts(), *counts.values()]), *(counts.get(key, Counts()) for key in keys)]
        return [cell_of(getattr(own, self.rate_name), own.cycles < least) for own in wanted]


def cell_of(rate: Rate, is_few: bool) -> Cell:
    """Return the rate with its shade; a bound belongs to the class above it."""
    shade = 0 if rate.share is None else sum(rate.share >= bound for bound in CLASSES[:-1])
    return Cell(rate, shade, is_few)


def _head() -> list[str]:
    columns = [[name, _("分子"), _("分母"), _("下限"), _("上限")] for name in RATES.values()]
    return [_("部门"), _("类别"), _("计分件数"), *(str(cell) for column in columns for cell in column)]


def _lines(columns: Columns, rows: Sequence[HeatRow]) -> Iterator[list[Any]]:
    """Yield the workbook's rows: one for each department and category that have facts, with every rate."""
    for row in rows:
        for key, column in columns.items():
            counts = row.counts.get(key)
            if counts:
                rates = [cell for name in RATES for cell in rate_cells(getattr(counts, name))]
                yield [row.department, column or _("未分类"), counts.cycles, *rates]
