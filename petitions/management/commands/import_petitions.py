"""Import letters from a file (docs/importing.md): reads the command line, runs the import, prints the counts."""

import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console

from petitions.importing.directory import Directory
from petitions.importing.formats import FORMATS, Format
from petitions.importing.letters import Reason
from petitions.importing.progress import Shown, Stop
from petitions.importing.reading import LetterFile, UnusableFile, read_pairs
from petitions.importing.rejects import rejects_file
from petitions.importing.runs import SOURCE_MAX, Counts, Run, import_letters
from petitions.models import State
from regions.models import Region

LABEL_COLUMNS = {"name": "名称", "department": "部门"}


class Command(BaseCommand):
    help = "Import letters that were answered elsewhere; each once, however often it runs (docs/importing.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", required=True, metavar="|".join(FORMATS))
        parser.add_argument("--dry-run", action="store_true", help="do everything, keep nothing, print the counts")
        parser.add_argument("--rejects", type=Path, metavar="FILE", help="write what was not imported, and why (CSV)")
        parser.add_argument("--map", type=Path, metavar="FILE", help="what the file calls our departments (CSV)")
        parser.add_argument("--source", metavar="NAME", help="whose numbers these are; the format's name if not given")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the file and print the counts; exit status 128 + signal when somebody stopped it (Ctrl-C: 130).

        Raises  CommandError, one sentence, when the file or an option cannot be used
        """
        stop, started = Stop(), time.monotonic()
        try:
            counts, total = _import(options, stop)
        except UnusableFile as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_summary(counts, seconds=time.monotonic() - started, is_dry=options["dry_run"]))
        if stop.signal:
            self.stderr.write(
                _("已停止，还有%(left)d行没有读；再运行一次即可接着导入。") % {"left": total - counts.read}
            )
            sys.exit(128 + stop.signal)


def _import(options: dict[str, Any], stop: Stop) -> tuple[Counts, int]:
    form = _format(options["format"])
    source = _source(options["source"] or options["format"])
    letters = LetterFile(options["file"], form.reader)
    total = letters.total
    directory = _directory(form, options["map"])
    with ExitStack() as stack:
        run = Run(
            source=source,
            letter=lambda cells: form.letter(cells, directory),
            now=timezone.now(),
            is_dry=options["dry_run"],
        )
        if options["rejects"]:
            run.on_reject = stack.enter_context(rejects_file(options["rejects"], imported=options["file"]))
        stack.enter_context(stop.heard())
        return import_letters(Shown(Console(stderr=True), total)(stop.ends(letters)), run), total


def _format(name: str) -> Format:
    if name not in FORMATS:
        known = {"name": name, "known": "、".join(FORMATS)}
        raise CommandError(_("没有“%(name)s”这种格式，可选：%(known)s。") % known)
    return FORMATS[name]


def _source(name: str) -> str:
    if len(name) > SOURCE_MAX:
        raise CommandError(_("--source最多%(most)d个字符。") % {"most": SOURCE_MAX})
    return name


def _directory(form: Format, path: Path | None) -> Directory:
    city = Region.objects.filter(kind=Region.Kind.CITY).order_by("pk").first()
    if city is None:
        raise CommandError(_("还没有市级区域和部门：请先录入，或用manage.py load_seeds载入演示数据。"))
    own = read_pairs(path, LABEL_COLUMNS) if path else {}
    directory = Directory(city, {**form.labels, **own})
    unknown = [label for label in own if directory.find(label) is None]
    if unknown:
        names = {"path": path, "names": "、".join(unknown)}
        raise CommandError(_("%(path)s里这些名称对应的部门不存在：%(names)s。") % names)
    return directory


def _summary(counts: Counts, *, seconds: float, is_dry: bool) -> str:
    figures = {
        "read": counts.read,
        "imported": counts.imported.total(),
        "skipped": counts.skipped,
        "rejected": counts.rejected.total(),
        "seconds": seconds,
        "speed": counts.read / seconds,
    }
    added_up = _("读取%(read)d = 导入%(imported)d + 已有%(skipped)d + 未导入%(rejected)d")
    lines = [_("试运行，什么也没有写入。")] if is_dry else []
    lines.append((added_up + _("；%(seconds).1f秒，%(speed).0f件/秒")) % figures)
    lines += [f"  {State(state).label} {state}: {number}" for state, number in counts.imported.most_common()]
    lines += [f"  {Reason(reason).label} {reason}: {number}" for reason, number in counts.rejected.most_common()]
    return "\n".join(lines)
