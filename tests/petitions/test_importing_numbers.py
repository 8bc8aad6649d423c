"""Letters' numbers: one that has lost its end is none, and the same one twice is the same letter or a conflict."""

import csv
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from petitions.importing.letters import Reason
from petitions.importing.office_table import COLUMNS
from petitions.importing.runs import Counts
from petitions.management.commands.import_petitions import exit_status
from petitions.models import Petition, Urgency
from record.models import Event
from tests.cast import Cast
from tests.petitions.letter_files import NOW, TABLE_ROW, rejects_of, run_over, table
from tests.petitions.test_importing_command import ran
from tests.reading.workbook_files import workbook

UNANSWERED = TABLE_ROW | dict.fromkeys(("答复时间", "答复内容", "办理结果"), "")


def book(path: Path, *rows: dict[str, object]) -> Path:
    path.write_bytes(workbook(list(rows[0]), *(list(row.values()) for row in rows)))
    return path


def test_five_letters_whose_numbers_became_one_are_rejected_each_with_its_line(cast: Cast, tmp_path: Path) -> None:
    rows = [TABLE_ROW | {"编号": "2.02503E+16", "标题": f"第{number}封"} for number in range(5)]
    path, rejects = table(tmp_path / "t.csv", *rows, TABLE_ROW), tmp_path / "rejects.csv"
    out, status = ran(path, rejects=rejects)
    assert out.splitlines()[0].startswith("读取6 = 导入1 + 已有0 + 未导入5 + 空行0；")
    assert out.splitlines()[-1] == "计数相符：文件7行 = 表头1行 + 6条（6行），其中5条未导入；退出码3。"
    assert status == 3
    told = list(csv.reader(rejects.read_text(encoding="utf-8-sig").splitlines()))[1:]
    assert [cells[:4] for cells in told] == [[str(n), "2.02503E+16", "编号", "lost_digits"] for n in range(2, 7)]
    assert "已丢失末位数字" in told[0][4]
    assert Petition.objects.get().source_id == "2025-1"


@pytest.mark.usefixtures("cast")
def test_numbers_in_a_workbook_keep_all_digits_or_are_rejected(tmp_path: Path) -> None:
    numbers = (20250301, 123456789012345, 20250312345678901, 2.02503e16, "20250312345678901")
    path = book(tmp_path / "t.xlsx", *({**UNANSWERED, "编号": number} for number in numbers))
    assert [(reject.line, reject.reason) for reject in rejects_of(path, "csv")] == [
        (4, "lost_digits"),
        (5, "lost_digits"),
    ]
    kept = Petition.objects.order_by("id").values_list("source_id", flat=True)
    assert list(kept) == ["20250301", "123456789012345", "20250312345678901"]


@pytest.mark.usefixtures("cast")
def test_days_times_and_telephone_numbers_of_a_workbook_are_read(tmp_path: Path) -> None:
    cells = {
        "提交时间": datetime.fromisoformat("2025-03-03T09:20:00"),
        "联系电话": 13800001234.0,
        "派单时间": datetime.fromisoformat("2025-03-04"),
    }
    assert rejects_of(book(tmp_path / "t.xlsx", {**UNANSWERED, **cells}), "csv") == []
    petition = Petition.objects.get()
    assert petition.petitioner.contact_phone == "13800001234"
    assert f"{petition.reported_at.astimezone(NOW.tzinfo):%Y-%m-%d %H:%M}" == "2025-03-03 09:20"
    assert f"{petition.assigned_at.astimezone(NOW.tzinfo):%Y-%m-%d %H:%M}" == "2025-03-04 00:00"  # type: ignore[union-attr]


@pytest.mark.usefixtures("cast")
def test_the_same_file_as_text_and_as_workbook_is_one_set_of_letters(tmp_path: Path) -> None:
    rows = [TABLE_ROW | {"编号": str(number), "联系电话": "13800001234"} for number in (1, 2)]
    run_over(table(tmp_path / "t.csv", *rows), "csv")
    numbered = ({**row, "编号": float(row["编号"]), "联系电话": 13800001234.0} for row in rows)
    again = run_over(book(tmp_path / "t.xlsx", *numbered), "csv")
    assert (again.read, again.skipped, again.rejected.total()) == (2, 2, 0)


@pytest.mark.usefixtures("cast")
def test_a_credit_code_that_lost_its_end_is_said_to_have(tmp_path: Path) -> None:
    (reject,) = rejects_of(table(tmp_path / "t.csv", TABLE_ROW | {"统一社会信用代码": "9.19902E+17"}), "csv")
    assert (reject.reason, reject.column) == (Reason.LOST_DIGITS, "统一社会信用代码")


OTHER: dict[str, dict[str, str]] = {
    "title": {"标题": "另一件事"},
    "body": {"内容": "完全是另一件事情，请另行处理。"},
    "reported_at": {"提交时间": "2025-03-03 09:21"},
    "contact_name": {"联系人": "周岚"},
    "contact_phone": {"联系电话": "13800001137"},
    "department": {"办理部门": "税务局"},
    "dispatched_at": {"派单时间": "2025-03-03 10:06"},
    "answered_at": {"答复时间": "2025-03-06 16:30"},
    "answer": {"答复内容": "答复是另外一个样子。"},
    "outcome": {"办理结果": "解释说明"},
}
FIRST = TABLE_ROW | {"联系人": "林晓", "联系电话": "13800001234"}


@pytest.mark.parametrize(("field", "changes"), OTHER.items(), ids=OTHER)
@pytest.mark.usefixtures("cast")
def test_the_same_number_with_other_content_is_a_conflict_in_one_file_and_later(
    field: str, changes: dict[str, str], tmp_path: Path
) -> None:
    path = table(tmp_path / "t.csv", FIRST, FIRST | changes, FIRST)
    for is_dry in (True, False):
        (reject,) = rejects_of(path, "csv", is_dry=is_dry)
        assert (reject.line, reject.reason, reject.column) == (3, Reason.CONFLICT, "编号")
        assert reject.detail == "与第2行编号相同而内容不同。"
    (reject,) = rejects_of(table(tmp_path / "u.csv", FIRST | changes), "csv")
    assert (reject.line, reject.reason) == (2, Reason.CONFLICT)
    assert reject.detail == f"这个编号已经导入过，内容不同：{COLUMNS[field]}。"
    assert Petition.objects.get().title == FIRST["标题"]


@pytest.mark.usefixtures("cast")
def test_a_letter_that_has_been_answered_since_in_the_table_is_a_conflict_not_known(tmp_path: Path) -> None:
    run_over(table(tmp_path / "t.csv", UNANSWERED), "csv")
    (reject,) = rejects_of(table(tmp_path / "t.csv", TABLE_ROW), "csv")
    assert reject.detail == "这个编号已经导入过，内容不同：答复内容。"


def test_what_was_done_here_since_is_no_other_content(cast: Cast, tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", UNANSWERED)
    run_over(path, "csv")
    petition = Petition.objects.get()
    Petition.objects.filter(pk=petition.pk).update(urgency=Urgency.URGENT)
    again = run_over(path, "csv")
    assert (again.skipped, again.rejected.total()) == (1, 0)
    assert Event.objects.count() == 2


@pytest.mark.usefixtures("cast")
def test_seventeen_letters_that_a_quote_swallowed_are_rejected_each_with_its_line(tmp_path: Path) -> None:
    rows = [UNANSWERED | {"编号": str(number)} for number in range(1, 31)]
    path, rejects = table(tmp_path / "t.csv", *rows), tmp_path / "rejects.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    body = UNANSWERED["内容"]
    lines[5] = lines[5].replace(body, f'"{body}')
    lines[22] = lines[22].replace(body, f'{body}"')
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for dry in (True, False):
        out, status = ran(path, rejects=rejects, dry_run=dry)
        assert "读取30 = 导入12 + 已有0 + 未导入18 + 空行0；" in out
        assert "  被没有闭合的引号并入 swallowed_line: 18\n" in out
        assert out.splitlines()[-1] == "计数相符：文件31行 = 表头1行 + 30条（30行），其中18条未导入；退出码3。"
        assert status == 3
        told = list(csv.reader(rejects.read_text(encoding="utf-8-sig").splitlines()))[1:]
        assert [int(cells[0]) for cells in told] == list(range(6, 24))
    assert Petition.objects.count() == 12


@pytest.mark.usefixtures("cast")
def test_a_file_without_rejects_ends_with_status_0(tmp_path: Path) -> None:
    out, status = ran(table(tmp_path / "t.csv", UNANSWERED, UNANSWERED | {"编号": "2"}))
    assert out.splitlines()[-1] == "计数相符：文件3行 = 表头1行 + 2条（2行），其中0条未导入；退出码0。"
    assert status == 0


def test_counts_that_leave_lines_of_the_file_out_end_with_status_4() -> None:
    assert exit_status(Counts(read=2, lines=3, skipped=2), lines=3) == 0
    assert exit_status(Counts(read=2, lines=3, skipped=1, rejected=Counter(conflict=1)), lines=3) == 3
    assert exit_status(Counts(read=2, lines=3, skipped=2), lines=4) == 4
    assert exit_status(Counts(read=2, lines=3, skipped=1), lines=3) == 4


@pytest.mark.usefixtures("cast")
def test_a_quote_that_never_ends_is_given_up_and_the_rows_behind_it_are_read(tmp_path: Path) -> None:
    """At 131,072 characters. What was taken until then is rejected line by line."""
    long = UNANSWERED | {"内容": "长" * 4000}
    rows = [long | {"编号": str(number)} for number in range(40)]
    path = table(tmp_path / "t.csv", *rows, UNANSWERED | {"编号": "last"})
    content = path.read_text(encoding="utf-8").replace("长", '"长', 1)
    path.write_text(content, encoding="utf-8")
    counts = run_over(path, "csv")
    assert counts.read == counts.lines == 41
    assert 30 < counts.rejected[Reason.SWALLOWED_LINE] < 35
    assert counts.imported.total() == 41 - counts.rejected.total()
    assert Petition.objects.filter(source_id="last").exists()
