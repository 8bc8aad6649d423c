"""What the heat map and equity have in common: one rate, of a month or of several, for supervisors and leaders.

Nobody of a department reads them: a cell may hold one rating, and who knows what the cell is about knows who gave it.
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
SPANS = (1, 3, 12)  # months, the chosen one the last of them


class SpanPage(MonthPage):
    """Base of a page about `?rate=` in the last `?span=` months; what is unreadable is the first there is."""

    roles: ClassVar[tuple[str, ...]] = (Role.SUPERVISOR, Role.LEADER)

    @property
    def rate_name(self) -> str:
        """The rate, as Counts calls it."""
        asked = self.request.GET.get("rate", "")
        return asked if asked in RATES else next(iter(RATES))

    @property
    def span(self) -> int:
        asked = self.request.GET.get("span", "")
        return next((months for months in SPANS if str(months) == asked), SPANS[0])

    def spanned(self) -> list[date]:
        """The first days of the months, the oldest first."""
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
