"""manage.py index_petitions: write the search row of every petition that has none, or one of an older version."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from petitions.search.index import BATCH, index_batch


class Command(BaseCommand):
    help = "Index the petitions that the search does not know yet. Can be stopped and run again at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=BATCH, metavar="N", help="petitions in one transaction")

    def handle(self, *args: Any, **options: Any) -> None:
        total, last = 0, 0
        while keys := index_batch(after=last, most=options["batch"]):
            total, last = total + len(keys), keys[-1]
            if self.stdout.isatty():
                self.stdout.write(f"\r{total}", ending="")
                self.stdout.flush()
        self.stdout.write(f"{total} petitions indexed")
