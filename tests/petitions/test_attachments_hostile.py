"""Hostile and broken files: refused with one sentence that names the file, and never with a crash."""

import io

import pytest
from django.core.files.base import File
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from petitions.attachments import SIZE_MAX, check_files
from tests.petitions.uploads import EXE, GOOD, PDF, SVG, archive, office, picture, upload
from verbs.refusals import InvalidInput


def too_many_pixels() -> bytes:
    """A sound picture of a few kilobytes and 61 million pixels."""
    out = io.BytesIO()
    Image.new("1", (8715, 7000)).save(out, format="PNG")
    return out.getvalue()


def bomb() -> bytes:
    """A document of a few hundred kilobytes that unpacks to more than the limit."""
    return office(".docx", word_media=b"\x00" * (201 * 1024 * 1024))


MACRO = '<Types><Override PartName="/word/notes.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
WRONG_TYPE = "不支持这种类型，可上传：jpg jpeg png webp pdf docx xlsx pptx txt csv。"
EMPTY = "文件是空的。"


def mismatch(extension: str) -> str:
    return f"内容与扩展名{extension}不符，或文件已损坏。"


@pytest.mark.parametrize(
    "name",
    [
        "病毒.exe",
        "图.jpg.exe",
        "图.svg",
        "页.html",
        "宏.docm",
        "表.xlsm",
        "包.zip",
        "无扩展名",
        ".png",
        "图.png ",
        "图.png.",
        "..",
        "图.png/",
    ],
)
def test_a_type_that_is_not_on_the_list_is_refused_whatever_is_inside(name: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_files([upload(name, GOOD[".png"])])
    assert refusal.value.fields["files"].endswith(WRONG_TYPE)


LIES: dict[str, tuple[str, bytes]] = {
    "svg as png": ("图.png", SVG),
    "svg as jpg": ("图.jpg", SVG),
    "gif as png": ("图.png", picture("GIF")),
    "program as pdf": ("合同.pdf", EXE),
    "program as jpg": ("图.jpg", EXE),
    "program as text": ("说明.txt", EXE),
    "program as docx": ("合同.docx", EXE),
    "double extension with a program inside": ("合同.pdf.docx", EXE),
    "html as pdf": ("合同.pdf", b"<html><script>alert(1)</script>%PDF-1.7"),
    "pdf behind a script": ("合同.pdf", b"<script></script>" + PDF),
    "only the first bytes of a png": ("图.png", GOOD[".png"][:24]),
    "a jpeg cut in half": ("图.jpg", picture("JPEG", size=(64, 64))[:300]),
    "docx as xlsx": ("表.xlsx", GOOD[".docx"]),
    "any zip as docx": ("合同.docx", archive({"readme.txt": "hello"})),
    "a zip behind a script as docx": ("合同.docx", b"#!/bin/sh\n" + GOOD[".docx"]),
    "a zip without its end as docx": ("合同.docx", GOOD[".docx"][:-30]),
    "macros": ("合同.docx", office(".docx", **{"word_vbaProject.bin": b"macro"})),
    "macros in another case and folder": ("表.xlsx", office(".xlsx", **{"XL_sub_VBAPROJECT.BIN": b"macro"})),
    "zip bomb": ("合同.docx", bomb()),
    "control characters as text": ("说明.txt", b"ls\x1b[2J"),
    "half a sign of utf-16 as text": ("说明.txt", "货款".encode("utf-16")[:-1]),
    "a macro by another name": (
        "合同.docx",
        archive({"[Content_Types].xml": MACRO, "word/document.xml": "<document/>", "word/notes.bin": b"macro"}),
    ),
    "no list of types": ("合同.docx", archive({"word/document.xml": "<document/>"})),
    "no text at all": ("说明.txt", bytes(range(256))),
}


@pytest.mark.parametrize("lie", LIES)
def test_content_that_is_not_what_the_name_says_is_refused(lie: str) -> None:
    name, content = LIES[lie]
    extension = name[name.rindex(".") :]
    with pytest.raises(InvalidInput) as refusal:
        check_files([upload(name, content)])
    assert refusal.value.fields == {"files": f"“{name}”：{mismatch(extension)}"}


def test_a_picture_of_too_many_pixels_is_refused_as_such() -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_files([upload("图.png", too_many_pixels())])
    assert refusal.value.fields == {"files": "“图.png”：图片超过6000万像素。"}


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_files([upload("说明.txt", b"")])
    assert refusal.value.fields == {"files": f"“说明.txt”：{EMPTY}"}


def test_twenty_mebibytes_pass_and_one_byte_more_does_not() -> None:
    filler = b" " * (SIZE_MAX - len(PDF))
    assert check_files([upload("大.pdf", PDF + filler)])
    with pytest.raises(InvalidInput) as refusal:
        check_files([upload("大.pdf", PDF + filler + b" ")])
    assert refusal.value.fields == {"files": "“大.pdf”：超过20 MB。"}


def test_a_file_that_is_too_big_is_not_read() -> None:
    class Unread(File):
        def read(self, *_size: object) -> bytes:
            raise AssertionError("read")

    file = Unread(None, name="大.pdf")
    file.size = SIZE_MAX + 1
    with pytest.raises(InvalidInput, match="超过20 MB"):
        check_files([file])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/cron.d/job.txt", "job.txt"),
        ("..\\..\\windows\\job.txt", "job.txt"),
        ("C:\\合同\\说明.txt", "说明.txt"),
        ("/etc/passwd.txt", "passwd.txt"),
        ("a\x00b\n\u202etxt.txt", "abtxt.txt"),
        ("\u200b.txt", "file.txt"),
        ("长" * 300 + ".txt", "长" * 100 + ".txt"),
    ],
)
def test_a_name_is_only_its_last_part_printable_and_short(name: str, shown: str) -> None:
    (checked,) = check_files([upload(name, b"text")])
    assert checked.name == shown
    assert len(checked.name) <= 120


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    extension=st.sampled_from(sorted(GOOD)),
    cut=st.integers(0, 400),
    changes=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=6),
)
def test_a_damaged_file_passes_or_is_refused_but_never_breaks(
    extension: str, cut: int, changes: list[tuple[int, int]]
) -> None:
    content = bytearray(GOOD[extension])
    for place, value in changes:
        content[place % len(content)] = value
    try:
        (checked,) = check_files([upload(f"材料{extension}", bytes(content[cut:] if cut < len(content) else content))])
    except InvalidInput as refusal:
        assert set(refusal.fields) == {"files"}  # noqa: PT017
    else:
        assert checked.content
