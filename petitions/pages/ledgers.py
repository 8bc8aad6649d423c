"""The ledgers of extension and hold: what waits for a decision, what rests, what has to be looked at again; and the
pages of their verbs. A verb about one request is at the petition's address and names the request in its form.
"""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.models import Role
from petitions import ledgers, limit_queries
from petitions.limit_queries import PENDING, RUNNING
from petitions.models import Extension, Hold, Petition
from petitions.pages.department import DepartmentVerbPage
from petitions.pages.limit_forms import AskExtensionForm, AskHoldForm, DecisionForm, ResumeForm, ReviewHoldForm
from petitions.pages.verb_page import RefusedFirst
from ui.paging import page_of

# The tabs of the page: what they are called, whether they are counted.
TABS: list[tuple[str, Any, bool]] = [
    ("extensions", _("待审批延期"), True),
    ("holds", _("待审批挂账"), True),
    ("running", _("挂账中"), True),
    ("overdue", _("复核逾期"), True),
    ("all_extensions", _("延期台账"), False),
    ("all_holds", _("挂账台账"), False),
]


class Ledgers(View):
    """The ledgers, a tab each: a supervisor's of the whole city, a department's own."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if not user.has_role(Role.SUPERVISOR, Role.HANDLER, Role.HEAD):
            raise PermissionDenied
        now = timezone.now()
        today = timezone.localdate(now)
        show = request.GET.get("show", "")
        show = show if show in {name for name, _label, _is_counted in TABS} else "extensions"
        rows = {
            "extensions": limit_queries.extensions(user).filter(PENDING),
            "holds": limit_queries.holds(user).filter(PENDING),
            "running": limit_queries.holds(user).filter(RUNNING),
            "overdue": limit_queries.holds(user).filter(RUNNING, review_date__lt=today),
            "all_extensions": limit_queries.extensions(user),
            "all_holds": limit_queries.holds(user).order_by("-asked_at", "-pk"),
        }[show]
        counts = limit_queries.ledger_counts(user, today)
        return render(
            request,
            "petitions/ledgers.html",
            {
                "tabs": [(name, label, counts.get(name), is_counted) for name, label, is_counted in TABS],
                "show": show,
                "is_extension": show in ("extensions", "all_extensions"),
                "page": page_of(rows, request.GET.get("page")),
                "today": today,
                "now": now,
                "may_decide": user.has_role(Role.SUPERVISOR),
                "may_resume": user.has_role(Role.SUPERVISOR, Role.HEAD),
                "may_review": user.has_role(Role.HEAD),
            },
        )


class AskExtensionPage(DepartmentVerbPage):
    verb = "ask_extension"
    form_class = AskExtensionForm
    title = _("申请延期")
    submit_label = _("提交申请")
    done = _("延期申请已提交，等待督查员审批。")
    warning = _("须在到期前申请，每轮只能延期一次；审批前时限照常计算。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return ledgers.ask_extension(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class AskHoldPage(DepartmentVerbPage):
    verb = "ask_hold"
    form_class = AskHoldForm
    title = _("申请挂账")
    submit_label = _("提交申请")
    done = _("挂账申请已提交，等待督查员审批。")
    warning = _("办理时限从批准时起暂停，恢复办理后接着计算；审批前时限照常计算。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return ledgers.ask_hold(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class RequestPage(RefusedFirst):
    """Base of a verb about one extension or hold of the petition."""

    model: ClassVar[type[Extension] | type[Hold]]
    offered: ClassVar[Q]
    nothing: ClassVar[Any]  # what is said when none can be chosen

    def known(self) -> Any:
        """The petition's requests that the person may know of."""
        rows: Any = limit_queries.extensions if self.model is Extension else limit_queries.holds
        return rows(self.user).filter(assignment__petition=self.petition)

    def choosable(self, known: Any) -> list[Any]:
        """Those of them that the verb can be about now."""
        return list(known.filter(self.offered))

    def form_arguments(self) -> dict[str, Any]:
        known = self.known()
        chosen = self.request.GET.get("request", "")
        initial = {"request": int(chosen)} if chosen.isdecimal() and len(chosen) < 10 else {}
        return {"known": known, "offered": self.choosable(known), "initial": initial}

    def get(self, request: HttpRequest, **address: Any) -> HttpResponse:
        if self.refusal() is None and not self.form_arguments()["offered"]:
            messages.warning(request, str(self.nothing))
            return self.leave(request)
        return super().get(request, **address)


class DecideExtensionPage(RequestPage):
    verb = "decide_extension"
    model, offered = Extension, PENDING
    nothing = _("没有待审批的延期申请。")
    form_class = DecisionForm
    title = _("审批延期")
    submit_label = _("提交审批")
    done = _("延期申请已审批。")
    warning = _("同意后办理时限顺延，并告知企业；每轮只能延期一次。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        values = form.cleaned_data
        return ledgers.decide_extension(extension=values.pop("request"), by=self.user, now=now, **values)


class DecideHoldPage(RequestPage):
    verb = "decide_hold"
    model, offered = Hold, PENDING
    nothing = _("没有待审批的挂账申请。")
    form_class = DecisionForm
    title = _("审批挂账")
    submit_label = _("提交审批")
    done = _("挂账申请已审批。")
    warning = _("同意后办理时限从现在起暂停，并告知企业。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        values = form.cleaned_data
        return ledgers.decide_hold(hold=values.pop("request"), by=self.user, now=now, **values)


class ReviewHoldPage(RequestPage):
    """Whoever may ask for a hold keeps it up: the verb's right is the same."""

    verb = "ask_hold"
    model, offered = Hold, RUNNING
    nothing = _("没有正在挂账的事项。")
    form_class = ReviewHoldForm
    title = _("挂账复核")
    submit_label = _("保存")
    done = _("复核情况已记录。")

    def address(self) -> str:
        return reverse("petitions:review_hold", args=[self.petition.number])

    def run(self, *, form: Any, now: datetime) -> Petition:
        values = form.cleaned_data
        return ledgers.review_hold(hold=values.pop("request"), by=self.user, now=now, **values)


class ResumePage(RequestPage):
    verb = "resume"
    model, offered = Hold, RUNNING
    nothing = _("没有正在挂账的事项。")
    form_class = ResumeForm
    title = _("恢复办理")
    submit_label = _("恢复办理")
    done = _("已恢复办理，时限接着计算。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        values = form.cleaned_data
        return ledgers.resume_hold(hold=values.pop("request"), by=self.user, now=now, **values)
