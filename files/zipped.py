"""Documents that are zip files: Office Open XML (.docx, .xlsx, .pptx) and OFD (GB/T 33190).

They are kept as they came, so what is dangerous to whoever opens them is refused: macros, programs, members that a
program would unpack beside its folder, archives that unpack to hundreds of megabytes. Members that are documents of
their own are looked into as well, a few deep. A macro is found by what the list of types says, whatever its part is
called; the list is read as XML, since it may be in another encoding.
Left out: templates and links that a document fetches, ActiveX.
"""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from xml.parsers.expat import ParserCreate

from django.utils.translation import gettext as _

from files.compound import check_compound
from files.kinds import OLE_MAGIC, SIZE_MAX, ZIP_MAGIC, is_program
from files.refusals import Unfit, carries, has_macros, has_password, too_much_inside
from reading.bounds import RATIO_MAX

# The most that all members together may unpack to, those of documents inside included.
UNPACKED_MAX = 200 << 20
RATIO_FROM = SIZE_MAX  # bytes from which the ratio counts; a bitmap of a blank page is packed a thousand times
MEMBERS_MAX = 5000  # presentations come to 2,000; reading/bounds.py has fewer, for tables
INNER_MAX = 2 * SIZE_MAX  # bytes of a document inside, which is held in memory; it is packed already
DEPTH_MAX = 3  # documents in documents
TYPES_MAX = 2 << 20  # bytes of the list of types, and of OFD.xml
LIST = "[Content_Types].xml"
# The member without which it is not this kind of document.
ROOTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml", "ofd": "OFD.xml"}
# How the types of an office document's members are called when one of them is a macro (ECMA-376 part 2, 10.1.2.2);
# macro sheets are those of Excel 4.
MACRO_TYPES = ("vbaproject", "macroenabled", "macrosheet")
# What a system runs when somebody clicks on it. No part of a document ends like this.
# fmt: off
PROGRAM_SUFFIXES = frozenset({
    ".exe", ".dll", ".com", ".scr", ".msi", ".bat", ".cmd", ".ps1", ".vbs", ".vbe", ".js",
    ".jse", ".wsf", ".hta", ".lnk", ".jar", ".sh", ".apk", ".cpl", ".reg", ".so",
})
# fmt: on
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENTRY = b"PK\x01\x02"  # begins each entry of the archive's directory
_IS_ENCRYPTED = 0x1


@dataclass
class _Room:
    """How many bytes the document and those inside it may still unpack to."""

    left: int = UNPACKED_MAX

    def take(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise too_much_inside()


def check_zip(content: bytes) -> str:
    """Return which of ROOTS the archive is, "zip" for none of them, after checking what is in it.

    Raises  Unfit; zipfile's errors, RuntimeError, ExpatError and ValueError for damaged bytes
    """
    return _check(content, _Room(), depth=0)


def _check(content: bytes, room: _Room, *, depth: int) -> str:
    if depth > DEPTH_MAX or content.count(_ENTRY) > MEMBERS_MAX:  # before Python builds an object of each
        raise too_much_inside()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        room.take(_checked_size(members))
        _check_names(members)
        names = {member.filename for member in members}
        kind = next((kind for kind, root in ROOTS.items() if root in names), "zip")
        if kind == "ofd":
            _check_ofd(archive)
        elif kind != "zip":
            _check_types(archive)
        for member in members:
            _check_content(archive, member, room, depth=depth)
    return kind


def _checked_size(members: list[zipfile.ZipInfo]) -> int:
    """Return to how many bytes the members unpack. No more than the size that is named is ever unpacked of one."""
    for member in members:
        if member.file_size > max(RATIO_FROM, RATIO_MAX * member.compress_size):
            raise too_much_inside()
        if member.flag_bits & _IS_ENCRYPTED:
            raise has_password()
        if member.compress_type not in _METHODS:
            raise zipfile.BadZipFile("compressed by what no office program uses")
    return sum(member.file_size for member in members)


def _check_names(members: list[zipfile.ZipInfo]) -> None:
    """Two members of one name are read by one program as the first and by another as the last."""
    names = [member.orig_filename for member in members]
    if len({name.lower() for name in names}) < len(names):
        raise zipfile.BadZipFile("two members of one name")
    for name in names:
        path = PurePosixPath(name.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in name or "\0" in name:
            raise Unfit(_("文件里有会写到别处的路径，不能上传。"))
        if path.suffix.lower() in PROGRAM_SUFFIXES:
            raise carries(path.name)
        if path.name.lower() == "vbaproject.bin":
            raise has_macros()


def _check_types(archive: zipfile.ZipFile) -> None:
    if any(word in written for written in _types_of(_start_of(archive, LIST)) for word in MACRO_TYPES):
        raise has_macros()


def _types_of(listed: bytes) -> list[str]:
    found: list[str] = []
    _parse(listed, lambda _name, attributes: found.append(attributes.get("ContentType", "").lower()))
    return found


def _check_ofd(archive: zipfile.ZipFile) -> None:
    elements: list[str] = []
    _parse(_start_of(archive, ROOTS["ofd"]), lambda name, _attributes: elements.append(name.rpartition(":")[2]))
    if elements[0] != "OFD":
        raise ValueError("OFD.xml is something else")


def _parse(xml: bytes, started: Callable[[str, dict[str, str]], None]) -> None:
    parser = ParserCreate()
    parser.StartElementHandler = started
    parser.StartDoctypeDeclHandler = _doctype
    parser.Parse(xml, True)


def _doctype(*_declared: object) -> None:
    raise ValueError("no office program writes a DOCTYPE; entities grow without an end")


def _start_of(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as member:
        return member.read(TYPES_MAX)


def _check_content(archive: zipfile.ZipFile, member: zipfile.ZipInfo, room: _Room, *, depth: int) -> None:
    """Look into a member that is a program or a document of its own."""
    with archive.open(member) as opened:
        head = opened.read(len(OLE_MAGIC))
        if is_program(head):
            raise carries(PurePosixPath(member.filename).name)
        if not head.startswith((OLE_MAGIC, ZIP_MAGIC)):
            return
        if member.file_size > INNER_MAX:
            raise too_much_inside()
        inner = head + opened.read()
    if head == OLE_MAGIC:
        check_compound(inner)
    else:
        _check(inner, room, depth=depth + 1)
