"""Plain text (.txt, .csv): kept as UTF-8, whatever office encoding it came in."""

import io
import unicodedata

from reading.encodings import encoding_of, text_of
from reading.records import UnreadableFile

NO_TEXT = ("Cc", "Cn", "Cs")  # control, unassigned and surrogate characters: a text has none
BREAKS = frozenset("\r\n\t\f")
_CHUNK = 1 << 18  # characters; between two of them other requests have their turn


def plain_text(content: bytes) -> bytes | None:
    """Return the text in UTF-8 without a byte order mark, None when it is no text.

    It is none in an encoding that offices do not use, and with a character in it that no text has.
    """

    def opened() -> io.BytesIO:
        return io.BytesIO(content)

    try:
        encoding = encoding_of(opened)
    except UnreadableFile:
        return None
    out = io.BytesIO()
    with text_of(opened, encoding) as text:
        while chunk := text.read(_CHUNK):
            if not all(_is_text(sign) for sign in set(chunk)):
                return None
            out.write(chunk.encode())
    return out.getvalue().removeprefix("\ufeff".encode())


def _is_text(sign: str) -> bool:
    # isprintable() would refuse the full-width space with which Chinese paragraphs begin.
    return sign in BREAKS or unicodedata.category(sign) not in NO_TEXT
