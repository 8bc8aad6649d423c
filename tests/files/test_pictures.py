"""Pictures: decoded and encoded anew, upright, without anything but their pixels, named by what they are."""

import io

import pytest
from PIL import Image, ImageCms

from files.checking import PIXELS_MAX, SIDE_MAX, check_file
from tests.files.checks import check, opened, why_not
from tests.files.uploads import GOOD, archive, heic, picture, upload
from verbs.refusals import InvalidInput

PHOTO = {"JPEG": picture("JPEG"), "PNG": picture("PNG"), "WEBP": picture("WEBP"), "HEIF": heic()}


@pytest.mark.parametrize(
    ("name", "format_name", "shown", "content_type"),
    [
        ("现场.jpg", "PNG", "现场.png", "image/png"),
        ("现场.png", "JPEG", "现场.jpg", "image/jpeg"),
        ("现场.JPEG", "JPEG", "现场.JPEG", "image/jpeg"),
        ("现场.png", "WEBP", "现场.jpg", "image/jpeg"),
        ("现场.jpg", "HEIF", "现场.jpg", "image/jpeg"),
        ("IMG_0001.HEIC", "HEIF", "IMG_0001.jpg", "image/jpeg"),
        ("现场.heic", "JPEG", "现场.jpg", "image/jpeg"),
        ("现场.heif", "PNG", "现场.png", "image/png"),
    ],
)
def test_a_picture_is_named_by_what_it_is(name: str, format_name: str, shown: str, content_type: str) -> None:
    checked = check(name, PHOTO[format_name])
    assert (checked.name, checked.content_type) == (shown, content_type)
    kept = opened(checked.content)
    assert kept.size == opened(PHOTO["JPEG"]).size if format_name != "HEIF" else (64, 48)
    assert f"image/{(kept.format or '').lower()}" == content_type


def exif_of_a_phone() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F], exif[0x0132] = "PhoneMaker", "2026:09:08 10:00:00"
    exif.get_ifd(0x8825)[2] = (31.0, 12.0, 0.0)
    return exif


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_photo_loses_where_and_when_it_was_taken(format_name: str) -> None:
    exif = exif_of_a_phone()
    photo = heic(exif=exif.tobytes()) if format_name == "HEIF" else picture(format_name, exif=exif)
    assert b"PhoneMaker" in photo
    checked = check("现场.jpg", photo)
    for kept in (checked.content, checked.preview):
        assert not dict(opened(kept).getexif())
        assert b"PhoneMaker" not in kept


def test_comments_and_profiles_are_dropped() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    photo = picture("JPEG", comment=b"secret comment", icc_profile=profile)
    kept = check("现场.jpg", photo).content
    assert b"secret" in photo
    assert b"secret" not in kept
    assert "icc_profile" not in opened(kept).info


# Orientation of Exif → where the marked corner of the picture comes to stand: left or right, top or bottom
CORNERS = {1: "left top", 2: "right top", 3: "right bottom", 4: "left bottom"} | {
    5: "left top",
    6: "right top",
    7: "right bottom",
    8: "left bottom",
}


def corner(content: bytes) -> str:
    grey = opened(content).convert("L")
    (found,) = (
        f"{side} {end}"
        for side, x in (("left", 2), ("right", grey.width - 3))
        for end, y in (("top", 2), ("bottom", grey.height - 3))
        if grey.getpixel((x, y)) > 128
    )
    return found


@pytest.mark.parametrize("orientation", CORNERS)
@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_upright_however_the_phone_was_held(orientation: int, format_name: str) -> None:
    image = Image.new("RGB", (80, 40), "black")
    image.paste("white", (0, 0, 20, 10))
    exif = Image.Exif()
    exif[0x0112] = orientation
    out = io.BytesIO()
    image.save(out, format=format_name, exif=exif)
    checked = check("现场.jpg", out.getvalue())
    assert opened(checked.content).size == ((80, 40) if orientation < 5 else (40, 80))
    assert (corner(checked.content), corner(checked.preview)) == (CORNERS[orientation],) * 2


def test_a_heic_that_says_it_twice_is_turned_once() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert opened(check("现场.heic", heic(exif=exif.tobytes())).content).size == (48, 64)


@pytest.mark.parametrize(
    "exif", [b"Exif\0\0MM\0*\xff\xff\xff\xff", b"Exif\0\0", b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x12\x01" * 40]
)
def test_damaged_exif_data_cost_no_picture(exif: bytes) -> None:
    assert opened(check("现场.jpg", picture("JPEG", exif=exif)).content).size == (8, 4)


def test_an_orientation_that_there_is_not_turns_nothing() -> None:
    exif = Image.Exif()
    exif[0x0112] = 77
    assert opened(check("现场.jpg", picture("JPEG", exif=exif)).content).size == (8, 4)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "1", "LA", "I;16"])
def test_pictures_of_every_kind_of_pixel_pass(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (5, 5)).save(out, format="PNG")
    checked = check("图.png", out.getvalue())
    assert opened(checked.content).size == opened(checked.preview).size == (5, 5)


@pytest.mark.parametrize("mode", ["RGBA", "P", "1", "LA", "I;16"])
def test_large_ones_of_every_kind_of_pixel_are_shrunk(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (SIDE_MAX + 904, 50)).save(out, format="PNG")
    assert opened(check("图.png", out.getvalue()).content).size == (SIDE_MAX, 41)


def test_sixteen_bits_of_grey_stay_grey_in_the_preview() -> None:
    out = io.BytesIO()
    Image.new("I;16", (5, 5), 0x8000).save(out, format="PNG")
    assert opened(check("图.png", out.getvalue()).preview).convert("L").getpixel((2, 2)) in range(125, 132)


@pytest.mark.parametrize("options", [{"progressive": True}, {"subsampling": 0}, {"quality": 1}])
def test_jpegs_of_every_kind_pass(options: dict[str, object]) -> None:
    assert opened(check("图.jpg", picture("JPEG", **options)).content).size == (8, 4)


def test_a_jpeg_for_printing_keeps_its_colours() -> None:
    out = io.BytesIO()
    Image.new("RGB", (16, 16), "red").convert("CMYK").save(out, format="JPEG")
    red, green, blue = opened(check("图.jpg", out.getvalue()).content).getpixel((8, 8))
    assert (red > 200, green < 60, blue < 60) == (True, True, True)


def test_what_is_transparent_stays_so_and_is_white_in_the_preview() -> None:
    out = io.BytesIO()
    image = Image.new("P", (5, 5))
    image.putpalette([0, 0, 0, 255, 255, 255])
    image.save(out, format="PNG", transparency=0)
    checked = check("印章.png", out.getvalue())
    assert opened(checked.content).convert("RGBA").getpixel((0, 0)) == (0, 0, 0, 0)
    assert opened(checked.preview).getpixel((2, 2)) == (255, 255, 255)


def test_what_a_webp_lets_through_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (16, 16), (0, 0, 0, 0)).save(out, format="WEBP", lossless=True)
    assert opened(check("印章.webp", out.getvalue()).content).getpixel((8, 8)) == (255, 255, 255)


def test_of_what_moves_the_first_picture_is_kept() -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "blue")]
    for format_name, options in (("WEBP", {"lossless": True}), ("PNG", {})):
        out = io.BytesIO()
        frames[0].save(out, format=format_name, save_all=True, append_images=frames[1:], **options)
        kept = opened(check("图.webp", out.getvalue()).content)
        assert getattr(kept, "n_frames", 1) == 1
        assert kept.convert("RGB").getpixel((8, 8))[0] > 240


def test_the_second_picture_of_a_phone_is_dropped() -> None:
    out = io.BytesIO()
    first, second = Image.new("RGB", (16, 16), "red"), Image.new("RGB", (16, 16), "blue")
    first.save(out, format="MPO", save_all=True, append_images=[second])
    kept = opened(check("现场.jpg", out.getvalue()).content)
    assert (kept.format, getattr(kept, "n_frames", 1), kept.getpixel((8, 8))[0] > 240) == ("JPEG", 1, True)


@pytest.mark.parametrize("kind", [".png", ".jpg", ".webp", ".heic"])
@pytest.mark.parametrize("behind", [b"<script>PAYLOAD</script>", archive({"PAYLOAD.exe": b"MZ"})])
def test_what_hangs_behind_a_picture_is_dropped(kind: str, behind: bytes) -> None:
    checked = check(f"图{kind}", GOOD[kind] + behind)
    assert b"PAYLOAD" not in checked.content + checked.preview


@pytest.mark.parametrize("format_name", ["JPEG", "PNG"])
def test_a_large_photo_is_shrunk(format_name: str) -> None:
    out = io.BytesIO()
    Image.new("L", (8000, 7000), "white").save(out, format=format_name)
    checked = check("现场.jpg", out.getvalue())
    shrunk = opened(checked.content)
    assert (max(shrunk.size), round(shrunk.width / shrunk.height, 2)) == (SIDE_MAX, 1.14)
    assert opened(checked.preview).size == (240, 210)
    assert checked.pixels == 56_000_000


def test_a_small_picture_is_its_own_preview() -> None:
    checked = check("图.png", picture("PNG", size=(100, 50)))
    preview = opened(checked.preview)
    assert (preview.format, preview.size, checked.pixels) == ("JPEG", (100, 50), 5000)


def test_the_pixels_of_a_request_are_counted_over_its_pictures() -> None:
    photo = picture("PNG", size=(100, 50))
    assert check_file(upload("图.png", photo), pixels_left=5000).pixels == 5000
    for left in (4999, 0, -1):
        with pytest.raises(InvalidInput, match=r"“图\.png”：一次上传的图片合计超过12000万像素。"):
            check_file(upload("图.png", photo), pixels_left=left)


@pytest.mark.parametrize("format_name", ["PNG", "JPEG"])
def test_one_pixel_too_many_is_told_as_such(format_name: str) -> None:
    out = io.BytesIO()
    Image.new("1" if format_name == "PNG" else "L", (6000, PIXELS_MAX // 6000 + 1)).save(out, format=format_name)
    assert why_not("图.png", out.getvalue()) == "图片超过6000万像素。"
