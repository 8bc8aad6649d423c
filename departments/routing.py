"""Which departments does a text belong to? Pure arithmetic on tokens: no database, no network.

Two voices are added. Complement naive Bayes over all that is known (the catalogue and the letters that departments
answered): how much less the rest of the city speaks in these words. And the catalogue alone: how near the text comes
to the department's best matters. Each is scaled so that its favourite has 1; what is shown is their weighted mean.
A letter counts with a fixed length, so that a long one is not heard more often than a short one.
Numbers: tried on letters that are not in the catalogue (docs/adr/0014); learning one more letter is an addition.
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

from departments.words import SHINGLE, Names, Reading, is_word

SMOOTHING = 0.3
LETTER_LENGTH = 10.0
UNIT = 10  # counts are packed as whole tenths: Python keeps small whole numbers once
SHINGLE_WEIGHT, CHARACTER_WEIGHT = 0.5, 0.6
BAYES_WEIGHT, MATTER_WEIGHT = 1.0, 2.0
NAME_WEIGHT = 0.3  # of a department that is asked to act; a good matter outweighs it
NEXT_MATTERS = (1.0, 0.5, 0.25)  # a department's best matters count so much
NEARLY_AS_NEAR = 0.7  # a matter beside the nearest one that may be meant too
WORDS_SHOWN = 5
VOCABULARY_MAX = 8_000  # tokens that only letters have
VOICES_MAX = 8  # departments kept for a token
EXAMPLES_MAX, EXAMPLE_TOKENS = 50, 10  # past letters kept for a department as its witnesses

NOTHING = 1e-9  # what sums of rounded numbers leave of zero

Table = dict[str, dict[str, float]]
Examples = dict[str, list[list[Any]]]  # by department its newest letters: number, and the rarest of its words
Nearest = dict[str, list[tuple[float, int]]]  # by department its best matters: cosine and place, best first


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
    """Ranks departments; `learn` makes it know one letter more, at once."""

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
        """Add a letter that the department answered; with weight −1 it is forgotten again.

        key  the letter's number, under which it may be named as a witness
        """
        for token, count in _fixed_length(tokens).items():
            here = self.learned.setdefault(token, {})
            here[label] = round(here.get(label, 0.0) + weight * count, 3)
            self._count(token, label, weight * count)
        if key:
            rarest = sorted(filter(is_word, tokens), key=lambda token: self._of_token.get(token, 0.0))
            self.examples[label] = [*self.examples.get(label, []), [key, rarest[:EXAMPLE_TOKENS]]][-EXAMPLES_MAX:]

    def rank(self, reading: Reading, most: int = 3) -> Ranking:
        """Return how strongly every department is proposed, and the first ones with what speaks for them."""
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
        """How much the token speaks for each department that uses it."""
        for label in self._by_label.get(token, ()):
            yield label, self._voice(token, label)

    def _voice(self, token: str, label: str) -> float:
        everywhere = self._of_token[token] + UNIT * SMOOTHING
        without = everywhere - self._by_label[token].get(label, 0.0)
        return math.log(everywhere / max(without, UNIT * SMOOTHING))

    def _nearest(self, query: Mapping[str, float]) -> Nearest:
        """Return by department its nearest matters as (cosine, place), nearest first."""
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
        known = [token for token in query if is_word(token) and label in self._by_label.get(token, ())]
        words = sorted(known, key=lambda token: -query[token] * self._voice(token, label))[:WORDS_SHOWN]
        close = [self.matters[place] for cosine, place in near if cosine >= NEARLY_AS_NEAR * near[0][0]]
        return Vote(label, score, words, close, self._witnesses(label, query))

    def _witnesses(self, label: str, query: Mapping[str, float]) -> list[str]:
        """Numbers of past letters that share at least three of their telling words with the text, best first."""
        shared = [(sum(token in query for token in tokens), key) for key, tokens in self.examples.get(label, [])]
        return [key for count, key in sorted(shared, reverse=True) if count >= 3][:2]

    def _count(self, token: str, label: str, weight: float) -> None:
        for counts, key in ((self._by_label[token], label), (self._of_token, token), (self._of_label, label)):
            counts[key] = counts.get(key, 0.0) + UNIT * weight
            if counts[key] < NOTHING:  # what was forgotten leaves no trace
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
        """Return what ranking needs: of each token the total, and the departments that use it most."""
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
        """Return a router that ranks; to learn for good, a new one adopts the `lessons`."""
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
        """Return all that letters taught; tokens beyond the vocabulary's limit are dropped, rare ones first."""
        kept = heapq.nlargest(VOCABULARY_MAX, self.learned, key=lambda token: sum(self.learned[token].values()))
        return _packed({"learned": {token: self.learned[token] for token in kept}, "examples": self.examples})

    def adopt(self, lessons: bytes) -> None:
        """Take over what letters taught another router."""
        content = json.loads(zlib.decompress(lessons))
        self.learned, self.examples = content["learned"], content["examples"]
        for token, labels in self.learned.items():
            for label, count in labels.items():
                self._count(token, label, count)

    def _kept(self) -> Iterator[str]:
        """The catalogue's tokens, and of those that only letters have the ones that they use most."""
        only_learned = [token for token in self._of_token if token not in self._rarity]
        yield from (token for token in self._of_token if token in self._rarity)
        yield from heapq.nlargest(VOCABULARY_MAX, only_learned, key=lambda token: self._of_token[token])


def _packed(content: Mapping[str, Any]) -> bytes:
    return zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), 6)


def _most(counts: Mapping[str, float], places: Mapping[str, int]) -> list[float]:
    """Return the places of the labels with the highest counts and these, in turn; what is left speaks for nobody."""
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
    """Scale so that the best has 1 and the worst (or the floor) 0."""
    if not scores:
        return {}
    least = min(scores.values()) if floor is None else floor
    span = max(scores.values()) - least
    return {label: (score - least) / span if span > NOTHING else 0.0 for label, score in scores.items()}
