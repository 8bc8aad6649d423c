"""manage.py sweep: raise every level that is due, once or in a loop, or only show what would be raised."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from limits import sweeping
from verbs import database
from verbs.dates import read_moment
from verbs.looping import Loop

PAUSE_SECONDS = 5.0


class Command(BaseCommand):
    help = "Raise every level that a running limit has reached. With --loop it goes on until it is stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--loop", action="store_true", help="go on, every few seconds, until SIGTERM or Ctrl-C")
        parser.add_argument("--at", metavar="ISO", help="with --dry-run: the moment to look at instead of now")
        parser.add_argument("--dry-run", action="store_true", help="show what would be raised, write nothing")
        parser.add_argument("--pause", type=float, default=PAUSE_SECONDS, help="seconds between two sweeps of --loop")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["at"] and not options["dry_run"]:
            raise CommandError("--at goes with --dry-run: a sweep itself goes by the database's clock.")
        if options["dry_run"]:
            self._show(_moment(options["at"]) if options["at"] else database.now())
        elif options["loop"]:
            Loop(lambda: sweeping.sweep(now=database.now()), options["pause"]).run()
        else:
            self.stdout.write(f"{sweeping.sweep(now=database.now())} raised")

    def _show(self, now: datetime) -> None:
        rows = sweeping.preview(now=now)
        for row in rows:
            when = f"{row.at.astimezone():%Y-%m-%d %H:%M}"
            self.stdout.write(f"{when} {row.subject} {row.promise} level {row.level} {row.card}")
        self.stdout.write(f"{len(rows)} would be raised")


def _moment(text: str) -> datetime:
    try:
        return read_moment(text)
    except ValueError as problem:
        raise CommandError(f"--at {text}: not an ISO date and time, such as 2026-09-08T10:00+08:00.") from problem
