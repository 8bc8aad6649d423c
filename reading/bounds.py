"""How much a workbook may hold, counted before any of it is built up in memory.

A workbook is an archive of XML files. 180 KB of it can be 100 MB of XML with five million texts, which a parser that
builds objects takes half a minute and hundreds of megabytes for. Here each part is only read through by expat, which
keeps nothing, and is left at the first number that is too high. A part is looked at whatever its name: its content
type, not its name, decides what it is read as.
A formula whose result was never computed, as programs write it that are no spreadsheets, would be read as an empty
cell: such a workbook is refused, too.
A DOCTYPE is refused: no office program writes one, and entities that name each other grow without an end.
Source of the numbers: the largest table that an office may bring (20,000 rows of 20 columns, each text its own), or
the format's own limits (1,048,576 rows). They are assumptions otherwise.
"""

import io
import zipfile
from collections import Counter
from typing import IO
from xml.parsers.expat import ExpatError, ParserCreate

from django.utils.translation import gettext as _

from reading.records import UnreadableFile

FILE_MAX = 5 << 20  # bytes, packed
UNPACKED_MAX = 60 << 20  # bytes of all members together
RATIO_MAX = 200  # unpacked bytes for a packed one; tables of an office come to 10 to 50
RATIO_FROM = 1 << 20  # bytes from which the ratio counts: a small part may be all blanks
MEMBERS_MAX = 500
ROW_LAST = 1_048_576
DEPTH_MAX = 100
ELEMENTS_MAX = 2_000_000  # of all parts together
# element → so many of all parts together
EACH_MAX = {"sheet": 100, "si": 400_000, "c": 400_000}
_CHUNK = 1 << 16
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_IS_XML = (".xml", ".rels")


def check_bounds(content: bytes, counts: Counter[str]) -> None:
    """Check that the workbook's parts hold no more than the bounds.

    counts  is counted into: how often each element of EACH_MAX came, and `elements` for all, as far as was read
    Raises  UnreadableFile; zipfile's errors, RuntimeError, ExpatError and ValueError for a damaged archive or part
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        _check_members(members)
        for member in members:
            try:
                with archive.open(member) as part:
                    _Part(counts).read(part)
            except ExpatError:
                # A picture is no XML. What is read of it as XML all the same ends at the same place as here.
                if member.filename.lower().endswith(_IS_XML):
                    raise


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    """Check what the archive's directory says. No more than the size that it names is ever unpacked of a member."""
    if len(members) > MEMBERS_MAX:
        raise _too_much(_("文件部件"), MEMBERS_MAX)
    if sum(member.file_size for member in members) > UNPACKED_MAX:
        raise UnreadableFile(_("工作簿展开后超过%(most)d MB。") % {"most": UNPACKED_MAX >> 20})
    for member in members:
        if member.file_size > max(RATIO_FROM, RATIO_MAX * member.compress_size):
            raise UnreadableFile(_("工作簿压缩得异常（超过%(most)d倍），不予读取。") % {"most": RATIO_MAX})
        if member.compress_type not in _METHODS:
            raise zipfile.BadZipFile("compressed by what no office program uses")


def _too_much(what: str, most: int) -> UnreadableFile:
    return UnreadableFile(_("工作簿里的%(what)s超过%(most)d个。") % {"what": what, "most": most})


def _named(element: str) -> str:
    return {"sheet": _("工作表"), "si": _("文字"), "c": _("单元格")}[element]


class _Part:
    """Reads one part and counts its elements into what was counted before."""

    def __init__(self, counts: Counter[str]) -> None:
        self.counts = counts
        self.depth = self.row = 0
        self.is_string = False  # the cell holds a text that a formula made, which may be empty
        self.is_value_open = False
        self.is_formula_open = False  # a formula has come, and its value not yet
        self.parser = ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def read(self, part: IO[bytes]) -> None:
        while chunk := part.read(_CHUNK):
            self.parser.Parse(chunk, False)
        self.parser.Parse(b"", True)
        self._check_formula()

    def _doctype(self, *_declared: object) -> None:
        raise UnreadableFile(_("工作簿里有XML的DOCTYPE声明，不予读取。"))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise ValueError(f"elements inside each other, {DEPTH_MAX} deep")
        element = name.rpartition(":")[2]
        self._count(element)
        if element == "c":
            self._check_formula()
            self.is_string = attributes.get("t") == "str"
        elif element == "f":
            self.is_formula_open = not self.is_string
        elif element == "v" and self.is_formula_open:
            self.parser.CharacterDataHandler = self._value
            self.is_value_open = True
        elif element == "row" and "r" in attributes:
            self._check_row(attributes["r"])

    def _count(self, element: str) -> None:
        counts = self.counts
        counts["elements"] += 1
        if counts["elements"] > ELEMENTS_MAX:
            raise _too_much(_("XML元素"), ELEMENTS_MAX)
        if element in EACH_MAX:
            counts[element] += 1
            if counts[element] > EACH_MAX[element]:
                raise _too_much(_named(element), EACH_MAX[element])

    def _value(self, _text: str) -> None:
        self.is_formula_open = False

    def _check_formula(self) -> None:
        if self.is_formula_open:
            raise UnreadableFile(_("工作簿里有没有算出结果的公式，请用Excel或WPS打开并保存，再导入。"))

    def _check_row(self, number: str) -> None:
        """Rows are numbered upwards. Of one that is not, the library that reads them would lose the cells."""
        row = int(number)
        if not self.row < row <= ROW_LAST:
            raise ValueError(f"row {row} after row {self.row}")
        self.row = row

    def _end(self, _name: str) -> None:
        self.depth -= 1
        if self.is_value_open:
            self.parser.CharacterDataHandler = None
            self.is_value_open = False
