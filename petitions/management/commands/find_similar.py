"""manage.py find_similar: which texts of a file are about the same problem. It compares them with each other only."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from petitions.management.letters import read_letters
from petitions.search.likeness import Letters, Like

TOP = 5
TWIN_WITHIN = 3  # a row's `duplicate_of` counts as found among so many of the most similar rows


class Command(BaseCommand):
    help = "Print for each text of a JSON Lines file the others of the file that are most like it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, required=True, metavar="X.jsonl", help="rows with id, title, body")
        parser.add_argument("--json", action="store_true", help="one JSON line a row instead of a table")
        parser.add_argument("--top", type=int, default=TOP, metavar="N", help="how many for each, 5 by default")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = list(read_letters(options["file"]))
        letters = Letters([(row["title"], row["body"]) for row in rows])
        twins: list[bool] = []
        for place, row in enumerate(rows):
            similar = [(rows[other]["id"], like) for other, like in letters.similar(place, options["top"])]
            self.stdout.write(_json(row["id"], similar) if options["json"] else _line(row["id"], similar))
            if row.get("duplicate_of"):
                twins.append(row["duplicate_of"] in [other for other, _like in similar[:TWIN_WITHIN]])
        if twins:
            self.stderr.write(f"{sum(twins)} of {len(twins)} duplicates have their twin among the first {TWIN_WITHIN}")


def _json(key: object, similar: Sequence[tuple[object, Like]]) -> str:
    rows = [{"id": other, "score": like.score, "because": list(like.because)} for other, like in similar]
    return json.dumps({"id": key, "similar": rows}, ensure_ascii=False)


def _line(key: object, similar: Sequence[tuple[object, Like]]) -> str:
    return f"{key}  " + "  ".join(f"{other} {like.score:.2f}" for other, like in similar)
