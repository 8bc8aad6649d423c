"""Which files are accepted, and what is left of them; how they are kept and removed with the verb."""

import hashlib
import io
from pathlib import PurePosixPath

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from petitions.attachments import FILES_MAX, PETITION_MAX, SIDE_MAX, TYPES, check_files
from petitions.errors import SupportsPending
from petitions.following_up import supplement_petition
from petitions.models import Attachment, Petition
from petitions.resolution import resolve_petition
from tests.cast import Stage
from tests.petitions.uploads import GOOD, OFFICE, PDF, picture, upload
from verbs.refusals import InvalidInput, NotPermitted


def stored_files() -> list[str]:
    """Every file there is in the storage, in whatever folder."""
    folders, files = default_storage.listdir("")
    return files + [f"{folder}/{name}" for folder in folders for name in default_storage.listdir(folder)[1]]


def test_every_type_on_the_list_has_a_good_example() -> None:
    assert set(GOOD) == set(TYPES)


@pytest.mark.parametrize("extension", TYPES)
def test_a_good_file_of_each_type_passes(extension: str) -> None:
    (checked,) = check_files([upload(f"材料{extension}", GOOD[extension])])
    kept = ".jpg" if extension == ".webp" else extension
    assert (checked.name, checked.content_type) == (f"材料{kept}", TYPES[extension][0])
    if extension in (*OFFICE, ".pdf", ".txt", ".csv"):
        assert checked.content == GOOD[extension]


@pytest.mark.parametrize("name", ["材料.PNG", "材料.Png", "合同.2026.png", "照片.exe.png", " 材料.png"])
def test_the_last_extension_counts_whatever_its_case(name: str) -> None:
    (checked,) = check_files([upload(name, GOOD[".png"])])
    assert checked.content_type == "image/png"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("\ufeff带签名的文本".encode(), "带签名的文本"),
        ("国标编码的文本，来自旧系统".encode("gb18030"), "国标编码的文本，来自旧系统"),
        ("　　全角缩进 与 家庭👨‍👩‍👧".encode(), "　　全角缩进 与 家庭👨‍👩‍👧"),
        ("另存为Unicode文本".encode("utf-16"), "另存为Unicode文本"),
        ("大端".encode("utf-16-be").join((b"\xfe\xff", b"")), "大端"),
        (b"plain\r\n\tascii\x0c", "plain\r\n\tascii\x0c"),
    ],
)
def test_chinese_text_is_kept_as_utf_8(text: bytes, kept: str) -> None:
    (checked,) = check_files([upload("说明.txt", text)])
    assert checked.content.decode() == kept


def test_a_photo_loses_where_and_when_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0132] = "PhoneMaker", "2026:09:08 10:00:00"
    exif.get_ifd(0x8825)[2] = (31.0, 12.0, 0.0)
    photo = picture("JPEG", exif=exif, comment=b"secret comment")
    assert b"PhoneMaker" in photo
    (checked,) = check_files([upload("现场.jpg", photo)])
    assert not dict(Image.open(io.BytesIO(checked.content)).getexif())
    assert b"PhoneMaker" not in checked.content
    assert b"secret" not in checked.content


def test_a_photo_taken_with_the_phone_turned_stays_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90° to see it upright
    (checked,) = check_files([upload("现场.jpg", picture("JPEG", size=(80, 40), exif=exif))])
    upright = Image.open(io.BytesIO(checked.content)).convert("L")
    assert upright.size == (40, 80)
    assert (upright.getpixel((20, 10)), upright.getpixel((20, 70))) == (255, 0)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "1", "LA", "I;16"])
def test_pictures_of_every_kind_of_pixel_pass(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (5, 5)).save(out, format="PNG")
    (checked,) = check_files([upload("图.png", out.getvalue())])
    assert Image.open(io.BytesIO(checked.content)).size == (5, 5)


def test_what_is_transparent_stays_so() -> None:
    out = io.BytesIO()
    image = Image.new("P", (5, 5))
    image.putpalette([0, 0, 0, 255, 255, 255])
    image.save(out, format="PNG", transparency=0)
    (checked,) = check_files([upload("印章.png", out.getvalue())])
    assert Image.open(io.BytesIO(checked.content)).convert("RGBA").getpixel((0, 0)) == (0, 0, 0, 0)


def test_what_hangs_behind_a_picture_is_dropped() -> None:
    (checked,) = check_files([upload("图.png", GOOD[".png"] + b"<script>PAYLOAD</script>")])
    assert b"PAYLOAD" not in checked.content


def test_a_file_is_kept_under_a_random_name_and_described_by_its_row(stage: Stage) -> None:
    petition = stage.reported(files=[upload("合同.pdf", PDF), upload("合同.pdf", PDF)])
    first, second = petition.attachments.order_by("id")
    assert (first.original_name, first.content_type, first.size) == ("合同.pdf", "application/pdf", len(PDF))
    assert (first.sha256, first.uploaded_by, first.uploaded_at) == (
        hashlib.sha256(PDF).hexdigest(),
        stage.cast.lin,
        stage.now,
    )
    assert first.file.name != second.file.name
    path = PurePosixPath(str(first.file.name))
    assert (len(path.name), path.suffix, path.parent.name) == (32, "", path.name[:2])
    with first.file.open("rb") as file:
        assert file.read() == PDF
    assert not first.is_from_department


def test_a_departments_file_is_marked_as_such(stage: Stage) -> None:
    petition = stage.checked_in()
    answer = stage.answer(files=[upload("回单.pdf", PDF)])
    resolve_petition(petition=petition, by=stage.cast.zhou, answer=answer, now=stage.tick())
    assert petition.attachments.get().is_from_department


def test_nothing_is_stored_when_one_file_of_several_is_bad(stage: Stage) -> None:
    files = [upload("合同.pdf", PDF), upload("图.png", b"no picture")]
    with pytest.raises(InvalidInput) as refusal:
        stage.reported(files=files)
    assert set(refusal.value.fields) == {"files"}
    assert (Petition.objects.count(), Attachment.objects.count(), stored_files()) == (0, 0, [])


def test_nothing_is_stored_when_a_field_is_bad(stage: Stage) -> None:
    with pytest.raises(InvalidInput):
        stage.reported(title="", files=[upload("合同.pdf", PDF)])
    assert stored_files() == []


def test_the_bytes_are_removed_when_the_verb_refuses(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    answer = stage.answer(files=[upload("回单.pdf", PDF)])
    with pytest.raises(SupportsPending):
        resolve_petition(petition=petition, by=stage.cast.zhou, answer=answer, now=stage.tick())
    with pytest.raises(NotPermitted):
        supplement_petition(
            petition=petition, by=stage.cast.mallory, text="补充", files=[upload("合同.pdf", PDF)], now=stage.tick()
        )
    assert (Attachment.objects.count(), stored_files()) == (0, [])


def test_the_second_click_leaves_no_second_file(stage: Stage) -> None:
    petition = stage.reported(submission_key="click-1", files=[upload("合同.pdf", PDF)])
    stage.reported(submission_key="click-1", files=[upload("合同.pdf", PDF)])
    for _ in range(2):
        supplement_petition(
            petition=petition, by=stage.cast.lin, text="补充", files=[upload("二.pdf", PDF)], now=stage.now
        )
    assert petition.attachments.count() == len(stored_files()) == 2


@pytest.mark.parametrize(
    ("name", "format_name", "shown", "content_type"),
    [
        ("现场.jpg", "PNG", "现场.png", "image/png"),
        ("现场.png", "JPEG", "现场.jpg", "image/jpeg"),
        ("现场.JPEG", "JPEG", "现场.JPEG", "image/jpeg"),
        ("现场.png", "WEBP", "现场.jpg", "image/jpeg"),
    ],
)
def test_a_picture_is_named_by_what_it_is(name: str, format_name: str, shown: str, content_type: str) -> None:
    (checked,) = check_files([upload(name, picture(format_name))])
    assert (checked.name, checked.content_type) == (shown, content_type)
    assert Image.open(io.BytesIO(checked.content)).size == (8, 4)


@pytest.mark.parametrize("format_name", ["JPEG", "PNG"])
def test_a_large_photo_is_shrunk(format_name: str) -> None:
    out = io.BytesIO()
    Image.new("L", (8000, 7000), "white").save(out, format=format_name)
    (checked,) = check_files([upload("现场.jpg", out.getvalue())])
    shrunk = Image.open(io.BytesIO(checked.content))
    assert (max(shrunk.size), round(shrunk.width / shrunk.height, 2)) == (SIDE_MAX, 1.14)


def test_each_step_of_each_side_has_nine_files_and_a_petition_sixty(stage: Stage) -> None:
    files = [upload(f"{number}.pdf", PDF) for number in range(FILES_MAX + 1)]
    with pytest.raises(InvalidInput, match="一次最多9个附件"):
        stage.reported(files=files)
    petition = stage.checked_in(files=files[:9])
    with pytest.raises(InvalidInput, match="一次最多9个附件"):
        supplement_petition(petition=petition, by=stage.cast.lin, text="补充", files=files, now=stage.tick())
    for _step in range(5):
        supplement_petition(petition=petition, by=stage.cast.lin, text="补充", files=files[:9], now=stage.tick())
    with pytest.raises(InvalidInput, match="一件诉求最多60个附件"):
        supplement_petition(petition=petition, by=stage.cast.lin, text="补充", files=files[:7], now=stage.tick())
    answer = stage.answer(files=files[:6])
    resolve_petition(petition=petition, by=stage.cast.zhou, answer=answer, now=stage.tick())
    assert petition.attachments.count() == len(stored_files()) == PETITION_MAX
