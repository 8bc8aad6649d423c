"""explain_deadline as people and programs use it: a table, JSON, a file of rows, and what it refuses."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.shared_data import shared_data

pytestmark = pytest.mark.django_db

WEEK = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
START = "--start=2025-06-10T10:00"
ROW = {"id": "A", "start": "2025-06-10T10:00+08:00", "amount": 4, "unit": "hours", "pauses": []}


def explained(*arguments: str) -> str:
    out = StringIO()
    call_command("explain_deadline", *arguments, stdout=out)
    return out.getvalue()


def rows_file(folder: Path, *rows: object) -> str:
    path = folder / "rows.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return f"--file={path}"


def test_every_stated_deadline_comes_out_of_the_command() -> None:
    path = shared_data("deadlines.jsonl")
    stated = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    answers = [json.loads(line) for line in explained(f"--file={path}").splitlines()]
    assert len(answers) == 20
    assert answers == [
        {
            "id": row["id"],
            "due_at": row["expected"],
            "provisional": False,
            "counted_minutes": row["counted_minutes"],
        }
        for row in stated
    ]


def test_every_stated_deadline_comes_out_of_the_command_line() -> None:
    """The same rows, one by one, said with options."""
    for line in shared_data("deadlines.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        pauses = [f"--pause={begins}/{ends}" for begins, ends in row["pauses"]]
        answer = json.loads(explained(f"--start={row['start']}", f"--{row['unit']}={row['amount']}", *pauses, "--json"))
        assert (answer["due_at"], answer["counted_minutes"]) == (row["expected"], row["counted_minutes"])


def test_the_table_names_every_day() -> None:
    assert explained("--start=2026-02-14T10:00+08:00", "--hours=7").splitlines() == [
        "due: 2026-02-24T10:00+08:00",
        "2026-02-14 Sat    360 min 调休",
        *(f"2026-02-{day} {name}      0 min 春节" for day, name in zip(range(15, 24), WEEK * 2, strict=False)),
        "2026-02-24 Tue     60 min",
    ]


def test_pauses_are_taken_off_however_many() -> None:
    pauses = ["--pause=2025-06-10T11:00/2025-06-10T12:00", "--pause=2025-06-10T11:30/2025-06-10T14:30"]
    assert json.loads(explained(START, "--hours=2", *pauses, "--json")) == {
        "id": None,
        "due_at": "2025-06-10T15:30+08:00",
        "provisional": False,
        "counted_minutes": {"2025-06-10": 120},
    }


def test_a_pause_without_an_end_leaves_the_limit_open(tmp_path: Path) -> None:
    pause = "--pause=2025-06-10T11:00/"
    assert explained(START, "--hours=2", pause) == "due: never, a pause has no end\n"
    row = ROW | {"pauses": [["2025-06-10T11:00", None]]}
    answers = [explained(START, "--days=2", pause, "--json"), explained(rows_file(tmp_path, row))]
    for answer in map(json.loads, answers):
        assert (answer["due_at"], answer["counted_minutes"]) == (None, {})


def test_a_year_that_is_not_announced_is_provisional() -> None:
    assert explained("--start=2031-03-03T10:00", "--days=1").startswith(
        "due: 2031-03-04T17:30+08:00 (provisional: holidays not announced)\n"
    )
    assert json.loads(explained("--start=2031-03-03T10:00", "--days=1", "--json"))["provisional"]


def test_seconds_and_other_zones_are_kept(tmp_path: Path) -> None:
    line = explained(rows_file(tmp_path, "", ROW | {"start": "2025-06-10T02:00:30.5Z"}, "  "))
    answer = json.loads(line)
    assert answer["due_at"] == "2025-06-10T15:30:30.500000+08:00"
    assert sum(answer["counted_minutes"].values()) == 240


WRONG_OPTIONS = [
    ((), "Give --start and one of --hours and --days"),
    ((START,), "one of --hours and --days"),
    ((START, "--hours=1", "--days=1"), "one of --hours and --days"),
    (("--hours=1",), "Give --start"),
    ((START, "--hours=1", "--file=x.jsonl"), "--file alone"),
    (("--file=nowhere.jsonl",), "nowhere.jsonl cannot be read"),
    (("--start=10 June", "--hours=1"), "10 June: not an ISO date and time"),
    ((START, "--hours=-1"), "above 0"),
    ((START, "--hours=nan"), "above 0"),
    ((START, "--hours=inf"), "above 0"),
    ((START, "--days=0"), "above 0"),
    ((START, "--days=1.5"), "invalid int value"),
    ((START, "--days=99999"), "to lie in 2004 to 2036"),
    (("--start=1999-01-01", "--days=1"), "to lie in 2004 to 2036"),
    ((START, "--hours=1", "--pause=2025-06-10T12:00/2025-06-10T11:00"), "a pause ends before it begins"),
    ((START, "--hours=1", "--pause=2025-06-10T12:00"), "a pause is FROM/TO"),
    ((START, "--hours=1", "--pause=/2025-06-10T12:00"), "not an ISO date and time"),
]


@pytest.mark.parametrize(("arguments", "reason"), WRONG_OPTIONS)
def test_wrong_options_are_refused_with_their_reason(arguments: tuple[str, ...], reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        explained(*arguments)


WRONG_ROWS: list[tuple[object, str]] = [
    ('{"id": ', "Expecting value"),
    ("[]", "not a JSON object"),
    ({"id": "A"}, "no amount, no start, no unit"),
    (ROW | {"hour": 3}, "unknown hour"),
    (ROW | {"unit": "weeks"}, "neither hours nor days"),
    (ROW | {"start": "tomorrow"}, "tomorrow: not an ISO date and time"),
    (ROW | {"amount": "4"}, "amount '4' is not a number"),
    (ROW | {"amount": True}, "amount True is not a number"),
    (ROW | {"amount": -4}, "above 0"),
    (ROW | {"amount": 1.5, "unit": "days"}, "1.5 is not a whole number of days"),
    (ROW | {"pauses": "none"}, "pauses are not a list"),
    (ROW | {"pauses": [["2025-06-10T11:00"]]}, "a pause is"),
    (ROW | {"pauses": [["2025-06-10T12:00", "2025-06-10T11:00"]]}, "a pause ends before it begins"),
    (ROW | {"work_hours": ["08:00-12:00"]}, "work_hours are not the calendar's"),
]


@pytest.mark.parametrize(("row", "reason"), WRONG_ROWS)
def test_a_wrong_row_is_refused_with_its_line(row: object, reason: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=rf"rows\.jsonl, line 2: .*{reason}"):
        explained(rows_file(tmp_path, ROW, row))


def test_a_file_that_is_not_text_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"id": "\xff"}\n')
    with pytest.raises(CommandError, match="line 1: "):
        explained(f"--file={path}")
