"""No circle of imports between the modules of a room, the files of its models included.

Imports inside functions and those for types only count as well: a late import hides a circle and does not cut it.
"""

import re
from pathlib import Path

import grimp
import pytest

from config.architecture_doc import linter


def imports_of(*packages: str) -> grimp.ImportGraph:
    return grimp.build_graph(*packages, cache_dir=None, exclude_type_checking_imports=False)


def circles(graph: grimp.ImportGraph) -> list[list[str]]:
    """Return the groups of modules that reach each other; of each group all its modules."""
    reached = {module: graph.find_upstream_modules(module) for module in sorted(graph.modules)}
    mutual = ({module, *(other for other in found if module in reached[other])} for module, found in reached.items())
    return [list(circle) for circle in dict.fromkeys(tuple(sorted(group)) for group in mutual if len(group) > 1)]


def drawn(circle: list[str], graph: grimp.ImportGraph) -> str:
    """Return the circle's imports, a line each: `module:line  what is written there`."""
    pairs = [(one, other) for one in circle for other in graph.find_modules_directly_imported_by(one)]
    lines = [
        f"{one}:{detail['line_number']}  {detail['line_contents']}"
        for one, other in pairs
        if other in circle
        for detail in graph.get_import_details(importer=one, imported=other)
    ]
    return "\n".join(["A circle of imports:", *lines])


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = imports_of(*linter()["root_packages"])
    assert graph.count_imports() > len(graph.modules)
    found = circles(graph)
    assert not found, "\n".join(drawn(circle, graph) for circle in found)


ROOM = {
    "__init__.py": "",
    "models/__init__.py": "from .petition import Petition\n",
    "models/petition.py": "def parts():\n    from room.models import assignment\n",
    "models/assignment.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .petition import Petition\n",
    "verbs.py": "from room.models import Petition\n",
}


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package in which only a late import and one for types close the circle."""
    for name, code in ROOM.items():
        (tmp_path / "room" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "room" / name).write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path / "room"


def test_a_late_import_and_one_for_types_would_be_seen(room: Path) -> None:
    graph = imports_of("room")
    assert circles(graph) == [["room.models.assignment", "room.models.petition"]]
    text = drawn(circles(graph)[0], graph)
    assert re.findall(r"^room\S+", text, flags=re.MULTILINE) == [
        "room.models.assignment:3",
        "room.models.petition:2",
    ]


def test_a_file_that_imports_its_own_package_would_be_seen(room: Path) -> None:
    (room / "models" / "petition.py").write_text("from room.models import Other\n")
    assert circles(imports_of("room")) == [["room.models", "room.models.petition"]]


def test_a_long_circle_is_found_once_and_whole() -> None:
    graph = grimp.ImportGraph()
    for importer, imported in [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("e", "a")]:
        graph.add_import(importer=importer, imported=imported)
    assert circles(graph) == [["a", "b", "c"]]
