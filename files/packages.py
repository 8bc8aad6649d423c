"""A file packed into a document by "insert object", as Windows' packager writes it ([MS-OLEDS] 2.3.6).

A click on its icon in the document writes it to a folder and opens it, by the name that stands in it. So the rule for
it is the rule for what is uploaded: its names have to end as one of the accepted kinds, and it is no program.
"""

import struct
from collections.abc import Iterator
from pathlib import PurePosixPath

from files.kinds import TYPES, is_program
from files.refusals import carries
from verbs.texts import cleaned

_KIND = 2  # at byte 4 of a packed file; pictures of Paintbrush have their own bytes there
_NAMES = 2  # label and path, each ended by a zero
_WIDE_NAMES = 3  # once more in UTF-16 at the end, by newer versions: path, label, path


def check_package(native: bytes) -> None:
    """Check a stream \\x01Ole10Native.

    Raises  Unfit; ValueError, struct.error and IndexError for damaged bytes
    """
    if native[4:6] == b"BM":  # Paintbrush's
        return
    if struct.unpack_from("<H", native, 4)[0] != _KIND:
        raise carries("Ole10Native")
    names = []
    place = 6
    for _name in range(_NAMES):
        name, place = _name_at(native, place)
        names.append(name)
    place += 4
    (length,) = struct.unpack_from("<I", native, place)
    names.append(_ended(native[place + 4 : place + 4 + length]))
    place += 4 + length
    (size,) = struct.unpack_from("<I", native, place)
    content = native[place + 4 : place + 4 + size]
    names += _wide_names(native, place + 4 + size)
    for name in names:
        last = PurePosixPath(name.replace("\\", "/")).name
        if PurePosixPath(last).suffix.lower() not in TYPES:
            raise carries(cleaned(last) or "Ole10Native")
    if is_program(content):
        raise carries(cleaned(names[0]))


def _name_at(native: bytes, place: int) -> tuple[str, int]:
    end = native.index(b"\0", place)
    return _ended(native[place:end]), end + 1


def _ended(name: bytes) -> str:
    """Windows ignores dots and blanks at the end of a name; Chinese Windows writes GBK."""
    return name.partition(b"\0")[0].decode("gb18030", "replace").rstrip(". ")


def _wide_names(native: bytes, place: int) -> Iterator[str]:
    for _name in range(_WIDE_NAMES):
        if len(native) < place + 4:
            return
        (length,) = struct.unpack_from("<I", native, place)
        name = native[place + 4 : place + 4 + 2 * length].decode("utf-16-le", "replace")
        place += 4 + 2 * length
        if length:
            yield name.partition("\0")[0].rstrip(". ")
