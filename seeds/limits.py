"""What people do about limits in limits.csv – extensions, holds, orders – and the sweep that goes on meanwhile.

The ladder opens orders by itself, on days that depend on the year's holidays. So a reply or a judgement in the file is
about the order that is open then, and nothing where there is none.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from accounts.models import User
from departments.models import Department
from petitions.escalation import sweep_batch
from petitions.inbox import read_notices
from petitions.ledgers import ask_extension, ask_hold, decide_extension, decide_hold, resume_hold, review_hold
from petitions.models import Clock, Decision, Extension, Hold, OrderState, Petition, SupervisionOrder
from petitions.orders import accept_order, issue_order, reject_order, reply_order

# Notices younger than this are left unread.
UNREAD_FOR = timedelta(days=2)


class Step(NamedTuple):
    """One row of limits.csv, at its moment: what it is about and who acts for the department."""

    petition: Petition
    department: Department
    text: str
    days: int
    now: datetime

    @property
    def head(self) -> User:
        return User.objects.get(memberships__department=self.department, roles__contains=["head"])

    @property
    def supervisor(self) -> User:
        return User.objects.get(username="supervisor")

    @property
    def day(self) -> datetime:
        return timezone.localtime(self.now) + timedelta(days=self.days)

    def extension(self) -> Extension:
        return Extension.objects.get(assignment__petition=self.petition, assignment__department=self.department)

    def hold(self) -> Hold:
        return Hold.objects.get(assignment__petition=self.petition, assignment__department=self.department)

    def order(self, state: str) -> SupervisionOrder | None:
        return self.petition.orders.filter(department=self.department, state=state).first()


def take_step(row: Mapping[str, str], petition: Petition, department: Department, now: datetime) -> None:
    """Do what one row of limits.csv says."""
    STEPS[row["verb"]](Step(petition, department, row["text"], int(row["days"] or 0), now))


def _ask_extension(step: Step) -> None:
    ask_extension(petition=step.petition, by=step.head, days=step.days, reason=step.text, now=step.now)


def _decide_extension(step: Step, decision: str) -> None:
    decide_extension(extension=step.extension(), by=step.supervisor, decision=decision, note=step.text, now=step.now)


def _ask_hold(step: Step) -> None:
    ask_hold(petition=step.petition, by=step.head, reason=step.text, review_date=step.day.date(), now=step.now)


def _approve_hold(step: Step) -> None:
    decide_hold(hold=step.hold(), by=step.supervisor, decision=Decision.APPROVED, note=step.text, now=step.now)


def _review_hold(step: Step) -> None:
    review_hold(hold=step.hold(), by=step.head, text=step.text, review_date=step.day.date(), now=step.now)


def _resume(step: Step) -> None:
    resume_hold(hold=step.hold(), by=step.head, note=step.text, now=step.now)


def _issue_order(step: Step) -> None:
    if step.order(OrderState.ISSUED) is None:
        issue_order(
            petition=step.petition, by=step.supervisor, department=step.department, text=step.text, now=step.now
        )


def _reply_order(step: Step) -> None:
    if order := step.order(OrderState.ISSUED):
        reply_order(order=order, by=step.head, text=step.text, now=step.now)


def _accept_order(step: Step) -> None:
    if order := step.order(OrderState.REPLIED):
        accept_order(order=order, by=step.supervisor, note=step.text, now=step.now)


def _reject_order(step: Step) -> None:
    if order := step.order(OrderState.REPLIED):
        reject_order(order=order, by=step.supervisor, note=step.text, now=step.now)


STEPS: dict[str, Callable[[Step], None]] = {
    "ask_extension": _ask_extension,
    "approve_extension": lambda step: _decide_extension(step, Decision.APPROVED),
    "refuse_extension": lambda step: _decide_extension(step, Decision.REFUSED),
    "ask_hold": _ask_hold,
    "approve_hold": _approve_hold,
    "review_hold": _review_hold,
    "resume": _resume,
    "issue_order": _issue_order,
    "reply_order": _reply_order,
    "accept_order": _accept_order,
    "reject_order": _reject_order,
}


def sweep_until(moment: datetime) -> None:
    """Raise every level that was reached up to the moment, each at its own time, as if the sweep had gone on."""
    due = Clock.objects.filter(next_alarm_at__lte=moment).order_by("next_alarm_at")
    while alarm := due.values_list("next_alarm_at", flat=True).first():
        sweep_batch(now=alarm)


def read_older_notices(*, now: datetime) -> None:
    """Let everybody have read what they were told up to some days ago."""
    for user in User.objects.filter(notices__read_at__isnull=True).distinct():
        read_notices(by=user, now=now - UNREAD_FOR)
