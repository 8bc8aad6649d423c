"""docs/architecture.md shows the rooms as they are: its picture, its table, and the check that keeps them so."""

from pathlib import Path

import grimp
import pytest

from config.architecture_doc import BEGIN, END, PAGE, arrows, fault, floors_of, layers, renewed, sentence

CONTRACTS = {
    "root_packages": ["mounts", "top", "left", "right", "ground"],
    "contracts": [
        {"name": "Rooms: upper half", "layers": ["top", "left | right"]},
        {"name": "Inside top", "layers": ["top.pages", "top.models"]},
        {"name": "Rooms: lower half", "layers": ["left | right", "ground"]},
    ],
}


def test_the_page_is_that_of_this_code() -> None:
    assert fault() == ""


@pytest.mark.parametrize(
    ("old", "new"), [("```mermaid", "```mermaid\n"), ("| Room |", "| Rooms |"), (" --> ", " --- ")]
)
def test_a_page_that_differs_is_noticed_and_put_right(old: str, new: str, tmp_path: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    copy = tmp_path / "architecture.md"
    copy.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert fault(copy) == "architecture.md is not what the code says now; run `make docs` and look at the difference."
    assert renewed(copy.read_text(encoding="utf-8")) == text


def test_what_is_written_by_hand_stays() -> None:
    assert renewed(f"Before\n{BEGIN}old\n{END}After\n").startswith(f"Before\n{BEGIN}\n```mermaid\n")
    assert renewed(f"Before\n{BEGIN}old\n{END}After\n").endswith(f"\n{END}After\n")


@pytest.mark.parametrize("text", ["", BEGIN, BEGIN + END + END])
def test_a_page_without_its_marks_is_refused(text: str) -> None:
    with pytest.raises(SystemExit, match="lacks the two marks"):
        renewed(text)


def test_what_is_written_by_hand_is_short_enough_to_be_read() -> None:
    text = PAGE.read_text(encoding="utf-8")
    by_hand = text.split(BEGIN)[0] + text.split(END)[1]
    assert len(by_hand.splitlines()) <= 40


def test_contracts_that_meet_in_a_layer_are_one_order() -> None:
    assert layers(CONTRACTS) == ["top", "left | right", "ground"]
    assert floors_of(CONTRACTS) == [["mounts"], ["top"], ["left", "right"], ["ground"]]


def test_an_arrow_is_left_out_where_a_longer_way_leads() -> None:
    graph = grimp.ImportGraph()
    for importer, imported in [("top", "left"), ("top", "right"), ("left", "ground"), ("top", "ground")]:
        graph.add_import(importer=importer, imported=imported)
    assert arrows(graph) == {"ground": [], "left": ["ground"], "right": [], "top": ["left", "right"]}


def test_a_room_says_in_its_first_sentence_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "room").mkdir()
    init = tmp_path / "room" / "__init__.py"
    init.write_text('"""Who asks: enterprise,\nliaison. More of it\nfollows."""\n')
    assert sentence("room", tmp_path) == "Who asks: enterprise, liaison."
    init.write_text("")
    with pytest.raises(SystemExit, match="has no docstring"):
        sentence("room", tmp_path)
