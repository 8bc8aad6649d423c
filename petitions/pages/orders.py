"""Supervision orders (督办单): the list, one order as it is printed, and the forms of its verbs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.models import Role
from accounts.requests import SignedIn
from departments.models import Department
from petitions.clocks import nearest
from petitions.models import Assignment, OrderState, Petition, SupervisionOrder
from petitions.pages.filters import DepartmentFilter
from petitions.pages.verb_page import RefusedFirst, VerbPage
from petitions.situations import Situation, situation_of
from petitions.supervision import known
from petitions.supervision.orders import (
    ISSUE_ORDER,
    JUDGE_ORDER,
    REPLY_ORDER,
    accept_order,
    issue_order,
    reject_order,
    reply_order,
)
from petitions.timeline import as_known
from ui.fields import long_text
from ui.paging import page_of
from verbs.inputs import REASON_MIN
from verbs.refusals import Refusal


class IssueOrderForm(forms.Form):
    """Asks for the department and what is demanded of it. The verb refuses a department that is known but not offered.

    known    parts of the departments that hold the petition
    offered  those of them whose department has no open order on the petition
    """

    department = forms.ModelChoiceField(Department.objects.none(), label=_("督办部门"), empty_label=None)
    text = long_text(_("督办要求"), least=REASON_MIN, rows=5)

    def __init__(self, *args: Any, known: Sequence[Assignment], offered: Sequence[Assignment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        department: Any = self.fields["department"]
        department.queryset = Department.objects.filter(pk__in=[part.department_id for part in known])
        department.choices = [(part.department_id, str(part.department)) for part in offered]


class ReplyForm(forms.Form):
    text = long_text(_("回复"), least=REASON_MIN, rows=6, help_text=_("写明未按时办理的原因、已采取的措施和完成时间。"))


class AcceptForm(forms.Form):
    note = long_text(_("审核意见"), required=False, rows=3)


class RejectForm(forms.Form):
    note = long_text(_("退回原因"), least=REASON_MIN, rows=3, help_text=_("退回后回复时限重新起算。"))


READERS = (Role.SUPERVISOR, Role.LEADER, Role.HANDLER, Role.HEAD)


class OrderFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("状态"), choices=OrderState.choices, empty_label=_("全部状态"))
    department = DepartmentFilter(label=_("部门"), queryset=Department.objects.all())
    overdue = django_filters.BooleanFilter(
        label=_("只看超时"), method="only_overdue", widget=forms.CheckboxInput, required=False
    )

    class Meta:
        model = SupervisionOrder
        fields: list[str] = []

    def only_overdue(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        late = rows.filter(stopped_at__isnull=True, due_at__lt=timezone.now()).order_by("due_at", "pk")
        return late if value else rows


class OrderList(View):
    """Lists supervision orders. A supervisor sees all, a leader those on petitions that are not confidential.

    People of a department see their department's.
    """

    def get(self, request: SignedIn) -> HttpResponse:
        user = request.user
        if not user.has_role(*READERS):
            raise PermissionDenied
        filters = OrderFilter(request.GET, queryset=known.orders(user))
        rows = filters.qs if filters.is_valid() else known.orders(user).none()
        page = page_of(rows, request.GET.get("page"))
        now = timezone.now()
        context = {"filters": filters, "page": page, "limits": nearest.readings(nearest.of_orders(page.rows), now)}
        return render(request, "petitions/orders.html", context | {"now": now})


class ShowOrder(View):
    """Shows one supervision order as it is printed on A4.

    Beside it, not printed, stand its limits and history, and the buttons to reply (the department) or to judge the
    reply (a supervisor).
    """

    def get(self, request: SignedIn, order: str) -> HttpResponse:
        user = request.user
        found = get_object_or_404(known.orders(user), number=order)
        now = timezone.now()
        readings = known.order_readings(found, now)
        return render(
            request,
            "petitions/order.html",
            {
                "order": found,
                "petition": found.petition,
                "running": [one for one in readings if not one.clock.stopped_at],
                "stopped": [one for one in readings if one.clock.stopped_at],
                "see_internal": True,
                "entries": as_known(known.order_history(found), found.petition, user),
                "can_open": Petition.objects.visible_to(user).filter(pk=found.petition_id).exists(),
                "now": now,
                **_possible(found, situation_of(found.petition, user, now)),
            },
        )


def _possible(order: SupervisionOrder, it: Situation) -> dict[str, bool]:
    """Return for the template whether the reader can reply to the order now, and whether they can judge the reply."""
    return {"may_reply": order in REPLY_ORDER.choosable(it), "may_judge": order in JUDGE_ORDER.choosable(it)}


class IssueOrderPage(RefusedFirst):
    verb = ISSUE_ORDER
    form_class = IssueOrderForm
    submit = _("开具")
    done = _("督办单已开具，部门会收到通知。")

    def form_arguments(self) -> dict[str, Any]:
        return {"known": self.it.parts, "offered": self.verb.choosable(self.it)}

    def run(self, *, form: Any, now: datetime) -> Petition:
        return issue_order(petition=self.petition, by=self.user, now=now, **form.cleaned_data).petition


class OrderVerbPage(VerbPage):
    """Base of the page of a verb about one order. The page is at the order's address and leads back to the order."""

    is_at_petition = False

    order: SupervisionOrder
    step: str  # the name of the page's address in petitions/urls.py

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        # A department may read its order even when it may no longer see the petition; then it cannot act on the order.
        orders = known.orders(self.user).filter(petition__in=Petition.objects.visible_to(self.user))
        self.order = get_object_or_404(orders, number=kwargs["order"])
        self.meet(self.order.petition)
        return View.dispatch(self, request, *args, **kwargs)

    def refusal(self) -> Refusal | None:
        return self.verb.why_not_about(self.it, self.order)

    def address(self) -> str:
        return reverse(f"petitions:{self.step}", args=[self.order.number])

    def target(self) -> str:
        return reverse("petitions:order", args=[self.order.number])


class ReplyOrderPage(OrderVerbPage):
    verb, step = REPLY_ORDER, "reply_order"
    form_class = ReplyForm
    submit = _("提交回复")
    done = _("回复已提交，等待督查员审核。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return reply_order(order=self.order, by=self.user, now=now, **form.cleaned_data).petition


class AcceptOrderPage(OrderVerbPage):
    verb, step = JUDGE_ORDER, "accept_order"
    heading = _("同意办结督办单")
    form_class = AcceptForm
    submit = _("同意办结")
    done = _("督办单已办结。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return accept_order(order=self.order, by=self.user, now=now, **form.cleaned_data).petition


class RejectOrderPage(OrderVerbPage):
    verb, step = JUDGE_ORDER, "reject_order"
    heading = _("退回重新回复")
    is_dangerous = True
    form_class = RejectForm
    submit = _("退回")
    done = _("已退回部门重新回复。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return reject_order(order=self.order, by=self.user, now=now, **form.cleaned_data).petition
