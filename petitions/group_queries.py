"""What pages and the API read of groups and merges: the petitions that the reader may know of, and how many in all.

As in petitions/queries.py, everything is denied by default and docstrings state the number of statements. A liaison
learns that others have the same problem and how many they are, but not who they are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from petitions.models import OPEN_STATES, EventKind, Petition, State
from petitions.permissions import of_known_petitioners
from petitions.queries import group_size
from record.models import Event

CANDIDATES_MOST = 10
GROUP_MAX = 50  # assumption: a verb on the parent changes the whole group in one transaction


@dataclass(frozen=True)
class Group:
    """Petitions that are handled together.

    members  those that the reader may know of, the parent first
    size     the number of all
    """

    parent_id: int
    members: Sequence[Petition]
    size: int

    @property
    def parent(self) -> Petition | None:
        """The parent, None when the reader may not know of it."""
        return next((row for row in self.members if row.pk == self.parent_id), None)


@dataclass(frozen=True)
class Merged:
    """A petition that was merged into another, as the other one shows it.

    Its texts and supplements are shown, its number only when the reader may know of it (`is_known`).
    """

    petition: Petition
    supplements: Sequence[Event]
    is_known: bool


def group_of(petition: Petition, user: User) -> Group | None:
    """Return the petition's group as the reader may know it, None when it stands alone. One statement at most.

    petition  from queries.listed, which counts the group
    """
    size: int = petition.group_size  # type: ignore[attr-defined]
    if size == 1:
        return None
    parent = petition.parent_id or petition.pk
    rows = Petition.objects.visible_to(user).filter(Q(pk=parent) | Q(parent=parent))
    members = rows.select_related("petitioner__enterprise").order_by("reported_at", "pk")
    return Group(parent, sorted(members, key=lambda row: row.pk != parent), size)


def merged_into(petition: Petition, user: User) -> list[Merged]:
    """Return the petitions that were merged into this one, the oldest first. One statement, three if there are any."""
    rows = list(Petition.objects.filter(merged_into=petition).order_by("reported_at", "pk"))
    if not rows:
        return []
    known = _known(user, (row.number for row in rows))
    events = Event.objects.of(*rows).filter(kind=EventKind.SUPPLEMENT).order_by("id")
    added = list(events)
    return [Merged(row, [event for event in added if event.subject_id == row.pk], row.number in known) for row in rows]


def survivor(petition: Petition, user: User) -> Petition | None:
    """Return the petition that this one was merged into, None when it is not merged or the reader may not know of it.

    One statement when it is merged.
    """
    if petition.merged_into_id is None:
        return None
    return Petition.objects.visible_to(user).filter(pk=petition.merged_into_id).first()


def _known(user: User, numbers: Iterable[str]) -> set[str]:
    rows = Petition.objects.visible_to(user).filter(number__in=list(numbers))
    return set(rows.values_list("number", flat=True))


def joinable(user: User) -> QuerySet[Petition]:
    """Petitions to offer for merging or linking: those whose enterprise the user may know, for the offer names it."""
    return of_known_petitioners(Petition.objects.visible_to(user), user)


def _open(petition: Petition, user: User) -> QuerySet[Petition]:
    rows = joinable(user).filter(state__in=OPEN_STATES)
    return rows.exclude(pk=petition.pk).select_related("petitioner__enterprise").order_by("-reported_at", "-pk")


def merge_candidates(petition: Petition, user: User) -> QuerySet[Petition]:
    """Return the enterprise's other open petitions, the newest first. One statement."""
    enterprise = petition.petitioner.enterprise_id
    return _open(petition, user).filter(petitioner__enterprise=enterprise, petitioner__enterprise__isnull=False)


def possible_parents(petition: Petition, user: User) -> QuerySet[Petition]:
    """Return the open petitions of other enterprises that this one may follow, the newest first. One statement.

    A petition that is dispatched can only follow one that is dispatched too. A group has each enterprise once.
    """
    rows = _open(petition, user).filter(parent__isnull=True)
    if petition.state == State.ASSIGNED:
        rows = rows.filter(state=State.ASSIGNED)
    rows = rows.annotate(together=group_size(OuterRef("pk"))).filter(together__lt=GROUP_MAX)
    enterprise = petition.petitioner.enterprise_id
    if enterprise is None:
        return rows
    own_children = Petition.objects.filter(parent=OuterRef("pk"), petitioner__enterprise=enterprise)
    return rows.exclude(petitioner__enterprise=enterprise).exclude(Exists(own_children))


def link_candidates(petition: Petition, user: User) -> QuerySet[Petition]:
    """Return those of the possible parents that are about the same category."""
    return possible_parents(petition, user).filter(category=petition.category_id)
