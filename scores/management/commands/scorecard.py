"""manage.py scorecard: a month's scorecards, live or frozen, as a table or as one JSON object.

Every rate comes with numerator, denominator and its 95 % interval. A department with too few cycles has no score. With
--department, only that department's row is shown; below the table its other counts follow: limits, endings, ratings.
"""

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q
from django.utils import timezone
from rich import box
from rich.console import Console
from rich.table import Table

from departments.models import Department, Level
from scores.models import Ending
from scores.scorecard import DepartmentScore, MonthlyScores, month_from, month_of
from scores.scoring import Counts, Rate

SCORED = ("response", "resolution", "satisfaction")
BESIDE = ("check_in", "contact", "answer")
WIDTH = 160  # characters; wide enough that no cell is wrapped, whatever the terminal


class Command(BaseCommand):
    help = "Show the departments' scorecards of a month, with every numerator and denominator."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--month", metavar="YYYY-MM", required=True)
        parser.add_argument("--department", metavar="SHORT", help="one department, by the name people use")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")

    def handle(self, *args: Any, **options: Any) -> None:
        month = _month(options["month"])
        unit = _department(options["department"]) if options["department"] else None
        scores = month_of(month)
        cards = [card for card in scores.cards if unit is None or card.department == unit]
        if options["json"]:
            self.stdout.write(json.dumps(_document(scores, cards), ensure_ascii=False))
            return
        self.stdout.write(_heading(scores))
        if cards:
            self._print(_table(scores, cards))
        else:
            self.stdout.write("no facts")
        for card in cards if unit else ():
            self.stdout.write(_details(card.counts))

    def _print(self, table: Table) -> None:
        console = Console(width=WIDTH, highlight=False, color_system=None)
        with console.capture() as text:
            console.print(table)
        self.stdout.write("\n".join(line.rstrip() for line in text.get().splitlines() if line.strip()))


def _month(text: str) -> date:
    try:
        return month_from(text)
    except ValueError as problem:
        raise CommandError(f"{text} is not a month, such as 2026-09.") from problem


def _department(name: str) -> Department:
    found = Department.objects.filter(Q(name=name) | Q(short_name=name, level=Level.CITY)).first()
    if found is None:
        raise CommandError(f"no department is called {name}: the short name in the city, elsewhere the full one.")
    return found


def _heading(scores: MonthlyScores) -> str:
    formula = scores.formula
    state = f"frozen {timezone.localtime(scores.frozen_at):%Y-%m-%d %H:%M}" if scores.frozen_at else "live"
    weights = f"{formula.response_weight}/{formula.resolution_weight}/{formula.satisfaction_weight}"
    return (
        f"{scores.month:%Y-%m} {state}, formula {formula.version}: {weights}, "
        f"{formula.prior_cycles} cycles of the city's mean added, ranked from {formula.least_cycles} cycles"
    )


def _table(scores: MonthlyScores, cards: list[DepartmentScore]) -> Table:
    table = Table("rank", "department", "score", "cycles", "excluded", *SCORED, box=box.SIMPLE_HEAD)
    for card in cards:
        table.add_row(_text(card.rank), str(card.department), _text(card.score), *_numbers(card.counts))
    table.add_section()
    table.add_row("", "all", "", *_numbers(scores.city))
    return table


def _numbers(counts: Counts) -> list[str]:
    return [str(counts.cycles), str(counts.excluded), *(_rate(getattr(counts, name)) for name in SCORED)]


def _details(counts: Counts) -> str:
    endings = ", ".join(f"{getattr(counts, ending)} {ending}" for ending in Ending.values)
    levels = ", ".join(f"{number} of level {level}" for level, number in enumerate(counts.levels, 1))
    return "\n".join(
        [
            *(f"{name}: {_rate(getattr(counts, name))}" for name in BESIDE),
            f"endings: {endings}",
            f"ratings: {levels}; {counts.solved} solved, {counts.partly} partly; {counts.excluded_ratings} left out",
        ]
    )


def _rate(rate: Rate) -> str:
    if rate.share is None or rate.low is None or rate.high is None:
        return "–"
    return f"{rate.met}/{rate.of} {rate.share:.1%} ({100 * rate.low:.1f}–{100 * rate.high:.1f})"


def _text(value: object) -> str:
    return "–" if value is None else str(value)


def _document(scores: MonthlyScores, cards: list[DepartmentScore]) -> dict[str, Any]:
    formula = scores.formula
    names = ("version", "response_weight", "resolution_weight", "satisfaction_weight", "prior_cycles", "least_cycles")
    return {
        "month": f"{scores.month:%Y-%m}",
        "frozen_at": scores.frozen_at and timezone.localtime(scores.frozen_at).isoformat(),
        "formula": {name: getattr(formula, name) for name in names},
        "city": _counts(scores.city),
        "departments": [
            {
                "code": card.department.code,
                "department": str(card.department),
                "rank": card.rank,
                "score": card.score and str(card.score),
                **_counts(card.counts),
            }
            for card in cards
        ],
    }


def _counts(counts: Counts) -> dict[str, Any]:
    rates = {name: getattr(counts, name) for name in SCORED + BESIDE}
    return {
        "counts": asdict(counts),
        "rates": {
            name: {"met": rate.met, "of": rate.of, "share": rate.share, "low": rate.low, "high": rate.high}
            for name, rate in rates.items()
        },
    }
