"""Supervision orders (督办单): the list, one order as it is printed, and the forms of its verbs."""

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
from departments.models import Department
from petitions import limit_queries
from petitions.models import OrderState, Petition, SupervisionOrder
from petitions.orders import accept_order, issue_order, reject_order, reply_order
from petitions.pages.filters import DepartmentFilter
from petitions.pages.limit_forms import AcceptForm, IssueOrderForm, RejectForm, ReplyForm
from petitions.pages.verb_page import VerbPage
from petitions.permissions import RULES, relation_to
from ui.paging import page_of

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
        return rows.filter(stopped_at__isnull=True, due_at__lt=timezone.now()) if value else rows


class OrderList(View):
    """Supervision orders: a supervisor's of the whole city, a department's own."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if not user.has_role(*READERS):
            raise PermissionDenied
        filters = OrderFilter(request.GET, queryset=limit_queries.orders(user))
        rows = filters.qs if filters.is_valid() else limit_queries.orders(user).none()
        page = page_of(rows, request.GET.get("page"))
        return render(request, "petitions/orders.html", {"filters": filters, "page": page, "now": timezone.now()})


class ShowOrder(View):
    """One order as it is printed, with what the reader can do about it; the page prints on A4."""

    def get(self, request: HttpRequest, order: str) -> HttpResponse:
        user: Any = request.user
        found = get_object_or_404(limit_queries.orders(user), number=order)
        now = timezone.now()
        readings = limit_queries.clock_readings(limit_queries.order_clocks(found), now)
        return render(
            request,
            "petitions/order.html",
            {
                "order": found,
                "petition": found.petition,
                "running": [one for one in readings if not one.clock.stopped_at],
                "stopped": [one for one in readings if one.clock.stopped_at],
                "see_internal": True,
                "events": limit_queries.order_history(found),
                "can_open": Petition.objects.visible_to(user).filter(pk=found.petition_id).exists(),
                "now": now,
                **_possible(found, user),
            },
        )


def _possible(order: SupervisionOrder, user: Any) -> dict[str, bool]:
    """What the reader can do with the order in its present state."""
    relation = relation_to(order.petition, user)
    holds_it = any(row.department_id == order.department_id for row in relation.assignments)
    return {
        "may_reply": order.state == OrderState.ISSUED and holds_it and RULES["reply_order"](relation),
        "may_judge": order.state == OrderState.REPLIED and RULES["judge_order"](relation),
    }


class IssueOrderPage(VerbPage):
    verb = "issue_order"
    form_class = IssueOrderForm
    title = _("开具督办单")
    submit_label = _("开具")
    done = _("督办单已开具，部门会收到通知。")

    def form_arguments(self) -> dict[str, Any]:
        live = self.petition.current_assignments()
        return {"departments": Department.objects.filter(pk__in=live.values("department"))}

    def run(self, *, form: Any, now: datetime) -> Petition:
        return issue_order(petition=self.petition, by=self.user, now=now, **form.cleaned_data).petition


class OrderVerbPage(VerbPage):
    """Base of a verb about one order: at the order's address, and back to the order afterwards."""

    order: SupervisionOrder
    possible: str  # the flag of _possible that offers it
    step: str  # how the address ends

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        # The order may have outlived the department's part; then it is only read.
        known = limit_queries.orders(self.user).filter(petition__in=Petition.objects.visible_to(self.user))
        self.order = get_object_or_404(known, number=kwargs["order"])
        self.petition = self.order.petition
        self.relation = relation_to(self.petition, self.user)
        return View.dispatch(self, request, *args, **kwargs)

    def get(self, request: HttpRequest, **_address: Any) -> HttpResponse:
        if not _possible(self.order, self.user)[self.possible]:
            return self.leave(request)
        return self.shown(request, self.form(), 200)

    def address(self) -> str:
        return reverse(f"petitions:{self.step}", args=[self.order.number])

    def target(self) -> str:
        return reverse("petitions:order", args=[self.order.number])


class ReplyOrderPage(OrderVerbPage):
    verb, step, possible = "reply_order", "reply_order", "may_reply"
    form_class = ReplyForm
    title = _("回复督办单")
    submit_label = _("提交回复")
    done = _("回复已提交，等待督查员审核。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return reply_order(order=self.order, by=self.user, now=now, **form.cleaned_data).petition


class AcceptOrderPage(OrderVerbPage):
    verb, step, possible = "judge_order", "accept_order", "may_judge"
    form_class = AcceptForm
    title = _("同意办结督办单")
    submit_label = _("同意办结")
    done = _("督办单已办结。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return accept_order(order=self.order, by=self.user, now=now, **form.cleaned_data).petition


class RejectOrderPage(OrderVerbPage):
    verb, step, possible = "judge_order", "reject_order", "may_judge"
    form_class = RejectForm
    title = _("退回重新回复")
    submit_label = _("退回")
    done = _("已退回部门重新回复。")
    is_dangerous = True

    def run(self, *, form: Any, now: datetime) -> Petition:
        return reject_order(order=self.order, by=self.user, now=now, **form.cleaned_data).petition
