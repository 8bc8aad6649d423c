"""What all pages of scores share: who reads them, the month, and the tables as workbooks."""

from datetime import date, datetime
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.models import Role
from accounts.requests import signed_in
from departments.models import Department
from departments.working_calendar import FIRST_YEAR
from figures.queries import READERS, departments_scored, waiting_appeals
from scores.policy import LEAST_ANONYMOUS
from scores.scorecard import month_from, months_scored
from ui.workbooks import Sheet, workbook_response

# The pages of scores, as tabs: the address's name, its label, who reads it.
TABS: list[tuple[str, Any, tuple[str, ...]]] = [
    ("figures:league", _("排名"), READERS),
    ("figures:overview", _("总览"), (Role.SUPERVISOR, Role.LEADER)),
    ("figures:heat_map", _("热力图"), (Role.SUPERVISOR, Role.LEADER)),
    ("figures:equity", _("五轻五重"), (Role.SUPERVISOR, Role.LEADER)),
    ("figures:appeals", _("申诉"), (Role.SUPERVISOR, Role.HEAD)),
    ("figures:awards", _("月度奖项"), READERS),
    ("figures:score_report", _("月度通报"), READERS),
]
# The query whose rows are counted on a tab, by the address's name.
COUNTED = {"figures:appeals": waiting_appeals}


class ScorePage(View):
    """Base of a page about scores, for people who have one of `roles`."""

    roles: ClassVar[tuple[str, ...]] = READERS
    url_name: ClassVar[str]

    now: datetime

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        user = signed_in(request).user
        if not user.has_role(*self.roles):
            raise PermissionDenied
        self.user = user
        self.now = timezone.now()
        self.read(request, **kwargs)
        return super().dispatch(request, *args, **kwargs)

    def read(self, request: HttpRequest, **kwargs: Any) -> None:
        """Read what the address names. Called when the roles are checked; subclasses override it."""

    def head(self) -> dict[str, Any]:
        """Return what the template of each page of scores needs: the tabs, and which one is open."""
        tabs = [(name, label, self._count(name)) for name, label, roles in TABS if self.user.has_role(*roles)]
        return {"score_tabs": tabs, "here": self.url_name}

    def _count(self, name: str) -> int | None:
        return COUNTED[name](self.user).count() if name in COUNTED else None


class MonthPage(ScorePage):
    """Base of a page about one month; `?month=2026-10`, the running one when none is named.

    With `?as=xlsx` the page's tables come as a workbook.
    """

    month: date

    def read(self, request: HttpRequest, **kwargs: Any) -> None:
        text = request.GET.get("month", "")
        try:
            self.month = month_from(text) if text else timezone.localdate(self.now).replace(day=1)
        except ValueError as problem:
            raise Http404 from problem

    def head(self) -> dict[str, Any]:
        """Add the page's month, the months to choose from, and LEAST_ANONYMOUS."""
        scored = months_scored(until=timezone.localdate(self.now))
        months = {self.month, *(month for month in scored if month.year > FIRST_YEAR)}
        return super().head() | {
            "month": self.month,
            "months": sorted(months, reverse=True),
            "least_anonymous": LEAST_ANONYMOUS,
        }

    def workbook(self, *tables: Sheet) -> HttpResponse:
        """Return the page's tables as a workbook, named by the page; each sheet has the month in its name."""
        sheets = [table._replace(title=f"{table.title} {self.month:%Y-%m}") for table in tables]
        return workbook_response(f"{self.file_name()}-{self.month:%Y-%m}.xlsx", *sheets)

    def file_name(self) -> str:
        return self.url_name.partition(":")[2]


class DepartmentPage(MonthPage):
    """Base of a page about one department's month: handlers and heads know of their own departments only."""

    department: Department

    def read(self, request: HttpRequest, **kwargs: Any) -> None:
        super().read(request, **kwargs)
        self.department = get_object_or_404(departments_scored(self.user), code=kwargs["department"])

    def head(self) -> dict[str, Any]:
        return super().head() | {"department": self.department}

    def file_name(self) -> str:
        return f"{super().file_name()}-{self.department.code}"
