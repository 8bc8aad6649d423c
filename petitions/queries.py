"""Everything that pages and the API read, in one place. Each list starts from `visible_to`; its number of
statements is stated in tests/petitions/test_queries.py.
"""

from datetime import datetime

from django.db import connection, models
from django.db.models import F, OuterRef, QuerySet, Subquery

from accounts.models import Role, User
from departments.models import Department
from enterprises.models import Enterprise
from petitions.models import (
    ANSWER_CLOCKS,
    Assignment,
    Attachment,
    Clock,
    ClockKind,
    EventKind,
    Notice,
    NoticeChannel,
    Part,
    Petition,
    PetitionEvent,
    State,
)
from petitions.models.assignment import AssignmentQuerySet
from petitions.permissions import can_see_internal, can_see_petitioner


def database_now() -> datetime:
    """Return the database's clock; sweeps go by it, not by the machine's they run on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    return now


def listed(user: User) -> QuerySet[Petition]:
    """Petitions the user may know of, with all that a list row shows. One statement a page.

    `lead_due_at` is the end of the lead's running limit, None where none runs or it rests.
    """
    leading = Assignment.objects.live().filter(petition=OuterRef("pk"), cycle=OuterRef("cycle"), part=Part.LEAD)
    limits = Clock.objects.running().filter(petition=OuterRef("pk"), kind=ClockKind.RESOLVE_DEPARTMENT)
    return (
        Petition.objects.visible_to(user)
        .select_related("petitioner__enterprise", "category", "region")
        .annotate(
            lead_name=Subquery(leading.values("department__short_name")[:1]),
            lead_due_at=Subquery(limits.values("due_at")[:1]),
        )
    )


def inbox(user: User) -> QuerySet[Petition]:
    """What waits for a dispatcher, the urgent ones first, then the oldest."""
    order = models.Case(models.When(urgency="urgent", then=0), models.When(urgency="pressing", then=1), default=2)
    sent_back = PetitionEvent.objects.filter(petition=OuterRef("pk"), kind="send_back")
    return (
        listed(user)
        .filter(state=State.REPORTED)
        .annotate(was_sent_back=models.Exists(sent_back))
        .order_by(order, "reported_at", "pk")
    )


def queue(user: User) -> QuerySet[Assignment]:
    """What the user's departments owe, by time left; one row per department's part."""
    return (
        _with_due_at(Assignment.objects.live())
        .of(user)
        .filter(answered_at__isnull=True, petition__state=State.ASSIGNED, cycle=F("petition__cycle"))
        .select_related("petition__petitioner__enterprise", "petition__category", "petition__region", "department")
        .order_by(F("due_at").asc(nulls_last=True), "pk")
    )


def _with_due_at(rows: AssignmentQuerySet) -> AssignmentQuerySet:
    """Add `due_at`: when the department's limit for its answer ends or ended; None while it rests."""
    limits = Clock.objects.filter(assignment=OuterRef("pk"), kind__in=ANSWER_CLOCKS)
    return rows.annotate(due_at=Subquery(limits.values("due_at")[:1]))


def timeline(petition: Petition, user: User) -> list[PetitionEvent]:
    """The petition's events that the user may read, oldest first. One statement.

    Internal events are left out for the enterprise; on a confidential petition the name of whoever asked is
    taken off for those who may not know it (`shown_by` is "" then).
    """
    events = petition.events.select_related("by", "department").order_by("id")
    if not can_see_internal(user):
        events = events.filter(is_public=True)
    is_known = can_see_petitioner(petition, user)
    shown = list(events)
    for event in shown:
        # Asked the other way round, a liaison who has lost the role since would be named.
        is_office = event.department_id is not None or event.by.has_role(Role.DISPATCHER, Role.SUPERVISOR, Role.SYSTEM)
        event.shown_by = str(event.by) if is_known or is_office else ""  # type: ignore[attr-defined]
    return shown


def parts(petition: Petition) -> list[Assignment]:
    """Every department's part in every cycle, taken-back ones too, newest cycle first. One statement."""
    rows = _with_due_at(petition.assignments.select_related("department", "answered_by", "rating"))
    return list(rows.order_by("-cycle", "part", "pk"))


def due_to_lapse(answered_before: datetime) -> QuerySet[Petition]:
    """Resolved petitions whose answer is older than the moment, oldest first."""
    return Petition.objects.filter(state=State.RESOLVED, resolved_at__lt=answered_before).order_by("resolved_at")


def counts_by_state(user: User) -> dict[str, int]:
    """How many petitions the user may know of, by state; every state is there. One statement."""
    rows = Petition.objects.visible_to(user).order_by().values_list("state").annotate(models.Count("pk"))
    return {state: 0 for state in State.values} | dict(rows)


def queue_counts(user: User, now: datetime) -> dict[str, int]:
    """How much the user's departments owe: all, not checked in, overdue. One statement."""
    return queue(user).aggregate(
        all=models.Count("pk"),
        new=models.Count("pk", filter=models.Q(checked_in_at__isnull=True)),
        overdue=models.Count("pk", filter=models.Q(due_at__lt=now)),
    )


def proposed_by(event: PetitionEvent) -> Department | None:
    """Return the department that a send-back proposed, if it named one."""
    key = event.data.get("proposed")
    return Department.objects.filter(pk=key).first() if key else None


def readable_parts(petition: Petition, user: User) -> list[Assignment]:
    """`parts` as the user may read them. One statement.

    The enterprise does not see parts that were taken back, and reads the departments' answers, a support's too,
    once their cycle was resolved: `is_answer_shown`.
    """
    is_internal = can_see_internal(user)
    shown = [part for part in parts(petition) if is_internal or part.ended_at is None]
    for part in shown:
        was_resolved = part.cycle < petition.cycle or petition.resolved_at is not None
        part.is_answer_shown = part.answered_at is not None and (is_internal or was_resolved)  # type: ignore[attr-defined]
    return shown


def readable_attachments(petition: Petition, user: User) -> QuerySet[Attachment]:
    """The petition's files that the user may read; the enterprise gets a department's with the answer, not before."""
    if can_see_internal(user):
        return petition.attachments.all()
    answer = PetitionEvent.objects.filter(petition=petition, kind=EventKind.RESOLVE, at__gte=OuterRef("uploaded_at"))
    return petition.attachments.filter(models.Q(is_from_department=False) | models.Exists(answer))


def enterprises_of(user: User) -> QuerySet[Enterprise]:
    """The enterprises the user files for, as liaison or as assistant."""
    liaison, assistant = Enterprise.objects.of_liaison(user), Enterprise.objects.of_assistant(user)
    return Enterprise.objects.filter(models.Q(pk__in=liaison.values("pk")) | models.Q(pk__in=assistant.values("pk")))


def worded_notices() -> QuerySet[Notice]:
    """Notices with all that petitions/wording.py reads. One statement."""
    return Notice.objects.select_related("event__petition__petitioner__enterprise", "event__department", "recipient")


def notices_of(user: User) -> QuerySet[Notice]:
    """The user's inbox, newest first. One statement a page."""
    return worded_notices().filter(recipient=user, channel=NoticeChannel.INBOX).order_by("-created_at", "-pk")


def unread_count(user: User, most: int) -> int:
    """How many notices in the inbox were not read, counted up to `most`. One statement."""
    unread = Notice.objects.filter(recipient=user, channel=NoticeChannel.INBOX, read_at__isnull=True)
    return unread.order_by()[:most].count()
