"""What a text is found by, what a query asks for, and how a hit is shown: texts only."""

import pytest
from django.utils.html import conditional_escape

from petitions.search.folding import fold, folded
from petitions.search.words import Query, asked_tokens, excerpt, marked, parse, tokens_of
from verbs.refusals import InvalidInput


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("拖欠货款", {"拖欠", "欠货", "货款"}),
        ("拖欠，货款", {"拖欠", "货款"}),
        ("拖欠\n货款", {"拖欠", "欠货", "货款"}),
        ("拖 欠\u200b货 款", {"拖欠", "欠货", "货款"}),
        ("拖欠\f货款", {"拖欠", "货款"}),
        ("ＧＢ５００１６消防", {"GB50016", "50016", "6消", "消防"}),
        ("5g基站", {"5G", "G", "G基", "基站"}),
        ("款", set()),
        ("！？", set()),
    ],
)
def test_a_text_is_found_by_pairs_and_latin_runs(text: str, tokens: set[str]) -> None:
    assert tokens_of(text) == tokens


# a text as it may stand somewhere, and what it is folded to
FOLDED = [
    ("ａbＣ１款ß", "ABC1款ß"),
    ("拖欠\n货款", "拖欠货款"),
    ("拖 欠\u3000货\t款\r\n", "拖欠货款"),
    ("拖\u200b欠\u200d货\ufeff款\u00ad\u2060", "拖欠货款"),
    ("\u202e拖欠\u202c货款\u3164\u2800", "拖欠货款"),
    ("⼈⼒资源⺠⽣", "人力资源民生"),  # out of a PDF
    ("⻓⻋⻔⻚⻛⻢", "长车门页风马"),  # radicals that have no compatibility form
    ("拖欠，货款；（一）：！？", "拖欠,货款;(一):!?"),
    ("｢绿色｣､ｱｲ", '"绿色"、アイ'),
    ("“绿色”‘通道’「甲」『乙』\"丙\"'丁'＂", '"绿色""通道""甲""乙""丙""丁""'),
    ("GB50016—2014–３－４‐５−６", "GB50016-2014-3-4-5-6"),
    ("資源、體檢、後來、餘額、臺灣", "资源、体检、后来、余额、台湾"),
    ("ETC  系统 5 G\n基站", "ETC系统5 G基站"),
    ("pay  day\nloan", "PAY DAY LOAN"),
    ("café Ⅳ ㎡ ①ﬁ", "CAFE IV M2 1FI"),
    ("豈更", "岂更"),  # compatibility ideographs
    ("한국 법", "한국 법"),
    ("", ""),
    (" \n", ""),
]


@pytest.mark.parametrize(("text", "form"), FOLDED)
def test_one_form_of_each_sign(text: str, form: str) -> None:
    assert fold(text) == form
    assert fold(form) == form, "folding again changes nothing"


@pytest.mark.parametrize("text", [text * times for text, _form in FOLDED for times in (1, 3)])
def test_each_place_of_a_folded_text_leads_back_to_its_sign(text: str) -> None:
    found = folded(text)
    assert found.text == fold(text)
    assert len(found.places) == len(found.text)
    assert list(found.places) == sorted(found.places)
    for place, sign in zip(found.places, found.text, strict=True):
        assert sign in (fold(text[place]) or " ")


BETWEEN = ["", "\n", " ", "\u3000", "\r\n  ", "\u200b", "\ufeff", "\u2060", "\u00ad", "\u3164"]


@pytest.mark.parametrize("between", BETWEEN)
def test_what_stands_between_the_signs_of_a_word_does_not_hide_it(between: str) -> None:
    word = between.join("拖欠货款")
    assert tokens_of(f"请付{word}。") == tokens_of("请付拖欠货款。")
    assert marked(f"请付{word}。", parse("拖欠货款").words) == f"请付<mark>{word}</mark>。"
    assert excerpt(f"请付{word}。", ["拖欠货款"]) == f"请付{' '.join(word.split())}。"


# as it stands in the text, as it is asked for
SAME = [
    ("⼈⼒资源", "人力资源"),
    ("資金鏈斷裂", "资金链断裂"),
    ("“绿色通道”", '"绿色通道"'),
    ("「绿色通道」", "‘绿色通道’"),
    ("ＥＴＣ系统", "etc系统"),
    ("GB50016-2014", "ＧＢ５００１６—２０１４"),
    ("（一）项目", "(一)项目"),
    ("拖欠，货款", "拖欠,货款"),
    ("消防㎡", "消防m2"),
    ("豈有此理", "岂有此理"),
]


@pytest.mark.parametrize(("text", "asked"), [*SAME, *((asked, text) for text, asked in SAME)])
def test_both_sides_are_folded_and_the_mark_is_around_what_stands_there(text: str, asked: str) -> None:
    words = parse(asked).words
    held = tokens_of(text)
    assert all(token in held for word in words for token, _goes_on in asked_tokens(word))
    assert marked(f"甲<{text}>乙", words) == f"甲&lt;<mark>{conditional_escape(text)}</mark>&gt;乙"


def test_a_sign_that_is_several_folded_ones_is_marked_whole_and_once() -> None:
    assert marked("共3㎡地", parse("3m2").words) == "共<mark>3㎡</mark>地"
    assert marked("共㈱甲", ["(株", ")甲"]) == "共<mark>㈱</mark><mark>甲</mark>"


def test_single_characters_with_spaces_between_are_one_word() -> None:
    for text in ("拖 欠 货 款", "拖\n欠\u3000货 款", "⼈ ⼒"):
        (word,) = parse(text).words
        assert word in ("拖欠货款", "人力")


def test_a_run_without_end_is_cut() -> None:
    assert {len(token) for token in tokens_of("a" * 5000)} == {40}


@pytest.mark.parametrize(
    ("word", "asked"),
    [
        ("货款", {"货款": False}),
        ("GB500", {"GB500": True}),  # the beginning of GB50016
        ("GB50016号", {"GB50016": False, "6号": False}),
        ("3号", {"3号": False}),
        ("款", {}),
        ("a", {}),
    ],
)
def test_a_word_asks_for_the_tokens_that_its_text_has(word: str, asked: dict[str, bool]) -> None:
    assert dict(asked_tokens(fold(word))) == asked


def test_a_query_is_words_or_a_number() -> None:
    assert parse(" 货款　etc  货款 —— ").words == ("货款", "ETC")
    assert parse("20260908") == Query(words=("20260908",), number="20260908")
    assert parse("２０２６０９０８\u200b０００００２").number == "20260908000002"
    for other in ("13800000001", "20269908", "2026090", "20260908 货款"):
        assert (parse(other).number, bool(parse(other).words)) == ("", True)


@pytest.mark.parametrize("text", ["款", "货款 a", "a", "——", "一二 二三 三四 四五 五六 六七 七八 八九 九十"])
def test_what_cannot_be_found_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse(text)
    assert set(refused.value.fields) == {"q"}


def test_an_excerpt_is_around_the_first_hit() -> None:
    text = "一" * 50 + "拖欠\n货款" + "二" * 100
    assert excerpt(text, ["货款", "拖欠"]) == "…" + "一" * 24 + "拖欠 货款" + "二" * 61 + "…"
    assert excerpt(text, ["三三"]) == ""


def test_hits_are_marked_and_everything_else_is_escaped() -> None:
    assert marked("<b>etc</b>&Etc", ["ETC"]) == "&lt;b&gt;<mark>etc</mark>&lt;/b&gt;&amp;<mark>Etc</mark>"
    assert marked("<script>", []) == "&lt;script&gt;"
    assert marked("货<款", ["货<款"]) == "<mark>货&lt;款</mark>"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("欠 薪问题", ("欠薪问题",)),
        ("人 力资源 局", ("人力资源局",)),
        ("拖 欠 货 款", ("拖欠货款",)),
        ("拖欠 货款", ("拖欠", "货款")),
        ("iPhone 货款", ("IPHONE", "货款")),
    ],
)
def test_a_single_character_belongs_to_its_neighbour(typed: str, words: tuple[str, ...]) -> None:
    assert parse(typed).words == words
