"""manage.py import_calendar: it shows what would change, and stores it only when told to."""

import io
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from departments.calendars import city_calendar
from departments.models import AnnouncedYear, CalendarVersion, DayException
from departments.shipped_calendar import SHIPPED
from tests.cast import Cast
from tests.departments.days import HEAD, correct, off

pytestmark = pytest.mark.django_db


def run(*arguments: object) -> str:
    out = io.StringIO()
    call_command("import_calendar", *map(str, arguments), stdout=out)
    return out.getvalue()


def file(folder: Path, *rows: str, name: str = "放假安排.csv") -> Path:
    path = folder / name
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def test_it_shows_first_and_stores_with_yes(tmp_path: Path, cast: Cast) -> None:
    path = file(tmp_path, "2027/1/1,休,,元旦,", "2027-1-2,班,9:00-12:00,,")
    shown = run(path, "--announced", 2027, "--source", "市府办〔2026〕9号")
    assert "之后：2027年：市府办〔2026〕9号 (放假安排.csv)，放假1天，调休上班1天" in shown
    assert "2027-01-01 周五 放假 元旦" in shown
    assert "移动0个" in shown
    assert "只作检查，什么都没有保存" in shown
    assert not AnnouncedYear.objects.exists()
    assert not CalendarVersion.objects.exists()
    stored = run(path, "--announced", 2027, "--source", "市府办〔2026〕9号", "--by", "sysadmin", "--yes")
    assert "已保存，日历版本" in stored
    assert AnnouncedYear.objects.get().by == cast.sysadmin
    assert not city_calendar().is_working_day(date(2027, 1, 1))
    assert "没有变化。" in run(path, "--announced", 2027, "--source", "市府办〔2026〕9号", "--yes")
    assert CalendarVersion.objects.count() == 1


def test_a_correction_outlives_a_new_source_when_told_so(tmp_path: Path) -> None:
    correct(off(date(2027, 3, 2), "停电"), off(date(2027, 3, 3), "停水"))
    path = file(tmp_path, "2027-01-01,休,,元旦,")
    shown = run(path, "--announced", 2027)
    assert "这些校正将失去" in shown
    assert "要保留校正，加 --keep 日期 或 --keep all。" in shown
    assert DayException.objects.count() == 2
    run(path, "--announced", 2027, "--keep", "2027年3月2日", "--yes")
    assert [row.name for row in DayException.objects.all()] == ["停电"]
    run(path, "--announced", 2027, "--source", "再次公布", "--keep", "all", "--yes")
    assert DayException.objects.count() == 1


def test_a_year_is_given_back(tmp_path: Path) -> None:
    run(file(tmp_path, "2026-10-01,休,,国庆节,"), "--announced", 2026, "--yes")
    assert city_calendar().is_working_day(date(2026, 10, 2))
    assert f"之后：2026年：{SHIPPED}，放假33天" in run("--withdraw", 2026)
    run("--withdraw", 2026, "--yes")
    assert not city_calendar().is_working_day(date(2026, 10, 2))
    assert not AnnouncedYear.objects.exists()


def test_without_a_file_it_says_where_each_year_comes_from(tmp_path: Path) -> None:
    run(file(tmp_path, "2027-01-01,休,,元旦,"), "--announced", 2027, "--yes")
    run(file(tmp_path, "2028-01-03,休,,元旦,", name="校正.csv"), "--yes")
    lines = [line.strip() for line in run().splitlines()]
    assert lines[1:3] == [
        "2028年：尚未公布，放假0天，调休上班0天，校正1天",
        "2027年：放假安排.csv，放假1天，调休上班0天，校正0天",
    ]
    assert lines[3].startswith(f"2026年：{SHIPPED}，")
    assert lines[-1] == "2028-01-03 周一 放假 元旦（来源：校正.csv）"


def test_nothing_of_a_file_with_a_wrong_line_is_stored(tmp_path: Path) -> None:
    path = file(tmp_path, "2027-01-01,休,,,", "2027-01-01,0,,,", "2027-13-01,0,,,")
    with pytest.raises(CommandError) as refused:
        run(path, "--announced", 2027, "--yes")
    assert str(refused.value).splitlines() == [
        "什么都没有导入。",
        "第3行“日期”列：2027-01-01已在第2行。",
        "第4行“日期”列：“2027-13-01”不是1990年到2100年之间的日期，请写作2027-01-01。",
    ]
    assert not AnnouncedYear.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere.csv"], "无法读取nowhere.csv"),
        (["--withdraw", "2026"], "2026年没有导入过公布。"),
        (["--withdraw", "2026", "nowhere.csv"], "导入文件和恢复内置表请分两次做。"),
        (["nowhere.csv", "--by", "nobody"], "没有用户名为“nobody”的在用账号。"),
    ],
)
def test_what_it_cannot_do_is_a_sentence(arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        run(*arguments)


def test_who_may_not_bring_days_in_is_told(tmp_path: Path, cast: Cast) -> None:
    path = file(tmp_path, "2027-01-01,休,,元旦,")
    with pytest.raises(CommandError, match="您没有办理这一步的权限"):
        run(path, "--by", "chen", "--yes")
    with pytest.raises(CommandError, match="没有会失去的校正"):
        run(path, "--keep", "2027-01-01")
    with pytest.raises(CommandError, match="不是1990年到2100年之间的日期"):
        run(path, "--keep", "昨天")
