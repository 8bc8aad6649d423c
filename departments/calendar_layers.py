"""Where each day of a calendar comes from: a year's one source, and what is laid over it.

From below: the shipped table; in its place, year by year, the announcement that was brought in; the city's corrections;
a department's own days. A year that has neither table nor announcement follows the week and is provisional.
Layers are values: what is stored, and what would be stored after a change, are compared before anything is written.
Why so: docs/adr/0027-one-source-a-year.md.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Q

from departments.models import AnnouncedDay, AnnouncedYear, DayException
from departments.shipped_calendar import SHIPPED, shipped_years
from departments.working_calendar import SPANS, DayRule, WorkingCalendar, parse_spans

# A department's key (None: the city) and a date.
Place = tuple[int | None, date]


class Said(NamedTuple):
    """How a day is worked. `spans` are those of a row: a working day without any has the usual ones."""

    is_working: bool
    spans: tuple[str, ...] = ()
    name: str = ""
    source: str = ""

    @property
    def rule(self) -> DayRule:
        """The day as the arithmetic needs it."""
        return DayRule(spans=(parse_spans(self.spans) or SPANS) if self.is_working else (), name=self.name)


class Source(NamedTuple):
    """Where an announced year's days come from: the notice, the file, who brought it in and when."""

    text: str
    file: str
    by: int
    at: datetime


@dataclass(frozen=True)
class Layers:
    """Everything that calendars are made from, besides the shipped table.

    sources     the announced years
    days        the days of announced years
    exceptions  corrections (department None) and departments' own days
    """

    sources: Mapping[int, Source]
    days: Mapping[date, Said]
    exceptions: Mapping[Place, Said]

    @property
    def announced(self) -> frozenset[int]:
        """The years whose days are known."""
        return frozenset(self.sources) | frozenset(shipped_years())

    def source_of(self, year: int) -> str:
        """Return what the year's days come from, in words; "" when the year is not announced."""
        source = self.sources.get(year)
        if source is None:
            return SHIPPED if year in shipped_years() else ""
        return source.text if source.file in ("", source.text) else f"{source.text} ({source.file})"

    def year_days(self, year: int) -> dict[date, DayRule]:
        """Return the year's days as its source has them, without what is laid over it."""
        if year not in self.sources:
            return dict(shipped_years().get(year, {}))
        return {day: said.rule for day, said in self.days.items() if day.year == year}

    def corrections(self, year: int | None = None) -> dict[date, Said]:
        """Return the city's corrections, of one year if given, in order."""
        found = {day: said for (unit, day), said in self.exceptions.items() if unit is None}
        return {day: found[day] for day in sorted(found) if year in (None, day.year)}

    def rules(self, department: int | None = None) -> dict[date, DayRule]:
        """Return every day that differs from the week, for the city or for a department with its own days on top."""
        return dict(self._rules(department))

    def _rules(self, department: int | None) -> Iterator[tuple[date, DayRule]]:
        for year, days in shipped_years().items():
            if year not in self.sources:
                yield from days.items()
        yield from ((day, said.rule) for day, said in self.days.items())
        for unit in dict.fromkeys((None, department)):
            yield from ((day, said.rule) for (owner, day), said in self.exceptions.items() if owner == unit)

    def calendar(self, department: int | None = None, version: int = 0) -> WorkingCalendar:
        """Return the calendar that a department goes by, or the city."""
        return WorkingCalendar(self.rules(department), announced=self.announced, version=version)


def stored_layers(of: Q | None = None) -> Layers:
    """Return what is stored. Three statements.

    of  which exceptions are read; all, if not given
    """
    years = {row.year: Source(row.source, row.file, row.by_id, row.at) for row in AnnouncedYear.objects.all()}
    days = {row.date: Said(row.is_working, tuple(row.spans), row.name) for row in AnnouncedDay.objects.all()}
    rows = DayException.objects.filter(of or Q())
    return Layers(years, days, {(row.department_id, row.date): said_of(row) for row in rows})


def said_of(row: DayException) -> Said:
    """Return what an exception's row says, saved or not."""
    return Said(row.is_working, tuple(row.spans), row.name, row.source)
