"""Write docs/lifecycle.md from the code itself: the state machine of Petition, and the descriptions of the verbs.

The verbs' rules are not copied. Each rule is a function of a Relation, and is called with the relation of every person
in PEOPLE. tests/repository/test_docs.py checks that relation_to gives real people the relations in PEOPLE.
The tables leave out `report`: before it there is no petition to have a relation to (petitions/reporting.py decides).
"""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import override

from accounts.models import Role
from petitions.models import Assignment, EventKind, Part, Petition, State
from petitions.offered import VERBS
from petitions.permissions import Relation

HEAD = """\
# The life of a petition

Written by `manage.py lifecycle_doc` (`make docs`) from `petitions/models/petition.py` and the verbs of
`petitions/offered.py`: change those, never this file. `make check` fails when it is out of date.
Words: [glossary](glossary.md); why there are only five states: [ADR 0005](adr/0005-five-states.md).
"""

INTRODUCTION = """\
## Who may do what, by state

A verb that is missing from a state's table is refused in that state: 409 to those whom its rule allows it elsewhere,
403 to others, 404 to those who may not know of the petition. What a verb asks for besides (a check-in first, once
only, inside a window) is in its own docstring. `report` makes the petition: `petitions/reporting.py` decides who may.
"""

# Chinese names of verbs and edges that have no event of the same name.
NAMES = {"judge_order": "审核督办单", "send_back": "退单", "review_hold": "挂账复核"}
# Edges of the state machine that are no verbs → the verbs that bring them about.
FOLLOWS = {
    "send_back": "decide_send_back, the closing of the lead",
    "rectify": "rate, change_rating, judge_rating",
    "cancel_rectify": "change_rating",
}


def relation(*roles: str, parts: tuple[str, ...] = (), **flags: bool) -> Relation:
    """Return what somebody with these roles is to a petition; `parts` are the parts that their departments hold."""
    known: Any = {"is_liaison": False, "is_assistant": False, "has_filed_on_behalf": False} | flags
    return Relation(roles=frozenset(roles), assignments=tuple(Assignment(part=part) for part in parts), **known)


DESKS = ("is_in_charge", "has_desk_above", "has_desk_below")
# People of one role each, first those with a tie to the petition, then the others: (role, which of them) → relation.
PEOPLE: dict[tuple[Role, str], Relation] = {
    (Role.LIAISON, "own enterprise"): relation(Role.LIAISON, is_liaison=True),
    (Role.ASSISTANT, "who filed it"): relation(Role.ASSISTANT, is_assistant=True, has_filed_on_behalf=True),
    (Role.DISPATCHER, "desk in charge"): relation(
        Role.DISPATCHER, is_in_charge=True, has_desk_above=True, has_desk_below=True
    ),
    (Role.HANDLER, "lead"): relation(Role.HANDLER, parts=(Part.LEAD,)),
    (Role.HANDLER, "support"): relation(Role.HANDLER, parts=(Part.SUPPORT,)),
    (Role.HEAD, "lead"): relation(Role.HEAD, parts=(Part.LEAD,)),
    (Role.HEAD, "support"): relation(Role.HEAD, parts=(Part.SUPPORT,)),
    (Role.SYSTEM, ""): relation(Role.SYSTEM, parts=(Part.LEAD, Part.SUPPORT)),
    (Role.LIAISON, "another enterprise"): relation(Role.LIAISON),
    (Role.ASSISTANT, "who did not file it"): relation(Role.ASSISTANT),
    (Role.DISPATCHER, "another desk"): relation(Role.DISPATCHER),
    (Role.HANDLER, "another department"): relation(Role.HANDLER),
    (Role.HEAD, "another department"): relation(Role.HEAD),
}
PEOPLE |= {(role, ""): relation(role) for role in Role if not any(role == known for known, _which in PEOPLE)}


class Edge(NamedTuple):
    """What a verb does in a state. For a verb that is no transition, `target` is the same state."""

    source: str
    verb: str
    target: str
    has_condition: bool = False


def edges() -> list[Edge]:
    """Return every edge, by state, then in the order of VERBS; transitions that are not verbs come last."""
    fsm = Petition._meta.get_field("state").get_all_transitions(Petition)
    found = [Edge(str(edge.source), edge.name, str(edge.target), bool(edge.conditions)) for edge in fsm]
    found += [Edge(str(state), verb.name, str(state)) for verb in VERBS.values() for state in verb.states]
    place = {name: number for number, name in enumerate(VERBS)}
    return sorted(
        found, key=lambda edge: (State.values.index(edge.source), place.get(edge.verb, len(place)), edge.verb)
    )


def allowed(who: Relation) -> set[str]:
    """Return the verbs that the rules give to somebody, whatever the state."""
    return {name for name, verb in VERBS.items() if verb.rule(who)}


def document() -> str:
    """Return the text of docs/lifecycle.md. It depends on nothing but the code."""
    with override("zh-hans"):
        return "\n".join([HEAD, *_diagram(), *_tables(), *_without_verbs(), *_taken_away()])


def _verb(verb: str) -> str:
    label = EventKind(verb).label if verb in EventKind.values else NAMES.get(verb)
    return f"{verb} {label}" if label else verb


def _state(state: str) -> str:
    return f"{state} {State(state).label}"


def _person(role: Role, which: str) -> str:
    return f"{role.value} {role.label}" + (f" ({which})" if which else "")


def _diagram() -> Iterator[str]:
    yield "## Diagram\n\n```mermaid\nstateDiagram-v2"
    yield from (f'    state "{_state(state)}" as {state}' for state in State.values)
    yield f"    [*] --> {Petition._meta.get_field('state').default} : {_verb('report')}"
    for edge in edges():
        if edge.source != edge.target:
            condition = " (on a condition)" if edge.has_condition else ""
            yield f"    {edge.source} --> {edge.target} : {_verb(edge.verb)}{condition}"
    yield "```\n"


def _tables() -> Iterator[str]:
    yield INTRODUCTION
    for state in State.values:
        yield f"### {_state(state)}\n\n| Verb | Then | Who |\n|---|---|---|"
        for edge in edges():
            if edge.source == state:
                then = "stays" if edge.target == state else _state(edge.target)
                people = [_person(*key) for key, who in PEOPLE.items() if edge.verb in allowed(who)]
                who = ", ".join(people) or f"follows from {FOLLOWS[edge.verb]}"
                yield f"| {_verb(edge.verb)} | {then} | {who} |"
        yield ""


def _without_verbs() -> Iterator[str]:
    yield "## Who may do nothing with a petition\n"
    yield from (f"- {_person(*key)}" for key, who in PEOPLE.items() if not allowed(who))
    yield ""


def _taken_away() -> Iterator[str]:
    """Yield the verbs that a person loses by having two relations at once; the system user is left out."""
    yield "## What two relations at once take away\n\n| Who is at once | and | may not |\n|---|---|---|"
    people = {key: who for key, who in PEOPLE.items() if not who.has(Role.SYSTEM)}
    for (one, first), (two, second) in combinations(people.items(), 2):
        lost = (allowed(first) | allowed(second)) - allowed(_both(first, second))
        if lost:
            verbs = ", ".join(_verb(verb) for verb in VERBS if verb in lost)
            yield f"| {_person(*one)} | {_person(*two)} | {verbs} |"
    yield ""


def _both(first: Relation, second: Relation) -> Relation:
    return Relation(
        roles=first.roles | second.roles,
        is_liaison=first.is_liaison or second.is_liaison,
        is_assistant=first.is_assistant or second.is_assistant,
        has_filed_on_behalf=first.has_filed_on_behalf or second.has_filed_on_behalf,
        assignments=first.assignments + second.assignments,
        is_of_department=bool(first.assignments + second.assignments),
        **{name: getattr(first, name) or getattr(second, name) for name in DESKS},
    )


class Command(BaseCommand):
    help = "Write docs/lifecycle.md from the state machine and the permissions."
    requires_system_checks = []  # reads code only, so that it runs where no server does

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail when the file is out of date")
        parser.add_argument("--file", type=Path, default=settings.BASE_DIR / "docs" / "lifecycle.md")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file, or with --check compare it.

        Raises  CommandError when it differs or is missing
        """
        path: Path = options["file"]
        text = document()
        if not options["check"]:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            raise CommandError(
                f"{path.name} is not what the code says now; run `make docs` and look at the difference."
            )
