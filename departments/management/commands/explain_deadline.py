"""manage.py explain_deadline: when a limit ends, and which minutes counted day by day, in the city's calendar.

One limit from the command line, or a file with one JSON object a line: id, start, amount, unit (hours or days) and
pauses, a list of [from, to] where a `to` of null is no end. A moment without an offset is Asia/Shanghai time.
What cannot be read is refused with its reason, in a file with its line.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from departments.calendars import city_calendar
from departments.working_calendar import DayCount, Pause, WorkingCalendar
from verbs.dates import read_moment

FIELDS = {"id", "start", "amount", "unit", "pauses"}
# Fields that a row may also have, so that a file of stated deadlines can be compared with the answers. They are not
# read; only work_hours have to be those of the calendar.
STATED = {"work_hours", "expected", "expected_alt", "counted_minutes", "why"}


class Command(BaseCommand):
    help = "Say when a limit of working hours or working days ends, and which minutes of each day counted."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--start", metavar="ISO", help="when the limit starts, such as 2025-06-10T09:30+08:00")
        parser.add_argument("--hours", type=float, metavar="N", help="working hours, counted from the start instant")
        parser.add_argument("--days", type=int, metavar="N", help="working days, the start day not counted")
        parser.add_argument("--pause", action="append", metavar="FROM/TO", help="may be repeated; no TO: no end")
        parser.add_argument("--json", action="store_true", help="one JSON line instead of a table")
        parser.add_argument("--file", type=Path, metavar="X.jsonl", help="rows with id, start, amount, unit, pauses")

    def handle(self, *args: Any, **options: Any) -> None:
        given = [name for name in ("start", "hours", "days", "pause") if options[name] is not None]
        amounts = [name for name in given if name in ("hours", "days")]
        calendar = city_calendar()
        if options["file"] and not given:
            for line in _answers(options["file"], calendar):
                self.stdout.write(line)
        elif not options["file"] and "start" in given and len(amounts) == 1:
            self._one(options, amounts[0], calendar)
        else:
            raise CommandError("Give --start and one of --hours and --days, or --file alone.")

    def _one(self, options: dict[str, Any], unit: str, calendar: WorkingCalendar) -> None:
        try:
            pauses = [_parts(text) for text in options["pause"] or ()]
            limit = _limit({"start": options["start"], "amount": options[unit], "unit": unit, "pauses": pauses})
            due, days = limit.explain(calendar)
        except ValueError as problem:
            raise CommandError(f"{problem}.") from problem
        if options["json"]:
            self.stdout.write(_answer(None, calendar, limit, due, days))
        else:
            self._table(calendar, limit, due, days)

    def _table(self, calendar: WorkingCalendar, limit: "_Limit", due: datetime | None, days: list[DayCount]) -> None:
        if due is None:
            self.stdout.write("due: never, a pause has no end")
            return
        provisional = " (provisional: holidays not announced)" if calendar.is_provisional(limit.start, due) else ""
        self.stdout.write(f"due: {_iso(due)}{provisional}")
        for day in days:
            self.stdout.write(f"{day.date} {day.date:%a} {day.minutes:6g} min {day.name}".rstrip())


@dataclass(frozen=True)
class _Limit:
    start: datetime
    amount: float
    unit: str
    pauses: list[Pause]

    def explain(self, calendar: WorkingCalendar) -> tuple[datetime | None, list[DayCount]]:
        """Return when the limit ends and what counted until then; None and nothing when a pause has no end.

        Raises  ValueError
        """
        if self.unit == "hours":
            due = calendar.add_hours(self.start, self.amount, self.pauses)
        else:
            due = calendar.add_days(self.start, int(self.amount), self.pauses)
        if due is None:
            return None, []
        return due, list(calendar.explain(self.start, due, pauses=self.pauses, by_days=self.unit == "days"))


def _answers(path: Path, calendar: WorkingCalendar) -> Iterator[str]:
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _numbered(path, number, line, calendar)
    except OSError as problem:
        raise CommandError(f"{path} cannot be read: {problem.strerror}.") from problem


def _numbered(path: Path, number: int, line: bytes, calendar: WorkingCalendar) -> str:
    try:
        return _answer_line(line, calendar)
    except ValueError as problem:
        raise CommandError(f"{path}, line {number}: {problem}.") from problem


def _answer_line(line: bytes, calendar: WorkingCalendar) -> str:
    row = json.loads(line)
    if not isinstance(row, dict):
        raise ValueError("not a JSON object")
    missing, unknown = FIELDS - {"pauses"} - set(row), set(row) - FIELDS - STATED
    if missing or unknown:
        raise ValueError(
            ", ".join([f"no {name}" for name in sorted(missing)] + [f"unknown {x}" for x in sorted(unknown)])
        )
    usual = [f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in calendar.spans]
    if row.get("work_hours", usual) != usual:
        raise ValueError(f"work_hours are not the calendar's, {' '.join(usual)}")
    limit = _limit(row)
    return _answer(row["id"], calendar, limit, *limit.explain(calendar))


def _answer(key: Any, calendar: WorkingCalendar, limit: _Limit, due: datetime | None, days: list[DayCount]) -> str:
    answer = {
        "id": key,
        "due_at": due and _iso(due),
        "provisional": calendar.is_provisional(limit.start, due or limit.start),
        "counted_minutes": {str(day.date): _number(day.minutes) for day in days if day.minutes},
    }
    return json.dumps(answer, ensure_ascii=False)


def _limit(row: dict[str, Any]) -> _Limit:
    amount, unit, pauses = row["amount"], row["unit"], row.get("pauses") or []
    if unit not in ("hours", "days"):
        raise ValueError(f"unit {unit!r} is neither hours nor days")
    if isinstance(amount, bool) or not isinstance(amount, int | float):
        raise ValueError(f"amount {amount!r} is not a number")
    if unit == "days" and amount % 1:
        raise ValueError(f"{amount} is not a whole number of days")
    if not isinstance(pauses, list):
        raise ValueError("pauses are not a list")
    return _Limit(_moment(row["start"]), amount, unit, [_pause(pair) for pair in pauses])


def _parts(text: str) -> list[str | None]:
    begins, slash, ends = text.partition("/")
    if not slash:
        raise ValueError(f"{text}: a pause is FROM/TO, or FROM/ when it has no end")
    return [begins, ends or None]


def _pause(pair: object) -> Pause:
    if not isinstance(pair, list) or len(pair) != 2:
        raise ValueError(f"{pair!r}: a pause is [from, to]")
    begins, ends = _moment(pair[0]), None if pair[1] is None else _moment(pair[1])
    if ends is not None and ends < begins:
        raise ValueError(f"a pause ends before it begins: {pair[0]}/{pair[1]}")
    return begins, ends


def _moment(text: object) -> datetime:
    try:
        return read_moment(str(text))
    except ValueError as problem:
        raise ValueError(f"{text}: not an ISO date and time, such as 2025-06-10T09:30+08:00") from problem


def _iso(moment: datetime) -> str:
    is_whole = not (moment.second or moment.microsecond)
    return moment.isoformat(timespec="minutes" if is_whole else "auto")


def _number(minutes: float) -> float | int:
    return int(minutes) if minutes == int(minutes) else minutes
