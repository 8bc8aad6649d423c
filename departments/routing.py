"""Which departments does a text belong to? Pure arithmetic on tokens: no database, no network.

A letter is the text of a petition; a label is the short name of a department. A department's score adds two voices. The
first is complement naive Bayes over the catalogue and the letters that departments answered: it measures how much less
the other departments use these words. The second is the catalogue alone: it measures how near the text comes to the
department's best matters. Each voice is scaled so that its favourite has 1. The score shown is the weighted mean of
both voices, plus a little for a department that the text names, and at most 1.
Every learned letter is scaled to the same length, so that a long one weighs no more than a short one. Learning a letter
only adds counts.
The constants were tried on letters that are not in the catalogue (docs/adr/0014).
Source  Rennie, Shih, Teevan, Karger: Tackling the Poor Assumptions of Naive Bayes Text Classifiers (2003)
"""

import heapq
import json
import math
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from departments.words import SHINGLE, Names, Reading, tells

SMOOTHING = 0.3
LETTER_LENGTH = 10.0
UNIT = 10  # counts are kept in tenths and packed as whole numbers, as Python keeps each small one in memory only once
SHINGLE_WEIGHT, CHARACTER_WEIGHT = 0.5, 0.6
BAYES_WEIGHT, MATTER_WEIGHT = 1.0, 2.0
NAME_WEIGHT = 0.3  # for a department that is asked to act; a good matter outweighs it
NEXT_MATTERS = (1.0, 0.5, 0.25)  # the weights of a department's best matters, best first
NEARLY_AS_NEAR = 0.7  # a matter is shown too if its cosine is at least this share of the nearest one's
WORDS_SHOWN = 5
VOCABULARY_MAX = 8_000  # most tokens kept that stand in letters only
VOICES_MAX = 8  # most departments kept for a token
EXAMPLES_MAX, EXAMPLE_TOKENS = 50, 10  # most letters kept for a department as witnesses, words of each

NOTHING = 1e-9  # a sum of rounded numbers that is below this counts as zero

Table = dict[str, dict[str, float]]
Examples = dict[str, list[list[Any]]]  # by department its newest letters: number and rarest words of each
Nearest = dict[str, list[tuple[float, int]]]  # by department its best matters: cosine, place in the catalogue


@dataclass(frozen=True)
class Matter:
    """One row of the catalogue as tokens."""

    label: str
    level: str
    text: str
    tokens: Mapping[str, float]
    partners: Sequence[str] = field(default_factory=list)


@dataclass(frozen=True)
class Vote:
    """A department, how strongly it is proposed (0 to 1), and what speaks for it."""

    label: str
    score: float
    words: list[str]
    matters: list[Matter]
    letters: list[str]


@dataclass(frozen=True)
class Ranking:
    """Every department's score, and the first ones explained, best first."""

    scores: Mapping[str, float]
    votes: Sequence[Vote]


class Router:
    """Ranks the departments for a text. `learn` adds one letter, which counts from the next ranking on.

    matters  the catalogue
    names    every name and alias of a department, each with its short name
    """

    def __init__(self, matters: Iterable[Matter] = (), names: Mapping[str, str] | None = None) -> None:
        self.matters = list(matters)
        self.names = Names(names or {})
        self.learned: Table = {}
        self.examples: Examples = {}
        self._by_label: Table = defaultdict(dict)
        self._of_token: dict[str, float] = {}
        self._of_label: dict[str, float] = {}
        for matter in self.matters:
            for token, weight in matter.tokens.items():
                self._count(token, matter.label, weight)
        self._index_matters()

    def learn(self, label: str, tokens: Mapping[str, float], *, weight: float = 1.0, key: str = "") -> None:
        """Add the tokens of a letter that the department answered; with weight −1 their counts are taken back.

        key  the letter's number, by which it may be named as a witness; "" for a letter that is never named
        """
        for token, count in _fixed_length(tokens).items():
            here = self.learned.setdefault(token, {})
            here[label] = round(here.get(label, 0.0) + weight * count, 3)
            self._count(token, label, weight * count)
        if key:
            rarest = sorted(filter(tells, tokens), key=lambda token: self._of_token.get(token, 0.0))
            self.examples[label] = [*self.examples.get(label, []), [key, rarest[:EXAMPLE_TOKENS]]][-EXAMPLES_MAX:]

    def rank(self, reading: Reading, most: int = 3) -> Ranking:
        """Return how strongly every department is proposed, and the `most` best ones with what speaks for them."""
        query = {token: _query_weight(token, count) for token, count in reading.tokens.items()}
        nearest = self._nearest(query)
        scores = self._scores(query, nearest, reading.named)
        best = sorted(scores, key=lambda label: (-scores[label], label))[:most]
        return Ranking(scores, [self._vote(label, scores[label], query, nearest.get(label, [])) for label in best])

    def _scores(self, query: Mapping[str, float], nearest: Nearest, named: Mapping[str, float]) -> dict[str, float]:
        bayes = _scaled(self._bayes(query))
        matters = _scaled({label: _together(near) for label, near in nearest.items()}, floor=0.0)
        total = BAYES_WEIGHT + (MATTER_WEIGHT if self.matters else 0.0)
        voices = (
            (
                label,
                BAYES_WEIGHT * bayes[label]
                + MATTER_WEIGHT * matters.get(label, 0.0)
                + NAME_WEIGHT * named.get(label, 0.0),
            )
            for label in bayes
        )
        return {label: min(round(voice / total, 3), 1.0) for label, voice in voices}

    def _bayes(self, query: Mapping[str, float]) -> dict[str, float]:
        if not self._of_label:
            return {}
        known = len(self._of_token) * UNIT * SMOOTHING + sum(self._of_label.values())
        length = sum(weight for token, weight in query.items() if token in self._of_token)
        scores = {label: length * math.log(known - count) for label, count in self._of_label.items()}
        for token, weight in query.items():
            for label, voice in self._voices(token):
                scores[label] += weight * voice
        return scores

    def _voices(self, token: str) -> Iterator[tuple[str, float]]:
        """Yield each department that uses the token, with how much the token speaks for it."""
        for label in self._by_label.get(token, ()):
            yield label, self._voice(token, label)

    def _voice(self, token: str, label: str) -> float:
        everywhere = self._of_token[token] + UNIT * SMOOTHING
        without = everywhere - self._by_label[token].get(label, 0.0)
        return math.log(everywhere / max(without, UNIT * SMOOTHING))

    def _nearest(self, query: Mapping[str, float]) -> Nearest:
        """Return each department's nearest matters as (cosine, place in self.matters), nearest first."""
        near: dict[int, float] = defaultdict(float)
        for token, weight in query.items():
            rarity = self._rarity.get(token, 0.0)
            for place, share in self._postings.get(token, ()):
                near[place] += weight * rarity * share
        found: Nearest = defaultdict(list)
        for place, cosine in near.items():
            found[self.matters[place].label].append((cosine, place))
        return {label: sorted(rows, reverse=True)[: len(NEXT_MATTERS)] for label, rows in found.items()}

    def _vote(self, label: str, score: float, query: Mapping[str, float], near: list[tuple[float, int]]) -> Vote:
        telling = {token for token in query if tells(token)}
        known = [token for token in telling if label in self._by_label.get(token, ())]
        words = sorted(known, key=lambda token: -query[token] * self._voice(token, label))[:WORDS_SHOWN]
        close = [self.matters[place] for cosine, place in near if cosine >= NEARLY_AS_NEAR * near[0][0]]
        close = [matter for matter in close if not telling.isdisjoint(matter.tokens)]
        return Vote(label, score, words, close, self._witnesses(label, query))

    def _witnesses(self, label: str, query: Mapping[str, float]) -> list[str]:
        """Return the numbers of at most two past letters with three or more of their rarest words in the text."""
        shared = [(sum(token in query for token in tokens), key) for key, tokens in self.examples.get(label, [])]
        return [key for count, key in sorted(shared, reverse=True) if count >= 3][:2]

    def _count(self, token: str, label: str, weight: float) -> None:
        for counts, key in ((self._by_label[token], label), (self._of_token, token), (self._of_label, label)):
            counts[key] = counts.get(key, 0.0) + UNIT * weight
            if counts[key] < NOTHING:  # a forgotten letter leaves no trace
                del counts[key]

    def _index_matters(self) -> None:
        holding = Counter(token for matter in self.matters for token in matter.tokens)
        self._rarity = {token: math.log((len(self.matters) + 1) / (count + 0.5)) for token, count in holding.items()}
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, matter in enumerate(self.matters):
            vector = {
                token: _query_weight(token, count) * self._rarity[token] for token, count in matter.tokens.items()
            }
            length = math.hypot(*vector.values()) or 1.0
            for token, share in vector.items():
                self._postings[token].append((place, share / length))

    def pack(self) -> bytes:
        """Return as bytes what ranking needs; of each token only the total and the departments that use it most."""
        place = {label: place for place, label in enumerate(self._of_label)}
        content = {
            "names": self.names.names,
            "matters": [[row.label, row.level, row.text, row.tokens, row.partners] for row in self.matters],
            "labels": self._of_label,
            "tokens": {
                token: [round(self._of_token[token]), *_most(self._by_label[token], place)] for token in self._kept()
            },
            "examples": self.examples,
        }
        return _packed(content)

    @classmethod
    def unpack(cls, data: bytes) -> "Router":
        """Return a router from what `pack` made. It only ranks: to learn, make a new router that adopts `lessons`."""
        content = json.loads(zlib.decompress(data))
        router = cls(names=content["names"])
        router.matters = [Matter(*row) for row in content["matters"]]
        router._index_matters()
        router._of_label = content["labels"]
        labels = list(content["labels"])
        for token, (total, *counts) in content["tokens"].items():
            router._of_token[token] = total
            router._by_label[token] = {
                labels[place]: count for place, count in zip(counts[::2], counts[1::2], strict=True)
            }
        router.examples = content["examples"]
        return router

    def lessons(self) -> bytes:
        """Return as bytes all that letters taught. At most VOCABULARY_MAX tokens are kept; the rarest are dropped."""
        kept = heapq.nlargest(VOCABULARY_MAX, self.learned, key=lambda token: sum(self.learned[token].values()))
        return _packed({"learned": {token: self.learned[token] for token in kept}, "examples": self.examples})

    def adopt(self, lessons: bytes) -> None:
        """Take over what letters taught another router: what its `lessons` returned."""
        content = json.loads(zlib.decompress(lessons))
        self.learned, self.examples = content["learned"], content["examples"]
        for token, labels in self.learned.items():
            for label, count in labels.items():
                self._count(token, label, count)

    def _kept(self) -> Iterator[str]:
        """Yield the catalogue's tokens, and the most used ones of the tokens that only letters have."""
        only_learned = [token for token in self._of_token if token not in self._rarity]
        yield from (token for token in self._of_token if token in self._rarity)
        yield from heapq.nlargest(VOCABULARY_MAX, only_learned, key=lambda token: self._of_token[token])


def _packed(content: Mapping[str, Any]) -> bytes:
    return zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), 6)


def _most(counts: Mapping[str, float], places: Mapping[str, int]) -> list[float]:
    """Return [place, count, place, count, …] of the labels with the highest counts; the other labels are dropped."""
    most = heapq.nlargest(VOICES_MAX, counts.items(), key=lambda item: item[1])
    return [part for label, count in most for part in (places[label], round(count))]


def _query_weight(token: str, count: float) -> float:
    kind = SHINGLE_WEIGHT if token.startswith(SHINGLE) else CHARACTER_WEIGHT if len(token) == 1 else 1.0
    return kind * (1 + math.log(count)) if count >= 1 else kind * count


def _fixed_length(tokens: Mapping[str, float]) -> dict[str, float]:
    damped = {token: 1 + math.log(count) for token, count in tokens.items()}
    length = math.hypot(*damped.values()) or 1.0
    return {token: LETTER_LENGTH * weight / length for token, weight in damped.items()}


def _together(near: list[tuple[float, int]]) -> float:
    return sum(share * cosine for share, (cosine, _place) in zip(NEXT_MATTERS, near, strict=False))


def _scaled(scores: Mapping[str, float], floor: float | None = None) -> dict[str, float]:
    """Scale the scores so that the best has 1 and the worst (or the floor) 0; all have 0 when the best does too."""
    if not scores:
        return {}
    least = min(scores.values()) if floor is None else floor
    span = max(scores.values()) - least
    return {label: (score - least) / span if span > NOTHING else 0.0 for label, score in scores.items()}
