"""Sending back: what waits for a decision, how often each department asked, and the pages of the three verbs."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.models import Role, User
from petitions import send_back
from petitions.models import Decision, Petition, SendBack, State
from petitions.pages.department import DepartmentVerbPage
from petitions.pages.joint_forms import AskSendBackForm, DecideSendBackForm, DisputeSendBackForm, PeriodForm
from petitions.pages.ledgers import RequestPage
from petitions.permissions import RULES, Relation
from petitions.send_back_queries import send_back_counts, send_backs, to_decide
from ui.paging import page_of
from verbs.refusals import Refusal

OPEN = Q(decision=Decision.PENDING)
# The tabs of the list: what they are called, whether they are counted.
TABS: list[tuple[str, Any, bool]] = [
    ("mine", _("待我裁决"), True),
    ("open", _("全部待裁决"), True),
    ("all", _("退单台账"), False),
]


class SendBackList(View):
    """Requests to send back, the oldest open one first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if not user.has_role(Role.DISPATCHER, Role.SUPERVISOR):
            raise PermissionDenied
        rows = send_backs(user)
        waiting = {"mine": rows.filter(to_decide(user)), "open": rows.filter(OPEN)}
        show = request.GET.get("show", "")
        show = show if show in {name for name, _label, _is_counted in TABS} else "mine"
        shown = waiting[show].order_by("asked_at", "pk") if show in waiting else rows
        counts = {name: found.count() for name, found in waiting.items()}
        return render(
            request,
            "petitions/send_backs.html",
            {
                "tabs": [(name, label, counts.get(name), is_counted) for name, label, is_counted in TABS],
                "show": show,
                "page": page_of(shown, request.GET.get("page")),
                "decidable": set(waiting["mine"].values_list("pk", flat=True)),
            },
        )


class SendBackCounts(View):
    """How often each department asked to send back in a period, the running month when none is chosen: for those who
    decide it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
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


def send_backs_offered(
    petition: Petition, relation: Relation, rows: Sequence[SendBack], user: User, now: datetime
) -> set[str]:
    """Return the verbs about sending back that the person can use on the petition now.

    rows  the petition's requests that the person may know of
    """
    verbs = {verb for verb in VERBS if RULES[verb](relation) and petition.allows(verb)}
    return {verb for verb in verbs if any(True for _one in CAN[verb](petition, relation, rows, user, now))}


def _askable(
    petition: Petition, relation: Relation, _rows: Sequence[SendBack], _user: User, now: datetime
) -> Iterator[Any]:
    return (part for part in relation.assignments if _passes(send_back.check_can_ask, petition, part, now))


def _decidable(
    _petition: Petition, relation: Relation, rows: Sequence[SendBack], user: User, _now: datetime
) -> Iterator[SendBack]:
    return (row for row in rows if row.decision == Decision.PENDING and send_back.is_arbiter(relation, row, user))


def _disputable(
    petition: Petition, relation: Relation, rows: Sequence[SendBack], _user: User, now: datetime
) -> Iterator[SendBack]:
    own = {part.pk for part in relation.assignments}
    return (
        row for row in rows if row.assignment_id in own and _passes(send_back.check_can_dispute, petition, row, now)
    )


def _passes(check: Any, *arguments: Any) -> bool:
    try:
        check(*arguments)
    except Refusal:
        return False
    return True


CAN: dict[str, Any] = {
    "ask_send_back": _askable,
    "decide_send_back": _decidable,
    "dispute_send_back": _disputable,
}
VERBS = set(CAN)


class AskSendBackPage(DepartmentVerbPage):
    verb = "ask_send_back"
    form_class = AskSendBackForm
    title = _("申请退单")
    submit_label = _("提交退单申请")
    done = _("退单申请已提交；裁决前仍由本部门负责办理。")
    warning = _("裁决前由本部门继续负责，时限照常计算。每个部门对一件诉求只能申请一次，计入部门记录。")
    is_dangerous = True

    def refusal(self) -> Refusal | None:
        """Say at once, before a basis is typed, that the department asked before or that it is too late."""
        refusal = super().refusal()
        if refusal is None and len(self.relation.assignments) == 1:
            try:
                send_back.check_can_ask(self.petition, self.relation.assignments[0], timezone.now())
            except Refusal as problem:
                return problem
        return refusal

    def run(self, *, form: Any, now: datetime) -> Petition:
        return send_back.ask_send_back(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class SendBackRequestPage(RequestPage):
    """Base of a verb about one request to send the petition back."""

    def known(self) -> Any:
        return send_backs(self.user).filter(assignment__petition=self.petition)

    def choosable(self, known: Any) -> list[SendBack]:
        return list(CAN[self.verb](self.petition, self.relation, list(known), self.user, timezone.now()))


class DecideSendBackPage(SendBackRequestPage):
    verb = "decide_send_back"
    nothing = _("没有等您裁决的退单申请。")
    form_class = DecideSendBackForm
    title = _("裁决退单")
    submit_label = _("提交裁决")
    done = _("退单申请已裁决。")
    warning = _("同意主办部门退单后，诉求回到待派单，企业等待的时限不重新起算。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        values = form.cleaned_data
        self.decided = send_back.decide_send_back(send_back=values.pop("request"), by=self.user, now=now, **values)
        return self.decided

    def target(self) -> str:
        """A dispatcher goes on to dispatch what came back."""
        decided = getattr(self, "decided", None)
        if decided and decided.state == State.REPORTED and self.relation.has(Role.DISPATCHER):
            return reverse("petitions:dispatch", args=[self.petition.number])
        return super().target()


class DisputeSendBackPage(SendBackRequestPage):
    verb = "dispute_send_back"
    nothing = _("没有可以提出争议的退单裁决。")
    form_class = DisputeSendBackForm
    title = _("提出退单争议")
    submit_label = _("提交督查员裁决")
    done = _("已提交督查员裁决；裁决前仍由本部门负责办理。")
    warning = _("只能提出一次，督查员的裁决为最终裁决。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        values = form.cleaned_data
        return send_back.dispute_send_back(send_back=values.pop("request"), by=self.user, now=now, **values)
