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

REJECTED, NOT_ADDED_UP = 3, 4  # exit statuses
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
        """Import the file and print the counts.

        Exit status: 0 when every letter is there; 3 when rows were rejected; 4 when the counts do not add up to the
        file; 128 + signal when somebody stopped it (Ctrl-C: 130).
        Raises  CommandError, one sentence, when the file or an option cannot be used (exit status 1)
        """
        stop, started = Stop(), time.monotonic()
        try:
            counts, letters = _import(options, stop)
            lines = letters.lines
        except UnusableFile as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_summary(counts, seconds=time.monotonic() - started, is_dry=options["dry_run"]))
        self.stdout.write("".join(f"{note}\n" for note in letters.file.notes), ending="")
        if stop.signal:
            left = {"left": letters.total - counts.read}
            self.stderr.write(_("已停止，还有%(left)d行没有读；再运行一次即可接着导入。") % left)
            sys.exit(128 + stop.signal)
        status = exit_status(counts, lines=lines - letters.rows.header_lines)
        self.stdout.write(_last_line(counts, lines, letters.rows.header_lines, status))
        if status:
            sys.exit(status)


def _import(options: dict[str, Any], stop: Stop) -> tuple[Counts, LetterFile]:
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
        return import_letters(Shown(Console(stderr=True), total)(stop.ends(letters)), run), letters


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


def exit_status(counts: Counts, *, lines: int) -> int:
    """Return the exit status of a run to the end.

    lines   of the file after its header, counted without asking what its rows are
    """
    became = counts.imported.total() + counts.skipped + counts.rejected.total() + counts.empty
    if became != counts.read or counts.lines != lines:
        return NOT_ADDED_UP
    return REJECTED if counts.rejected else 0


def _last_line(counts: Counts, lines: int, header: int, status: int) -> str:
    figures = {"lines": lines, "header": header, "rows": counts.read, "of": counts.lines}
    figures |= {"rejected": counts.rejected.total(), "status": status}
    if status == NOT_ADDED_UP:
        told = _("计数不符：文件%(lines)d行，表头%(header)d行，读到%(rows)d条（%(of)d行）；退出码%(status)d。")
    else:
        told = _(
            "计数相符：文件%(lines)d行 = 表头%(header)d行 + %(rows)d条（%(of)d行），"
            "其中%(rejected)d条未导入；退出码%(status)d。"
        )
    return told % figures


def _summary(counts: Counts, *, seconds: float, is_dry: bool) -> str:
    figures = {
        "read": counts.read,
        "imported": counts.imported.total(),
        "skipped": counts.skipped,
        "empty": counts.empty,
        "rejected": counts.rejected.total(),
        "seconds": seconds,
        "speed": counts.read / seconds,
    }
    added_up = _("读取%(read)d = 导入%(imported)d + 已有%(skipped)d + 未导入%(rejected)d + 空行%(empty)d")
    lines = [_("试运行，什么也没有写入。")] if is_dry else []
    lines.append((added_up + _("；%(seconds).1f秒，%(speed).0f件/秒")) % figures)
    lines += [f"  {State(state).label} {state}: {number}" for state, number in counts.imported.most_common()]
    lines += [f"  {Reason(reason).label} {reason}: {number}" for reason, number in counts.rejected.most_common()]
    return "\n".join(lines)
