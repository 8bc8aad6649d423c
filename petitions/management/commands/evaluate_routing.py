"""manage.py evaluate_routing: how often the right department is proposed, on letters whose department is known.

By default the letters are judged by the routing model in use, brought up to date first: the catalogue and what
confirmed dispatches taught. With --leave-one-out the model also learns the file's letters, and each letter is judged by
a model that has not learned it. With --folds N neither catalogue nor dispatches are used: the file is cut into N folds,
and each is judged by a model that learned the other folds. The labels then need not be our departments.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple

import psutil
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from departments.catalogue import active_matters, as_matters, department_names
from departments.routing import Router
from departments.words import Reading, read
from petitions.management.letters import read_letters
from petitions.proposals.learning import current_router, refresh_routing_model
from petitions.proposals.proposing import confidence_of

CONFUSIONS_SHOWN = 20
CONFIDENCES = (0.1, 0.3, 0.5, 0.7, 0.9)


@dataclass(frozen=True)
class Letter:
    """A letter whose department is known; `also` are others that would have been right."""

    reading: Reading
    label: str
    also: Sequence[str]


class Judged(NamedTuple):
    """A letter, the departments proposed for it, and how sure the first one is (docs/adr/0018)."""

    letter: Letter
    labels: list[str]
    confidence: float


class Command(BaseCommand):
    help = "Print top-1 and top-3 of the proposals, by confidence and department, what is taken for what, and the cost."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, required=True, metavar="X.jsonl", help="rows with lead or label")
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--leave-one-out", action="store_true", help="learn the file's other letters too")
        how.add_argument("--folds", type=int, default=0, metavar="N", help="learn from the file alone, N-fold")
        parser.add_argument("--catalogue-only", action="store_true", help="leave out what dispatches taught")

    def handle(self, *args: Any, **options: Any) -> None:
        folds = options["folds"]
        if folds and folds < 2:
            raise CommandError("--folds must be 2 or more.")
        before = _memory()
        router = Router() if folds else _router(is_catalogue_only=options["catalogue_only"])
        memory = _memory() - before
        began = process_time()
        letters = [_letter(row, router) for row in read_letters(options["file"])]
        if folds:
            ranked = _by_folds(letters, folds)
        elif options["leave_one_out"]:
            ranked = _leave_one_out(letters, router)
        else:
            ranked = (_judged(router, letter) for letter in letters)
        judged = list(ranked)
        self._report(judged)
        spent = 1000 * (process_time() - began) / len(judged)
        self.stdout.write(f"{spent:.1f} ms of CPU a letter; {memory:.1f} MiB for the model and the dictionary")

    def _report(self, ranked: Sequence[Judged]) -> None:
        if not ranked:
            raise CommandError("The file has no letters.")
        self.stdout.write(f"{len(ranked)} letters")
        for title, also_counts in (("strict", False), ("counting also_ok", True)):
            first, third = (sum(_is_right(row, most, also_counts) for row in ranked) for most in (1, 3))
            shares = f"top-1 {first / len(ranked):.3f}  top-3 {third / len(ranked):.3f}"
            self.stdout.write(f"{shares}  {title}")
        for least in CONFIDENCES:
            sure = [row for row in ranked if row.confidence >= least]
            right = sum(_is_right(row, 1, True) for row in sure)
            self.stdout.write(f"confidence {least} and more: {len(sure)} letters, {right} right")
        by_label: dict[str, list[Judged]] = defaultdict(list)
        for row in ranked:
            by_label[row.letter.label].append(row)
        for label, rows in sorted(by_label.items(), key=lambda item: -len(item[1])):
            first, third = (sum(_is_right(row, most, False) for row in rows) for most in (1, 3))
            self.stdout.write(f"  {label}: {len(rows)}, top-1 {first}, top-3 {third}")
        wrong = Counter(
            (row.letter.label, row.labels[0] if row.labels else "-") for row in ranked if not _is_right(row, 1, True)
        )
        for (label, taken_for), count in wrong.most_common(CONFUSIONS_SHOWN):
            self.stdout.write(f"  {label} taken for {taken_for}: {count}")


def _memory() -> float:
    """Return the memory that this process uses, in MiB."""
    return float(psutil.Process().memory_info().rss) / (1 << 20)


def _router(*, is_catalogue_only: bool) -> Router:
    if is_catalogue_only:
        names = department_names()
        return Router(as_matters(active_matters(), names), names)
    refresh_routing_model(now=timezone.now())
    return current_router() or Router()


def _letter(row: dict[str, Any], router: Router) -> Letter:
    label = row.get("lead") or row.get("label")
    if not label:
        raise CommandError(f"{row['id']}: neither lead nor label.")
    return Letter(read(row["title"], row["body"], router.names), label, row.get("also_ok") or ())


def _judged(router: Router, letter: Letter) -> Judged:
    votes = router.rank(letter.reading).votes
    return Judged(letter, [vote.label for vote in votes], confidence_of(votes))


def _is_right(row: Judged, most: int, also_counts: bool) -> bool:
    letter, labels, _confidence = row
    right = {letter.label, *letter.also} if also_counts else {letter.label}
    return not right.isdisjoint(labels[:most])


def _leave_one_out(letters: Sequence[Letter], router: Router) -> Iterator[Judged]:
    for letter in letters:
        router.learn(letter.label, letter.reading.tokens)
    for letter in letters:
        router.learn(letter.label, letter.reading.tokens, weight=-1.0)
        yield _judged(router, letter)
        router.learn(letter.label, letter.reading.tokens)


def _by_folds(letters: Sequence[Letter], folds: int) -> Iterator[Judged]:
    """Judge the letters of each fold by a model that learned the other folds.

    A letter's place in the file decides its fold, so that a second run gives the same figures.
    """
    for fold in range(folds):
        router = Router()
        for place, letter in enumerate(letters):
            if place % folds != fold:
                router.learn(letter.label, letter.reading.tokens)
        for letter in letters[fold::folds]:
            yield _judged(router, letter)
