"""What pages and the API read about sending back: the requests, and how often each department asked.

Denied by default: people see the requests on petitions they may know of. The enterprise never sees them.
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
    """Requests the user may know of, the latest first. One statement.

    Supervisors and the city's dispatchers know all, a district's dispatchers those on petitions they may know of,
    people of a department those on its live parts.
    """
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
    """Return the condition for requests that this person can decide now.

    For a dispatcher these are requests on petitions at the desks of their branch.
    """
    desks = desks_of(user)
    mine = Q(pk__in=[])
    if desks != NONE:
        at_my_desks = Q() if desks.is_city else Q(assignment__petition__desk__in=desks.branch)
        mine |= Q(arbiter=Arbiter.DISPATCHER) & at_my_desks
    if user.has_role(Role.SUPERVISOR):
        mine |= Q(arbiter=Arbiter.SUPERVISOR)
    # Nobody judges in their own cause (petitions/arbitration.py).
    own = Q(asked_by=user) | Q(disputes__decided_by=user)
    return mine & Q(decision=Decision.PENDING) & ~own


COUNT_ALL = (Role.SUPERVISOR, Role.SYSTEM)


@dataclass(frozen=True, kw_only=True)
class Returns:
    """How often one department asked to send back, and what became of its requests.

    approved, refused, waiting, lapsed  the outcomes, which add up to `asked`
    disputed  how many of the requests were disputed after a refusal
    """

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
    """Count the requests of each department from `begin` to `end`, both included, the most requests first.

    Two statements. For a supervisor and a city's dispatcher all requests count, for another dispatcher those on
    petitions they may know of, for others none. A dispute is no second request: the disputed request counts by the
    decision on the dispute.
    """
    asked = SendBack.objects.filter(
        disputes__isnull=True, asked_at__gte=_midnight(begin), asked_at__lt=_midnight(end + timedelta(days=1))
    )
    if not (desks_of(user).is_city or user.has_role(*COUNT_ALL)):
        known = Petition.objects.visible_to(user) if desks_of(user) != NONE else Petition.objects.none()
        asked = asked.filter(assignment__petition__in=known)
    # A dispute that lapsed leaves the refusal as it was.
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
