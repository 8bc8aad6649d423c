"""manage.py sweep: raise what is due, once, in a loop, or only show it."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from petitions import escalation
from petitions.management.loop import Loop
from verbs import database

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
            Loop(lambda: escalation.sweep(now=database.now()), options["pause"]).run()
        else:
            self.stdout.write(f"{escalation.sweep(now=database.now())} raised")

    def _show(self, now: datetime) -> None:
        rows = escalation.preview(now=now)
        for number, kind, level, card, at in rows:
            self.stdout.write(f"{at.astimezone():%Y-%m-%d %H:%M} {number} {kind} level {level} {card}")
        self.stdout.write(f"{len(rows)} would be raised")


def _moment(text: str) -> datetime:
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"--at {text}: not an ISO date and time, such as 2026-09-08T10:00+08:00.")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
