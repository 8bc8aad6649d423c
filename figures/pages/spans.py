"""What the pages of the heat map and of equity share: one rate over one month or several.

Only supervisors and leaders may open them: a cell may hold a single rating, and somebody of the department who knows
its petition would know who gave it.
"""

from datetime import date
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role
from figures.pages.score_page import MonthPage
from scores.scorecard import shifted

RATES = {
    "satisfaction": gettext_lazy("满意率"),
    "resolution": gettext_lazy("解决率"),
    "response": gettext_lazy("响应率"),
    "answer": gettext_lazy("按时办结率"),
}
SPANS = (1, 3, 12)  # numbers of months; the page's month is the last of them


class SpanPage(MonthPage):
    """Base of a page about one rate (`?rate=`) over several months (`?span=`). An unknown value means the first."""

    roles: ClassVar[tuple[str, ...]] = (Role.SUPERVISOR, Role.LEADER)

    @property
    def rate_name(self) -> str:
        """The chosen rate: the name of a property of Counts."""
        asked = self.request.GET.get("rate", "")
        return asked if asked in RATES else next(iter(RATES))

    @property
    def span(self) -> int:
        asked = self.request.GET.get("span", "")
        return next((months for months in SPANS if str(months) == asked), SPANS[0])

    def spanned(self) -> list[date]:
        """Return the first day of each month of the span, the oldest first."""
        return [shifted(self.month, by) for by in range(1 - self.span, 1)]

    def head(self) -> dict[str, Any]:
        spans = [(months, _("最近%(months)d个月") % {"months": months}) for months in SPANS[1:]]
        choices = [
            ("span", _("期间"), [(SPANS[0], _("当月")), *spans], self.span),
            ("rate", _("比率"), list(RATES.items()), self.rate_name),
        ]
        return super().head() | {
            "choices": choices,
            "rate_label": RATES[self.rate_name],
            "first_month": self.spanned()[0],
        }
