"""The parts of hostile files that are too long for a table."""

import hashlib
import io
import struct
import zipfile
import zlib

from PIL import Image

from tests.files.ole import compound, header, word_stream
from tests.files.uploads import OFFICE, archive, office

PROGRAM = b"MZ\x90\x00" + b"\x00" * 60
MACRO_TYPE = "application/vnd.ms-office.vbaProject"


def png_of(width: int, height: int) -> bytes:
    """Return the first bytes of a PNG that says it is this large, and nothing of its pixels."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    end = b"IEND"
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        for chunk in (head, b"IDAT" + zlib.compress(b"\0" * 100), end)
    )


def webp_of(width: int, height: int) -> bytes:
    sizes = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + sizes
    return b"RIFF" + struct.pack("<I", len(body)) + body


def jpeg_of(sound: bytes, width: int, height: int) -> bytes:
    """Return the JPEG with another size in its header."""
    place = sound.index(b"\xff\xc0")
    return sound[: place + 5] + struct.pack(">HH", height, width) + sound[place + 9 :]


def heic_of(sound: bytes, width: int, height: int) -> bytes:
    """Return the HEIC with another size in each of its properties of that name."""
    parts = sound.split(b"ispe")
    return b"ispe".join([parts[0], *(part[:4] + struct.pack(">II", width, height) + part[12:] for part in parts[1:])])


def too_many_pixels() -> bytes:
    """A sound picture of a few kilobytes and 61 million pixels."""
    out = io.BytesIO()
    Image.new("1", (8715, 7000)).save(out, format="PNG")
    return out.getvalue()


def types(*kinds: str, encoding: str = "utf-8", doctype: str = "") -> bytes:
    rows = "".join(f'<Override PartName="/word/{place}.bin" ContentType="{kind}"/>' for place, kind in enumerate(kinds))
    return f'<?xml version="1.0" encoding="{encoding}"?>{doctype}<Types>{rows}</Types>'.encode(encoding)


def with_types(listed: bytes, **more: bytes) -> bytes:
    named = {name.replace("_", "/"): content for name, content in more.items()}
    return archive({"[Content_Types].xml": listed, OFFICE[".docx"]: "<document/>", **named})


def twice(name: str, *contents: bytes | str) -> bytes:
    """Return a .docx with two members of one name."""
    out = io.BytesIO(office(".docx"))
    with zipfile.ZipFile(out, "a") as file:
        for place, content in enumerate(contents):
            file.writestr(f"{place}".ljust(len(name), "x"), content)
    placed = out.getvalue()
    for place in range(len(contents)):
        placed = placed.replace(f"{place}".ljust(len(name), "x").encode(), name.encode())
    return placed


def locked(document: bytes) -> bytes:
    """Return the zip file with each member marked as encrypted, in its directory and before the member."""
    changed = bytearray(document)
    for magic, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = -1
        while (place := document.find(magic, place + 1)) >= 0:
            changed[place + flags] |= 1
    return bytes(changed)


def bomb(size: int = 201 << 20) -> bytes:
    """A document of a few hundred kilobytes that unpacks to more than the limit, in one member."""
    return office(".docx", word_media=b"\x00" * size)


def flat_bomb() -> bytes:
    """No member is packed too tightly, and all together are too many bytes."""
    row = bytes(range(256)) * 4
    part = b"".join(row + struct.pack("<I", number * 2654435761 % (1 << 32)) for number in range(7000))
    return office(".docx", **{f"word_media_{number}": part for number in range(30)})


def nested_bomb() -> bytes:
    """Each archive alone is within the limits; what lies in them is not."""
    inner = archive({f"{number}": b"\x00" * (19 << 20) for number in range(6)})
    return office(".docx", **{f"word_embeddings_{name}.xlsx": inner for name in "ab"})


def large_inside() -> bytes:
    """It is packed no tighter than is usual, and would be held in memory as a whole."""
    block = hashlib.sha512(b"").digest() * 16 + bytes(14_000)
    return office(".docx", **{"word_embeddings_a.docx": office(".docx") + block * 2800})


def russian_doll(depth: int) -> bytes:
    document = office(".docx")
    for _level in range(depth):
        document = office(".docx", **{"word_embeddings_inner.docx": document})
    return document


def many_members(count: int) -> bytes:
    return office(".docx", **{f"word_{number}": b"" for number in range(count)})


def endless_tables() -> bytes:
    """A compound file that says its tables are of four billion sectors, each the same one."""
    sound = bytearray(compound({"WordDocument": word_stream()}))
    sound[44:48] = sound[64:68] = sound[72:76] = b"\xff\xff\xff\x7f"
    return bytes(sound)


def circle_of_sectors() -> bytes:
    """A compound file whose only chain of sectors leads back to its beginning."""
    table = struct.pack("<128I", *[0] * 128)
    return header(1, 0, [0]) + table


def endless_stream() -> bytes:
    """The main stream says it is of two gigabytes."""
    sound = bytearray(compound({"WordDocument": word_stream()}))
    place = sound.index("WordDocument".encode("utf-16-le"))
    sound[place + 120 : place + 124] = b"\xff\xff\xff\x7f"
    return bytes(sound)


def many_streams(count: int) -> bytes:
    return compound({"WordDocument": word_stream()}, lost=["x"] * count)
