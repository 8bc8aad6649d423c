"""The command as people use it: what it prints, what it refuses, how it is stopped; and its documents."""

import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from rich.console import Console

from departments.models import Department
from petitions.importing.letters import Reason
from petitions.importing.office_table import COLUMNS
from petitions.importing.progress import Shown
from petitions.importing.reading import Row
from petitions.models import Petition
from record.models import Event
from regions.models import Region
from tests.cast import Cast
from tests.petitions.letter_files import TABLE_ROW, table
from tests.slow import slow

DOCS: Path = settings.BASE_DIR / "docs"


def imported(path: Path, **options: object) -> str:
    return ran(path, **options)[0]


def ran(path: Path, **options: object) -> tuple[str, int]:
    """Run the command. Returns what it printed, and its exit status."""
    out, status = StringIO(), 0
    try:
        call_command("import_petitions", path, **{"format": "csv", "stdout": out} | options)
    except SystemExit as ended:
        status = int(str(ended.code))
    return out.getvalue(), status


def test_the_counts_are_printed_and_add_up(cast: Cast, tmp_path: Path) -> None:
    rows = (TABLE_ROW, TABLE_ROW | {"编号": "2"}, TABLE_ROW, TABLE_ROW | {"编号": "3", "办理部门": "民政局"})
    path = table(tmp_path / "t.csv", *rows)
    assert imported(path, dry_run=True).startswith(
        "试运行，什么也没有写入。\n读取4 = 导入2 + 已有1 + 未导入1 + 空行0；"
    )
    assert Petition.objects.count() == 0
    out, status = ran(path)
    lines = out.splitlines()
    assert lines[0].startswith("读取4 = 导入2 + 已有1 + 未导入1 + 空行0；")
    assert lines[1:] == [
        "  待评价 resolved: 2",
        "  办理部门不明 unknown_department: 1",
        "计数相符：文件5行 = 表头1行 + 4条（4行），其中1条未导入；退出码3。",
    ]
    assert status == 3


def test_the_rejects_file_names_line_number_and_reason_and_holds_no_formula(cast: Cast, tmp_path: Path) -> None:
    rows = (TABLE_ROW | {"编号": "=1+1", "内容": ""}, TABLE_ROW, TABLE_ROW | {"编号": "3", "办理部门": "民政局"})
    rejects = tmp_path / "rejects.csv"
    imported(table(tmp_path / "t.csv", *rows), rejects=rejects)
    assert rejects.read_bytes().startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(rejects.read_text(encoding="utf-8-sig").splitlines())) == [
        ["line", "source_id", "column", "reason", "detail"],
        ["2", "'=1+1", "内容", "empty_body", "来信没有内容。"],
        ["4", "3", "办理部门", "unknown_department", "没有名为“民政局”的部门。"],
    ]


def test_a_map_says_what_the_file_calls_our_departments(cast: Cast, tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", TABLE_ROW | {"办理部门": "民政局"})
    names = tmp_path / "map.csv"
    names.write_text("名称,部门\n民政局,税务局\n", encoding="utf-8")
    imported(path, map=names)
    assert Petition.objects.get().assignments.get().department == cast.support


def test_two_offices_may_have_the_same_numbers(cast: Cast, tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", TABLE_ROW)
    for source in ("north", "south"):
        imported(path, source=source)
    assert set(Petition.objects.values_list("source", "source_id")) == {("north", "2025-1"), ("south", "2025-1")}


def test_what_cannot_be_used_is_one_sentence(cast: Cast, tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", TABLE_ROW)
    names = tmp_path / "map.csv"
    names.write_text("名称,部门\n民政局,无此局\n", encoding="utf-8")
    refused: dict[str, dict[str, object]] = {
        "没有“xlsx”这种格式": {"format": "xlsx"},
        "没有一行是JSON对象": {"format": "tipdm"},
        "最多20个字符": {"source": "x" * 21},
        "不能是要导入的文件本身": {"rejects": path},
        "写不了文件": {"rejects": tmp_path / "none" / "rejects.csv"},
        "部门不存在：民政局": {"map": names},
    }
    for sentence, options in refused.items():
        with pytest.raises(CommandError, match=sentence) as error:
            imported(path, **options)
        assert "\n" not in str(error.value)
    with pytest.raises(CommandError, match="读不了文件"):
        imported(tmp_path / "none.csv")
    assert Petition.objects.count() == 0
    assert path.stat().st_size > 0


@pytest.mark.django_db
def test_without_a_city_there_is_nowhere_to_import_to(tmp_path: Path) -> None:
    assert not Region.objects.exists()
    with pytest.raises(CommandError, match="还没有市级区域"):
        imported(table(tmp_path / "t.csv", TABLE_ROW))


def test_without_a_terminal_a_line_says_how_far_it_is() -> None:
    out = StringIO()
    rows = [Row(number, {}) for number in range(4)]
    assert list(Shown(Console(file=out, width=80), total=4, line_seconds=0)(rows)) == rows
    assert [line.split("，")[0] for line in out.getvalue().splitlines()] == ["1/4", "2/4", "3/4"]


def test_on_a_terminal_a_bar_says_so() -> None:
    out = StringIO()
    rows = [Row(number, {}) for number in range(4)]
    assert list(Shown(Console(file=out, width=100, force_terminal=True), total=4)(rows)) == rows
    assert "4/4" in out.getvalue()
    assert "件/秒" in out.getvalue()


def test_the_template_is_a_table_that_can_be_imported(cast: Cast) -> None:
    for short_name in ("城管局", "科技局"):
        Department.objects.create(
            code=short_name.encode().hex(), short_name=short_name, name=short_name, level="city", region=cast.city
        )
    template = DOCS / "petitions-template.csv"
    assert template.read_text(encoding="utf-8-sig").splitlines()[0].split(",") == list(COLUMNS.values())
    out, status = ran(template)
    assert (out.startswith("读取2 = 导入2 + 已有0 + 未导入0 + 空行0；"), status) == (True, 0)


def test_the_document_has_every_column_and_every_reason() -> None:
    text = (DOCS / "importing.md").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| ")]
    assert [(row[0], row[1]) for row in rows if row[1] in COLUMNS] == [(f"| {v}", k) for k, v in COLUMNS.items()]
    assert [row[0].strip("| `") for row in rows if row[0].strip("| `") in Reason.values] == Reason.values


# ---- stopped in the middle ----------------------------------------------------------------------------------------

LETTERS = 80
# A background shell starts its jobs with Ctrl-C ignored; stopping has to work there as well.
DEAF = ["sh", "-c", 'trap "" INT; exec "$@"', "sh"]


@pytest.fixture
def process(cast: Cast, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The command in a process of its own, on this test's database, once it has imported a few letters."""
    path = table(tmp_path / "t.csv", *(TABLE_ROW | {"编号": str(number)} for number in range(LETTERS)))
    database = connection.settings_dict
    url = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
    production = {"DATABASE_URL": url, "REDIS_URL": settings.REDIS_URL, "SECRET_KEY": "x" * 50, "ALLOWED_HOSTS": "x"}
    started = subprocess.Popen(
        [*DEAF, sys.executable, "manage.py", "import_petitions", str(path), "--format", "csv", "--skip-checks"],
        cwd=settings.BASE_DIR,
        env=os.environ | production,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while Petition.objects.count() < 3 and started.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    yield started
    started.kill()
    started.communicate()


@slow("a process that is stopped while it imports, 10 s")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_it_finishes_the_letter_says_how_far_it_came_and_goes_on(
    process: subprocess.Popen[str], tmp_path: Path, number: int, status: int
) -> None:
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    done = Petition.objects.count()
    assert (process.returncode, 3 <= done < LETTERS) == (status, True), err
    assert out.startswith(f"读取{done} = 导入{done} + 已有0 + 未导入0 + 空行0；")
    assert f"还有{LETTERS - done}行没有读" in err
    assert "Traceback" not in err
    assert imported(tmp_path / "t.csv").startswith(
        f"读取{LETTERS} = 导入{LETTERS - done} + 已有{done} + 未导入0 + 空行0；"
    )


@slow("a process that is killed while it imports, 10 s")
@pytest.mark.django_db(transaction=True)
def test_killed_it_leaves_whole_letters_and_goes_on(process: subprocess.Popen[str], tmp_path: Path) -> None:
    process.kill()
    process.communicate()
    done = Petition.objects.count()
    assert 3 <= done < LETTERS
    assert Event.objects.count() == 4 * done
    imported(tmp_path / "t.csv")
    assert (Petition.objects.count(), Event.objects.count()) == (LETTERS, 4 * LETTERS)
