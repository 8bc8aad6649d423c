"""What a text is found by, what a query asks for, and how a hit is shown: texts only."""

import pytest

from petitions.search.words import asked_tokens, excerpt, fold, marked, parse, tokens_of
from verbs.refusals import InvalidInput


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("拖欠货款", {"拖欠", "欠货", "货款"}),
        ("拖欠，货款", {"拖欠", "货款"}),
        ("拖欠\n货款", {"拖欠", "货款"}),
        ("ＧＢ５００１６消防", {"GB50016", "50016", "6消", "消防"}),
        ("5g基站", {"5G", "G", "G基", "基站"}),
        ("款", set()),
        ("！？", set()),
    ],
)
def test_a_text_is_found_by_pairs_and_latin_runs(text: str, tokens: set[str]) -> None:
    assert tokens_of(text) == tokens


def test_a_folded_text_has_its_places_where_the_text_has_them() -> None:
    assert fold("ａbＣ１款ß") == "ABC1款ß"


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
    assert parse("20260908").number == "20260908"
    assert parse("２０２６０９０８０００００２").number == "20260908000002"
    for other in ("13800000001", "20269908", "2026090", "20260908 货款"):
        assert parse(other).words


@pytest.mark.parametrize("text", ["款", "货款 款", "a", "——", "一二 二三 三四 四五 五六 六七 七八 八九 九十"])
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
