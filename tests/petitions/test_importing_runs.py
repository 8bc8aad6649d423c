"""What becomes of letters: the verbs at the letters' own times, each letter once, every row counted."""

from collections import Counter
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from petitions.importing.directory import Directory
from petitions.importing.formats import FORMATS
from petitions.importing.letters import Letter
from petitions.importing.reading import LetterFile
from petitions.importing.runs import Run, import_letters, replay
from petitions.models import Channel, Petition, State
from record.models import Event
from tests.cast import Cast
from tests.faults.threads import together
from tests.moments import SHANGHAI, TUESDAY_10AM
from tests.petitions.letter_files import MAILBOX_ROW, MESSAGE_ROW, NOW, TABLE_ROW, lines, rejects_of, run_over, table


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SHANGHAI)  # type: ignore[arg-type, misc]


def history(petition: Petition) -> list[tuple[str, datetime]]:
    return list(petition.events.order_by("id").values_list("kind", "at"))


@pytest.mark.usefixtures("cast")
def test_a_row_of_an_offices_table_walks_its_whole_history(tmp_path: Path) -> None:
    counts = run_over(table(tmp_path / "t.csv", TABLE_ROW), "csv")
    assert (counts.read, counts.imported) == (1, Counter({State.RESOLVED: 1}))
    petition = Petition.objects.get(source="csv", source_id="2025-1")
    dispatched = at(2025, 3, 3, 10, 5)
    assert history(petition) == [
        ("report", at(2025, 3, 3, 9, 20)),
        ("dispatch", dispatched),
        ("check_in", dispatched),
        ("resolve", at(2025, 3, 5, 16, 30)),
    ]
    assert (petition.channel, petition.state, petition.number[:8]) == (Channel.IMPORT, "resolved", "20250303")
    assignment = petition.assignments.get()
    assert (assignment.outcome, assignment.public_answer) == ("solved", TABLE_ROW["答复内容"])
    assert {event.by for event in petition.events.all()} == {User.objects.system()}
    assert petition.petitioner.is_on_behalf is False


@pytest.mark.usefixtures("cast")
def test_a_forwarded_letter_of_the_mailbox_was_dispatched_on_that_day(tmp_path: Path) -> None:
    run_over(lines(tmp_path / "m.jsonl", MAILBOX_ROW), "shangluo")
    petition = Petition.objects.get()
    assert [moment for _kind, moment in history(petition)] == [
        at(2021, 3, 1),
        at(2021, 3, 2),
        at(2021, 3, 2),
        at(2021, 3, 5),
    ]
    assert "某市经济和信息化局" in petition.events.get(kind="dispatch").text


@pytest.mark.parametrize(
    ("changes", "dispatched", "answered"),
    [
        ({"forwarded_to": None}, at(2021, 3, 1), at(2021, 3, 5)),
        ({"final_reply": None}, at(2021, 3, 1), at(2021, 3, 2)),
        ({"replied": "2021-03-07"}, at(2021, 3, 1), at(2021, 3, 7)),  # signed first, published later
    ],
)
@pytest.mark.usefixtures("cast")
def test_a_letter_without_a_day_of_forwarding_was_dispatched_when_asked(
    tmp_path: Path, changes: dict[str, Any], dispatched: datetime, answered: datetime
) -> None:
    run_over(lines(tmp_path / "m.jsonl", MAILBOX_ROW | changes), "shangluo")
    petition = Petition.objects.get()
    assert (petition.assigned_at, petition.resolved_at) == (dispatched, answered)
    assert "按提交时间计" in petition.events.get(kind="dispatch").text


@pytest.mark.usefixtures("cast")
def test_a_message_is_answered_by_the_department_that_signed(tmp_path: Path) -> None:
    unanswered = MESSAGE_ROW | {"id": "m-2", "reply": None, "reply_time": None}
    counts = run_over(lines(tmp_path / "m.jsonl", MESSAGE_ROW, unanswered), "tipdm")
    assert counts.imported == {State.RESOLVED: 1, State.REPORTED: 1}
    assert Petition.objects.get(source_id="m-1").assignments.get().department.code == "jingxin"


@pytest.mark.usefixtures("cast")
def test_a_letter_goes_as_far_as_it_went(tmp_path: Path) -> None:
    nothing = dict.fromkeys(("办理部门", "派单时间", "答复时间", "答复内容", "办理结果"), "")
    unanswered = dict.fromkeys(("答复时间", "答复内容", "办理结果"), "-")
    rows = (TABLE_ROW | {"编号": "1"} | nothing, TABLE_ROW | {"编号": "2"} | unanswered)
    counts = run_over(table(tmp_path / "t.csv", *rows), "csv")
    assert counts.imported == {State.REPORTED: 1, State.ASSIGNED: 1}
    assert Petition.objects.get(source_id="2").assignments.get().checked_in_at is None


def test_a_row_may_say_who_asked_and_that_it_is_confidential(cast: Cast, tmp_path: Path) -> None:
    more = {
        "统一社会信用代码": cast.enterprise.credit_code,
        "保密": "是",
        "区县园区": "临江区",
        "诉求类型": "投诉",
        "紧急程度": "urgent",
        "联系人": "林晓",
        "联系电话": "13800000001",
        "办理结果": "列入计划",
        "计划完成日期": "2025/12/31",
    }
    assert rejects_of(table(tmp_path / "t.csv", TABLE_ROW | more), "csv") == []
    petition = Petition.objects.get()
    assert (petition.kind, petition.urgency, petition.region) == ("complaint", "urgent", cast.district)
    assert petition.is_confidential
    assert petition.petitioner.enterprise == cast.enterprise
    assert str(petition.assignments.get().planned_date) == "2025-12-31"


REJECTS: dict[str, tuple[dict[str, str], str]] = {
    "no number": ({"编号": " "}, "bad_id"),
    "a number that is too long": ({"编号": "9" * 61}, "bad_id"),
    "no content": ({"内容": "-"}, "empty_body"),
    "no date": ({"提交时间": ""}, "bad_date"),
    "an answer without its time": ({"答复时间": ""}, "bad_date"),
    "an absurd year": ({"提交时间": "1925-03-03"}, "date_out_of_range"),
    "tomorrow": ({"答复时间": "2026-11-21"}, "date_out_of_range"),
    "answered before asked": ({"答复时间": "2025-03-01"}, "dates_out_of_order"),
    "dispatched before asked": ({"派单时间": "2025-03-03 09:00"}, "dates_out_of_order"),
    "an unknown department": ({"办理部门": "民政局"}, "unknown_department"),
    "a dispatch to nobody": ({"办理部门": ""}, "unknown_department"),
    "an unknown kind": ({"诉求类型": "表扬"}, "unknown_value"),
    "an unknown outcome": ({"办理结果": "完结"}, "unknown_value"),
    "an unknown region": ({"区县园区": "火星"}, "unknown_value"),
    "an unknown enterprise": ({"统一社会信用代码": "91000000000000000X"}, "unknown_value"),
    "an unclear confidentiality": ({"保密": "可能"}, "unknown_value"),
    "a content that is too long": ({"内容": "长" * 5001}, "refused"),
    "an answer that is too short": ({"答复内容": "已收悉"}, "refused"),
    "a telephone number that is none": ({"联系电话": "12"}, "refused"),
    "a plan without a date": ({"办理结果": "列入计划"}, "refused"),
}


@pytest.mark.parametrize(("changes", "reason"), REJECTS.values(), ids=REJECTS)
@pytest.mark.usefixtures("cast")
def test_a_bad_row_is_rejected_with_its_line_and_its_neighbours_are_imported(
    tmp_path: Path, changes: dict[str, str], reason: str
) -> None:
    blank = dict.fromkeys(("诉求类型", "区县园区", "统一社会信用代码", "保密", "联系电话"), "")
    rows = (TABLE_ROW | blank | {"编号": "1"}, TABLE_ROW | blank | changes, TABLE_ROW | blank | {"编号": "3"})
    (reject,) = rejects_of(table(tmp_path / "t.csv", *rows), "csv")
    assert (reject.line, reject.reason) == (3, reason)
    assert reject.detail.endswith("。")
    assert set(Petition.objects.values_list("source_id", flat=True)) == {"1", "3"}


@pytest.mark.usefixtures("cast")
def test_a_second_run_adds_nothing_and_a_number_twice_in_a_file_counts_once(tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", TABLE_ROW, TABLE_ROW, TABLE_ROW | {"编号": "2"})
    first, second = run_over(path, "csv"), run_over(path, "csv")
    assert (first.read, first.imported.total(), first.skipped) == (3, 2, 1)
    assert (second.read, second.imported.total(), second.skipped) == (3, 0, 3)
    assert Event.objects.count() == 8


@pytest.mark.usefixtures("cast")
def test_a_dry_run_counts_like_a_real_one_and_keeps_nothing(tmp_path: Path) -> None:
    User.objects.filter(username="system").delete()
    rows = (TABLE_ROW, TABLE_ROW, TABLE_ROW | {"编号": "2", "答复内容": "短"}, TABLE_ROW | {"编号": ""})
    path = table(tmp_path / "t.csv", *rows)
    dry = run_over(path, "csv", is_dry=True)
    assert Petition.objects.count() == 0
    assert not User.objects.filter(username="system").exists()
    assert dry == run_over(path, "csv")
    assert Petition.objects.count() == 1


def test_a_run_that_was_stopped_goes_on_where_it_stopped(cast: Cast, tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", *(TABLE_ROW | {"编号": str(number)} for number in range(5)))
    letters = LetterFile(path, FORMATS["csv"].reader)
    directory = Directory(cast.city, {})
    run = Run(source="csv", letter=lambda cells: FORMATS["csv"].letter(cells, directory), now=NOW)
    assert import_letters(islice(letters, 2), run).imported.total() == 2
    rest = import_letters(letters, run)
    assert (rest.imported.total(), rest.skipped) == (3, 2)


@pytest.mark.parametrize(
    ("cell", "stored"),
    [
        ("13800001234.0", "13800001234"),
        ("＋８６ １３８００００１２３４", "13800001234"),
        ("0573-82345678转801", "0573-82345678转801"),
        ("无", ""),
    ],
)
@pytest.mark.usefixtures("cast")
def test_a_number_of_a_table_is_read_as_everywhere(cell: str, stored: str, tmp_path: Path) -> None:
    run_over(table(tmp_path / "t.csv", TABLE_ROW | {"联系电话": cell}), "csv")
    assert Petition.objects.get(source="csv").petitioner.contact_phone == stored


@pytest.mark.parametrize("cell", ["1380000ABCD", "138000012345", "1380000123.0", "1.38E+10", "13800001234/13900001234"])
@pytest.mark.usefixtures("cast")
def test_a_row_whose_number_is_none_is_rejected(cell: str, tmp_path: Path) -> None:
    counts = run_over(table(tmp_path / "t.csv", TABLE_ROW | {"联系电话": cell}), "csv")
    assert dict(counts.rejected) == {"refused": 1}


def test_the_statements_of_a_whole_letter_are_known(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    letter = Letter(
        title="路灯不亮",
        body="厂区北门外的三盏路灯两周不亮。",
        reported_at=TUESDAY_10AM,
        answered_at=TUESDAY_10AM,
        answer="已经修好。",
        department=cast.lead,
        region=cast.city,
    )
    replay(letter, source="csv", source_id="warm")
    with django_assert_num_queries(58):
        replay(letter, source="csv", source_id="1")
    with pytest.raises(IntegrityError):
        replay(letter, source="csv", source_id="1")


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_share_the_work(cast: Cast, tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", *(TABLE_ROW | {"编号": str(number)} for number in range(30)))
    both = together(2, lambda worker: run_over(path, "csv"))
    assert [counts.read for counts in both] == [30, 30]
    assert sum(counts.imported.total() for counts in both) == 30
    assert sum(counts.skipped for counts in both) == 30
    assert Event.objects.values("subject_id").distinct().count() * 4 == Event.objects.count() == 120
