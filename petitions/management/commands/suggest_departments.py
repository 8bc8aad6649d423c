"""manage.py suggest_departments: which departments, kind and urgency would be proposed for the texts of a file."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from petitions.management.letters import read_letters
from petitions.proposals.learning import current_router, refresh_routing_model
from petitions.proposals.proposing import SHOWN, Advice, advise, because


class Command(BaseCommand):
    help = "Propose departments, kind, urgency and joint handling for each text of a JSON Lines file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, required=True, metavar="X.jsonl", help="rows with id, title, body")
        parser.add_argument("--json", action="store_true", help="one JSON line a row instead of a table")
        parser.add_argument("--top", type=int, default=SHOWN, metavar="N", help="how many departments, 3 by default")

    def handle(self, *args: Any, **options: Any) -> None:
        refresh_routing_model(now=timezone.now())
        router = current_router()
        for row in read_letters(options["file"]):
            advice = advise(router, row["title"], row["body"], options["top"])
            self.stdout.write(_json(row["id"], advice) if options["json"] else _line(row["id"], advice))


def _json(key: object, advice: Advice) -> str:
    departments = [{"short_name": vote.label, "score": vote.score, "because": because(vote)} for vote in advice.votes]
    answer = {
        "id": key,
        "departments": departments,
        "kind": advice.kind,
        "urgency": advice.urgency,
        "joint": advice.is_joint,
        "supports": list(advice.supports),
    }
    return json.dumps(answer, ensure_ascii=False)


def _line(key: object, advice: Advice) -> str:
    names = "  ".join(f"{vote.label} {vote.score:.2f}" for vote in advice.votes)
    joint = f"  + {'、'.join(advice.supports)}" if advice.is_joint else ""
    return f"{key}  {advice.kind}  {advice.urgency}  {names}{joint}"
