"""Calendars as files: what is read, and the sentence for each line that cannot be."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from departments.calendar_files import WrongCalendar, read_csv, read_ical
from departments.models import DayException
from tests.cast import Cast

HEAD = "date,is_working,spans,name,department\n"
EVENT = "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20261001\nDTEND;VALUE=DATE:20261003\nSUMMARY:国庆节\nEND:VEVENT\n"


def test_a_table_is_read(cast: Cast) -> None:
    first, second = read_csv(f"{HEAD}2026-10-10,1,09:00 - 12:00 ; 13:00-14:00,调休,\n2026-10-10,休,,轮休,jingxin\n")
    assert (first.date, first.is_working, first.spans) == (date(2026, 10, 10), True, ["09:00-12:00", "13:00-14:00"])
    assert (second.department, second.is_working, second.spans, second.name) == (cast.lead, False, [], "轮休")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("2026-10-10,1,,,\n2026-10-10,0,,,\n", "line 3: 2026-10-10 stands in line 2 already"),
        ("2026-10-10,perhaps,,,\n", "line 2: is_working is 'perhaps'"),
        ("2026-13-10,1,,,\n", "line 2: "),
        ("2026-10-10\n", "line 2: is_working is ''"),
        (",1,,,\n", "line 2: "),
        ("2026-10-10,1,25:00-26:00,,\n", "line 2: "),
        ("2026-10-10,1,,,nowhere\n", "line 2: no department has the code 'nowhere'"),
        (f"2026-10-10,1,,{'长' * 200_000},\n", "line 2: field larger than field limit"),
    ],
)
def test_a_wrong_line_is_named(rows: str, told: str) -> None:
    with pytest.raises(WrongCalendar) as wrong:
        read_csv(HEAD + rows)
    assert len(wrong.value.problems) == 1
    assert wrong.value.problems[0].startswith(told)


def test_events_are_read_a_row_for_each_day() -> None:
    assert [(day.date.day, day.is_working, day.name) for day in read_ical(EVENT)] == [
        (1, False, "国庆节"),
        (2, False, "国庆节"),
    ]


@pytest.mark.parametrize(("before", "after"), [("20261001", "20261301"), ("20261001", "1"), ("20261003", "99999999")])
def test_a_wrong_event_is_named(before: str, after: str) -> None:
    with pytest.raises(WrongCalendar, match=r"^line 5: "):
        read_ical(EVENT.replace(before, after))


@pytest.mark.django_db
def test_the_command_writes_nothing_of_a_file_with_a_wrong_line(tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    path.write_text(f"{HEAD}2026-10-10,1,,,\n2026-10-10,0,,,\n", encoding="utf-8")
    with pytest.raises(CommandError, match=r"^Nothing was imported\. line 3: "):
        call_command("import_calendar", path)
    assert not DayException.objects.exists()
