"""Sending back: the list of requests, how often each department asked, and the pages of the three verbs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.models import Role
from accounts.requests import SignedIn
from petitions.arbitration import DECIDE_SEND_BACK, decide_send_back
from petitions.models import Decision, Petition, SendBack, SendBackReason, State
from petitions.offered import choosable_on
from petitions.pages.department import DepartmentVerbPage
from petitions.pages.fields import DepartmentField, DepartmentVerbForm
from petitions.pages.requests import DecisionForm, RequestField, RequestForm, RequestPage
from petitions.send_back import ASK_SEND_BACK, DISPUTE_SEND_BACK, ask_send_back, dispute_send_back
from petitions.send_back_queries import send_back_counts, send_backs, to_decide
from ui.fields import OnlyWhen, date_field, long_text
from ui.paging import page_of
from verbs.inputs import REASON_MIN


class AskSendBackForm(DepartmentVerbForm):
    reason = forms.ChoiceField(label=_("退单理由"), choices=SendBackReason.choices, widget=forms.RadioSelect)
    basis = long_text(_("职责依据"), least=REASON_MIN, help_text=_("写明法律、“三定”规定或本市职责清单的条款。"))
    proposed = DepartmentField(
        label=_("建议承办部门"),
        required=False,
        empty_label=_("没有建议"),
        help_text=_("不属于本部门职责或需另定主办部门时必填。"),
    )


class SendBackField(RequestField):
    def label_from_instance(self, obj: SendBack) -> str:
        part, words = obj.assignment, [obj.get_reason_display(), obj.basis]
        if obj.proposed:
            words.append(_("建议承办：%(department)s") % {"department": obj.proposed})
        return " · ".join([f"{part.department}（{part.get_part_display()}）", *map(str, words)])


class DecideSendBackForm(OnlyWhen, DecisionForm):
    only_when: ClassVar = {"replace": ("decision", (Decision.APPROVED,))}

    request = SendBackField(SendBack.objects.none(), label=_("退单申请"), empty_label=None)
    replace = forms.BooleanField(
        label=_("同意时由建议部门接替协办"), required=False, help_text=_("建议部门的时限从现在起算。")
    )

    def __init__(self, *args: Any, offered: Sequence[SendBack], **kwargs: Any) -> None:
        super().__init__(*args, offered=offered, **kwargs)
        # Only a support can be replaced here: when a lead's request is approved, the petition goes to the dispatcher.
        if not any(one.proposed_id and one.assignment.is_support for one in offered):
            del self.fields["replace"]


class DisputeSendBackForm(RequestForm):
    request = SendBackField(SendBack.objects.none(), label=_("未获同意的申请"), empty_label=None)
    text = long_text(_("争议理由"), least=REASON_MIN, help_text=_("说明为什么不认可受理员的裁决。"))


class PeriodForm(forms.Form):
    begin = date_field(_("从"))
    end = date_field(_("到"))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "begin" in values and "end" in values and values["begin"] > values["end"]:
            self.add_error("end", _("结束日期不能早于开始日期。"))
        return values


OPEN = Q(decision=Decision.PENDING)
# The tabs of the list: their name in the address, their label, whether they show how many rows they have.
TABS: list[tuple[str, Any, bool]] = [
    ("mine", _("待我裁决"), True),
    ("open", _("全部待裁决"), True),
    ("all", _("退单台账"), False),
]


class SendBackList(View):
    """Lists requests to send back: in the tabs of open ones the oldest first, in the tab of all the newest first."""

    def get(self, request: SignedIn) -> HttpResponse:
        user = request.user
        if not user.has_role(Role.DISPATCHER, Role.SUPERVISOR):
            raise PermissionDenied
        rows = send_backs(user)
        waiting = {"mine": rows.filter(to_decide(user)), "open": rows.filter(OPEN)}
        show = request.GET.get("show", "")
        show = show if show in {name for name, _label, _is_counted in TABS} else "mine"
        shown = waiting[show].order_by("asked_at", "pk") if show in waiting else rows
        counts = {name: found.count() for name, found in waiting.items()}
        page = page_of(shown, request.GET.get("page"))
        petitions = [asked.assignment.petition for asked in page.rows]
        return render(
            request,
            "petitions/send_backs.html",
            {
                "tabs": [(name, label, counts.get(name), is_counted) for name, label, is_counted in TABS],
                "show": show,
                "page": page,
                "can": choosable_on(petitions, user, timezone.now(), [DECIDE_SEND_BACK]),
            },
        )


class SendBackCounts(View):
    """Shows how often each department asked to send back in a period; by default from the month's first day to today.

    For supervisors and dispatchers.
    """

    def get(self, request: SignedIn) -> HttpResponse:
        user = request.user
        if not user.has_role(Role.SUPERVISOR, Role.DISPATCHER):
            raise PermissionDenied
        today = timezone.localdate()
        period = {"begin": today.replace(day=1), "end": today}
        form = (
            PeriodForm(request.GET)
            if request.GET
            else PeriodForm(initial={name: f"{day}" for name, day in period.items()})
        )
        if form.is_bound:
            period = form.cleaned_data if form.is_valid() else {}
        rows = send_back_counts(user, **period) if period else []
        status = 422 if form.errors else 200
        return render(request, "petitions/send_back_counts.html", {"form": form, "rows": rows}, status=status)


class AskSendBackPage(DepartmentVerbPage):
    verb = ASK_SEND_BACK
    form_class = AskSendBackForm
    submit = _("提交退单申请")
    done = _("退单申请已提交；裁决前仍由本部门负责办理。")
    warning = _("裁决前由本部门继续负责，时限照常计算。每个部门对一件诉求只能申请一次，计入部门记录。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return ask_send_back(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class SendBackRequestPage(RequestPage):
    """Base of the page of a verb about one request to send the petition back."""

    def known(self) -> Any:
        return send_backs(self.user).filter(assignment__petition=self.petition)


class DecideSendBackPage(SendBackRequestPage):
    verb = DECIDE_SEND_BACK
    form_class = DecideSendBackForm
    submit = _("提交裁决")
    done = _("退单申请已裁决。")
    warning = _("同意主办部门退单后，诉求回到待派单，企业等待的时限不重新起算。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        values = form.cleaned_data
        self.decided = decide_send_back(send_back=values.pop("request"), by=self.user, now=now, **values)
        return self.decided

    def target(self) -> str:
        """Return the next page: a dispatcher goes on to dispatch the petition that came back."""
        decided = getattr(self, "decided", None)
        if decided and decided.state == State.REPORTED and self.it.relation.has(Role.DISPATCHER):
            return reverse("petitions:dispatch", args=[self.petition.number])
        return super().target()


class DisputeSendBackPage(SendBackRequestPage):
    verb = DISPUTE_SEND_BACK
    form_class = DisputeSendBackForm
    submit = _("提交督查员裁决")
    done = _("已提交督查员裁决；裁决前仍由本部门负责办理。")
    warning = _("只能提出一次，督查员的裁决为最终裁决。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        values = form.cleaned_data
        return dispute_send_back(send_back=values.pop("request"), by=self.user, now=now, **values)
