"""By which tokens a text is found, and what a query asks for: pure text, no database.

A text is found by its pairs of neighbouring characters and by its runs of Latin letters and digits: PostgreSQL has no
Chinese words of its own, and every word of two characters is a pair. A longer word is asked for by all its pairs;
whether they stand next to each other is looked up in the folded text itself (petitions/search/finding.py).
Texts and queries are folded first (petitions/search/folding.py). Excerpts and marks are of the original text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from petitions.search.folding import fold, folded, signs_folded
from verbs.refusals import InvalidInput
from verbs.texts import cleaned

QUERY_MAX = 100  # characters
WORDS_MAX = 8
RUN_MAX = 40  # only so many characters of a Latin run count, because addresses of web pages can be very long
EXCERPT_BEFORE, EXCERPT_LENGTH = 24, 90

_RUN = re.compile(r"[^\W_]+")
_LATIN = re.compile(r"[A-Z0-9]+")
_TURN = re.compile(r"(?<=[A-Z])(?=[0-9])|(?<=[0-9])(?=[A-Z])")  # where letters and digits meet, as in GB|50016
_NUMBER = re.compile(r"20\d\d[01]\d[0-3]\d\d{0,7}", re.ASCII)  # begins with the day (docs/adr/0010)


@dataclass(frozen=True)
class Query:
    """What is searched for: folded words that must all occur.

    number  the only word, if it may be the beginning of a petition's number: then petitions of that number fit, too
    """

    words: Sequence[str] = ()
    number: str = ""


def tokens_of(text: str) -> set[str]:
    """Return all tokens by which the text is found."""
    return folded_tokens(fold(text))


def folded_tokens(text: str) -> set[str]:
    """Return all tokens by which a text is found that is folded already."""
    found: set[str] = set()
    for run in _RUN.findall(text):
        found.update(_pairs(run))
        for latin in _LATIN.findall(run):
            starts = [0, *(turn.start() for turn in _TURN.finditer(latin))]
            found.update(latin[start : start + RUN_MAX] for start in starts)
    return found


def asked_tokens(word: str) -> list[tuple[str, bool]]:
    """Return the tokens that every text with the folded word has; [] for a word that is too short.

    With each token goes whether a text may have a longer token that begins with it. That is so for a Latin run at the
    word's end, which may be the beginning of a longer run.
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
    """Return whether the word is just one pair: then the index alone tells that it occurs."""
    return len(word) == 2 and not word.isascii() and bool(_RUN.fullmatch(word))


def parse(text: str, field: str = "q") -> Query:
    """Return what the text asks for: words separated by spaces; one of digits may also begin a petition's number.

    A word without any letter or digit is left out. A single Chinese character belongs to its neighbour: a text may have
    spaces inside its words, and is typed as it stands.
    field   the field for which a refusal is
    Raises  InvalidInput when a word is too short to be found, there are too many words, or none is left
    """
    typed = _joined(signs_folded(cleaned(text)).split())
    words = [word for word in dict.fromkeys(typed) if _RUN.search(word)]
    if len(words) > WORDS_MAX:
        raise InvalidInput({field: _("最多%(most)d个词。") % {"most": WORDS_MAX}})
    short = [word for word in words if not asked_tokens(word)]
    if short:
        raise InvalidInput({field: _("“%(word)s”太短，请至少输入两个字。") % {"word": short[0]}})
    if not words:
        raise InvalidInput({field: _("请输入要找的字词或诉求编号。")})
    is_number = len(words) == 1 and _NUMBER.fullmatch(words[0])
    return Query(words=tuple(words), number=words[0] if is_number else "")


def _joined(typed: Sequence[str]) -> list[str]:
    words: list[str] = []
    for word in typed:
        is_beside = bool(words) and (_is_single(word) or _is_single(words[-1])) and _is_chinese(word[0] + words[-1][-1])
        if is_beside:
            words[-1] += word
        else:
            words.append(word)
    return words


def _is_single(word: str) -> bool:
    return len(word) == 1 and _is_chinese(word)


def _is_chinese(signs: str) -> bool:
    return all(_RUN.fullmatch(sign) and not sign.isascii() for sign in signs)


def excerpt(text: str, words: Sequence[str]) -> str:
    """Return the text around the place where one of the words stands first; "" when none of them stands in it."""
    plain = fold(text)
    found = [(place, place + len(word)) for word in words if (place := plain.find(word)) >= 0]
    if not found:
        return ""
    hit, hit_end = folded(text).original(*min(found))
    start = max(hit - EXCERPT_BEFORE, 0)
    end = max(start + EXCERPT_LENGTH, hit_end)
    shown = " ".join(text[start:end].split())
    return ("…" if start else "") + shown + ("…" if end < len(text) else "")


def marked(text: str, words: Sequence[str]) -> SafeString:
    """Return the text as HTML with the words marked, as they stand in it. The text itself is escaped."""
    if not words:
        return conditional_escape(text)
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    searched = folded(text)
    parts: list[str] = []
    end = 0
    for found in re.finditer(pattern, searched.text):
        start, stop = searched.original(*found.span())
        start = max(start, end)  # one sign of the text may be the end of this word and the beginning of the next
        parts += [conditional_escape(text[end:start])]
        parts += [format_html("<mark>{}</mark>", text[start:stop])] if stop > start else []
        end = max(stop, end)
    return mark_safe("".join([*parts, conditional_escape(text[end:])]))


def _pairs(run: str) -> Iterator[str]:
    """Yield pairs of neighbouring characters, but not of two Latin ones: their run is a token of its own."""
    for start in range(len(run) - 1):
        pair = run[start : start + 2]
        if not pair.isascii():
            yield pair
