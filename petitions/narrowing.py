"""How a list of petitions is narrowed, the same for pages and API: by department, region, enterprise, limit."""

from datetime import datetime

from django.db.models import F, Q, QuerySet

from accounts.models import User
from departments.models import Department
from enterprises.models import Enterprise
from petitions.models import LEAD_CLOCKS, Assignment, Card, Clock, Escalation, Petition, State
from petitions.permissions import of_known_petitioners
from regions.models import Region

ENTERPRISES_MAX = 200  # a part of a name that more enterprises have says nothing


def of_department(rows: QuerySet[Petition], department: Department, *, is_holding: bool = False) -> QuerySet[Petition]:
    """Return the rows that were dispatched to the department and not taken back from it.

    is_holding  only those that it has now: it still owes its answer
    """
    parts = Assignment.objects.live().filter(department=department)
    if not is_holding:
        return rows.filter(pk__in=parts.values("petition"))
    owed = parts.filter(answered_at__isnull=True, waived_at__isnull=True, cycle=F("petition__cycle"))
    return rows.filter(state=State.ASSIGNED, pk__in=owed.values("petition"))


def of_region(rows: QuerySet[Petition], region: Region) -> QuerySet[Petition]:
    """Return the rows that are from the region, or concern it besides their own. One statement of its own.

    Few concern a second region; by their keys an index finds them beside the region's own.
    """
    concerned = Petition.other_regions.through.objects.filter(region=region).values_list("petition", flat=True)
    return rows.filter(Q(region=region) | Q(pk__in=list(concerned)))


def of_enterprise(rows: QuerySet[Petition], asked: str, user: User) -> QuerySet[Petition]:
    """Return the rows of the enterprises whose name holds the text, or whose credit code it is.

    A confidential petition that is found by its enterprise has told who asked. One statement of its own.
    """
    named = Q(name__icontains=asked) | Q(short_name__icontains=asked) | Q(credit_code=asked.upper())
    keys = list(Enterprise.objects.filter(named).order_by("pk").values_list("pk", flat=True)[:ENTERPRISES_MAX])
    return of_enterprises(rows, keys, user)


def of_enterprises(rows: QuerySet[Petition], keys: list[int], user: User) -> QuerySet[Petition]:
    """Return the rows of these enterprises that the user may know to be theirs."""
    return of_known_petitioners(rows.filter(petitioner__enterprise__in=keys), user)


def overdue(rows: QuerySet[Petition], now: datetime, *, is_late: bool = True) -> QuerySet[Petition]:
    """Return the rows whose lead's running limit has passed, or all others."""
    late = Clock.objects.running().filter(kind__in=LEAD_CLOCKS, due_at__lt=now).values("petition")
    # The departments' limits for a petition that is handled with others are its parent's.
    children = Petition.objects.filter(parent__in=late).order_by().values("pk")
    # One set: of two conditions joined by OR, each petition there is would be asked.
    is_overdue = Q(pk__in=late.union(children))
    return rows.filter(is_overdue) if is_late else rows.exclude(is_overdue)


def dated(
    rows: QuerySet[Petition], what: str, begin: datetime | None = None, end: datetime | None = None
) -> QuerySet[Petition]:
    """Return the rows to which something happened from `begin` until before `end`; None leaves that side open.

    what  `reported`, `answered`, or a card
    """
    field = {"reported": "reported_at", "answered": "resolved_at"}.get(what, "at")
    asked = Q(**{f"{field}__isnull": False})
    asked &= Q(**{f"{field}__gte": begin}) if begin else Q()
    asked &= Q(**{f"{field}__lt": end}) if end else Q()
    if what not in Card.values:
        return rows.filter(asked)
    return rows.filter(pk__in=Escalation.objects.filter(asked, card=what).values("petition"))
