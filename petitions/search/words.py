"""What a text is found by, and what a query asks for: pure text, no database.

A text is found by its pairs of neighbouring characters and by its runs of Latin letters and digits: PostgreSQL has no
Chinese words of its own, and every word of two characters is a pair. A longer word is asked for by all its pairs;
whether they stand next to each other is looked up in the text itself (petitions/search/finding.py).
Texts are folded first: full-width letters and digits are half-width ones, small letters capital ones, one for one, so
that places in a folded text are places in the text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from verbs.refusals import InvalidInput

QUERY_MAX = 100  # characters
WORDS_MAX = 8
RUN_MAX = 40  # characters of a Latin run that count: addresses of web pages have no end
EXCERPT_BEFORE, EXCERPT_LENGTH = 24, 90

_RUN = re.compile(r"[^\W_]+")
_LATIN = re.compile(r"[A-Z0-9]+")
_TURN = re.compile(r"(?<=[A-Z])(?=[0-9])|(?<=[0-9])(?=[A-Z])")  # GB|50016
_NUMBER = re.compile(r"20\d\d[01]\d[0-3]\d\d{0,7}", re.ASCII)  # begins with the day (docs/adr/0010)
_HALF = {full: full - 0xFEE0 for full in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_CAPITAL = {small: small - 32 for small in range(ord("a"), ord("z") + 1)}


@dataclass(frozen=True)
class Query:
    """Words that must all occur, folded; or the beginning of a petition's number."""

    words: Sequence[str] = ()
    number: str = ""


def half_width(text: str) -> str:
    """Return the text with half-width letters and digits, as long as it was."""
    return text.translate(_HALF)


def fold(text: str) -> str:
    """Return the text with half-width capitals, as long as it was."""
    return half_width(text).translate(_CAPITAL)


def tokens_of(text: str) -> set[str]:
    """Return everything that the text is found by."""
    found: set[str] = set()
    for run in _RUN.findall(fold(text)):
        found.update(_pairs(run))
        for latin in _LATIN.findall(run):
            starts = [0, *(turn.start() for turn in _TURN.finditer(latin))]
            found.update(latin[start : start + RUN_MAX] for start in starts)
    return found


def asked_tokens(word: str) -> list[tuple[str, bool]]:
    """Return the tokens that a text with the word has, each with whether it may go on there; [] for no word.

    A Latin run at the word's end may be the beginning of a longer one.
    """
    asked: dict[str, bool] = {}
    for run in _RUN.finditer(word):
        asked |= dict.fromkeys(_pairs(run[0]), False)
        for latin in _LATIN.finditer(run[0]):
            if len(latin[0]) > 1:
                ends_it = run.start() + latin.end() == len(word) or len(latin[0]) > RUN_MAX
                asked[latin[0][:RUN_MAX]] = ends_it
    return list(asked.items())


def is_plain(word: str) -> bool:
    """Whether the index alone tells that the word occurs: it is one pair."""
    return len(word) == 2 and not word.isascii() and bool(_RUN.fullmatch(word))


def parse(text: str, field: str = "q") -> Query:
    """Return what the text asks for: words separated by spaces, or a petition's number.

    Signs without a letter or digit are left out.
    Raises  InvalidInput when a word is too short to be found, or nothing is left
    """
    words = [word for word in dict.fromkeys(fold(text).split()) if _RUN.search(word)]
    if len(words) == 1 and _NUMBER.fullmatch(words[0]):
        return Query(number=words[0])
    if len(words) > WORDS_MAX:
        raise InvalidInput({field: _("最多%(most)d个词。") % {"most": WORDS_MAX}})
    short = [word for word in words if not asked_tokens(word)]
    if short:
        raise InvalidInput({field: _("“%(word)s”太短，请至少输入两个字。") % {"word": short[0]}})
    if not words:
        raise InvalidInput({field: _("请输入要找的字词或诉求编号。")})
    return Query(words=tuple(words))


def excerpt(text: str, words: Sequence[str]) -> str:
    """Return the text around the first of the words that stands in it; "" when none does."""
    folded = fold(text)
    places = [place for word in words if (place := folded.find(word)) >= 0]
    if not places:
        return ""
    start = max(min(places) - EXCERPT_BEFORE, 0)
    end = start + EXCERPT_LENGTH
    shown = " ".join(text[start:end].split())
    return ("…" if start else "") + shown + ("…" if end < len(text) else "")


def marked(text: str, words: Sequence[str]) -> SafeString:
    """Return the text as HTML with the words marked; everything that came from people is escaped."""
    if not words:
        return conditional_escape(text)
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    parts: list[str] = []
    end = 0
    for found in re.finditer(pattern, fold(text)):
        parts += [conditional_escape(text[end : found.start()])]
        parts += [format_html("<mark>{}</mark>", text[found.start() : found.end()])]
        end = found.end()
    return mark_safe("".join([*parts, conditional_escape(text[end:])]))


def _pairs(run: str) -> Iterator[str]:
    """Neighbouring characters; two Latin ones belong to a run that is a token of its own."""
    for start in range(len(run) - 1):
        pair = run[start : start + 2]
        if not pair.isascii():
            yield pair
