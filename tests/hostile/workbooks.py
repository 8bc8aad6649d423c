"""Damaged office files: the one list. Each is made of a workbook that the catalogue's import takes."""

import io
import re
import struct
import zipfile
from collections.abc import Iterator

from tests.departments.catalogue_files import xlsx_bytes

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
BOOK = "xl/workbook.xml"
SHARED = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
Members = dict[str, bytes]

ENTITIES = '<!DOCTYPE x [<!ENTITY a "haha">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
# A part's XML: what is replaced by what.
CHANGES: dict[str, tuple[str, bytes, bytes]] = {
    "no end": (SHEET, b"</worksheet>", b""),
    "two roots": (SHEET, b"</worksheet>", b"</worksheet><x/>"),
    "a cell nowhere": (SHEET, b'r="A2"', b'r="2A"'),
    "a cell in row 0": (SHEET, b'r="A2"', b'r="A0"'),
    "a cell in column ZZZZ": (SHEET, b'r="A2"', b'r="ZZZZ2"'),
    "a row nowhere": (SHEET, b'<row r="2"', b'<row r="x"'),
    "a row before the first": (SHEET, b'<row r="2"', b'<row r="-5"'),
    "a row far below": (SHEET, b'<row r="2"', b'<row r="99999999999999999999"'),
    "a string that is not there": (SHEET, b"<v>0</v>", b"<v>99999</v>"),
    "a string with a negative number": (SHEET, b"<v>0</v>", b"<v>-99999</v>"),
    "a string without a number": (SHEET, b"<v>0</v>", b"<v>x</v>"),
    "a number that is none": (SHEET, b't="s"', b't="n"'),
    "a date out of range": (SHEET, b't="s"><v>0</v>', b't="d"><v>99999-99-99</v>'),
    "an unknown kind of cell": (SHEET, b't="s"', b't="zz"'),
    "a style that is not there": (SHEET, b't="s"', b's="9999" t="s"'),
    "an unknown reference": (SHEET, b"<v>0</v>", b"<v>&none;</v>"),
    "a NUL": (STRINGS, "拖欠货款".encode(), b"_x0000_a"),
    "a lone surrogate": (STRINGS, "拖欠货款".encode(), b"&#xD800;"),
    "a coded surrogate": (STRINGS, "拖欠货款".encode(), b"_xD800_"),
    "entities within entities": (STRINGS, b"<sst", ENTITIES.encode() + b"]><sst"),
    "an unknown encoding": (SHEET, b"<worksheet", b'<?xml version="1.0" encoding="no-such"?><worksheet'),
    "a sheet without a part": (BOOK, b'r:id="rId1"', b'r:id="rId99"'),
    "no sheets": (BOOK, b"<sheets>", b"<sheets></sheets><x>"),
}


def members() -> Members:
    """Return the parts of a workbook that stores its texts as office programs do: in a part of their own."""
    with zipfile.ZipFile(io.BytesIO(xlsx_bytes({}))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    texts: list[bytes] = []

    def shared(found: re.Match[bytes]) -> bytes:
        texts.append(found[1])
        return b't="s"><v>%d</v>' % (len(texts) - 1)

    parts[SHEET] = re.sub(rb't="inlineStr"><is><t>(.*?)</t></is>', shared, parts[SHEET])
    assert texts
    strings = b"".join(b"<si><t>%s</t></si>" % text for text in texts)
    parts[STRINGS] = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</sst>' % strings
    kind = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%s"/></Types>' % SHARED
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", kind)
    return parts


def packed(parts: Members, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def damaged() -> Iterator[tuple[str, bytes]]:
    """Yield each kind by its name."""
    parts = members()
    good = packed(parts)
    yield from _cut(good)
    for name, content in parts.items():
        short = name.rsplit("/", 1)[-1]
        yield f"without {short}", packed({other: kept for other, kept in parts.items() if other != name})
        yield f"empty {short}", packed(parts | {name: b""})
        yield f"no XML in {short}", packed(parts | {name: b"\x00\xff" * 50})
        yield f"other XML in {short}", packed(parts | {name: b"<x/>"})
        yield f"half of {short}", packed(parts | {name: content[: len(content) // 2]})
    for label, (name, before, after) in CHANGES.items():
        assert before in parts[name], label
        yield label, packed(parts | {name: parts[name].replace(before, after)})
    yield from _archives(good, parts)


def _cut(good: bytes) -> Iterator[tuple[str, bytes]]:
    yield "nothing", b""
    yield "its beginning", good[:4]
    yield "half", good[: len(good) // 2]
    yield "all but the end", good[:-10]
    yield "without its beginning", good[20:]
    yield "zeros in the middle", good[:400] + bytes(200) + good[600:]
    yield "an old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    yield "a page", b"<html><table><tr><td>x</td></tr></table></html>"
    for place in range(0, len(good), max(1, len(good) // 200)):
        yield f"another byte at {place}", good[:place] + bytes([good[place] ^ 0xFF]) + good[place + 1 :]


def _archives(good: bytes, parts: Members) -> Iterator[tuple[str, bytes]]:
    yield "an empty archive", packed({})
    yield "encrypted", _with_field(good, 6, 8, 1)
    yield "an unknown compression", _with_field(good, 8, 10, 99)
    yield "a claim of gigabytes", _with_field(good, 22, 24, 0xFFFFFFF0)
    yield "compressed by bzip2", packed(parts, zipfile.ZIP_BZIP2)
    yield "a bomb", packed(parts | {STRINGS: b" " * (120 << 20)})


def _with_field(good: bytes, local: int, central: int, value: int) -> bytes:
    """Write the value into a field of every head in the archive, where it stands in the local and the central one."""
    changed = bytearray(good)
    form = "<I" if value > 0xFFFF else "<H"
    for signature, offset in ((b"PK\x03\x04", local), (b"PK\x01\x02", central)):
        place = changed.find(signature)
        while place >= 0:
            struct.pack_into(form, changed, place + offset, value)
            place = changed.find(signature, place + 4)
    return bytes(changed)
