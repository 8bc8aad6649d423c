"""How pages and the API narrow a list of petitions: by department, region, enterprise, or date."""

from datetime import datetime

from django.db.models import F, Q, QuerySet

from accounts.models import User
from departments.models import Department
from enterprises.models import Enterprise
from limits.models import Escalation
from petitions.models import SUBJECT, Assignment, EventKind, Petition, State
from petitions.permissions import of_known_petitioners
from record.models import Event
from regions.models import Region
from verbs.codes import folded, read_code

ENTERPRISES_MAX = 200  # most enterprises that are looked up; a text that fits more of them is too vague


def of_department(rows: QuerySet[Petition], department: Department, *, is_holding: bool = False) -> QuerySet[Petition]:
    """Return the rows that were dispatched to the department and not taken back from it.

    is_holding  only petitions that the department holds now: it still owes its answer
    """
    parts = Assignment.objects.live().filter(department=department)
    if not is_holding:
        return rows.filter(pk__in=parts.values("petition"))
    owed = parts.filter(answered_at__isnull=True, waived_at__isnull=True, cycle=F("petition__cycle"))
    return rows.filter(state=State.ASSIGNED, pk__in=owed.values("petition"))


def of_region(rows: QuerySet[Petition], region: Region) -> QuerySet[Petition]:
    """Return the rows from the region, and those that concern it besides their own region.

    One statement runs at once: it reads the keys of the petitions that concern the region. They are few, and an index
    finds petitions by key.
    """
    concerned = Petition.other_regions.through.objects.filter(region=region).values_list("petition", flat=True)
    return rows.filter(Q(region=region) | Q(pk__in=list(concerned)))


def of_enterprise(rows: QuerySet[Petition], asked: str, user: User) -> QuerySet[Petition]:
    """Return the rows of the enterprises whose name contains the text, or whose credit code is the text.

    A confidential petition is left out when the user may not know who asked: finding it by its enterprise would tell.
    One statement runs at once: it reads the enterprises' keys.
    """
    name = folded(asked)
    if not name:  # nothing but brackets: every name would contain it
        return rows.none()
    named = Q(folded_name__contains=name) | Q(folded_short_name__contains=name) | Q(credit_code=read_code(asked))
    keys = list(Enterprise.objects.filter(named).order_by("pk").values_list("pk", flat=True)[:ENTERPRISES_MAX])
    return of_enterprises(rows, keys, user)


def of_enterprises(rows: QuerySet[Petition], keys: list[int], user: User) -> QuerySet[Petition]:
    """Return the rows of these enterprises, without those of which the user may not know who asked."""
    return of_known_petitioners(rows.filter(petitioner__enterprise__in=keys), user)


def dated(
    rows: QuerySet[Petition], what: str, begin: datetime | None = None, end: datetime | None = None
) -> QuerySet[Petition]:
    """Return the rows to which something happened from `begin` until before `end`; None leaves that side open.

    What happened is never undone: the days find a petition that was answered and reopened later, too.
    what  `reported`, `answered`, or a value of Card: a level with this card was raised
    """
    if what == "reported":
        return rows.filter(between("reported_at", begin, end))
    if what == "answered":
        answers = Event.objects.filter(between("at", begin, end), subject_type=SUBJECT, kind=EventKind.RESOLVE)
        return rows.filter(pk__in=answers.order_by().values("subject_id"))
    return rows.filter(pk__in=raised(begin, end).filter(card=what).values("subject_id"))


def raised(begin: datetime | None = None, end: datetime | None = None) -> QuerySet[Escalation]:
    """Return the petitions' levels that a sweep raised from `begin` until before `end`.

    A level that is raised late is dated at the moment at which it was reached. It belongs to the days on which it was
    raised all the same: a month that is over gets no cards any more.
    """
    return Escalation.objects.filter(between("raised_at", begin, end), subject_type=SUBJECT).order_by()


def between(field: str, begin: datetime | None, end: datetime | None) -> Q:
    """Return the condition that the moment in this field lies between these; None leaves that side open."""
    since = Q(**{f"{field}__gte": begin}) if begin else Q()
    return since & Q(**{f"{field}__lt": end}) if end else since
