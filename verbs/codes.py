"""Codes and names as they are compared: how something is written is folded away, what it says stays.

Full-width signs are the same as half-width ones, and radicals the same as the Hanzi they look like (Unicode NFKC).
"""

import unicodedata

import regex

from verbs.texts import cleaned

CODE_MAX = 40  # characters as typed, with spaces between
_BRACKET_OR_SPACE = regex.compile(r"[\s\p{Ps}\p{Pe}]+")


def read_code(text: str) -> str:
    """Return a code as it is stored: half-width capitals and digits, without spaces between them."""
    return "".join(unicodedata.normalize("NFKC", cleaned(text)).split()).upper()


def folded(name: str) -> str:
    """Return a name as it is looked for: half-width, without brackets and spaces, and no matter the case of letters."""
    return _BRACKET_OR_SPACE.sub("", unicodedata.normalize("NFKC", cleaned(name)).casefold())
