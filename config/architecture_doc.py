"""Draws the rooms into docs/architecture.md: `python -m config.architecture_doc` writes, `--check` only compares.

Rooms are the root packages of import-linter in pyproject.toml; their layers are those of its contracts whose names
begin with "Rooms:". What a room holds is the first sentence of its docstring. An arrow is an import between two rooms,
also one inside a function or for types only; it is left out where a longer way leads to the same room, so that the
picture can be read. grimp reads the files: nothing of ours is imported, no server is started.
Left out: numbers of lines and imports, which every change would touch, and what config mounts by name.
"""

import ast
import re
import sys
import tomllib
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import grimp

CHECKOUT = Path(__file__).resolve().parent.parent
PAGE = CHECKOUT / "docs" / "architecture.md"
BEGIN = "<!-- Between these marks `make docs` writes. -->\n"
END = "<!-- Here `make docs` ends. -->\n"


def linter(checkout: Path = CHECKOUT) -> dict[str, Any]:
    """Return what pyproject.toml tells import-linter."""
    settings: dict[str, Any] = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))
    return settings["tool"]["importlinter"]


def layers(settings: Mapping[str, Any]) -> list[str]:
    """Return the layers of rooms from the top down, as the contracts write them: "departments | enterprises".

    A layer in which one contract ends and the next begins is returned once.
    """
    rooms = [contract for contract in settings["contracts"] if contract["name"].startswith("Rooms:")]
    return list(dict.fromkeys(layer for contract in rooms for layer in contract["layers"]))


def floors_of(settings: Mapping[str, Any]) -> list[list[str]]:
    """Return the rooms of each layer from the top down; those without a layer, such as config, come first."""
    named = [re.findall(r"\w+", layer) for layer in layers(settings)]
    outside = [room for room in settings["root_packages"] if not any(room in floor for floor in named)]
    return [outside, *named] if outside else named


def arrows(graph: grimp.ImportGraph) -> dict[str, list[str]]:
    """Return which rooms each room points to, without those that it reaches by way of another one.

    graph  of rooms, their modules folded into them
    """
    direct = {room: graph.find_modules_directly_imported_by(room) for room in sorted(graph.modules)}
    return {
        room: sorted(near - {far for step in near for far in graph.find_upstream_modules(step)})
        for room, near in direct.items()
    }


def rooms_only(packages: Sequence[str]) -> grimp.ImportGraph:
    """Return the graph of imports between these packages, without their modules. Python has to find the packages."""
    graph = grimp.build_graph(*packages, cache_dir=None)
    for package in packages:
        graph.squash_module(package)
    return graph


def sentence(room: str, checkout: Path = CHECKOUT) -> str:
    """Return the first sentence of the room's docstring.

    Raises  SystemExit with one sentence when there is none
    """
    init = checkout / room / "__init__.py"
    text = ast.get_docstring(ast.parse(init.read_text(encoding="utf-8")))
    if not text:
        sys.exit(f"{room}/__init__.py has no docstring; say there in one sentence what the room holds.")
    return re.split(r"(?<=\.)\s", text)[0].replace("\n", " ")


def generated() -> str:
    """Return the part of the page between the marks; the same for the same code."""
    settings = linter()
    floors = floors_of(settings)
    return "\n".join([*_picture(floors, arrows(rooms_only(settings["root_packages"]))), "", *_table(floors), ""])


def _picture(floors: Sequence[Sequence[str]], found: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield the graph. The links that are not drawn (~~~) keep each layer above the next."""
    yield "```mermaid\nflowchart TD"
    for upper, lower in pairwise(floors):
        yield f"    {' & '.join(upper)} ~~~ {' & '.join(lower)}"
    for room in (room for floor in floors for room in floor):
        yield from (f"    {room} --> {other}" for other in found[room])
    yield "```"


def _table(floors: Sequence[Sequence[str]]) -> Iterator[str]:
    yield "| Room | What it holds |\n|---|---|"
    yield from (f"| `{room}` | {sentence(room)} |" for floor in floors for room in floor)


def renewed(text: str) -> str:
    """Return the page's text with the part between the marks written anew.

    Raises  SystemExit with one sentence when a mark is missing
    """
    if not text.count(BEGIN) == text.count(END) == 1:
        sys.exit("The page lacks the two marks between which `make docs` writes.")
    before, rest = text.split(BEGIN)
    _old, after = rest.split(END)
    return f"{before}{BEGIN}\n{generated()}\n{END}{after}"


def fault(page: Path = PAGE) -> str:
    """Return one sentence when the page is not what the code says now, else ""."""
    text = page.read_text(encoding="utf-8")
    if text == renewed(text):
        return ""
    return f"{page.name} is not what the code says now; run `make docs` and look at the difference."


def main() -> None:
    """Write the page, or with --check only say in one sentence, exit status 1, that it differs."""
    parser = ArgumentParser(prog="python -m config.architecture_doc", description="Draw the rooms.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the page is out of date")
    if parser.parse_args().check:
        sys.exit(fault() or 0)
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
