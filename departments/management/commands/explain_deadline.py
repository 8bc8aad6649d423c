"""manage.py explain_deadline: when a limit ends, and which minutes counted day by day."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from departments.calendars import city_calendar
from departments.working_calendar import ZONE, DayCount, Pause, WorkingCalendar


class Command(BaseCommand):
    help = "Say when a limit of working hours or working days ends, and which minutes of each day counted."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--start", metavar="ISO", help="when the limit starts, such as 2025-06-10T09:30+08:00")
        parser.add_argument("--hours", type=float, metavar="N", help="working hours, counted from the start instant")
        parser.add_argument("--days", type=int, metavar="N", help="working days, the start day not counted")
        parser.add_argument("--pause", action="append", default=[], metavar="FROM/TO", help="TO may be empty: no end")
        parser.add_argument("--json", action="store_true", help="one JSON line instead of a table")
        parser.add_argument("--file", type=Path, metavar="X.jsonl", help="rows with id, start, amount, unit, pauses")

    def handle(self, *args: Any, **options: Any) -> None:
        calendar = city_calendar()
        if options["file"]:
            for line in _answers(options["file"], calendar):
                self.stdout.write(line)
            return
        if not options["start"] or (options["hours"] is None) == (options["days"] is None):
            raise CommandError("Give --start and one of --hours and --days, or --file.")
        start = _moment(options["start"])
        pauses = [_pause(text.partition("/")[::2]) for text in options["pause"]]
        unit = "hours" if options["days"] is None else "days"
        due = _due(calendar, start, options[unit], unit, pauses)
        days = _days(calendar, start, due, unit, pauses)
        if options["json"]:
            self.stdout.write(json.dumps(_answer(None, calendar, start, due, days), ensure_ascii=False))
        else:
            self._table(calendar, start, due, days)

    def _table(
        self, calendar: WorkingCalendar, start: datetime, due: datetime | None, days: Sequence[DayCount]
    ) -> None:
        if due is None:
            self.stdout.write("due: never, a pause has no end")
            return
        provisional = " (provisional: holidays not announced)" if calendar.is_provisional(start, due) else ""
        self.stdout.write(f"due: {due.isoformat(timespec='minutes')}{provisional}")
        for day in days:
            self.stdout.write(f"{day.date} {day.date:%a} {day.minutes:6g} min {day.name}".rstrip())


def _answers(path: Path, calendar: WorkingCalendar) -> Iterator[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as problem:
        raise CommandError(f"{path} cannot be read: {problem.strerror}.") from problem
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield json.dumps(_answer_row(json.loads(line), calendar), ensure_ascii=False)
            except (KeyError, TypeError, ValueError) as problem:
                raise CommandError(f"{path}, line {number}: {problem}.") from problem


def _answer_row(row: dict[str, Any], calendar: WorkingCalendar) -> dict[str, Any]:
    start, unit = _moment(row["start"]), row["unit"]
    pauses = [_pause(pair) for pair in row.get("pauses", [])]
    due = _due(calendar, start, row["amount"], unit, pauses)
    return _answer(row["id"], calendar, start, due, _days(calendar, start, due, unit, pauses))


def _answer(
    key: str | None, calendar: WorkingCalendar, start: datetime, due: datetime | None, days: Sequence[DayCount]
) -> dict[str, Any]:
    return {
        "id": key,
        "due_at": due and due.isoformat(timespec="minutes" if due.second == 0 else "seconds"),
        "provisional": calendar.is_provisional(start, due or start),
        "counted_minutes": {str(day.date): _number(day.minutes) for day in days if day.minutes},
    }


def _due(
    calendar: WorkingCalendar, start: datetime, amount: float, unit: str, pauses: Sequence[Pause]
) -> datetime | None:
    if unit not in ("hours", "days"):
        raise ValueError(f"unit {unit!r} is neither hours nor days")
    try:
        if unit == "hours":
            return calendar.add_hours(start, amount, pauses)
        return calendar.add_days(start, int(amount), pauses)
    except ValueError as problem:
        raise CommandError(f"{problem}.") from problem


def _days(
    calendar: WorkingCalendar, start: datetime, due: datetime | None, unit: str, pauses: Sequence[Pause]
) -> list[DayCount]:
    return list(calendar.explain(start, due, pauses=pauses, by_days=unit == "days")) if due else []


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as problem:
        raise CommandError(f"{text}: not an ISO date and time, such as 2025-06-10T09:30+08:00.") from problem
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


def _pause(pair: Sequence[str | None]) -> Pause:
    begins, ends = pair
    if not begins:
        raise CommandError("A pause needs its beginning: FROM/TO.")
    return _moment(begins), _moment(ends) if ends else None


def _number(minutes: float) -> float | int:
    return int(minutes) if minutes == int(minutes) else minutes
