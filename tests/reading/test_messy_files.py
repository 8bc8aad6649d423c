"""Every messy file through every importer that takes its kind of table, with counts of all its records.

The calendar's files are read by the same reader; their meaning is tested in tests/departments.
"""

import re
from pathlib import Path

import pytest

from departments.catalogue import WrongCatalogue, import_catalogue
from departments.models import Responsibility
from petitions.importing.formats import FORMATS
from petitions.importing.reading import LetterFile, UnusableFile
from petitions.importing.runs import Reject
from petitions.models import Petition
from reading.office import UnreadableFile, records
from tests.cast import Cast
from tests.petitions.letter_files import run_over
from tests.reading.messy_files import MESSY, Good, Messy

LETTERS = Good(
    chinese=["编号", "提交时间", "内容", "标题", "联系人"],
    english=["id", "reported_at", "body", "title", "contact_name"],
    rows=[
        [f"2025-{number}", f"2025-03-0{number} 09:20", f"厂区北门外的第{number}盏路灯两周不亮", f"路灯{number}", "林晓"]
        for number in range(1, 6)
    ],
)
MATTERS = Good(
    chinese=["部门", "层级", "关键词", "事项", "依据"],
    english=["department", "level", "keywords", "matter", "basis"],
    rows=[["经信局", "市级", f"路灯{number}", f"第{number}项", "《条例》"] for number in range(1, 6)],
)
READ = {label: messy for label, messy in MESSY.items() if not messy.refused}
REFUSED = {label: messy for label, messy in MESSY.items() if messy.refused}
# One column of theirs is not asked for: a row may lack it, and the last of the rows is still one.
WITH_REQUIRED_LAST = "rows without their last, empty cells"


def test_there_are_twenty_and_more() -> None:
    assert (len(READ), len(REFUSED)) == (33, 7)


@pytest.mark.parametrize("messy", READ.values(), ids=READ)
def test_letters_are_imported_or_rejected_by_their_line_and_all_records_are_counted(
    messy: Messy, cast: Cast, tmp_path: Path
) -> None:
    path = tmp_path / messy.name
    path.write_bytes(messy.build(LETTERS))
    rejects: list[Reject] = []
    counts = run_over(path, "csv", on_reject=rejects.append)
    assert [(reject.line, bool(reject.detail.endswith("。"))) for reject in rejects] == [
        (n, True) for n in messy.rejected
    ]
    assert (counts.imported.total(), counts.empty, counts.skipped) == (messy.taken, messy.empty, 0)
    assert counts.read == messy.taken + len(messy.rejected) + messy.empty
    assert Petition.objects.count() == messy.taken
    letters = LetterFile(path, FORMATS["csv"].reader)
    assert letters.total == counts.read
    assert letters.lines == letters.rows.header_lines + counts.lines
    assert letters.file.notes == list(messy.notes.values())


@pytest.mark.parametrize("messy", READ.values(), ids=READ)
def test_of_responsibilities_all_rows_are_imported_or_none(messy: Messy, cast: Cast) -> None:
    content = messy.build(MATTERS)
    if messy.build(MATTERS) == MESSY[WITH_REQUIRED_LAST].build(MATTERS):
        with pytest.raises(WrongCatalogue, match="第2行“依据”列：不能为空"):
            import_catalogue(content, messy.name)
    elif messy.rejected:
        with pytest.raises(WrongCatalogue) as wrong:
            import_catalogue(content, messy.name)
        named = [int(found[1]) for told in wrong.value.problems if (found := re.match(r"第(\d+)行", told))]
        assert list(dict.fromkeys(named)) == list(messy.rejected)
        assert not Responsibility.objects.exists()
    else:
        counts = import_catalogue(content, messy.name)
        assert (counts.read, counts.added, counts.empty) == (messy.taken, messy.taken, messy.empty)
        assert counts.notes == tuple(messy.notes.values())
        assert Responsibility.objects.count() == messy.taken


@pytest.mark.parametrize("messy", REFUSED.values(), ids=REFUSED)
def test_what_is_no_table_is_refused_with_the_same_sentence_by_all(messy: Messy, cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / messy.name
    path.write_bytes(messy.build(LETTERS))
    with pytest.raises(UnusableFile) as refused:
        run_over(path, "csv")
    assert str(refused.value).startswith(f"{path}：{messy.refused}")
    with pytest.raises(WrongCatalogue) as wrong:
        import_catalogue(messy.build(MATTERS), messy.name)
    assert [told[: len(messy.refused)] for told in wrong.value.problems] == [messy.refused]
    assert not Petition.objects.exists()
    assert not Responsibility.objects.exists()


@pytest.mark.parametrize("messy", READ.values(), ids=READ)
def test_who_asks_for_the_cells_themselves_gets_them_or_a_sentence_with_the_line(messy: Messy) -> None:
    """As the calendar's files are read."""
    rows, refused = [], ""
    try:
        for _line, cells in records(messy.build(LETTERS), messy.name, columns=5):
            rows.append(cells)
    except UnreadableFile as error:
        refused = str(error)
    if refused:
        assert refused.startswith(f"第{messy.rejected[0]}行")
    else:
        assert len([cells for cells in rows if any(cells)]) == 1 + messy.taken + len(messy.rejected)
