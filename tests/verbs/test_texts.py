"""What is kept of a typed text: visible signs, whole emoji, every Hanzi; and how many signs a reader sees."""

import unicodedata

import pytest

from verbs.inputs import Problems
from verbs.texts import cleaned, seen_length

UNSEEN = {
    "NUL": "\x00",
    "bell": "\x07",
    "DEL": "\x7f",
    "soft hyphen": "\u00ad",
    "grapheme joiner": "\u034f",
    "Arabic letter mark": "\u061c",
    "Hangul choseong filler": "\u115f",
    "Hangul jungseong filler": "\u1160",
    "Mongolian vowel separator": "\u180e",
    "zero width space": "\u200b",
    "zero width non-joiner": "\u200c",
    "zero width joiner": "\u200d",
    "left-to-right mark": "\u200e",
    "right-to-left mark": "\u200f",
    "left-to-right embedding": "\u202a",
    "right-to-left embedding": "\u202b",
    "pop directional formatting": "\u202c",
    "left-to-right override": "\u202d",
    "right-to-left override": "\u202e",
    "word joiner": "\u2060",
    "invisible times": "\u2062",
    "left-to-right isolate": "\u2066",
    "right-to-left isolate": "\u2067",
    "first strong isolate": "\u2068",
    "pop directional isolate": "\u2069",
    "Hangul filler": "\u3164",
    "variation selector": "\ufe0f",
    "byte order mark": "\ufeff",
    "half-width Hangul filler": "\uffa0",
    "interlinear annotation": "\ufff9",
    "object that was not pasted": "\ufffc",
    "no character": "\uffff",
    "half a pair": "\ud800",
    "language tag": "\U000e0001",
    "tag letter": "\U000e0061",
    "variation selector of Hanzi": "\U000e0100",
}
EMPTY = {
    "space": " ",
    "full-width space": "\u3000",
    "no-break space": "\u00a0",
    "braille blank": "\u2800",
    "line": "\n",
}
KEPT = {
    "family": "👨‍👩‍👧",
    "astronaut of a skin colour": "👩🏽‍🚀",
    "heart on fire": "❤️‍🔥",
    "rainbow flag": "🏳️‍🌈",
    "flag of England": "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "flag of China": "🇨🇳",
    "keycap": "1️⃣",
    "woman running": "🏃‍♀️",
    "extension A": "㐂",
    "extension B": "𠮷",
    "extension G": "𰻝",
    "extension H": "\U00031350",
    "no font has it": "\U000323b0",
    "private use": "\ue000",
    "letter with marks": "Nguye\u0302\u0303n",
    "Hangul": "한국어",
    "punctuation": "……",
    "two lines": "一\n二\t三",
}


@pytest.mark.parametrize("name", UNSEEN)
def test_what_is_not_seen_is_dropped(name: str) -> None:
    sign = UNSEEN[name]
    assert cleaned(sign * 4) == ""
    assert cleaned(f"{sign}青{sign}禾{sign}") == "青禾"


@pytest.mark.parametrize("name", EMPTY)
def test_spaces_are_taken_off_the_ends(name: str) -> None:
    assert cleaned(EMPTY[name] * 4) == ""
    assert cleaned(f"{EMPTY[name]}青禾{EMPTY[name]}") == "青禾"


def test_a_blank_inside_is_a_space() -> None:
    assert cleaned("青\u2800禾") == "青 禾"


@pytest.mark.parametrize("name", KEPT)
def test_what_is_seen_is_kept(name: str) -> None:
    assert cleaned(KEPT[name]) == KEPT[name]
    assert cleaned(f"谢谢\u200b{KEPT[name]}\u202e") == f"谢谢{KEPT[name]}"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("青\u200d禾", "青禾"),
        ("👩\u200d禾", "👩禾"),
        ("青\u200d👩", "青👩"),
        ("👩\u200b\u200d🚀", "👩🚀"),
        ("青\ufe0f", "青"),
        ("5\ufe0f", "5"),
        ("🏴\U000e0067\U000e0062", "🏴"),
        ("👩\U000e0067\U000e007f", "👩"),
    ],
)
def test_joiners_selectors_and_tags_stay_in_emoji_only(typed: str, kept: str) -> None:
    assert cleaned(typed) == kept


@pytest.mark.parametrize("text", ["\u0301", "\u0301\u20dd", "\u200b\u0301 \u3164"])
def test_marks_without_a_letter_are_no_text(text: str) -> None:
    assert cleaned(text) == ""


@pytest.mark.parametrize("breaks", ["\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_every_line_break_is_a_newline(breaks: str) -> None:
    assert cleaned(f"一{breaks}二") == "一\n二"


def test_no_sign_of_unicode_survives_that_turns_text_or_is_not_seen() -> None:
    """All of them, by Unicode's own tables: a text of one sign is empty, or that sign."""
    for place in range(0x110000):
        sign = chr(place)
        kept = cleaned(sign)
        assert kept in ("", sign, " "), hex(place)
        assert cleaned(kept) == kept, hex(place)
        if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Mn", "Me", "Mc"):
            assert kept == "", hex(place)
        if unicodedata.category(sign) in ("Lo", "Lu", "Ll", "Nd") and "FILLER" not in unicodedata.name(sign, ""):
            assert kept == sign, hex(place)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("青禾", 2),
        ("青 \n 禾", 2),
        ("e\u0301e\u0301", 2),
        ("👨‍👩‍👧", 1),
        ("🇨🇳🇨🇳", 2),
        ("1️⃣", 1),
        ("a\u0301\u0302\u0303", 1),
    ],
)
def test_signs_are_counted_as_they_are_seen(text: str, length: int) -> None:
    assert seen_length(text) == length


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("\u200b\u200c\u200d\u2060", "请填写这一项。"),
        ("\u3164\u3164\u3164\u3164", "请填写这一项。"),
        ("行\u200b\u200b\u200b", "请至少写4个字，现在是1个。"),
        ("行   行", "请至少写4个字，现在是2个。"),
        ("行\u0301\u0301\u0301", "请至少写4个字，现在是1个。"),
        ("👨‍👩‍👧", "请至少写4个字，现在是1个。"),
        ("一二三四五\u200b六七八九十", "最多8个字，现在是10个。"),
    ],
)
def test_a_length_is_that_of_what_is_seen(typed: str, sentence: str) -> None:
    problems = Problems()
    problems.text("reason", typed, least=4, most=8)
    assert problems.fields == {"reason": sentence}


def test_what_is_not_seen_does_not_make_a_text_too_long() -> None:
    problems = Problems()
    assert problems.text("reason", "一二三四\u200b\u200b\u200b\u200b\u200b", least=4, most=4) == "一二三四"
    assert problems.fields == {}
