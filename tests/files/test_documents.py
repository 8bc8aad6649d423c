"""Office documents, OFD and PDF that are good are kept byte for byte, by whichever program they were written."""

import pytest

from files import compound as compound_files
from files.checking import TYPES
from files.zipped import MEMBERS_MAX, RATIO_FROM
from tests.files import damage
from tests.files.checks import check, why_not
from tests.files.ole import compound, excel, package, sheet, word, word_stream
from tests.files.uploads import GOOD, OFFICE, PDF, ofd, office

NATIVE = "\x01Ole10Native"


def in_word(native: bytes) -> bytes:
    return compound({"WordDocument": word_stream(), f"ObjectPool/_1/{NATIVE}": native})


GOOD_ONES: dict[str, tuple[str, bytes]] = {
    "pdf": ("合同.pdf", PDF),
    "pdf with a program behind": ("合同.pdf", PDF + damage.PROGRAM),  # saved as a PDF, never run
    "docx": ("合同.docx", GOOD[".docx"]),
    "xlsx": ("表.xlsx", GOOD[".xlsx"]),
    "pptx": ("汇报.pptx", GOOD[".pptx"]),
    "ofd": ("发票.ofd", ofd(Doc_Attachs_original="<xml/>")),
    "doc": ("合同.doc", GOOD[".doc"]),
    "xls": ("表.xls", GOOD[".xls"]),
    "xls of Excel 5": ("表.xls", excel(sheet(0), sheet(2), stream="Book")),
    "wps as an old document": ("合同.wps", word()),
    "wps as a new document": ("合同.wps", GOOD[".docx"]),
    "et as an old workbook": ("表.et", excel(sheet(0))),
    "et as a new workbook": ("表.et", GOOD[".xlsx"]),
    "a workbook in a document": ("合同.docx", office(".docx", **{"word_embeddings_a.xlsx": GOOD[".xlsx"]})),
    "an old workbook in a document": ("合同.docx", office(".docx", **{"word_embeddings_a.bin": GOOD[".xls"]})),
    "three documents deep": ("合同.docx", damage.russian_doll(3)),
    "a pdf in an old document": ("合同.doc", in_word(package("发票.pdf", PDF, wide="发票.pdf"))),
    "a picture of Paintbrush": ("合同.doc", in_word(b"\x10\0\0\0BM" + bytes(40))),
    "an object of another program": ("合同.doc", word(ObjectPool__a__CONTENTS=PDF)),
    "a bitmap of a blank page": ("合同.docx", damage.bomb(RATIO_FROM)),
    "many members": ("汇报.pptx", office(".pptx", **{f"ppt_{number}": b"" for number in range(MEMBERS_MAX - 2)})),
    "types of usual parts": ("合同.docx", damage.with_types(damage.types("application/xml", "image/png"))),
    "types in utf-16": ("合同.docx", damage.with_types(damage.types("image/png", encoding="utf-16"))),
    "many streams": ("合同.doc", damage.many_streams(3000)),
}  # fmt: skip


@pytest.mark.parametrize("case", GOOD_ONES)
def test_a_good_document_is_kept_as_it_came(case: str) -> None:
    name, content = GOOD_ONES[case]
    checked = check(name, content)
    assert (checked.name, checked.content_type) == (name, TYPES[name[name.rindex(".") :]][0])
    assert (checked.content == content, checked.preview, checked.pixels) == (True, b"", 0)


@pytest.mark.parametrize("extension", [".ppt", ".dps", ".docm", ".xlsm", ".pptm", ".rtf", ".zip"])
def test_what_cannot_be_checked_or_is_for_macros_is_not_on_the_list(extension: str) -> None:
    assert why_not(f"材料{extension}", GOOD[".docx"]).startswith("不支持这种类型")


def test_more_streams_than_are_compared_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compound_files, "DIRECTORY_MAX", 10)
    streams = {str(number): b"" for number in range(8)}
    assert check("合同.doc", compound({"WordDocument": word_stream(), **streams}))
    assert why_not("合同.doc", compound({"WordDocument": word_stream(), **streams, "8": b""})).endswith(
        "或文件已损坏。"
    )


def test_streams_in_one_long_row_are_refused_and_not_followed_for_ever() -> None:
    row = {str(number): b"" for number in range(2000)}
    assert why_not("合同.doc", compound({"WordDocument": word_stream(), **row})).endswith("或文件已损坏。")


def test_the_kinds_of_office_documents_are_those_of_the_uploads() -> None:
    assert {kind for kind, (_type, expected) in TYPES.items() if expected == kind[1:]} >= set(OFFICE)
