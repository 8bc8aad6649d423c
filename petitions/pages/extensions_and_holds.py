"""Extensions and holds: the list of what waits for a decision, is on hold or is due for review; the verbs' pages."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.models import Role
from accounts.requests import SignedIn
from petitions.clocks.nearest import readings
from petitions.models import Extension, Hold, Petition
from petitions.offered import choosable_on
from petitions.pages.department import DepartmentVerbPage
from petitions.pages.fields import DepartmentVerbForm
from petitions.pages.requests import DecisionForm, RequestForm, RequestPage
from petitions.supervision import extensions, holds, known
from petitions.supervision.extensions import ASK_EXTENSION, DAYS_MOST, DECIDE_EXTENSION
from petitions.supervision.holds import ASK_HOLD, DECIDE_HOLD, RESUME, REVIEW_HOLD
from petitions.supervision.known import PENDING, RUNNING
from ui.fields import date_field, long_text
from ui.paging import page_of
from verbs.inputs import REASON_MIN


class AskExtensionForm(DepartmentVerbForm):
    days = forms.IntegerField(
        label=_("延长几个工作日"),
        widget=forms.NumberInput(attrs={"min": 1, "max": DAYS_MOST}),
        help_text=_("1到10天。"),
    )
    reason = long_text(_("延期理由"), least=REASON_MIN, help_text=_("同意延期后，企业可以看到理由。"))


class AskHoldForm(DepartmentVerbForm):
    reason = long_text(_("挂账理由"), least=REASON_MIN, help_text=_("在等什么、等谁。同意挂账后，企业可以看到理由。"))
    review_date = date_field(_("复核日期"), help_text=_("到这一天要重新看一次能不能恢复办理。"))


class ReviewHoldForm(RequestForm):
    text = long_text(_("等待的事项有什么进展"), help_text=_("企业可以看到。"))
    review_date = date_field(_("下次复核日期"))


class ResumeForm(RequestForm):
    note = long_text(_("说明"), required=False, rows=3, help_text=_("企业可以看到。"))


# The tabs of the page: their name in the address, their label, whether they show how many rows they have.
TABS: list[tuple[str, Any, bool]] = [
    ("extensions", _("待审批延期"), True),
    ("holds", _("待审批挂账"), True),
    ("running", _("挂账中"), True),
    ("overdue", _("复核逾期"), True),
    ("all_extensions", _("延期台账"), False),
    ("all_holds", _("挂账台账"), False),
]


class ExtensionsAndHolds(View):
    """Lists extensions and holds, by tab. A supervisor sees the whole city's, people of a department its own."""

    def get(self, request: SignedIn) -> HttpResponse:
        user = request.user
        if not user.has_role(Role.SUPERVISOR, Role.HANDLER, Role.HEAD):
            raise PermissionDenied
        now = timezone.now()
        today = timezone.localdate(now)
        show = request.GET.get("show", "")
        show = show if show in {name for name, _label, _is_counted in TABS} else "extensions"
        rows = {
            "extensions": known.extensions(user).filter(PENDING),
            "holds": known.holds(user).filter(PENDING),
            "running": known.holds(user).filter(RUNNING),
            "overdue": known.holds(user).filter(RUNNING, review_date__lt=today),
            "all_extensions": known.extensions(user),
            "all_holds": known.holds(user).order_by("-asked_at", "-pk"),
        }[show]
        counts = known.request_counts(user, today)
        page, is_extension = page_of(rows, request.GET.get("page")), show in ("extensions", "all_extensions")
        verbs = [DECIDE_EXTENSION] if is_extension else [DECIDE_HOLD, REVIEW_HOLD, RESUME]
        petitions = [asked.assignment.petition for asked in page.rows]
        return render(
            request,
            "petitions/extensions_and_holds.html",
            {
                "tabs": [(name, label, counts.get(name), is_counted) for name, label, is_counted in TABS],
                "show": show,
                "is_extension": is_extension,
                "page": page,
                "limits": readings({asked.pk: asked.clock for asked in page.rows if not asked.clock.stopped_at}, now),
                "can": choosable_on(petitions, user, now, verbs),
                "today": today,
                "now": now,
            },
        )


class AskExtensionPage(DepartmentVerbPage):
    verb = ASK_EXTENSION
    form_class = AskExtensionForm
    submit = _("提交申请")
    done = _("延期申请已提交，等待督查员审批。")
    warning = _("须在到期前申请，每轮只能延期一次；审批前时限照常计算。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return extensions.ask_extension(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class AskHoldPage(DepartmentVerbPage):
    verb = ASK_HOLD
    form_class = AskHoldForm
    submit = _("提交申请")
    done = _("挂账申请已提交，等待督查员审批。")
    warning = _("办理时限从批准时起暂停，恢复办理后接着计算；审批前时限照常计算。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return holds.ask_hold(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class DecideExtensionPage(RequestPage):
    verb = DECIDE_EXTENSION
    model = Extension
    form_class = DecisionForm
    submit = _("提交审批")
    done = _("延期申请已审批。")
    warning = _("同意后办理时限顺延，并告知企业；每轮只能延期一次。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        values = form.cleaned_data
        return extensions.decide_extension(extension=values.pop("request"), by=self.user, now=now, **values)


class DecideHoldPage(RequestPage):
    verb = DECIDE_HOLD
    model = Hold
    form_class = DecisionForm
    submit = _("提交审批")
    done = _("挂账申请已审批。")
    warning = _("同意后办理时限从现在起暂停，并告知企业。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        values = form.cleaned_data
        return holds.decide_hold(hold=values.pop("request"), by=self.user, now=now, **values)


class ReviewHoldPage(RequestPage):
    """The review of a hold: a head of the department notes how the awaited matter stands, and the next review date."""

    verb = REVIEW_HOLD
    model = Hold
    form_class = ReviewHoldForm
    submit = _("保存")
    done = _("复核情况已记录。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        values = form.cleaned_data
        return holds.review_hold(hold=values.pop("request"), by=self.user, now=now, **values)


class ResumePage(RequestPage):
    verb = RESUME
    model = Hold
    form_class = ResumeForm
    done = _("已恢复办理，时限接着计算。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        values = form.cleaned_data
        return holds.resume_hold(hold=values.pop("request"), by=self.user, now=now, **values)
