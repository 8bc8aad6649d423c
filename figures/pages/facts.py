"""The page that lists the facts behind one number of a department's scorecard, such as the parts that were late."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from figures.pages.beside import verb_of
from figures.pages.score_page import DepartmentPage
from figures.queries import BY_RATING, FactLimit, FactRow, fact_rows, facts_behind, is_open
from petitions.models import Level
from petitions.permissions import can_see_anonymous
from scores.models import Ending
from ui.paging import page_of
from ui.workbooks import Sheet

# The numbers to choose from, in groups: the group's label, then key and label of each number. The keys are those of
# BEHIND (figures/queries.py).
CHOICES: list[tuple[Any, list[tuple[str, Any]]]] = [
    (
        _("件数"),
        [("cycles", _("全部计分件")), ("excluded", _("剔除的")), ("excluded_ratings", _("剔除评价的"))],
    ),
    (
        _("时限"),
        [
            ("response_missed", _("未按时响应")),
            ("check_in_missed", _("报到超时")),
            ("contact_missed", _("联系超时")),
            ("answer_missed", _("办结超时")),
            ("response_met", _("按时响应")),
            ("check_in_met", _("按时报到")),
            ("contact_met", _("按时联系")),
            ("answer_met", _("按时办结")),
            ("response_of", _("有响应时限的")),
            ("check_in_of", _("有报到时限的")),
            ("contact_of", _("有联系时限的")),
            ("answer_of", _("有办结时限的")),
        ],
    ),
    (
        _("解决"),
        [
            ("resolution_missed", _("未解决、部分解决或重新办理")),
            ("unsolved", _("未解决")),
            ("partly", _("部分解决")),
            ("solved", _("已解决")),
            ("resolution_of", _("计入解决率的")),
        ],
    ),
    (
        _("评价"),
        [
            ("satisfaction_missed", _("不满意和非常不满意")),
            ("satisfied", _("基本满意及以上")),
            *((f"level_{level}", level.label) for level in Level),
            ("ratings", _("计入满意率的")),
        ],
    ),
    (_("结束方式"), [(str(ending), ending.label) for ending in Ending]),
]
LABELS: dict[str, Any] = {name: label for _group, choices in CHOICES for name, label in choices}
STEPS = ("check_in", "contact", "answer")


class FactList(DepartmentPage):
    """The facts that a number was counted from, the last closed first; `?what=` names the number."""

    url_name = "figures:facts"

    def get(self, request: HttpRequest, department: str) -> HttpResponse:
        what = request.GET.get("what", "")
        what = what if what in LABELS else "cycles"
        facts = facts_behind(what, department=self.department, month=self.month, user=self.user)
        if request.GET.get("as") == "xlsx":
            return self.workbook(Sheet(self.department, _head(), map(_cells, fact_rows(facts, self.user))))
        page = page_of(facts, request.GET.get("page"))
        context = {
            "page": page,
            "rows": fact_rows(page.rows, self.user),
            "what": what,
            "label": LABELS[what],
            "what_choices": CHOICES,
            "are_some_hidden": what in BY_RATING and not can_see_anonymous(self.user),
            "verb": self._verb(),
        }
        return render(request, "figures/facts.html", self.head() | context)

    def _verb(self) -> str:
        """Return the verb by which the reader can act on facts of the month: `appeal`, `exclude` or "" for neither."""
        if not self.user.has_role(Role.HEAD, Role.SUPERVISOR) or not is_open(self.month, self.now):
            return ""
        return verb_of(self.user, works_there=self.department.memberships.filter(user=self.user).exists())


def _head() -> list[Any]:
    names = [_("报到"), _("联系"), _("答复")]
    words = [_("%(step)s时限"), _("%(step)s时间"), _("%(step)s按时")]
    steps = [word % {"step": name} for name in names for word in words]
    first = [_("诉求编号"), _("标题"), _("办理轮次"), _("主协办"), _("派单时间")]
    last = [_("办理结果"), _("结束方式"), _("结束时间"), _("满意度"), _("问题是否解决"), _("申诉理由"), _("裁定")]
    return [*first, *steps, *last]


def _cells(row: FactRow) -> list[Any]:
    fact, appeal = row.fact, row.appeal
    steps = [cell for name in STEPS for cell in _step_cells(getattr(row, name))]
    rating = [_("匿名评价"), None] if row.is_rating_hidden else [row.level or None, row.is_solved or None]
    said = [appeal.get_reason_display(), appeal.get_decision_display()] if appeal else [None, None]
    title = row.petition.title if row.petition else None
    first = [fact.number, title, fact.cycle, row.part, fact.dispatched_at]
    return [*first, *steps, row.outcome or None, fact.get_ending_display(), fact.closed_at, *rating, *said]


def _step_cells(step: FactLimit) -> list[Any]:
    kept = {True: _("是"), False: _("否"), None: None}[step.is_on_time]
    return [step.due_at, step.done_at, kept]
