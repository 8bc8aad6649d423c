"""manage.py import_responsibilities: read a table of responsibilities, all of it or nothing."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from departments.catalogue import WrongCatalogue, import_catalogue


class Command(BaseCommand):
    help = "Import the responsibility catalogue from a CSV or XLSX file. One wrong cell, and nothing is imported."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check every row, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"]
        try:
            counts = import_catalogue(path.read_bytes(), path.name, is_dry_run=options["dry_run"])
        except OSError as problem:
            raise CommandError(f"{path} cannot be read: {problem.strerror}.") from problem
        except WrongCatalogue as wrong:
            raise CommandError("\n".join(["Nothing was imported.", *wrong.problems])) from wrong
        would = "would be " if options["dry_run"] else ""
        self.stdout.write(f"{counts.read} rows read, {would}{counts.added} added, {would}{counts.changed} changed")
