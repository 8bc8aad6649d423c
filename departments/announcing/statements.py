"""What is brought into the calendar: the days that a file states, and the years whose source it becomes.

With years, the file is their source from now on: its days of these years count, and those of other years are left out
and listed. Without years, its days are corrections, and days of departments are their own. A year can also be given
back to the shipped table.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from departments.calendar_layers import Place, Said, stored_layers
from verbs.dates import FIRST, LAST
from verbs.texts import cleaned


class WrongCalendar(ValueError):
    """Something cannot be brought into the calendar; `problems` has one sentence for each fault."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class StatedDay(NamedTuple):
    """A day as a file states it. `department` is a key, None for the whole city; `line` is where the file says so."""

    date: date
    said: Said
    department: int | None = None
    line: int = 0

    @property
    def place(self) -> Place:
        return self.department, self.date


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a file states. `left_out` has one sentence for each entry that is no holiday and no make-up day."""

    days: tuple[StatedDay, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What is brought in.

    years      those whose source it becomes; none: its days are corrections
    withdrawn  years that are given back to the shipped table
    source     what the days come from, such as the notice's number; at most 200 characters
    """

    days: tuple[StatedDay, ...] = ()
    years: frozenset[int] = frozenset()
    withdrawn: frozenset[int] = frozenset()
    source: str = ""
    file: str = ""
    left_out: tuple[str, ...] = field(default=())


def stated(reading: Reading, *, years: Collection[int], source: str, file: str) -> Statement:
    """Return what a file brings in.

    source  the file's name if empty
    Raises  WrongCalendar for a year out of bounds, or one of which the file has no day
    """
    of_years = [day for day in reading.days if not years or day.date.year in years]
    others = [day for day in reading.days if years and day.date.year not in years]
    known = {day.date.year for day in of_years if day.department is None}
    far = [year for year in sorted(years) if not FIRST.year <= year <= LAST.year]
    problems = [_("年份须在%(first)d到%(last)d之间：%(year)d。") % _bounds(year) for year in far]
    problems += [_("文件里没有%(year)d年的全市日子。") % {"year": year} for year in sorted(set(years) - known)]
    if not reading.days:
        problems.append(_("文件里没有放假日，也没有调休上班日。"))
    if problems:
        raise WrongCalendar([*problems, *reading.left_out])
    text = _("第%(line)d行：%(day)s不在公布的年份里，不导入。")
    left_out = (*reading.left_out, *(text % {"line": day.line, "day": day.date} for day in others))
    name = cleaned(file)[:200]
    return Statement(
        days=tuple(of_years), years=frozenset(years), source=(source or name)[:200], file=name, left_out=left_out
    )


def withdrawn(years: Iterable[int]) -> Statement:
    """Return the statement that gives announced years back to the shipped table.

    Raises  WrongCalendar for a year that nobody brought in
    """
    gone = frozenset(years)
    unknown = sorted(gone - set(stored_layers().sources))
    problems = [_("%(year)d年没有导入过公布。") % {"year": year} for year in unknown]
    if problems:
        raise WrongCalendar(problems)
    return Statement(withdrawn=gone)


def _bounds(year: int) -> dict[str, int]:
    return {"first": FIRST.year, "last": LAST.year, "year": year}
