"""How alike two letters are: pure arithmetic on tokens, the same for petitions and for the rows of a file.

A letter is a vector of its words, pairs of characters and single characters that carry meaning. Rare ones weigh more,
the title counts double, a word that is repeated counts little more. How alike two letters are is the cosine of their
vectors: 1 for the same letter, 0 when they share nothing, 0.1 to 0.5 when they are about the same matter.
The letters that share the most telling words are found first, which is cheap. Only these are compared in full.
The numbers were tried on real letters (docs/adr/0015), not on the development set.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from departments.words import SHINGLE, is_word, tells
from departments.words import tokens_of as words_and_pairs
from petitions.search.folding import fold
from petitions.search.words import tokens_of

TITLE_WEIGHT = 2
PART_WEIGHT = 0.5  # weight of a pair or a single character, where a word has 1
TELLING = 16  # tokens by which candidates are found
TOO_COMMON = 0.2  # a token that stands in this share of the letters is not used to find candidates
FEW = 50  # added to the number of letters, so that no token looks common in a handful of them
CANDIDATES = 25  # letters that are compared in full; twice as many found no better ones
WORDS_SHOWN = 5
KNOWN_MAX = 100_000  # tokens whose weights are kept in memory: 10 MB

Vector = Mapping[str, float]


def shares_of(counts: Mapping[str, int], letters: int) -> dict[str, float]:
    """Return, by token, the share of the letters that hold it.

    counts   by token, how many letters hold it
    letters  how many letters there are
    """
    return {token: count / (letters + FEW) for token, count in counts.items()}


class Rarity:
    """How much a token tells: the fewer letters it stands in, the more.

    shares  by search token, the share of letters that hold it; one that is missing counts as half of the least share
    Computed weights are kept, up to KNOWN_MAX tokens.
    """

    def __init__(self, shares: Mapping[str, float]) -> None:
        self._shares = shares
        self._least = min(shares.values(), default=1.0) / 2
        self._known: dict[str, float] = {}

    def share(self, token: str) -> float:
        """Return in which share of the letters the token stands; of a longer Chinese word, its rarest pair's share."""
        text = fold(token.removeprefix(SHINGLE))
        if len(text) <= 2 or text.isascii():
            return max(self._shares.get(text, 0.0), self._least)
        return max(min(self._shares.get(pair, 0.0) for pair in map("".join, pairwise(text))), self._least)

    def weight(self, token: str) -> float:
        """Return how much the token tells: more for a rare one, half as much for one that is not a word."""
        known = self._known.get(token)
        if known is None:
            known = math.log(1 + 1 / self.share(token)) * (1.0 if is_word(token) else PART_WEIGHT)
            if len(self._known) < KNOWN_MAX:
                self._known[token] = known
        return known


@dataclass(frozen=True)
class Like:
    """How alike two letters are, 0 to 1, and words that both have, the most telling first; common words are none."""

    score: float
    because: Sequence[str]


def vector_of(title: str, body: str, rarity: Rarity) -> Vector:
    """Return the weight of each of the letter's tokens. The vector of the weights has length 1."""
    counts = Counter(words_and_pairs(body))
    for token in words_and_pairs(title):
        counts[token] += TITLE_WEIGHT
    weights = {
        token: rarity.weight(token) * (1.0 if count == 1 else 1.0 + math.log(count)) for token, count in counts.items()
    }
    length = math.hypot(*weights.values()) or 1.0
    return {token: weight / length for token, weight in weights.items()}


def compare(one: Vector, other: Vector) -> Like:
    """Return how alike two letters are."""
    shared = {token: weight * other[token] for token, weight in one.items() if token in other}
    words = sorted(filter(tells, shared), key=lambda token: -shared[token])
    return Like(round(min(sum(shared.values()), 1.0), 3), words[:WORDS_SHOWN])


def telling(vector: Vector, rarity: Rarity) -> dict[str, float]:
    """Return the search tokens by which letters like this one are found, each with its weight; TELLING at most.

    Only tokens inside words are used. A pair of characters that reaches across two words tells nothing: it stands in no
    other letter, or in letters about anything.
    """
    weights: dict[str, float] = {}
    for word in filter(is_word, vector):
        for token in tokens_of(word):
            weights[token] = max(weights.get(token, 0.0), vector[word])
    rare = {token: weight for token, weight in weights.items() if rarity.share(token) < TOO_COMMON}
    chosen = rare or weights
    best = sorted(chosen, key=lambda token: (-chosen[token], token))[:TELLING]
    return {token: chosen[token] for token in best}


class Letters:
    """Letters of a file, compared among themselves.

    texts  title and body of each
    """

    def __init__(self, texts: Sequence[tuple[str, str]]) -> None:
        found = [tokens_of(f"{title}\n{body}") for title, body in texts]
        counts = Counter(token for tokens in found for token in tokens)
        self._rarity = Rarity(shares_of(counts, len(texts)))
        self._vectors = [vector_of(title, body, self._rarity) for title, body in texts]
        self._places: dict[str, list[int]] = defaultdict(list)
        for place, tokens in enumerate(found):
            for token in tokens:
                self._places[token].append(place)

    def similar(self, place: int, most: int) -> list[tuple[int, Like]]:
        """Return which letters are most like the one at the place, best first: (place in the file, how alike)."""
        vector = self._vectors[place]
        near: dict[int, float] = defaultdict(float)
        for token, weight in telling(vector, self._rarity).items():
            for other in self._places[token]:
                near[other] += weight
        near.pop(place, None)
        candidates = sorted(near, key=lambda other: (-near[other], other))[:CANDIDATES]
        likes = [(other, compare(vector, self._vectors[other])) for other in candidates]
        return sorted(likes, key=lambda like: (-like[1].score, like[0]))[:most]
