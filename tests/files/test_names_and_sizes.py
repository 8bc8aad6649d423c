"""Which names are taken and shown, and how large a file may be."""

import pytest
from django.core.files.base import File

from files.checking import SIZE_MAX, TYPES, check_file
from tests.files.checks import check, why_not
from tests.files.uploads import GOOD, PDF, upload
from verbs.refusals import InvalidInput

WRONG_TYPE = "不支持这种类型，可上传：" + " ".join(kind[1:] for kind in TYPES) + "。"


@pytest.mark.parametrize("extension", TYPES)
def test_a_good_file_of_each_type_passes(extension: str) -> None:
    checked = check(f"材料{extension}", GOOD[extension])
    kept = ".jpg" if extension in (".webp", ".heic", ".heif") else extension
    assert (checked.name, checked.content_type) == (f"材料{kept}", TYPES[extension][0])
    assert bool(checked.preview) == bool(checked.pixels) == (TYPES[extension][1] == "picture")


@pytest.mark.parametrize("name", ["材料.PNG", "材料.Png", "合同.2026.png", "照片.exe.png", " 材料.png"])
def test_the_last_extension_counts_whatever_its_case(name: str) -> None:
    assert check(name, GOOD[".png"]).content_type == "image/png"


@pytest.mark.parametrize(
    "name",
    [
        *("病毒.exe", "图.jpg.exe", "图.svg", "页.html", "宏.docm", "表.xlsm", "包.zip", "无扩展名"),
        *(".png", "图.png ", "图.png.", "..", "图.png/", "", "图.png\x00.exe"),
    ],
)
def test_a_type_that_is_not_on_the_list_is_refused_whatever_is_inside(name: str) -> None:
    assert why_not(name, GOOD[".png"]) == WRONG_TYPE


def test_twenty_mebibytes_pass_and_one_byte_more_does_not() -> None:
    filler = b" " * (SIZE_MAX - len(PDF))
    assert check("大.pdf", PDF + filler)
    assert why_not("大.pdf", PDF + filler + b" ") == "超过20 MB。"


def test_a_file_that_is_too_big_is_not_read() -> None:
    class Unread(File):
        def read(self, *_size: object) -> bytes:
            raise AssertionError("read")

    file = Unread(None, name="大.pdf")
    file.size = SIZE_MAX + 1
    with pytest.raises(InvalidInput, match="超过20 MB"):
        check_file(file)


def test_a_file_that_a_form_has_read_is_read_from_its_beginning() -> None:
    for name in ("合同.pdf", "图.png"):
        file = upload(name, GOOD[name[-4:]])
        file.read()
        assert check_file(file).content


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
    checked = check(name, b"text")
    assert checked.name == shown
    assert len(checked.name) <= 120
