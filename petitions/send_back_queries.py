"""What pages and the API read about sending back: the requests, and how often each department asked.

Deny by default: the requests show through petitions the person may know of, and never to the enterprise.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from accounts.models import Role, User
from departments.models import Department
from petitions.models import Arbiter, Assignment, Decision, Petition, SendBack
from regions.desks import NONE, desks_of


def send_backs(user: User) -> QuerySet[SendBack]:
    """Requests the user may know of, the last asked for first: supervisors and the city's dispatchers all, a district's
    those on petitions they may know of, a department those on its own live part. One statement."""
    desks = desks_of(user)
    allowed = Q(assignment__in=Assignment.objects.live().of(user))
    if desks.is_city or user.has_role(Role.SUPERVISOR, Role.SYSTEM):
        allowed = Q()
    elif desks.branch:
        allowed |= Q(assignment__petition__in=Petition.objects.visible_to(user))
    rows = SendBack.objects.select_related(
        "assignment__department",
        "assignment__petition__petitioner__enterprise",
        "assignment__petition__category",
        "proposed",
        "disputes__decided_by",
        "asked_by",
        "decided_by",
    )
    return rows.filter(allowed).order_by("-asked_at", "-pk")


def to_decide(user: User) -> Q:
    """The requests that are this person's to decide: a dispatcher's at the desks in their charge."""
    desks = desks_of(user)
    mine = Q(pk__in=[])
    if desks != NONE:
        at_my_desks = Q() if desks.is_city else Q(assignment__petition__desk__in=desks.branch)
        mine |= Q(arbiter=Arbiter.DISPATCHER) & at_my_desks
    if user.has_role(Role.SUPERVISOR):
        mine |= Q(arbiter=Arbiter.SUPERVISOR)
    return mine & Q(decision=Decision.PENDING)


COUNT_ALL = (Role.SUPERVISOR, Role.SYSTEM)


@dataclass(frozen=True, kw_only=True)
class Returns:
    """How often one department asked to send back, and what became of it; the four outcomes add up to `asked`."""

    department: Department
    asked: int
    approved: int
    refused: int
    waiting: int
    lapsed: int
    disputed: int


OUTCOMES = {
    "approved": Decision.APPROVED,
    "refused": Decision.REFUSED,
    "waiting": Decision.PENDING,
    "lapsed": Decision.LAPSED,
}


def send_back_counts(user: User, begin: date, end: date) -> list[Returns]:
    """Count the requests between two days, both counted, by department; who asked most comes first. Two statements.

    A supervisor's are all, a dispatcher's those on petitions they may know of. A dispute is no second request: the one
    it is about counts as what was decided in the end.
    """
    asked = SendBack.objects.filter(
        disputes__isnull=True, asked_at__gte=_midnight(begin), asked_at__lt=_midnight(end + timedelta(days=1))
    )
    if not (desks_of(user).is_city or user.has_role(*COUNT_ALL)):
        known = Petition.objects.visible_to(user) if desks_of(user) != NONE else Petition.objects.none()
        asked = asked.filter(assignment__petition__in=known)
    # A dispute that was overtaken leaves the refusal as it was.
    last = NullIf(F("dispute__decision"), Value(Decision.LAPSED.value))
    rows: Any = (
        asked.annotate(outcome=Coalesce(last, F("decision")))
        .order_by()
        .values("assignment__department")
        .annotate(
            asked=Count("pk"),
            disputed=Count("dispute"),
            **{name: Count("pk", filter=Q(outcome=decision)) for name, decision in OUTCOMES.items()},
        )
        .order_by("-asked", "assignment__department")
    )
    departments = Department.objects.select_related("region").in_bulk([row["assignment__department"] for row in rows])
    names = ("asked", "disputed", *OUTCOMES)
    return [
        Returns(department=departments[row["assignment__department"]], **{name: row[name] for name in names})
        for row in rows
    ]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
