"""In which encoding a text file was saved: UTF-8 with or without a BOM, UTF-16 with one, or GB18030.

A BOM says it; without one the whole file is tried, so that a single bad byte at the end is not found half-way through
an import. Left out: UTF-16 without a BOM, which no office program writes, and Big5.
"""

import codecs
import io
from collections.abc import Callable
from typing import IO, TextIO

from django.utils.translation import gettext as _

from reading.records import UnreadableFile

Opened = Callable[[], IO[bytes]]  # opens the file anew, at its beginning

BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
WITHOUT_BOM = ("utf-8", "gb18030")  # in this order: most GB18030 text is not valid UTF-8
_CHUNK = 1 << 20


def encoding_of(opened: Opened) -> str:
    """Return the encoding in which the whole file can be read. Reads it through, in little memory.

    Raises  UnreadableFile when there is none
    """
    with opened() as file:
        start = file.read(4)
    by_bom = [name for bom, name in BOMS if start.startswith(bom)]
    for name in by_bom or WITHOUT_BOM:
        if _decodes(opened, name):
            return name
    raise UnreadableFile(_("文件既不是Excel工作簿（.xlsx），也不是UTF-8、UTF-16或GB18030编码的文本。"))


def text_of(opened: Opened, encoding: str) -> TextIO:
    """Open the file as text. Line breaks stay what they are: inside quotes they belong to the cell."""
    return io.TextIOWrapper(opened(), encoding=encoding, newline="")


def _decodes(opened: Opened, encoding: str) -> bool:
    try:
        with text_of(opened, encoding) as file:
            while file.read(_CHUNK):
                pass
    except UnicodeError:  # not only UnicodeDecodeError: half a UTF-16 file ends in the middle of a sign
        return False
    return True
