"""Takes the steps of limits.csv (extensions, holds, orders), and runs the sweep between them.

The ladder also issues orders by itself, on days that depend on the year's holidays. So a reply or a judgement in the
file is about whatever order of the department waits for it then; the row does nothing when there is none.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from accounts.models import User
from departments.models import Department
from limits.sweeping import next_alarm, sweep
from notices.inbox import read_notices
from petitions.models import Decision, Extension, Hold, OrderState, Petition, SupervisionOrder
from petitions.supervision.extensions import ask_extension, decide_extension
from petitions.supervision.holds import ask_hold, decide_hold, resume_hold, review_hold
from petitions.supervision.orders import accept_order, issue_order, reject_order, reply_order

# Notices younger than this are left unread.
UNREAD_FOR = timedelta(days=2)


class SeedStep(NamedTuple):
    """One row of limits.csv: what it is about, its text and its days, and the moment (`now`) at which it is done."""

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
    """Do what one row of limits.csv says, by the verb that it names."""
    STEPS[row["verb"]](SeedStep(petition, department, row["text"], int(row["days"] or 0), now))


def _ask_extension(step: SeedStep) -> None:
    ask_extension(petition=step.petition, by=step.head, days=step.days, reason=step.text, now=step.now)


def _decide_extension(step: SeedStep, decision: str) -> None:
    decide_extension(extension=step.extension(), by=step.supervisor, decision=decision, note=step.text, now=step.now)


def _ask_hold(step: SeedStep) -> None:
    ask_hold(petition=step.petition, by=step.head, reason=step.text, review_date=step.day.date(), now=step.now)


def _approve_hold(step: SeedStep) -> None:
    decide_hold(hold=step.hold(), by=step.supervisor, decision=Decision.APPROVED, note=step.text, now=step.now)


def _review_hold(step: SeedStep) -> None:
    review_hold(hold=step.hold(), by=step.head, text=step.text, review_date=step.day.date(), now=step.now)


def _resume(step: SeedStep) -> None:
    resume_hold(hold=step.hold(), by=step.head, note=step.text, now=step.now)


def _issue_order(step: SeedStep) -> None:
    if step.order(OrderState.ISSUED) is None:
        issue_order(
            petition=step.petition, by=step.supervisor, department=step.department, text=step.text, now=step.now
        )


def _reply_order(step: SeedStep) -> None:
    if order := step.order(OrderState.ISSUED):
        reply_order(order=order, by=step.head, text=step.text, now=step.now)


def _accept_order(step: SeedStep) -> None:
    if order := step.order(OrderState.REPLIED):
        accept_order(order=order, by=step.supervisor, note=step.text, now=step.now)


def _reject_order(step: SeedStep) -> None:
    if order := step.order(OrderState.REPLIED):
        reject_order(order=order, by=step.supervisor, note=step.text, now=step.now)


STEPS: dict[str, Callable[[SeedStep], None]] = {
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
    """Raise every level that was reached up to the moment, each at its own time, as if the sweep had run all along."""
    while alarm := next_alarm(until=moment):
        sweep(now=alarm)


def read_older_notices(*, now: datetime) -> None:
    """Mark everybody's notices as read, except those younger than UNREAD_FOR."""
    for user in User.objects.filter(notices__read_at__isnull=True).distinct():
        read_notices(by=user, now=now - UNREAD_FOR)
