"""What is kept of a typed text: the signs that a reader sees, and what belongs to them.

Dropped are control characters, signs without a picture (zero-width spaces and joiners, fillers, soft hyphens, tags) and
direction marks, which turn the text around them. A joiner, a variation selector or a tag stays inside an emoji, which
is another picture without it. Hanzi and all other scripts stay as they were typed, also those that no font has yet.
Source: Unicode Default_Ignorable_Code_Point (UAX 44) and emoji sequences (UTS 51), as the package `regex` has them.
"""

import regex

LINE_BREAK = regex.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
# Signs that are drawn empty, although Unicode calls them symbols or letters: the braille blank and its like.
EMPTY = regex.compile(r"[\u2800\U0001D159\U00013441\U00013442\U00016FE4]")
_PICTURE = r"\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|[\uFE0E\uFE0F])?"
_FLAG = r"\U0001F3F4[\U000E0030-\U000E0039\U000E0061-\U000E007A]{3,6}\U000E007F"  # of England, Scotland, Wales
_KEYCAP = r"[0-9#*]\uFE0F\u20E3"
EMOJI = rf"{_FLAG}|{_KEYCAP}|{_PICTURE}(?:\u200D{_PICTURE})*"
# Besides the ignorable ones: controls, halves of surrogate pairs, codes that are no characters, and the marks of
# annotations and of objects that were not pasted along.
UNSEEN = r"[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\uFFF9-\uFFFC--[\n\t]]"
EMOJI_OR_UNSEEN = regex.compile(rf"({EMOJI})|{UNSEEN}", regex.VERSION1)
# A sign that is seen by itself. A combining mark without a letter under it is none.
SEEN = regex.compile(r"[^\p{M}\p{Z}\p{C}]|\p{Co}|\p{Cn}")


def cleaned(text: str) -> str:
    """Return the text without what is not seen, and without spaces around it; "" when no visible sign is left.

    Every kind of line break becomes a newline. Safe to repeat.
    """
    text = EMPTY.sub(" ", LINE_BREAK.sub("\n", text))
    text = EMOJI_OR_UNSEEN.sub(lambda found: found[1] or "", text).strip()
    return text if SEEN.search(text) else ""


def seen_length(text: str) -> int:
    """Return how many signs a reader sees: a letter with its marks is one, an emoji is one, a space is none."""
    return sum(1 for cluster in regex.findall(r"\X", text) if SEEN.search(cluster))
