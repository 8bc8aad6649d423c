"""Compound files made byte by byte ([MS-CFB]), and what lies in those of Word and Excel."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SECTOR = 512
SMALLEST = 4096  # bytes of a stream that has sectors of its own; every stream here is padded to them, or empty
STORAGE, STREAM, ROOT = 1, 2, 5


@dataclass
class Entry:
    name: str
    kind: int
    content: bytes = b""
    children: list["Entry"] = field(default_factory=list)
    number: int = 0
    child: int = FREE
    right: int = FREE
    start: int = END


def compound(streams: Mapping[str, bytes], *, lost: Sequence[str] = ()) -> bytes:
    """Return a compound file with these streams, / between a storage and what is in it.

    lost  names of entries that stand in the directory and to which no other leads
    """
    root = Entry("Root Entry", ROOT)
    for path, content in streams.items():
        _add(root, path.split("/"), content and content.ljust(SMALLEST, b"\0"))
    entries = _numbered(root)
    sectors: list[bytes] = []
    table: list[int] = []
    for entry in entries:
        if entry.kind == STREAM:
            entry.start = _append(entry.content, sectors, table)
    entries += [Entry(name, STREAM) for name in lost]
    directory = _append(b"".join(_packed(entry) for entry in entries), sectors, table)
    tables = next(count for count in range(1, 100) if count * SECTOR // 4 >= len(table) + count)
    numbers = range(len(table), len(table) + tables)
    table += [TABLE] * tables
    table += [FREE] * (tables * SECTOR // 4 - len(table))
    return header(tables, directory, list(numbers)) + b"".join(sectors) + struct.pack(f"<{len(table)}I", *table)


def header(tables: int, directory: int, numbers: Sequence[int], *, shift: int = 9) -> bytes:
    fixed = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"",
        0x3E,
        3,
        0xFFFE,
        shift,
        6,
        b"",
        0,
        tables,
        directory,
        0,
        SMALLEST,
        END,
        0,
        END,
        0,
    )
    return fixed + struct.pack("<109I", *numbers, *[FREE] * (109 - len(numbers)))


def word(flags: int = 0, **more: bytes) -> bytes:
    """Return a .doc; `more` streams by name, __ for /."""
    return compound({"WordDocument": word_stream(flags), **_named(more)})


def word_stream(flags: int = 0) -> bytes:
    return struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0, 0, flags)


def excel(*records: tuple[int, bytes], stream: str = "Workbook", **more: bytes) -> bytes:
    """Return a .xls with these records before the end of its first part."""
    return compound({stream: workbook(*records), **_named(more)})


def workbook(*records: tuple[int, bytes]) -> bytes:
    every = [(0x0809, b"\x00\x06\x05\x00" + bytes(12)), *records, (0x000A, b"")]
    return b"".join(struct.pack("<HH", kind, len(content)) + content for kind, content in every)


def sheet(kind: int, name: bytes = b"Sheet1") -> tuple[int, bytes]:
    """Return a record that names a sheet: 0 is a table, 1 are macros of Excel 4, 6 is a module of Visual Basic."""
    return 0x0085, struct.pack("<IBBBB", 0, 0, kind, len(name), 0) + name


def package(label: str, content: bytes, *, path: str = "", wide: str = "") -> bytes:
    """Return a packed file, as "insert object" makes it. `wide` is the name again, in UTF-16."""
    path = path or f"C:\\资料\\{label}"
    names = label.encode("gbk") + b"\0" + path.encode("gbk") + b"\0"
    temporary = path.encode("gbk") + b"\0"
    body = struct.pack("<H", 2) + names + struct.pack("<HHI", 0, 3, len(temporary)) + temporary
    body += struct.pack("<I", len(content)) + content
    for name in [wide] * 3 if wide else []:
        body += struct.pack("<I", len(name)) + name.encode("utf-16-le")
    return struct.pack("<I", len(body)) + body


def _named(more: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name.replace("__", "/"): content for name, content in more.items()}


def _add(parent: Entry, path: list[str], content: bytes) -> None:
    if len(path) == 1:
        parent.children.append(Entry(path[0], STREAM, content))
        return
    storage = next((child for child in parent.children if child.name == path[0]), None)
    if storage is None:
        storage = Entry(path[0], STORAGE)
        parent.children.append(storage)
    _add(storage, path[1:], content)


def _numbered(root: Entry) -> list[Entry]:
    entries = [root]
    for entry in entries:
        for child in entry.children:
            child.number = len(entries)
            entries.append(child)
        numbers = [child.number for child in entry.children]
        entry.child = numbers[0] if numbers else FREE
        for child, number in zip(entry.children, numbers[1:], strict=False):
            child.right = number
    return entries


def _append(content: bytes, sectors: list[bytes], table: list[int]) -> int:
    if not content:
        return END
    start = len(sectors)
    count = -(-len(content) // SECTOR)
    sectors += [content[place * SECTOR : (place + 1) * SECTOR].ljust(SECTOR, b"\0") for place in range(count)]
    table += [*range(start + 1, start + count), END]
    return start


def _packed(entry: Entry) -> bytes:
    name = entry.name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        name,
        len(name) + 2,
        entry.kind,
        1,
        FREE,
        entry.right,
        entry.child,
        b"",
        0,
        0,
        0,
        entry.start,
        len(entry.content) if entry.kind == STREAM else 0,
    )
