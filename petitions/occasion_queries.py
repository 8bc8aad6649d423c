"""What pages read about occasions and at intake: lists, figures, and what an enterprise has open.

Lists and figures contain only petitions whose enterprise the reader may know: a visit is to one enterprise, so its
petitions would tell who asked. A leader's leave out confidential petitions (ADR 0011). Each share comes with its
denominator. Withdrawn and merged petitions count as filed, but not among those to be resolved: nothing was left to
answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from accounts.models import Role, User
from enterprises.models import Enterprise, Liaison, Occasion
from petitions.models import Clock, ClosedReason, Petition, Promise, Rating, State
from petitions.permissions import of_known_petitioners
from petitions.queries import listed
from regions.desks import desks_of
from scores.scoring import SATISFIED_FROM
from verbs.texts import cleaned

READERS = (Role.DISPATCHER, Role.SUPERVISOR, Role.LEADER)
FEW = 5  # of fewer cases no percentage is given: it would say nothing (domain, scores: under 5 closed cycles)
STILL_OPEN = (State.REPORTED, State.ASSIGNED, State.RESOLVED)
SHOWN_OF_ENTERPRISE = 3
TYPED_UNTIL = timedelta(days=14)  # notes taken at an event are typed in within this time (assumption)


@dataclass(frozen=True)
class Share:
    """A part of a whole. `percent` is None when the whole is smaller than FEW."""

    part: int = 0
    whole: int = 0

    @property
    def percent(self) -> int | None:
        return round(100 * self.part / self.whole) if self.whole >= FEW else None


@dataclass(frozen=True)
class Figures:
    """What became of an occasion's petitions."""

    filed: int = 0
    resolved: Share = Share()
    on_time: Share = Share()
    satisfied: Share = Share()


def occasions(user: User) -> QuerySet[Occasion]:
    """Occasions the user may read, in the order of the model: homes first, then the newest. One statement a page."""
    rows = Occasion.objects.select_related("region", "created_by")
    return rows if user.has_role(*READERS) else rows.none()


def petitions_of(occasion: Occasion, user: User) -> QuerySet[Petition]:
    """An occasion's petitions whose enterprise the reader may know, newest first, as a list shows them."""
    return of_known_petitioners(listed(user).filter(occasion=occasion), user)


def figures(shown: Iterable[Occasion], user: User) -> dict[int, Figures]:
    """Return the figures of these occasions by their keys. Two statements."""
    keys = [occasion.pk for occasion in shown]
    visible = of_known_petitioners(Petition.objects.visible_to(user).filter(occasion__in=keys), user)
    late = Clock.objects.filter(
        petition=OuterRef("pk"),
        cycle=OuterRef("cycle"),
        promise=Promise.RESOLVE_ENTERPRISE,
        stopped_at__gt=F("due_at"),
    )
    answered = Q(resolved_at__isnull=False)
    counted = (
        visible.annotate(is_late=Exists(late))
        .order_by()
        .values("occasion")
        .annotate(
            filed=Count("pk"),
            asked=Count("pk", filter=~Q(closed_reason__in=[ClosedReason.WITHDRAWN, ClosedReason.MERGED])),
            resolved=Count("pk", filter=answered),
            on_time=Count("pk", filter=answered & Q(is_late=False)),
        )
    )
    given = (
        Rating.objects.filter(assignment__petition__in=visible)
        .order_by()
        .values(occasion=F("assignment__petition__occasion"))
        .annotate(part=Count("pk", filter=Q(level__gte=SATISFIED_FROM)), whole=Count("pk"))
    )
    satisfied = {row["occasion"]: Share(row["part"], row["whole"]) for row in given}
    return dict.fromkeys(keys, Figures()) | {
        row["occasion"]: Figures(
            filed=row["filed"],
            resolved=Share(row["resolved"], row["asked"]),
            on_time=Share(row["on_time"], row["resolved"]),
            satisfied=satisfied.get(row["occasion"], Share()),
        )
        for row in counted
    }


def sources(user: User, *, now: datetime, present: str = "") -> QuerySet[Occasion]:
    """Occasions that a dispatcher can choose as the source of a petition. One statement.

    These are the open ones of the dispatcher's branch, unless they ended more than TYPED_UNTIL ago.
    present  the key of an occasion that is chosen already: it is offered too, while it is open
    """
    of_branch = Q(region__in=desks_of(user).branch)
    is_fresh = Q(ends_at__isnull=True) | Q(ends_at__gt=now - TYPED_UNTIL)
    return Occasion.objects.filter(of_branch & is_fresh | Q(key=present), is_open=True)


def open_occasion(key: str) -> Occasion | None:
    """Return the occasion with that key while it takes petitions, else None. One statement; none for an empty key."""
    return Occasion.objects.filter(key=cleaned(key), is_open=True).first() if key else None


def open_petitions(enterprises: Iterable[Enterprise], user: User) -> dict[int, list[Petition]]:
    """Return the newest open petitions of each enterprise, SHOWN_OF_ENTERPRISE at most, by the enterprise's key.

    Only those of which the user may know who asked. Each has `open_count`: how many of them its enterprise has in all.
    One statement.
    """
    keys = [enterprise.pk for enterprise in enterprises]
    enterprise = F("petitioner__enterprise")
    rows = (
        of_known_petitioners(Petition.objects.visible_to(user), user)
        .filter(petitioner__enterprise__in=keys, state__in=STILL_OPEN)
        .select_related("petitioner")
        .annotate(
            place=Window(RowNumber(), partition_by=enterprise, order_by=F("pk").desc()),
            open_count=Window(Count("pk"), partition_by=enterprise),
        )
        .filter(place__lte=SHOWN_OF_ENTERPRISE)
        .order_by("-pk")
    )
    found: dict[int, list[Petition]] = {key: [] for key in keys}
    for petition in rows:
        found[petition.petitioner.enterprise_id].append(petition)  # type: ignore[index]
    return found


def liaisons_of(enterprise: Enterprise) -> list[User]:
    """Return the enterprise's active liaisons, who are told of its petitions. One statement."""
    rows = Liaison.objects.filter(enterprise=enterprise, user__is_active=True).select_related("user")
    return [liaison.user for liaison in rows.order_by("pk")]
