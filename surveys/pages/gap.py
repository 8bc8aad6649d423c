"""The page of a month's gaps: those of all departments as a picture and a table, and as a workbook (`?as=xlsx`)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from surveys.gap import DepartmentGap, gaps
from surveys.models import Survey
from surveys.pages.gap_chart import mark_of, scale_of
from surveys.pages.surveys import Watched
from surveys.queries import READERS
from ui.workbooks import Share, Sheet, workbook_response


class ShowGap(Watched):
    """What enterprises rated and what they told an evaluator, the whole city first, then per department."""

    roles = READERS

    def get(self, request: HttpRequest, month: date) -> HttpResponse:
        survey = get_object_or_404(Survey, month=month)
        rows = gaps(survey)
        if request.GET.get("as") == "xlsx":
            return workbook_response(f"gap-{survey}.xlsx", _sheet(survey, rows))
        scale = scale_of(row.ratings for row in rows)
        marks = [(row, mark_of(row.ratings, scale)) for row in rows]
        has_pairs = bool(rows[0].ratings.pairs)
        context = {"survey": survey, "rows": rows, "marks": marks, "scale": scale, "has_pairs": has_pairs}
        return render(request, "surveys/gap.html", context)


def _sheet(survey: Survey, rows: Sequence[DepartmentGap]) -> Sheet:
    ratings = [_("差距"), _("95%下限"), _("95%上限"), _("可比件数"), _("平台评价"), _("第三方评价")]
    satisfied = [_("测评满意率"), _("满意"), _("接通"), _("覆盖的总体")]
    return Sheet(f"{_('评价差距')} {survey}", [_("部门"), *ratings, *satisfied], map(_cells, rows))


def _cells(row: DepartmentGap) -> list[Any]:
    found, told = row.ratings, row.satisfaction
    low, high = found.interval or (None, None)
    rate = None if told.rate is None else Share(told.rate)
    return [
        *(row.department or _("全市"), found.gap, low, high, found.pairs, found.own, found.survey),
        *(rate, told.satisfied, told.reached, Share(told.coverage)),
    ]
