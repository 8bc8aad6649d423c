"""Proposals say how likely they are in words that keep what they promise, and common words are no reasons for them."""

import json
from collections import defaultdict
from collections.abc import Iterable

import pytest

from departments.routing import Matter, Ranking, Router, Vote
from departments.words import Names, read, tells, tokens_of
from petitions.proposals.likelihood import LIKELY_FROM, POSSIBLE_FROM, PROMISED, likelihood_of
from petitions.proposals.proposing import confidence_of
from tests.departments.catalogue_files import seed_router
from tests.shared_data import shared_data
from tests.slow import slow


@pytest.mark.parametrize(
    ("confidence", "word"),
    [
        (0.0, "不确定"),
        (POSSIBLE_FROM - 0.001, "不确定"),
        (POSSIBLE_FROM, "可能"),
        (LIKELY_FROM - 0.001, "可能"),
        (LIKELY_FROM, "很可能"),
        (1.0, "很可能"),
    ],
)
def test_each_confidence_has_its_word(confidence: float, word: str) -> None:
    assert likelihood_of(confidence).label == word


def kept(judged: Iterable[tuple[Ranking, set[str]]]) -> dict[str, bool]:
    """Return for each word that promises something whether it keeps it, for rankings and the labels that are right."""
    right: dict[str, list[bool]] = defaultdict(list)
    for ranking, labels in judged:
        right[likelihood_of(confidence_of(ranking.votes)).value].append(ranking.votes[0].label in labels)
    assert set(right) == {"likely", "possible", "unsure"}
    return {word: sum(right[word]) / len(right[word]) >= least for word, least in PROMISED.items()}


def test_the_words_keep_their_promise_where_the_catalogue_speaks() -> None:
    router = seed_router()
    letters = [json.loads(line) for line in shared_data("enterprise.jsonl").read_text(encoding="utf-8").splitlines()]
    judged = [
        (router.rank(read(row["title"], row["body"], router.names)), {row["lead"], *row["also_ok"]}) for row in letters
    ]
    assert kept(judged) == {"likely": True, "possible": True}


@slow("5,516 letters, and five models that learn them: 40 s")
def test_the_words_keep_their_promise_where_only_letters_were_learned() -> None:
    rows = [json.loads(line) for line in shared_data("tipdm_a2.jsonl").read_text(encoding="utf-8").splitlines()]
    letters = [(read(row["title"], row["body"], Names({})), row["label"]) for row in rows]
    judged = []
    for fold in range(5):
        router = Router()
        for place, (reading, label) in enumerate(letters):
            if place % 5 != fold:
                router.learn(label, reading.tokens)
        judged += [(router.rank(reading), {label}) for reading, label in letters[fold::5]]
    assert kept(judged) == {"likely": True, "possible": True}


COMMON = [
    *("以后", "两台", "政府", "后来", "现在", "三家", "这些", "我们", "非常", "国家", "社会", "工作", "之前", "上午"),
    *("每次", "有人", "大家", "因此", "已经", "公司", "一些", "方面"),
]
TELLING = [
    *("货款", "拖欠", "补贴", "退税", "发票", "公积金", "贷款", "停电", "燃气", "工资", "招标", "消防", "环保", "污水"),
    *("噪声", "通行证", "商标", "专利", "海关", "执照"),
]


@pytest.mark.parametrize("word", COMMON)
def test_a_common_word_tells_nothing(word: str) -> None:
    assert not tells(word)


@pytest.mark.parametrize("word", TELLING)
def test_a_word_of_the_trade_tells_something(word: str) -> None:
    assert tells(word)


@pytest.mark.parametrize("word", COMMON)
def test_a_common_word_is_no_reason_even_where_one_department_alone_uses_it(word: str) -> None:
    """As 以后 stood in one example of the seeds' catalogue, and was 1.0 for the gas company."""
    text = f"{word}，锅炉"
    matters = [Matter("燃气公司", "city", "锅炉", dict.fromkeys(tokens_of(text), 1.0))]
    matters.append(Matter("税务局", "city", "出口退税", dict.fromkeys(tokens_of("出口退税的发票"), 1.0)))
    router = Router(matters)
    router.learn("燃气公司", dict.fromkeys(tokens_of(text), 1), key="202609080000017")
    votes = router.rank(read(word, f"{word}，{word}。", router.names)).votes
    assert [(vote.words, vote.matters, vote.letters) for vote in votes] == [([], [], [])] * 2
    assert likelihood_of(confidence_of(votes)).label == "不确定"
    speaks = router.rank(read("锅炉", f"{word}，锅炉", router.names)).votes[0]
    assert (speaks.label, word in speaks.words, "锅炉" in speaks.words) == ("燃气公司", False, True)
    assert [matter.text for matter in speaks.matters] == ["锅炉"]


def test_a_department_without_a_reason_is_not_sure_however_far_it_is_ahead() -> None:
    ahead, behind = Vote("经信局", 1.0, [], [], []), Vote("税务局", 0.1, ["退税"], [], [])
    assert confidence_of([ahead, behind]) == 0.0
    assert confidence_of([]) == 0.0
