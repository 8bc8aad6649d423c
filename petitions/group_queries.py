"""What pages and API read of groups and merges: which numbers the reader may know, and only how many else.

Like petitions/queries.py: deny by default, a stated number of statements. A liaison learns that others have the same
problem, and how many, not who.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import User
from petitions.models import EventKind, Petition, State
from petitions.permissions import of_known_petitioners
from record.models import Event

CANDIDATES_MOST = 10


@dataclass(frozen=True)
class Group:
    """Petitions that are handled together. `members` are those the reader may know, the parent first."""

    parent_id: int
    members: Sequence[Petition]
    size: int

    @property
    def parent(self) -> Petition | None:
        """The parent, where the reader may know it."""
        return next((row for row in self.members if row.pk == self.parent_id), None)


@dataclass(frozen=True)
class Merged:
    """A petition that was merged into another, as it is read there: its texts; its number where the reader knows it."""

    petition: Petition
    supplements: Sequence[Event]
    is_known: bool


def group_of(petition: Petition, user: User) -> Group | None:
    """Return the petition's group as the reader may know it; the petition comes from queries.listed. One statement."""
    size: int = petition.group_size  # type: ignore[attr-defined]
    if size == 1:
        return None
    parent = petition.parent_id or petition.pk
    rows = Petition.objects.visible_to(user).filter(Q(pk=parent) | Q(parent=parent))
    members = rows.select_related("petitioner__enterprise").order_by("reported_at", "pk")
    return Group(parent, sorted(members, key=lambda row: row.pk != parent), size)


def merged_into(petition: Petition, user: User) -> list[Merged]:
    """Return what was merged into the petition, for whoever may see that. One statement, three where there is some."""
    rows = list(Petition.objects.filter(merged_into=petition).order_by("reported_at", "pk"))
    if not rows:
        return []
    known = _known(user, (row.number for row in rows))
    events = Event.objects.of(*rows).filter(kind=EventKind.SUPPLEMENT).order_by("id")
    added = list(events)
    return [Merged(row, [event for event in added if event.subject_id == row.pk], row.number in known) for row in rows]


def survivor(petition: Petition, user: User) -> Petition | None:
    """Return what the petition was merged into, where the reader may know it. One statement for a merged one."""
    if petition.merged_into_id is None:
        return None
    return Petition.objects.visible_to(user).filter(pk=petition.merged_into_id).first()


def name_others(events: Sequence[Event], user: User) -> None:
    """Set `other` on each event: the number of the other petition it is about, "" where the reader may not know it.

    One statement; none where no event is about another petition.
    """
    numbers = {event.data["other"] for event in events if "other" in event.data}
    known = _known(user, numbers) if numbers else set()
    for event in events:
        other = event.data.get("other", "")
        event.other = other if other in known else ""  # type: ignore[attr-defined]


def _known(user: User, numbers: Iterable[str]) -> set[str]:
    rows = Petition.objects.visible_to(user).filter(number__in=list(numbers))
    return set(rows.values_list("number", flat=True))


def joinable(user: User) -> QuerySet[Petition]:
    """Petitions that others may be joined to: whether they can be tells whose they are."""
    return of_known_petitioners(Petition.objects.visible_to(user), user)


def _open(petition: Petition, user: User) -> QuerySet[Petition]:
    rows = joinable(user).filter(state__in=[State.REPORTED, State.ASSIGNED])
    return rows.exclude(pk=petition.pk).select_related("petitioner__enterprise").order_by("-reported_at", "-pk")


def merge_candidates(petition: Petition, user: User) -> QuerySet[Petition]:
    """Return the enterprise's other open petitions, the newest first. One statement."""
    enterprise = petition.petitioner.enterprise_id
    return _open(petition, user).filter(petitioner__enterprise=enterprise, petitioner__enterprise__isnull=False)


def link_candidates(petition: Petition, user: User) -> QuerySet[Petition]:
    """Return open petitions of the same category that may lead, of other enterprises, newest first. One statement."""
    rows = _open(petition, user).filter(category=petition.category_id, parent__isnull=True)
    if petition.state == State.ASSIGNED:
        rows = rows.filter(state=State.ASSIGNED)
    return rows.exclude(petitioner__enterprise=petition.petitioner.enterprise_id)
