"""The rejects file: one row for every row that was not imported, with its line, its column and the reason.

It holds what letters say, so that only whoever imports can read it.
"""

import csv
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from petitions.importing.reading import UnusableFile, why_not
from petitions.importing.runs import Reject

COLUMNS = ("line", "source_id", "column", "reason", "detail")


@contextmanager
def rejects_file(path: Path, *, imported: Path) -> Iterator[Callable[[Reject], None]]:
    """Create the rejects file, over an older one, and yield a function that writes one reject.

    Each reject is written at once, so that a run that is stopped loses none.
    imported  the file that is imported, which must not be overwritten
    Raises    UnusableFile
    """
    if path.exists() and path.samefile(imported):
        raise UnusableFile(_("--rejects不能是要导入的文件本身。"))
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise UnusableFile(_("写不了文件%(path)s：%(why)s。") % {"path": path, "why": why_not(error)}) from error
    # With a BOM: Excel opens it rightly.
    with open(descriptor, "w", encoding="utf-8-sig", newline="", buffering=1) as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        yield lambda reject: writer.writerow(
            [reject.line, _inert(reject.source_id), reject.column, reject.reason.value, _inert(reject.detail)]
        )


def _inert(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
