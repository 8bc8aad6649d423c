"""manage.py deliver: send the notices that wait, once or in a loop."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from notices import sending
from verbs.looping import Loop

PAUSE_SECONDS = 2.0


class Command(BaseCommand):
    help = "Send the notices that wait. With --loop it goes on until it is stopped, beside or without a worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--loop", action="store_true", help="go on, every few seconds, until SIGTERM or Ctrl-C")
        parser.add_argument("--pause", type=float, default=PAUSE_SECONDS, help="seconds between two runs of --loop")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["loop"]:
            Loop(sending.deliver, options["pause"]).run()
        else:
            self.stdout.write(f"{sending.deliver()} taken up")
