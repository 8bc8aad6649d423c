"""manage.py import_responsibilities: read a table of responsibilities, all of it or nothing."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from departments.catalogue import Counts, WrongCatalogue, import_catalogue


class Command(BaseCommand):
    help = "Import the responsibility catalogue from a CSV or XLSX file. One wrong cell, and nothing is imported."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--dry-run", action="store_true", help="check every row, say what would change, write nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"]
        try:
            counts = import_catalogue(path.read_bytes(), path.name, is_dry_run=options["dry_run"])
        except OSError as problem:
            raise CommandError(
                _("读不了文件%(path)s：%(why)s。") % {"path": path, "why": problem.strerror}
            ) from problem
        except WrongCatalogue as wrong:
            raise CommandError("\n".join([_("什么也没有导入。"), *wrong.problems])) from wrong
        self.stdout.write("\n".join(_lines(counts, is_dry=options["dry_run"])))


def _lines(counts: Counts, *, is_dry: bool) -> list[str]:
    figures = {"all": counts.read + counts.empty, "added": counts.added, "changed": counts.changed}
    figures |= {"same": counts.same, "empty": counts.empty}
    added_up = _("读取%(all)d行 = 新增%(added)d + 修改%(changed)d + 不变%(same)d + 空行%(empty)d") % figures
    return [*([_("试运行，什么也没有写入。")] if is_dry else []), *counts.changes, *counts.notes, added_up]
