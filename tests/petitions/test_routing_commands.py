"""The commands that try out proposals, and the figures on the development set where it is there."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from departments.catalogue import import_catalogue
from seeds import load
from tests.cast import Cast
from tests.departments.catalogue_files import csv_bytes
from tests.petitions.test_proposals import ARREARS, SCHOOL, TAX
from tests.shared_data import shared_data

LETTERS: list[dict[str, Any]] = [
    {"id": "a", "title": "货款被拖欠", "body": "请协调货款。", "lead": "经信局", "also_ok": []},
    {"id": "b", "title": "退税没到账", "body": "税款和发票都齐了。", "lead": "教体局", "also_ok": ["税务局"]},
    {"id": "c", "title": "孩子入学", "body": "学位满了，想转学。", "lead": "教体局"},
    {"id": "d", "title": "学位紧张", "body": "转学办不了。", "lead": "税务局"},
]


@pytest.fixture
def file(tmp_path: Path, cast: Cast) -> Path:
    import_catalogue(csv_bytes(ARREARS, TAX, SCHOOL), "x.csv")
    path = tmp_path / "letters.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in LETTERS) + "\n\n", encoding="utf-8")
    return path


def printed(capsys: pytest.CaptureFixture[str], command: str, path: Path, **options: Any) -> list[str]:
    call_command(command, file=path, **options)
    return capsys.readouterr().out.splitlines()


def test_each_row_gets_its_json_line(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = [json.loads(line) for line in printed(capsys, "suggest_departments", file, json=True)]
    assert [answer["id"] for answer in answers] == ["a", "b", "c", "d"]
    assert set(answers[0]) == {"id", "departments", "kind", "urgency", "joint", "supports"}
    first = answers[0]["departments"][0]
    assert (first["short_name"], first["because"][0]) == ("经信局", "职责：拖欠货款")
    assert 0 < first["score"] <= 1
    assert answers[0]["joint"] is False
    assert all(len(answer["departments"]) == 3 for answer in answers)


def test_without_json_each_row_gets_a_line_for_people(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, "suggest_departments", file, top=1)
    assert re.fullmatch(r"a  complaint  pressing  经信局 \d\.\d\d", lines[0])


def test_an_evaluation_tells_strict_and_lenient_by_department_and_what_is_taken_for_what(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = printed(capsys, "evaluate_routing", file, catalogue_only=True)
    assert lines[:3] == [
        "4 letters",
        "top-1 0.500  top-3 1.000  strict",
        "top-1 0.750  top-3 1.000  counting also_ok",
    ]
    assert lines[3:8] == [f"confidence {least} and more: 4 letters, 3 right" for least in (0.1, 0.3, 0.5, 0.7, 0.9)]
    assert re.fullmatch(r"\d+\.\d ms of CPU a letter; \d+\.\d MiB for the model and the dictionary", lines[-1])
    assert set(lines[8:-1]) == {
        "  教体局: 2, top-1 1, top-3 2",
        "  经信局: 1, top-1 1, top-3 1",
        "  税务局: 1, top-1 0, top-3 1",
        "  税务局 taken for 教体局: 1",
    }


def test_letters_are_judged_by_models_that_have_not_seen_them(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "evaluate_routing", file, leave_one_out=True)[0] == "4 letters"
    # Labels of any kind; with two folds each letter is judged by the other two.
    rows = [{"title": "鱼塘缺水", "label": "鱼"}, {"title": "树苗缺水", "label": "树"}] * 2
    file.write_text("\n".join(json.dumps(row) for row in [*rows[:2], *rows[1::-1]]), encoding="utf-8")
    assert printed(capsys, "evaluate_routing", file, folds=2)[1] == "top-1 1.000  top-3 1.000  strict"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("{", "line 1: not JSON"),
        ("[]", "line 1: neither title nor body"),
        ('\n{"id": 1}', "line 2: neither title nor body"),
        ('{"id": 7, "title": "x"}', "7: neither lead nor label"),
        ("", "The file has no letters"),
    ],
)
def test_a_file_that_cannot_be_judged_is_refused_with_a_sentence(content: str, problem: str, file: Path) -> None:
    file.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=problem):
        call_command("evaluate_routing", file=file)
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("suggest_departments", file=file.with_name("none.jsonl"))
    with pytest.raises(CommandError, match="2 or more"):
        call_command("evaluate_routing", file=file, folds=1)


@pytest.mark.django_db
def test_the_figures_on_the_development_set(capsys: pytest.CaptureFixture[str]) -> None:
    path = shared_data("enterprise.jsonl")
    load.load_regions()
    load.load_departments()
    load.load_responsibilities()
    for options in ({"leave_one_out": True}, {"catalogue_only": True}):
        found = re.match(r"top-1 ([\d.]+)  top-3 ([\d.]+)", printed(capsys, "evaluate_routing", path, **options)[1])
        assert found is not None
        assert float(found[1]) >= 0.80
        assert float(found[2]) >= 0.93
