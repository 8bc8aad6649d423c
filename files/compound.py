"""Documents that are OLE compound files: those of Word and Excel before 2007, which WPS writes as .wps and .et, too.

Such a file is a file system of streams ([MS-CFB]). Refused are: macros, wherever their storage lies ([MS-OVBA] 2.2.1:
a project's streams are called the same in every program); macro sheets of Excel 4 ([MS-XLS] 2.4.28), which are in no
storage; packed files (`\\x01Ole10Native`, what "insert object" makes of any file) that are not of a kind that may be
uploaded by itself, because a click in the document runs them. A document with a password is refused: nothing in it
could be checked, and the department that gets it could not open it.
Each number in the file may be a lie: those by which olefile would take minutes or gigabytes are compared with the
file's size first.
"""

import io
import struct
from collections.abc import Iterator

import olefile

from files.packages import check_package
from files.refusals import has_macros, has_password

DIRECTORY_MAX = 4096  # streams and storages; a document with a hundred objects has about a thousand
RECORDS_MAX = 100_000  # records of a workbook before its sheets begin
# A kind of document → the streams of which it has one.
MAIN_STREAMS = {"doc": ("worddocument",), "xls": ("workbook", "book"), "ppt": ("powerpoint document",)}
MACROS = frozenset({"macros", "vba", "_vba_project", "_vba_project_cur", "projectwm"})
ENCRYPTED = frozenset({"encryptedpackage", "encryptioninfo"})
PACKAGE = "\x01ole10native"
_ENTRY = 128  # bytes of an entry of the directory
_FIB_ENCRYPTED = 0x0100  # [MS-DOC] 2.5.2, in the flags at byte 10
_BOUND_SHEET, _FILE_PASS, _END = 0x0085, 0x002F, 0x000A  # records of [MS-XLS]
_MACRO_SHEETS = (1, 6)  # types of a sheet: macros of Excel 4, module of Visual Basic


class _Bounded(olefile.OleFileIO):
    """Reads no more entries than DIRECTORY_MAX: olefile compares each with all others."""

    def _load_direntry(self, sid: int) -> object:
        if sid >= DIRECTORY_MAX:
            raise ValueError(f"more than {DIRECTORY_MAX} streams")
        return super()._load_direntry(sid)


def check_compound(content: bytes) -> str:
    """Return which of MAIN_STREAMS the file is, "" for none, after checking what is in it. It may be an object inside
    another document.

    Raises  Unfit; olefile's errors, ValueError, struct.error and RecursionError for damaged bytes
    """
    with _opened(content) as ole:
        names = _check_streams(ole, len(content))
        kind = next((kind for kind, streams in MAIN_STREAMS.items() if names.intersection(streams)), "")
        if kind == "doc":
            _check_word(_read(ole, "WordDocument", len(content)))
        elif kind == "xls":
            _check_excel(_read(ole, "Workbook" if ole.exists("Workbook") else "Book", len(content)))
    return kind


def _opened(content: bytes) -> _Bounded:
    """Open the file after comparing the sizes in its header ([MS-CFB] 2.2) with its own."""
    (shift,) = struct.unpack_from("<H", content, 30)
    tables, small_tables, lists = (struct.unpack_from("<I", content, place)[0] for place in (44, 64, 72))
    if shift not in (9, 12) or len(content) < 512:
        raise ValueError("no sector is of this size")
    sectors = (len(content) >> shift) + 1
    per_table = (1 << shift) // 4
    if tables > sectors // per_table + 2 or small_tables > sectors or lists > tables:
        raise ValueError("tables larger than the file")
    return _Bounded(io.BytesIO(content))


def _check_streams(ole: _Bounded, size: int) -> set[str]:
    """Check all streams and storages, and return the names of those at the top, in lower case.

    The directory is looked through as it lies there: an entry to which no other leads may still be found by a program
    that reads less strictly.
    """
    if ole.root.size > size:
        raise ValueError("small streams larger than the file")
    everywhere = set(_all_names(ole))
    if everywhere & ENCRYPTED:
        raise has_password()
    if everywhere & MACROS:
        raise has_macros()
    for path in ole.listdir():
        if path[-1].lower() == PACKAGE:
            check_package(_read(ole, path, size))
    return {path[0].lower() for path in ole.listdir() if len(path) == 1}


def _all_names(ole: _Bounded) -> Iterator[str]:
    ole.directory_fp.seek(0)
    directory = ole.directory_fp.read(DIRECTORY_MAX * _ENTRY)
    for start in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        length = min(struct.unpack_from("<H", directory, start + 64)[0], 64)
        yield directory[start : start + max(0, length - 2)].decode("utf-16-le", "replace").lower()


def _read(ole: _Bounded, path: str | list[str], size: int) -> bytes:
    if ole.get_size(path) > size:
        raise ValueError("a stream larger than the file")
    with ole.openstream(path) as stream:
        return stream.read()


def _check_word(document: bytes) -> None:
    (flags,) = struct.unpack_from("<H", document, 10)
    if flags & _FIB_ENCRYPTED:
        raise has_password()


def _check_excel(workbook: bytes) -> None:
    """Look through the records before the first sheet; each is a type, a length and so many bytes."""
    place = 0
    for _record in range(RECORDS_MAX):
        kind, length = struct.unpack_from("<HH", workbook, place)
        if kind == _FILE_PASS:
            raise has_password()
        if kind == _BOUND_SHEET and workbook[place + 9] in _MACRO_SHEETS:
            raise has_macros()
        if kind == _END:
            return
        place += 4 + length
    raise ValueError(f"more than {RECORDS_MAX} records")
