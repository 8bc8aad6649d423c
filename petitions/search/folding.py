"""Texts as the search reads them: one form of each sign on both sides, with the way back to the places of the original.

What stands in a text is found however it is written there, and however it is asked for:

- compatibility forms are the sign itself: full- and half-width signs, Kangxi radicals out of a PDF, ligatures (NFKD);
- accents, and whatever is not seen at all (zero-width signs, direction marks, fillers), are left out;
- a Traditional sign is the Simplified one, a radical its character (signs.txt, which says where it comes from);
- every quotation mark is one sign, and so is every dash; letters are capitals;
- spaces and line breaks are left out, but for one between two letters or digits of a script that parts words by spaces.

Left out: what one word is in another variant of Chinese (軟體, 软件), and the order of accents.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from unicodedata import category, name, normalize

# Between two texts that are searched together: no word reaches across it.
BREAK = "\f"

_UNSEEN = frozenset(("Cf", "Cc", "Mn", "Me"))  # classes of signs that are not seen, or only on other signs
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")  # letters by their class, and yet not seen
_BLANK = "\u2800"  # of Braille, a symbol by its class
_PAIRS = [
    line
    for line in Path(__file__).with_name("signs.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
_SIGNS = {pair[0]: pair[1] for pair in _PAIRS}

# A letter or digit of a script that parts words by spaces: none of the Chinese and Japanese ones.
_PARTED = re.compile(r"[^\W\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_GAP = re.compile(" +")


class _Table(dict[int, str]):
    """For `str.translate`: each sign's folded form, computed when the sign is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = _folded_sign(chr(code))
        return self[code]


_TABLE = _Table()


@dataclass(frozen=True)
class Folded:
    """A folded text. `places` has for each of its signs the place of the sign in the original that it comes from."""

    text: str
    places: Sequence[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return where the part of the folded text from `start` to `end` begins and ends in the original."""
        return self.places[start], self.places[end - 1] + 1


def signs_folded(text: str) -> str:
    """Return the text with its signs folded and its spaces where they were."""
    return text.translate(_TABLE)


def fold(text: str) -> str:
    """Return the folded text."""
    return _GAP.sub(lambda gap: " " if _is_kept(gap) else "", signs_folded(text))


def folded(text: str) -> Folded:
    """Return the folded text with its places in the original."""
    signs = signs_folded(text)
    places = [place for place, sign in enumerate(text) for _part in _TABLE[ord(sign)]]
    parts, kept, end = [], [], 0
    for gap in _GAP.finditer(signs):
        stop = gap.start() + _is_kept(gap)
        parts.append(signs[end:stop])
        kept += places[end:stop]
        end = gap.end()
    return Folded("".join([*parts, signs[end:]]), kept + places[end:])


def _is_kept(gap: re.Match[str]) -> bool:
    """Return whether one of these spaces parts two words."""
    before, after = gap.start() - 1, gap.end()
    return before >= 0 and bool(_PARTED.match(gap.string, before) and _PARTED.match(gap.string, after))


def _folded_sign(sign: str) -> str:
    if sign == BREAK:
        return BREAK
    if sign.isspace() or sign == _BLANK:
        return " "
    seen = [part for part in normalize("NFKD", sign) if category(part) not in _UNSEEN and part not in _FILLERS]
    return "".join(_one_form(part) for part in normalize("NFKC", "".join(seen)))


def _one_form(sign: str) -> str:
    called = name(sign, "")
    if "QUOTATION MARK" in called or "CORNER BRACKET" in called or called == "APOSTROPHE":
        return '"'
    if category(sign) == "Pd" or called == "MINUS SIGN":
        return "-"
    if "MIDDLE DOT" in called:
        return "·"
    capital = _SIGNS.get(sign, sign).upper()
    return capital if len(capital) == 1 else sign
