"""Everything that pages and the API read, in one place. Each list starts from `visible_to`; its number of
statements is stated in tests/petitions/test_queries.py.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import models
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Role, User
from enterprises.models import Enterprise
from petitions.models import (
    ANSWER_CLOCKS,
    LEAD_CLOCKS,
    SUBJECT,
    Assignment,
    Attachment,
    AutoOutcome,
    Clock,
    Decision,
    EventKind,
    Notice,
    NoticeChannel,
    Part,
    Petition,
    Rating,
    SendBack,
    State,
)
from petitions.models.assignment import AssignmentQuerySet
from petitions.permissions import can_see_anonymous, can_see_internal, can_see_petitioner, can_see_rating
from record.models import Event
from regions.desks import Desks, desks_of

# What a rating brings about: where it is anonymous, departments do not read by whom.
OF_RATINGS = (
    *(EventKind.RATE, EventKind.CHANGE_RATING, EventKind.RECTIFY, EventKind.CANCEL_RECTIFY, EventKind.REFER_RATING),
)
# What takes a petition back to the dispatcher.
APPROVED_RETURN = models.Q(decision=Decision.APPROVED, assignment__part=Part.LEAD)


def listed(user: User) -> QuerySet[Petition]:
    """Petitions the user may know of, with all that a list row shows. One statement a page.

    `lead_due_at` is the end of the lead's running limit, None where none runs or it rests. `group_size` counts the
    petitions that are handled together with it, itself included.
    """
    leading = Assignment.objects.live().filter(petition=OuterRef("pk"), cycle=OuterRef("cycle"), part=Part.LEAD)
    # The departments' limits for a child are its parent's.
    parent = Coalesce(OuterRef("parent"), OuterRef("pk"))
    limits = Clock.objects.running().filter(petition=parent, kind__in=LEAD_CLOCKS, assignment__part=Part.LEAD)
    return (
        Petition.objects.visible_to(user)
        .select_related("petitioner__enterprise", "category", "region", "desk", "automatic")
        .annotate(
            lead_name=Subquery(leading.values("department__short_name")[:1]),
            lead_due_at=Subquery(limits.values("due_at")[:1]),
            group_size=group_size(parent),
        )
    )


def listed_by_key(keys: Iterable[int], user: User) -> list[Petition]:
    """Return the listed rows with these keys, in the keys' order, as far as the user may know of them. One statement.

    Keys come from search.found: among a million petitions the database then puts nothing in order but keys.
    """
    wanted = list(keys)
    rows = {row.pk: row for row in listed(user).filter(pk__in=wanted).order_by()}
    return [rows[key] for key in wanted if key in rows]


def group_size(parent: Any) -> models.expressions.CombinedExpression:
    """How many petitions the group of this parent has, the parent included: an expression for annotate."""
    children = Petition.objects.filter(parent=parent).order_by().values("parent").annotate(number=models.Count("pk"))
    return Coalesce(Subquery(children.values("number")), 0) + 1


def inbox(user: User, *, is_below: bool = False) -> QuerySet[Petition]:
    """What waits at the dispatcher's own desks, or at those below them; the urgent ones first, then the oldest."""
    order = models.Case(models.When(urgency="urgent", then=0), models.When(urgency="pressing", then=1), default=2)
    sent_back = SendBack.objects.filter(APPROVED_RETURN, assignment__petition=OuterRef("pk"))
    return (
        listed(user)
        .filter(_waiting(desks_of(user), is_below=is_below))
        .annotate(was_sent_back=models.Exists(sent_back))
        .order_by(order, "reported_at", "pk")
    )


def _waiting(desks: Desks, *, is_below: bool) -> models.Q:
    regions = desks.branch - desks.own if is_below else desks.own
    return models.Q(state=State.REPORTED, desk__in=regions)


def inbox_counts(user: User) -> dict[str, int]:
    """How many petitions wait at the dispatcher's own desks, and at those below. One statement."""
    desks = desks_of(user)
    waiting = {
        "own": _waiting(desks, is_below=False),
        "below": _waiting(desks, is_below=True),
    }
    counted = {name: models.Count("pk", filter=where) for name, where in waiting.items()}
    return Petition.objects.visible_to(user).filter(state=State.REPORTED).order_by().aggregate(**counted)


def auto_dispatched(user: User, day: date | None) -> QuerySet[Petition]:
    """Petitions of the dispatcher's branch that were dispatched by themselves, on the day or ever, newest first."""
    rows = listed(user).filter(automatic__outcome=AutoOutcome.DISPATCHED).order_by("-automatic__decided_at", "-pk")
    if day is None:
        return rows
    begin = timezone.make_aware(datetime.combine(day, time.min))
    return rows.filter(automatic__decided_at__gte=begin, automatic__decided_at__lt=begin + timedelta(days=1))


def queue(user: User) -> QuerySet[Assignment]:
    """What the user's departments owe, by time left; one row per department's part, a group's once, as its parent's."""
    return (
        _with_due_at(Assignment.objects.live())
        .of(user)
        .filter(answered_at__isnull=True, waived_at__isnull=True)
        .filter(petition__state=State.ASSIGNED, petition__parent__isnull=True, cycle=F("petition__cycle"))
        .annotate(group_size=group_size(OuterRef("petition")))
        .select_related(
            *("petition__petitioner__enterprise", "petition__category", "petition__region", "petition__automatic"),
            *("department", "handler"),
        )
        .order_by(F("due_at").asc(nulls_last=True), "pk")
    )


def _with_due_at(rows: AssignmentQuerySet) -> AssignmentQuerySet:
    """Add `due_at`: when the department's limit for its answer ends or ended, a child's as its parent's; None while it
    rests.
    """
    limits = Clock.objects.filter(kind__in=ANSWER_CLOCKS).order_by("-started_at")
    own = limits.filter(assignment=OuterRef("pk"))
    led = limits.filter(petition=OuterRef("petition__parent"), department=OuterRef("department"))
    of_child = models.When(petition__parent__isnull=False, then=Subquery(led.values("due_at")[:1]))
    return rows.annotate(due_at=models.Case(of_child, default=Subquery(own.values("due_at")[:1])))


def timeline(petition: Petition, user: User) -> list[Event]:
    """The petition's events that the user may read, oldest first. One statement; two for departments once it was rated.

    Internal events are left out for the enterprise; on a confidential petition the name of whoever asked is
    taken off for those who may not know it (`shown_by` is "" then).
    """
    events = petition.events.select_related("by", "department").order_by("id")
    if not can_see_internal(user):
        events = events.filter(is_public=True)
    is_known = can_see_petitioner(petition, user)
    shown = list(events)
    hides_raters = not can_see_anonymous(user) and any(event.kind in OF_RATINGS for event in shown)
    is_anonymous = hides_raters and _was_rated_anonymously(petition)
    for event in shown:
        # Asked the other way round, a liaison who has lost the role since would be named.
        is_office = event.department_id is not None or event.by.has_role(Role.DISPATCHER, Role.SUPERVISOR, Role.SYSTEM)
        # What another petition brought about was done by whoever asked there, who may not be known here.
        is_of_this_one = is_known and "other" not in event.data
        is_of_this_one = is_of_this_one and not (is_anonymous and event.kind in OF_RATINGS)
        event.shown_by = str(event.by) if is_of_this_one or is_office else ""  # type: ignore[attr-defined]
    return shown


def _was_rated_anonymously(petition: Petition) -> bool:
    return Rating.objects.filter(assignment__petition=petition, is_anonymous=True).exists()


def parts(petition: Petition) -> list[Assignment]:
    """Every department's part in every cycle, taken-back ones too, newest cycle first. One statement."""
    rows = _with_due_at(petition.assignments.select_related("department", "handler", "answered_by", "rating"))
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


def last_return(petition: Petition) -> SendBack | None:
    """Return the request by which the petition came back to the dispatcher last. One statement."""
    rows = SendBack.objects.filter(APPROVED_RETURN, assignment__petition=petition)
    return rows.select_related("assignment__department", "proposed").order_by("-decided_at").first()


def readable_parts(petition: Petition, user: User) -> list[Assignment]:
    """`parts` as the user may read them. One statement.

    The enterprise does not see parts that were taken back, and reads the departments' answers, a support's too,
    once their cycle was resolved: `is_answer_shown`. `shown_rating` is the rating as far as the reader may know it,
    None also where it is anonymous to them: `is_rating_hidden`.
    """
    is_internal = can_see_internal(user)
    shown = [part for part in parts(petition) if is_internal or part.ended_at is None]
    for part in shown:
        was_resolved = part.cycle < petition.cycle or petition.resolved_at is not None
        part.is_answer_shown = part.answered_at is not None and (is_internal or was_resolved)  # type: ignore[attr-defined]
        rating = getattr(part, "rating", None)
        part.is_rating_hidden = rating is not None and not can_see_rating(rating, user)  # type: ignore[attr-defined]
        part.shown_rating = None if part.is_rating_hidden else rating  # type: ignore[attr-defined]
    return shown


def readable_attachments(petition: Petition, user: User) -> QuerySet[Attachment]:
    """The petition's files that the user may read, and those of petitions that were merged into it.

    The enterprise gets a department's with the answer, not before.
    """
    files = Attachment.objects.filter(models.Q(petition=petition) | models.Q(petition__merged_into=petition))
    files = files.order_by("petition", "pk")
    if can_see_internal(user):
        return files
    resolved = Event.objects.filter(subject_type=SUBJECT, subject_id=OuterRef("petition"), kind=EventKind.RESOLVE)
    answer = resolved.filter(at__gte=OuterRef("uploaded_at"))
    return files.filter(models.Q(is_from_department=False) | models.Exists(answer))


def enterprises_of(user: User) -> QuerySet[Enterprise]:
    """The enterprises the user files for, as liaison or as assistant."""
    liaison, assistant = Enterprise.objects.of_liaison(user), Enterprise.objects.of_assistant(user)
    return Enterprise.objects.filter(models.Q(pk__in=liaison.values("pk")) | models.Q(pk__in=assistant.values("pk")))


def enterprises_to_file_for(user: User) -> QuerySet[Enterprise]:
    """The enterprises the user may file for: a dispatcher for any that phones or walks in."""
    return Enterprise.objects.all() if user.has_role(Role.DISPATCHER) else enterprises_of(user)


class ToldOf(NamedTuple):
    """The petition that a notice is about, and whether its reader may see it now."""

    petition: Petition
    is_visible: bool


def worded_notices() -> QuerySet[Notice]:
    """Notices with all that petitions/wording.py reads. One statement."""
    return Notice.objects.select_related("event__department", "recipient")


def petitions_told_of(notices: Iterable[Notice], user: User) -> dict[int, ToldOf]:
    """Return what the notices are about by the petition's key, and whether the user may see it now. One statement."""
    keys = {notice.event.subject_id for notice in notices}
    visible = Petition.objects.visible_to(user).filter(pk=OuterRef("pk"))
    rows = Petition.objects.filter(pk__in=keys).select_related("petitioner__enterprise")
    rows = rows.annotate(is_visible=models.Exists(visible.order_by()))
    return {row.pk: ToldOf(row, row.is_visible) for row in rows}


def notices_of(user: User) -> QuerySet[Notice]:
    """The user's inbox, newest first. One statement a page."""
    return worded_notices().filter(recipient=user, channel=NoticeChannel.INBOX).order_by("-created_at", "-pk")


def unread_count(user: User, most: int) -> int:
    """How many notices in the inbox were not read, counted up to `most`. One statement."""
    unread = Notice.objects.filter(recipient=user, channel=NoticeChannel.INBOX, read_at__isnull=True)
    return unread.order_by()[:most].count()
