"""One petition as one person meets it at one moment, and the rows around it that decide what the person can do.

A situation reads such rows when a verb's check first asks for them, in one statement for all petitions that are looked
at together. So a verb reads what it needs under its lock, and a page of petitions does not cost statements per row.
Source: docs/adr/0026-one-answer-to-what-can-be-done.md.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import F, Max

from accounts.models import User
from petitions.acts import Act
from petitions.models import (
    ANSWER_CLOCKS,
    SUBJECT,
    Assignment,
    Clock,
    EventKind,
    Extension,
    Hold,
    Petition,
    Rating,
    RatingReferral,
    ReferralDecision,
    SendBack,
    SupervisionOrder,
)
from petitions.permissions import Relation, relations_to
from record.models import Event

Row = TypeVar("Row")


class Circumstances:
    """The rows around petitions that are looked at together, by petition key.

    Each kind of row is read when first asked for, in one statement for all the petitions.
    """

    def __init__(self, petitions: Iterable[Petition]) -> None:
        self._keys = [petition.pk for petition in petitions]

    def take(self, petition: Petition, **rows: list[Any]) -> None:
        """Use rows that the caller has read already, so that they are not read again. Only for a single petition.

        rows  all rows of a kind, under the name of the property below that would read them
        """
        assert self._keys == [petition.pk]
        vars(self).update({name: {petition.pk: found} for name, found in rows.items()})

    def once(self, key: Hashable, read: Callable[[], Row]) -> Row:
        """Return what `read` returned for this key. It is called only the first time that the key is asked for."""
        read_before: dict[Hashable, Any] = vars(self).setdefault("_read", {})
        if key not in read_before:
            read_before[key] = read()
        found: Row = read_before[key]
        return found

    @cached_property
    def parts(self) -> Mapping[int, list[Assignment]]:
        """The departments' live parts in the current cycle, the lead's first."""
        live = Assignment.objects.live().filter(petition__in=self._keys, cycle=F("petition__cycle"))
        return _grouped(live.select_related("department").order_by("part", "pk"), lambda part: part.petition_id)

    @cached_property
    def running(self) -> Mapping[int, list[Clock]]:
        """The limits that run or rest, of the enterprise and of the departments."""
        return _grouped(Clock.objects.running().filter(petition__in=self._keys), lambda clock: clock.petition_id)

    @cached_property
    def extensions(self) -> Mapping[int, list[Extension]]:
        rows = Extension.objects.filter(assignment__petition__in=self._keys)
        return _of_parts(rows.select_related("clock__petition", "assignment__department"))

    @cached_property
    def holds(self) -> Mapping[int, list[Hold]]:
        rows = Hold.objects.filter(assignment__petition__in=self._keys)
        return _of_parts(rows.select_related("clock__petition", "assignment__department"))

    @cached_property
    def send_backs(self) -> Mapping[int, list[SendBack]]:
        rows = SendBack.objects.filter(assignment__petition__in=self._keys)
        return _of_parts(rows.select_related("assignment__department", "proposed", "disputes"))

    @cached_property
    def orders(self) -> Mapping[int, list[SupervisionOrder]]:
        rows = SupervisionOrder.objects.filter(petition__in=self._keys).select_related("department")
        return _grouped(rows, lambda order: order.petition_id)

    @cached_property
    def unlocked_ratings(self) -> Mapping[int, list[Rating]]:
        """Ratings that are not locked yet, the lead's first."""
        rows = Rating.objects.filter(assignment__petition__in=self._keys, locked_at__isnull=True)
        rows = rows.select_related("assignment__department").order_by("assignment__part", "assignment")
        return _of_parts(rows)

    @cached_property
    def referred(self) -> Mapping[int, list[int]]:
        """The cycles with a second low rating that waits for a supervisor."""
        rows = RatingReferral.objects.filter(petition__in=self._keys, decision=ReferralDecision.PENDING)
        grouped = _grouped(rows, lambda row: row.petition_id)
        return defaultdict(list, {key: [row.cycle for row in waiting] for key, waiting in grouped.items()})

    @cached_property
    def urged_at(self) -> Mapping[int, datetime]:
        """When the enterprise urged last; no entry if it never did."""
        urged = Event.objects.of_keys(SUBJECT, self._keys).filter(kind=EventKind.URGE).order_by()
        return dict(urged.values_list("subject_id").annotate(Max("at")))

    @cached_property
    def dispatched_cycles(self) -> Mapping[int, list[int]]:
        """The cycles in which the petition was dispatched. A reopened cycle begins without a dispatch."""
        sent = Event.objects.of_keys(SUBJECT, self._keys).filter(kind=EventKind.DISPATCH).order_by()
        grouped = _grouped(sent.values_list("subject_id", "cycle"), lambda row: row[0])
        return defaultdict(list, {key: [cycle or 0 for _key, cycle in rows] for key, rows in grouped.items()})

    @cached_property
    def leading(self) -> frozenset[int | None]:
        """The keys of the petitions that others follow."""
        return frozenset(Petition.objects.filter(parent__in=self._keys).order_by().values_list("parent", flat=True))

    @cached_property
    def absorbing(self) -> frozenset[int | None]:
        """The keys of the petitions that others were merged into."""
        merged = Petition.objects.filter(merged_into__in=self._keys)
        return frozenset(merged.order_by().values_list("merged_into", flat=True))


def _grouped(rows: Iterable[Row], key: Callable[[Row], int]) -> Mapping[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def _of_parts(rows: Iterable[Any]) -> Mapping[int, list[Any]]:
    return _grouped(rows, lambda row: row.assignment.petition_id)


@dataclass
class Situation(Act):
    """One petition, the person who looks at it, the moment, their relation to it, and the rows around it."""

    relation: Relation
    around: Circumstances

    @property
    def own_parts(self) -> Sequence[Assignment]:
        """The parts of the person's departments."""
        return self.relation.assignments

    @property
    def parts(self) -> list[Assignment]:
        return self.around.parts[self.petition.pk]

    @property
    def running(self) -> list[Clock]:
        return self.around.running[self.petition.pk]

    def limit_of(self, part: Assignment) -> Clock | None:
        """Return the clock for the part's answer while it runs or rests, else None."""
        answering = (clock for clock in self.running if clock.promise in ANSWER_CLOCKS)
        return next((clock for clock in answering if clock.assignment_id == part.pk), None)

    @property
    def extensions(self) -> list[Extension]:
        return self.around.extensions[self.petition.pk]

    @property
    def holds(self) -> list[Hold]:
        return self.around.holds[self.petition.pk]

    @property
    def send_backs(self) -> list[SendBack]:
        return self.around.send_backs[self.petition.pk]

    @property
    def orders(self) -> list[SupervisionOrder]:
        return self.around.orders[self.petition.pk]

    @property
    def unlocked_ratings(self) -> list[Rating]:
        return self.around.unlocked_ratings[self.petition.pk]

    @property
    def is_referred(self) -> bool:
        """Whether the second low rating of this cycle waits for a supervisor."""
        return self.petition.cycle in self.around.referred[self.petition.pk]


def situation_of(petition: Petition, user: User, now: datetime) -> Situation:
    """Return the user's situation at the petition now."""
    (situation,) = situations_of([petition], user, now)
    return situation


def situations_of(petitions: Sequence[Petition], user: User, now: datetime) -> list[Situation]:
    """Return the user's situation at each petition now, in the same order. At most five statements, however many.

    petitions  as for `relations_to`
    """
    around, relations = Circumstances(petitions), relations_to(petitions, user)
    return [
        Situation(
            petition=petition,
            by=user,
            now=now,
            from_state=petition.state,
            is_for_enterprise=relations[petition.pk].asks,
            relation=relations[petition.pk],
            around=around,
        )
        for petition in petitions
    ]
