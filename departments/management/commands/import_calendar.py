"""manage.py import_calendar: write announced holidays and make-up working days as a new version of the calendar."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from departments.calendar_files import WrongCalendar, read_csv, read_ical
from departments.calendars import BUILT_IN, built_in_days, built_in_years, write_calendar


class Command(BaseCommand):
    help = "Import day exceptions from a CSV or iCalendar file; without a file, chinesecalendar's tables."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument("--announced", type=int, action="append", metavar="YEAR", help="a year now announced")
        parser.add_argument("--source", default="", help="where the days come from, such as the notice's number")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"]
        days = _read(path) if path else built_in_days()
        years = set(options["announced"] or ()) | (set() if path else built_in_years())
        source = options["source"] or (path.name if path else BUILT_IN)
        version = write_calendar(days, years, source=source, now=timezone.now())
        if version is None:
            self.stdout.write(f"{len(days)} days read, nothing new")
        else:
            self.stdout.write(f"{len(days)} days read, calendar version {version.pk}; running limits follow by a task")


def _read(path: Path) -> list[Any]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise CommandError(f"{path} cannot be read: {problem}.") from problem
    try:
        return read_ical(text) if path.suffix.lower() in (".ics", ".ical") else read_csv(text)
    except WrongCalendar as wrong:
        raise CommandError("Nothing was imported. " + "; ".join(wrong.problems)) from wrong
