"""Workbooks for tests, built by code: as office programs write them, and as nobody honest does."""

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from tests.hostile.workbooks import BOOK, SHEET, STRINGS, members, packed

NAMESPACE = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PIECE = 10_000


def workbook(*rows: Sequence[object], change: Callable[[Any], None] = lambda book: None) -> bytes:
    """Return a workbook with these rows.

    change  is called with openpyxl's workbook before it is saved
    """
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_part(name: str, pieces: Iterable[bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a workbook of which one part is this; it is written piece by piece, however long it is."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as archive:
        for other, content in members().items():
            if other != name:
                archive.writestr(other, content)
        with archive.open(name, "w") as part:
            for piece in pieces:
                part.write(piece)
    return file.getvalue()


def same_texts(number: int) -> bytes:
    """Return a workbook with so many shared texts, all the same: 4.4 million of them are 180 KB."""
    return with_part(STRINGS, _wrapped(b"sst", (b"<si><t>a</t></si>" * PIECE for _piece in range(number // PIECE))))


def texts(number: int) -> bytes:
    """Return a workbook with so many shared texts, each another."""
    return with_part(STRINGS, [text_part(number)])


def text_part(number: int) -> bytes:
    """Return the part of a workbook that has so many shared texts."""
    return b"".join(_wrapped(b"sst", (b"<si><t>%x</t></si>" % text for text in range(number))))


def cells(rows: int, columns: int) -> bytes:
    """Return a workbook with so many cells."""
    row = b"".join(b"<c><v>%d</v></c>" % column for column in range(columns))
    sheet = (b'<row r="%d">%s</row>' % (number, row) for number in range(1, rows + 1))
    return with_part(SHEET, _wrapped(b"worksheet", [b"<sheetData>", *sheet, b"</sheetData>"]))


def nested(depth: int) -> bytes:
    """Return a workbook with a text that is wrapped so many times."""
    return with_part(STRINGS, _wrapped(b"sst", [b"<si>", b"<r>" * depth, b"</r>" * depth, b"</si>"]))


def sheets(number: int) -> bytes:
    """Return a workbook that names so many sheets."""
    parts = members()
    one = b'<sheet name="%d" sheetId="%d" state="visible" r:id="rId1"/>'
    named = b"".join(one % (sheet, sheet) for sheet in range(1, number + 1))
    parts[BOOK] = parts[BOOK].replace(b"<sheets>", b"<sheets>" + named)
    return packed(parts)


def _wrapped(root: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    yield b'<%s xmlns="%s">' % (root, NAMESPACE)
    yield from pieces
    yield b"</%s>" % root
