"""What pages and the API read of petitions: lists, counts, departments' parts and files.

Lists hold only what the user may know of. tests/petitions/test_queries.py states how many statements they cost. What is
read of groups, occasions, send-backs and supervision has modules of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models
from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone

from accounts.models import Role, User
from departments.models import mark_closed
from enterprises.models import Enterprise
from petitions.clocks.nearest import RunningLimits, with_soonest
from petitions.models import (
    ANSWER_CLOCKS,
    SUBJECT,
    Assignment,
    Attachment,
    AutoOutcome,
    Clock,
    Decision,
    EventKind,
    OrderState,
    Part,
    Petition,
    Rating,
    SendBack,
    State,
    SupervisionOrder,
)
from petitions.models.assignment import AssignmentQuerySet
from petitions.permissions import can_see_internal, can_see_rating
from record.models import Event
from regions.desks import Desks, desks_of

# The send-backs that took their petition back to the dispatcher: those of a lead that were approved.
APPROVED_RETURN = models.Q(decision=Decision.APPROVED, assignment__part=Part.LEAD)


def listed(user: User) -> QuerySet[Petition]:
    """Petitions the user may know of, with what a list row shows. One statement a page.

    `group_size` counts the petitions that are handled together, this one included. The limits of a page's rows are
    read for all of them at once (petitions/clocks/nearest.py).
    """
    leading = Assignment.objects.live().filter(petition=OuterRef("pk"), cycle=OuterRef("cycle"), part=Part.LEAD)
    parent = Coalesce(OuterRef("parent"), OuterRef("pk"))
    open_orders = SupervisionOrder.objects.filter(petition=OuterRef("pk")).exclude(state=OrderState.CLOSED)
    return (
        Petition.objects.visible_to(user)
        .select_related("petitioner__enterprise", "category", "region", "desk", "automatic")
        .annotate(
            lead_name=Subquery(leading.annotate(name=_shown_name()).values("name")[:1]),
            lead_department=Subquery(leading.values("department")[:1]),
            group_size=group_size(parent),
            has_open_order=models.Exists(open_orders),
        )
    )


def _shown_name() -> models.Case:
    """Return an expression for the short name of a part's department, marked when the department is closed."""
    before, after = mark_closed("\n").split("\n")
    words = models.TextField()
    marked = Concat(Value(before), F("department__short_name"), Value(after), output_field=words)
    is_open = models.When(department__is_active=True, then="department__short_name")
    return models.Case(is_open, default=marked, output_field=words)


def listed_by_key(keys: Iterable[int], user: User) -> list[Petition]:
    """Return the listed rows with these keys, in the keys' order, without those the user may not know of.

    The keys come from search.finding.found: the search only sorts keys, of up to a million petitions, and this reads
    the rows of one page. One statement.
    """
    wanted = list(keys)
    rows = {row.pk: row for row in listed(user).filter(pk__in=wanted).order_by()}
    return [rows[key] for key in wanted if key in rows]


def group_size(parent: Any) -> models.expressions.CombinedExpression:
    """Return an expression for annotate: how many petitions the group of this parent has, the parent included."""
    children = Petition.objects.filter(parent=parent).order_by().values("parent").annotate(number=models.Count("pk"))
    return Coalesce(Subquery(children.values("number")), 0) + 1


def to_dispatch(user: User, *, is_below: bool = False) -> QuerySet[Petition]:
    """Petitions that wait for dispatch at the dispatcher's own desks, or at those below.

    The most urgent come first, of the same urgency those whose nearest limit ends first.
    `was_sent_back` says whether a lead has sent the petition back before.
    """
    order = models.Case(models.When(urgency="urgent", then=0), models.When(urgency="pressing", then=1), default=2)
    sent_back = SendBack.objects.filter(APPROVED_RETURN, assignment__petition=OuterRef("pk"))
    rows = listed(user).filter(_waiting(desks_of(user), is_below=is_below))
    rows = RunningLimits(user).with_soonest(rows.annotate(was_sent_back=models.Exists(sent_back)))
    return rows.order_by(order, F("due_at").asc(nulls_last=True), "reported_at", "pk")


def _waiting(desks: Desks, *, is_below: bool) -> models.Q:
    regions = desks.branch - desks.own if is_below else desks.own
    return models.Q(state=State.REPORTED, desk__in=regions)


def to_dispatch_counts(user: User) -> dict[str, int]:
    """How many petitions wait at the dispatcher's own desks (`own`) and at those below (`below`). One statement."""
    desks = desks_of(user)
    waiting = {
        "own": _waiting(desks, is_below=False),
        "below": _waiting(desks, is_below=True),
    }
    counted = {name: models.Count("pk", filter=where) for name, where in waiting.items()}
    return Petition.objects.visible_to(user).filter(state=State.REPORTED).order_by().aggregate(**counted)


def auto_dispatched(user: User, day: date | None) -> QuerySet[Petition]:
    """Petitions the user may know of that were dispatched automatically on the day, or ever (None), newest first."""
    rows = listed(user).filter(automatic__outcome=AutoOutcome.DISPATCHED).order_by("-automatic__decided_at", "-pk")
    if day is None:
        return rows
    begin = timezone.make_aware(datetime.combine(day, time.min))
    return rows.filter(automatic__decided_at__gte=begin, automatic__decided_at__lt=begin + timedelta(days=1))


def queue(user: User) -> QuerySet[Assignment]:
    """The parts that the user's departments still have to answer, by their nearest limit (`due_at`).

    Of a group only the parent's parts.
    """
    return (
        with_soonest(Assignment.objects.live())
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
    """Add `due_at`: when the limit for the part's answer ends or ended, None while it rests.

    A child's part has the limit of the same department on the parent.
    """
    limits = Clock.objects.filter(promise__in=ANSWER_CLOCKS).order_by("-started_at")
    own = limits.filter(assignment=OuterRef("pk"))
    led = limits.filter(petition=OuterRef("petition__parent"), department=OuterRef("department"))
    of_child = models.When(petition__parent__isnull=False, then=Subquery(led.values("due_at")[:1]))
    return rows.annotate(due_at=models.Case(of_child, default=Subquery(own.values("due_at")[:1])))


def parts(petition: Petition) -> list[Assignment]:
    """Every department's part in every cycle, also those taken back, newest cycle first. One statement."""
    rows = _with_due_at(petition.assignments.select_related("department", "handler", "answered_by", "rating"))
    return list(rows.order_by("-cycle", "part", "pk"))


def due_to_lapse(answered_before: datetime) -> QuerySet[Petition]:
    """Resolved petitions that were answered before the moment, the oldest answer first."""
    return Petition.objects.filter(state=State.RESOLVED, resolved_at__lt=answered_before).order_by("resolved_at")


def counts_by_state(user: User) -> dict[str, int]:
    """How many petitions the user may know of, by state; 0 for a state without any. One statement."""
    rows = Petition.objects.visible_to(user).order_by().values_list("state").annotate(models.Count("pk"))
    return {state: 0 for state in State.values} | dict(rows)


def last_return(petition: Petition) -> SendBack | None:
    """Return the send-back that took the petition back to the dispatcher last, None without one. One statement."""
    rows = SendBack.objects.filter(APPROVED_RETURN, assignment__petition=petition)
    return rows.select_related("assignment__department", "proposed").order_by("-decided_at").first()


@dataclass(frozen=True)
class ReadPart:
    """A department's part as its reader may know it.

    rating  None when there is none or the reader may not read it; `is_rating_hidden` is true in the second case
    """

    part: Assignment
    is_answer_shown: bool
    rating: Rating | None
    is_rating_hidden: bool


def readable_parts(petition: Petition, user: User) -> list[ReadPart]:
    """Return what the user may read of the petition's `parts`. One statement.

    The enterprise does not see parts that were taken back. It reads the departments' answers, a support's too, once
    the answer's cycle is resolved.
    """
    is_internal = can_see_internal(user)
    return [
        _as_read(part, petition, user, is_internal=is_internal)
        for part in parts(petition)
        if is_internal or part.ended_at is None
    ]


def _as_read(part: Assignment, petition: Petition, user: User, *, is_internal: bool) -> ReadPart:
    was_resolved = part.cycle < petition.cycle or petition.resolved_at is not None
    rating: Rating | None = getattr(part, "rating", None)
    is_hidden = rating is not None and not can_see_rating(rating, user)
    return ReadPart(
        part,
        is_answer_shown=part.answered_at is not None and (is_internal or was_resolved),
        rating=None if is_hidden else rating,
        is_rating_hidden=is_hidden,
    )


def readable_attachments(petition: Petition, user: User) -> QuerySet[Attachment]:
    """The petition's files that the user may read, and those of petitions that were merged into it.

    The enterprise gets a department's files with the answer, not before.
    """
    files = Attachment.objects.filter(models.Q(petition=petition) | models.Q(petition__merged_into=petition))
    files = files.select_related("stored").order_by("petition", "pk")
    if can_see_internal(user):
        return files
    resolved = Event.objects.filter(subject_type=SUBJECT, subject_id=OuterRef("petition"), kind=EventKind.RESOLVE)
    answer = resolved.filter(at__gte=OuterRef("attached_at"))
    return files.filter(models.Q(is_from_department=False) | models.Exists(answer))


def enterprises_of(user: User) -> QuerySet[Enterprise]:
    """The enterprises of which the user is liaison or assistant."""
    liaison, assistant = Enterprise.objects.of_liaison(user), Enterprise.objects.of_assistant(user)
    return Enterprise.objects.filter(models.Q(pk__in=liaison.values("pk")) | models.Q(pk__in=assistant.values("pk")))


def enterprises_to_file_for(user: User) -> QuerySet[Enterprise]:
    """The enterprises the user may file for: all for a dispatcher, since any may phone or walk in."""
    return Enterprise.objects.all() if user.has_role(Role.DISPATCHER) else enterprises_of(user)
