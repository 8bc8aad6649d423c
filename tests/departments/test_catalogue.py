"""The responsibility catalogue: what an import reads, how it names what it refuses, and that it is all or nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from departments.catalogue import (
    Counts,
    WrongCatalogue,
    active_matters,
    as_matters,
    department_names,
    fingerprint,
    import_catalogue,
)
from departments.models import Department, Responsibility
from tests.cast import Cast
from tests.departments.catalogue_files import csv_bytes, xlsx_bytes

CHINESE = "部门,层级,事项,关键词,例句,依据,协办部门,启用"


def test_a_row_is_read_into_its_fields(cast: Cast) -> None:
    assert import_catalogue(csv_bytes({}), "list.csv") == Counts(1, 1, 0)
    row = Responsibility.objects.get()
    assert (row.department, row.level, row.matter) == (cast.lead, "city", "拖欠货款")
    assert row.keywords == ["拖欠货款", "账款", "尾款"]
    assert row.examples == ["货款一年没付。", "对方不肯对账。"]
    assert (row.basis, row.partners, row.is_active) == ("《保障中小企业款项支付条例》", ["税务局"], True)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (csv_bytes({"level": "市级"}, header=CHINESE), "x.csv"),
        (csv_bytes({}, encoding="utf-8-sig"), "x.csv"),
        (csv_bytes({}, encoding="gb18030"), "X.CSV"),
        (csv_bytes({"keywords": "拖欠货款；账款； ;账款;尾款"}), "x.csv"),
        (csv_bytes({}) + b",,,,,,,\n", "x.csv"),
        (xlsx_bytes({}), "x.xlsx"),
    ],
    ids=["chinese headers", "byte order mark", "gb18030", "full-width separators", "empty row", "workbook"],
)
def test_files_as_offices_make_them_are_read(content: bytes, name: str, cast: Cast) -> None:
    assert import_catalogue(content, name) == Counts(1, 1, 0)
    assert Responsibility.objects.get().keywords == ["拖欠货款", "账款", "尾款"]


def test_again_changes_nothing_and_a_change_overwrites(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    import_catalogue(csv_bytes({}, {"matter": "设备更新"}), "x.csv")
    with django_assert_num_queries(4):  # departments, known rows, and the transaction's two
        assert import_catalogue(csv_bytes({}, {"matter": "设备更新"}), "x.csv") == Counts(2, 0, 0)
    assert import_catalogue(csv_bytes({"is_active": "否"}), "x.csv") == Counts(1, 0, 1)
    assert list(Responsibility.objects.values_list("matter", "is_active")) == [("拖欠货款", False), ("设备更新", True)]


def test_a_dry_run_counts_and_writes_nothing(cast: Cast) -> None:
    import_catalogue(csv_bytes({}), "x.csv")
    content = csv_bytes({"basis": "另一份文件"}, {"matter": "设备更新"})
    counts = import_catalogue(content, "x.csv", is_dry_run=True)
    assert counts == Counts(2, 1, 1)
    assert counts.changes == ("第2行修改：经信局 拖欠货款（依据）", "第3行新增：经信局 设备更新")
    assert Responsibility.objects.get().basis == "《保障中小企业款项支付条例》"


FIVE_BAD_ROWS = (
    {"matter": "好的一行"},
    {"matter": "甲", "department": "财税局"},
    {"matter": "乙", "level": "省级"},
    {"matter": "丙", "keywords": " ; "},
    {"matter": "丁", "basis": "长" * 201},
    {"matter": "好的一行", "is_active": "也许"},
    {"matter": "戊"},
)
FIVE_PROBLEMS = [
    "第3行“部门”列：没有简称为“财税局”的市级部门",
    "第4行“层级”列：只能填：city、市级、district、区县园区级、street、街道乡镇级",
    "第5行“关键词”列：不能为空",
    "第6行“依据”列：最多200个字，现在是201个",
    "第7行“启用”列：请填“是”或“否”",
    "第7行“事项”列：与第2行重复",
]


@pytest.mark.parametrize(("write", "name"), [(csv_bytes, "x.csv"), (xlsx_bytes, "x.xlsx")], ids=["csv", "xlsx"])
def test_each_of_five_bad_rows_is_named_by_row_and_column_and_nothing_is_imported(
    write: Callable[..., bytes], name: str, cast: Cast
) -> None:
    with pytest.raises(WrongCatalogue) as refused:
        import_catalogue(write(*FIVE_BAD_ROWS), name)
    assert refused.value.problems == FIVE_PROBLEMS
    assert not Responsibility.objects.exists()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"department": ""}, "第2行“部门”列：不能为空"),
        ({"department": "临江区政府"}, "第2行“部门”列：没有简称为“临江区政府”的市级部门"),
        ({"matter": "长" * 61}, "第2行“事项”列：最多60个字，现在是61个"),
        ({"keywords": "短;" + "长" * 41}, "第2行“关键词”列：最多40个字，现在是41个"),
        ({"examples": "长" * 201}, "第2行“例句”列：最多200个字，现在是201个"),
        ({"partners": "税务局;某某局"}, "第2行“协办部门”列：没有简称为“某某局”的市级部门"),
    ],
)
def test_a_wrong_cell_says_what_is_wrong(change: dict[str, str], problem: str, cast: Cast) -> None:
    with pytest.raises(WrongCatalogue, match=problem):
        import_catalogue(csv_bytes(change), "x.csv")


@pytest.mark.parametrize(
    ("content", "name", "problem"),
    [
        (b"", "x.csv", "第1行缺少列：部门、层级、事项、关键词、依据。"),
        (csv_bytes(), "x.csv", "文件里没有一行职责。"),
        (csv_bytes({}) + b'"open\n', "x.csv", "第3行：引号的用法不符合CSV的规则"),
        (b"\xff\xff\xff", "x.csv", "文件既不是Excel工作簿"),
        (b"PK\x03\x04 no workbook", "x.xlsx", "文件不是可以读取的Excel工作簿"),
        (b"x" * ((5 << 20) + 1), "x.csv", "文件超过5 MB。"),
    ],
    ids=["empty", "only a header", "open quote", "no text", "no workbook", "too big"],
)
def test_a_file_that_is_no_catalogue_is_refused_with_a_sentence(
    content: bytes, name: str, problem: str, cast: Cast
) -> None:
    with pytest.raises(WrongCatalogue, match=problem):
        import_catalogue(content, name)


def test_the_database_holds_a_matter_once_and_with_keywords(cast: Cast) -> None:
    import_catalogue(csv_bytes({}), "x.csv")
    for matter, keywords in (("拖欠货款", ["x"]), ("新的事项", [])):
        with pytest.raises(IntegrityError), transaction.atomic():
            Responsibility.objects.create(
                department=cast.lead, level="city", matter=matter, keywords=keywords, basis="x"
            )


def test_what_is_compared_are_active_matters_of_active_departments(cast: Cast) -> None:
    import_catalogue(csv_bytes({}, {"matter": "停用的", "is_active": "否"}, {"department": "教体局"}), "x.csv")
    Department.objects.filter(pk=cast.other_department.pk).update(is_active=False)
    assert [str(row) for row in active_matters()] == ["拖欠货款"]
    names = department_names()
    assert names["工信局"] == names["澜川市经信局"] == names["经信局"] == "经信局"
    assert "教体局" not in names
    (matter,) = as_matters(active_matters(), names)
    assert (matter.label, matter.level, matter.text, matter.partners) == ("经信局", "city", "拖欠货款", ["税务局"])
    assert matter.tokens["账款"] > matter.tokens["对账"] > 0


def test_the_fingerprint_follows_what_texts_are_compared_with(cast: Cast) -> None:
    import_catalogue(csv_bytes({}), "x.csv")
    names = department_names()
    before = fingerprint(active_matters(), names)
    Responsibility.objects.update(basis="另一份文件")
    assert fingerprint(active_matters(), names) == before
    assert fingerprint(active_matters(), names | {"工业局": "经信局"}) != before
    Responsibility.objects.update(keywords=["货款"])
    assert fingerprint(active_matters(), names) != before


def test_the_command_says_what_it_did(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(csv_bytes({}))
    call_command("import_responsibilities", path, dry_run=True)
    call_command("import_responsibilities", path)
    assert capsys.readouterr().out.splitlines() == [
        "试运行，什么也没有写入。",
        "第2行新增：经信局 拖欠货款",
        "读取1行 = 新增1 + 修改0 + 不变0 + 空行0",
        "第2行新增：经信局 拖欠货款",
        "读取1行 = 新增1 + 修改0 + 不变0 + 空行0",
    ]
    path.write_bytes(csv_bytes(*FIVE_BAD_ROWS))
    with pytest.raises(CommandError) as refused:
        call_command("import_responsibilities", path)
    assert str(refused.value).splitlines() == ["什么也没有导入。", *FIVE_PROBLEMS]
    with pytest.raises(CommandError, match="读不了文件"):
        call_command("import_responsibilities", tmp_path / "none.csv")
    assert Responsibility.objects.count() == 1
