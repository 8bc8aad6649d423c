"""A text as tokens, and the departments that it names.

Tokens are words of two characters and more, single characters that carry meaning, and pairs of neighbouring
characters (marked `~`), which still match where the word splitter cuts two texts differently. Names of departments are
taken out of the tokens, because the department named is often the wrong one. A name is read as a vote for its
department instead, and weighs little. It weighs more where something is asked of the department ("请……出面"), and
nothing where the department is only said to have refused ("不归……管").
Left out: synonyms; the catalogue's keywords carry them.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

PLAIN, ASKED = 0.5, 1.0  # what a name is worth: of a department just named, or asked to act
TITLE_WEIGHT = 3  # how often a token of the title counts: a title says in one line what the body tells at length
SHINGLE = "~"

_RUN = re.compile(r"[\u4e00-\u9fff]+|[A-Za-z][A-Za-z0-9]+")
_CLAUSE = re.compile(r"[^，。；！？、,;!?\n]+")
_REFUSED = re.compile(
    r"不是|不归|不属|不关|不管|不该|不受理|说不|说归|说是|说该|说要找|推给|推到|推来|踢|让我们(去)?找|叫我们(去)?找|让去找|"
    r"跑了|问了|问过|找过|找了|去过|打过|答复说|回复说|互相|都说|各说"
)
_ASKED = re.compile(r"请|希望|建议|恳请|盼|应该由|应由|要求.*(查|管|处理)")
_SUFFIX = re.compile(r"(管理局|监督局|管理中心|救援支队|委员会|分局|支队|大队|中心|公司|局|委|办|厅|院)$")
_AFTER_STEM = r"(?:主管|执法|监管)?(?:部门|方面|那边|那里|说|讲|称|让|推)"
# Words that stand in every letter; they are no tokens. A single character is a token only if it is none of these.
_COMMON_WORDS = """
    的 了 是 我 我们 你 你们 他 她 它 他们 在 有 和 就 不 也 都 要 请 请问 吗 呢 啊 吧 这 那 个 到 能 能否 可以 可 被
    把 给 让 对 与 及 或 而 但 又 还 没 没有 去 来 说 上 下 中 为 一 一个 怎么 什么 多 多少 几 次 家 公司 企业 我司
    我厂 希望 问题 现在 已经 已 从 以 于 年 月 日 天 后 前 两 三 四 五 六 七 八 九 十 百 千 万 元 们 如何 是否 应 需
    需要 进行 办理 办 情况 单位 部门 有关 相关 本 该 其 因 由 按 等 用 做 再 只 才 很 太 最 更 向 所 时 时间 时候 里
    内 外 间 大 小 找 问 知道 里面 会 想 去年 今年 之 得 过 着 每 各 新 好 人 起 出 开 看 再次 一直 至今 目前 要求
    提供 解决 处理 反映 帮忙 帮助 尽快 协调 谢谢 您好 你好 领导
"""
_COMMON = frozenset(_COMMON_WORDS.split())
# The first letters of jieba's classes of words that say when, where, how many or how, but not what a letter is about:
# times, directions, numerals, measures, pronouns, adverbs, prepositions, conjunctions, particles, interjections.
_GRAMMAR = frozenset("tfmqrdpcuyeo")
# A word that was counted this often for jieba's dictionary, in 60 million words of any kind of text, is a common one,
# whatever the letter is about: 政府, 国家, 工作 (assumption; so each of the seeds' 136 petitions still has a reason).
COMMON_FROM = 10_000


@dataclass(frozen=True)
class Reading:
    """What a text says: how often each token stands in it, and what the name of each department in it is worth."""

    tokens: Counter[str]
    named: Mapping[str, float]


class Names:
    """The names by which texts may call the departments.

    names  every name and alias, each with the department's short name
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = dict(names)
        self._stems: dict[str, str] = {}
        for name, label in names.items():
            stem = _SUFFIX.sub("", name)
            if stem != name and len(stem) > 1:
                self._stems.setdefault(stem, label)
        full = "|".join(map(re.escape, sorted(names, key=len, reverse=True))) or r"(?!)"
        stems = "|".join(map(re.escape, sorted(self._stems, key=len, reverse=True))) or r"(?!)"
        self._pattern = re.compile(f"({full})|({stems})(?={_AFTER_STEM})")

    def split(self, text: str) -> tuple[str, dict[str, float]]:
        """Return the text without the names in it, and by short name what the name of each department is worth."""
        named: dict[str, float] = {}
        for clause in _CLAUSE.findall(text):
            for found in self._pattern.finditer(clause):
                label = self.names.get(found[0]) or self._stems[found[0]]
                worth = 0.0 if _REFUSED.search(clause) else ASKED if _ASKED.search(clause) else PLAIN
                named[label] = max(named.get(label, 0.0), worth)
        return self._pattern.sub("，", text), named


def read(title: str, body: str, names: Names) -> Reading:
    """Return how often each token stands in the title and body, and what each department named in them is worth.

    A token of the title counts TITLE_WEIGHT times. Names of departments are no tokens. A name can be worth 0: then the
    text only says that the department has refused.
    """
    title, in_title = names.split(title)
    body, in_body = names.split(body)
    tokens = Counter(tokens_of(body))
    for token in tokens_of(title):
        tokens[token] += TITLE_WEIGHT
    named = {label: max(in_title.get(label, 0.0), in_body.get(label, 0.0)) for label in in_title | in_body}
    return Reading(tokens, named)


def tokens_of(text: str) -> Iterator[str]:
    """Yield the tokens of the text: Chinese words but the common ones, and its pairs of neighbouring characters.

    A pair is marked `~`. A Latin word is one token, in upper case. Digits alone and single letters are left out.
    """
    for run in _RUN.findall(text):
        if run[0].isascii():
            yield run.upper()
            continue
        yield from (word for word in _splitter().cut(run) if word not in _COMMON)
        yield from (SHINGLE + run[start : start + 2] for start in range(len(run) - 1))


def is_word(token: str) -> bool:
    """Whether a person would recognise the token as a word."""
    return len(token) > 1 and not token.startswith(SHINGLE)


@cache
def tells(token: str) -> bool:
    """Whether a person can see from the token what a letter is about: a word, neither grammatical nor common."""
    if not is_word(token):
        return False
    classes = [tag for _part, tag in _splitter().tag(token)]
    return any(tag[0] not in _GRAMMAR for tag in classes) and _splitter().suggest_freq(token) < COMMON_FROM


@cache
def _splitter() -> Any:
    """Load the word splitter at its first use, since it takes half a second and 35 MB. The module is the splitter."""
    import rjieba

    return rjieba
