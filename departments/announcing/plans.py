"""What a change of the calendar would do: the layers before and after, the days that differ, the limits that move.

Everything that changes the calendar is planned here first: what a file brings in, a year given back to the shipped
table, and a day that an administrator adds, changes or deletes. A plan is shown, and only then stored.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, cached_property
from hashlib import sha256
from typing import NamedTuple, TypeVar

from django.utils.translation import gettext as _

from accounts.models import User
from departments.announcing.moves import Moves, moves_by
from departments.announcing.statements import Statement, WrongCalendar
from departments.calendar_layers import Layers, Place, Said, Source, stored_layers
from departments.working_calendar import SPANS, DayRule, Spans, WorkingCalendar

Key = TypeVar("Key")


class DayChange(NamedTuple):
    """A day that would be another than it is. None: the day follows the week. `department` None: in the whole city."""

    department: int | None
    date: date
    before: DayRule | None
    after: DayRule | None

    @property
    def is_worked_otherwise(self) -> bool:
        """Whether other minutes count, and not only the name differs."""
        return _spans(self.before, self.date) != _spans(self.after, self.date)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A change of the calendar that is not stored yet.

    lost, kept  corrections of years that get another source, which end with it or stay
    """

    before: Layers
    after: Layers
    statement: Statement = field(default_factory=Statement)
    lost: Mapping[date, Said] = field(default_factory=dict)
    kept: Mapping[date, Said] = field(default_factory=dict)

    @cached_property
    def changes(self) -> list[DayChange]:
        """The days that would be others, the city's first, in order."""
        own = {unit for unit, _day in _differing(self.before.exceptions, self.after.exceptions) if unit is not None}
        return [*self._changes(None), *(change for unit in sorted(own) for change in self._changes(unit))]

    def _changes(self, department: int | None) -> Iterator[DayChange]:
        before, after = self.before.rules(department), self.after.rules(department)
        differing = _differing(before, after)
        if department is not None:
            is_own = {day for unit, day in {**self.before.exceptions, **self.after.exceptions} if unit == department}
            differing &= is_own
        for day in sorted(differing):
            yield DayChange(department, day, before.get(day), after.get(day))

    @cached_property
    def moves(self) -> Moves:
        """The running limits that would be due at another time."""
        touched = [change.date for change in self.changes if change.is_worked_otherwise]
        with_own = {unit for unit, _day in self.after.exceptions}

        @cache
        def made(department: int | None) -> WorkingCalendar:
            return self.after.calendar(department)

        return moves_by(lambda unit: made(unit if unit in with_own else None), touched)

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be stored."""
        return self.before == self.after

    @property
    def code(self) -> str:
        """A checksum of what was shown: another one means that the calendar or the choice is another by now."""
        layers = [
            sorted((key, *row[:3]) for key, row in layer.sources.items())
            + sorted(layer.days.items())
            + sorted((unit or 0, day, said) for (unit, day), said in layer.exceptions.items())
            for layer in (self.before, self.after)
        ]
        return sha256(repr(layers).encode()).hexdigest()[:16]


def plan_statement(statement: Statement, *, by: User, now: datetime, keep: Collection[date] = ()) -> Plan:
    """Return what a statement would change.

    keep    days whose corrections stay although their year gets another source
    Raises  WrongCalendar for a day of `keep` that has no such correction
    """
    before, replaced = stored_layers(), statement.years | statement.withdrawn
    corrections = {day: said for day, said in before.corrections().items() if day.year in replaced}
    unknown = sorted(set(keep) - set(corrections))
    if unknown:
        raise WrongCalendar([_("%(day)s没有会失去的校正。") % {"day": day} for day in unknown])
    lost = {day: said for day, said in corrections.items() if day not in keep}
    days = {day: said for day, said in before.days.items() if day.year not in replaced}
    ended = {(None, day) for day in lost}
    exceptions = {place: said for place, said in before.exceptions.items() if place not in ended}
    for day in statement.days:
        if statement.years and day.department is None:
            days[day.date] = day.said._replace(source="")
        else:
            _lay(exceptions, day.place, day.said._replace(source=statement.source), before)
    sources = {year: source for year, source in before.sources.items() if year not in replaced}
    new = Source(statement.source, statement.file, by.pk, now)
    for year in statement.years:
        sources[year] = _source(new, year, before, days)
    after = Layers(sources, days, exceptions)
    kept = {day: said for day, said in corrections.items() if day in keep}
    return Plan(before=before, after=after, statement=statement, lost=lost, kept=kept)


def plan_exception(*, old: Place | None, new: Place | None, said: Said | None) -> Plan:
    """Return what it would change if an administrator's row moved from one place to another, or began or ended.

    old, new  None: the row is not there before, or not after
    said      what the row says afterwards
    """
    before = stored_layers()
    exceptions = {place: one for place, one in before.exceptions.items() if place != old}
    if new is not None and said is not None:
        exceptions[new] = said
    return Plan(before=before, after=Layers(before.sources, before.days, exceptions))


def _source(new: Source, year: int, before: Layers, days: Mapping[date, Said]) -> Source:
    """Return the year's source: the old one when the same notice and file say the same once more."""
    old = before.sources.get(year)
    is_same = old is not None and old[:2] == new[:2] and _of(before.days, year) == _of(days, year)
    return old if old is not None and is_same else new


def _of(days: Mapping[date, Said], year: int) -> dict[date, Said]:
    return {day: said for day, said in days.items() if day.year == year}


def _lay(exceptions: dict[Place, Said], place: Place, said: Said, before: Layers) -> None:
    """Lay a day over the others. A correction that changes no minute is none; the same again keeps its source."""
    old = exceptions.get(place)
    is_same = old is not None and old[:3] == said[:3]
    city = before.rules() if place[0] is None and old is None else {}
    is_idle = place[0] is None and old is None and _spans(city.get(place[1]), place[1]) == said.rule.spans
    if not is_same and not is_idle:
        exceptions[place] = said


def _spans(rule: DayRule | None, day: date) -> Spans:
    if rule is not None:
        return rule.spans
    return SPANS if day.weekday() < 5 else ()


def _differing(before: Mapping[Key, object], after: Mapping[Key, object]) -> set[Key]:
    """Return the keys under which two mappings have other values, or only one has any."""
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
