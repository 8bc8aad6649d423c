"""The rejects file: one row for every row that was not imported, with its line and the reason."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from petitions.importing.reading import UnusableFile, why_not
from petitions.importing.runs import Reject

COLUMNS = ("line", "source_id", "reason", "detail")


@contextmanager
def rejects_file(path: Path, *, imported: Path) -> Iterator[Callable[[Reject], None]]:
    """Open the file anew and give what writes one reject into it, at once, so that a stopped run loses none.

    imported  the file that is imported, which must not be overwritten
    Raises  UnusableFile
    """
    if path.exists() and path.samefile(imported):
        raise UnusableFile(_("--rejects不能是要导入的文件本身。"))
    try:
        file = path.open("w", encoding="utf-8-sig", newline="", buffering=1)  # with a BOM: Excel opens it rightly
    except OSError as error:
        raise UnusableFile(_("写不了文件%(path)s：%(why)s。") % {"path": path, "why": why_not(error)}) from error
    with file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        yield lambda reject: writer.writerow(
            [reject.line, _inert(reject.source_id), reject.reason.value, _inert(reject.detail)]
        )


def _inert(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
