"""The program that decodes one picture and encodes it anew. files/shrinking.py starts it; nothing imports it.

It is run by its path, without Django and without the environment, reads the picture from standard input and writes to
standard output a line of JSON and behind it the picture and its preview. What it does not write is dropped: location,
profiles, comments, appended archives. It limits itself before it imports anything that decodes.
argument  JSON: memory (bytes), seconds (of the processor), output (bytes), pixels (most of this picture), side,
          preview (pixels a side)
Ends with 0, TOO_LARGE (more pixels than `pixels`), NO_MEMORY, any other number for damaged bytes, or by a signal.
"""

import contextlib
import io
import json
import math
import os
import resource
import sys
import warnings
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from PIL.Image import Image, Transpose

TOO_LARGE, NO_MEMORY = 3, 4
# Pillow's formats that are read → the one in which they are kept. MPO is what some phones write: a JPEG with a second
# picture behind, which is dropped.
FORMATS = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "WEBP": "JPEG", "HEIF": "JPEG"}
QUALITY, PREVIEW_QUALITY = 88, 80
# Six, the usual one, takes twice as long as this for a photo, nine six times; they save a byte or two in a hundred.
PNG_LEVEL = 4
HEADER = 32  # bytes by which HEIF is told
ORIENTATION = 0x0112  # of Exif


def main() -> int:
    asked = json.loads(sys.argv[1])
    limit_itself(asked)
    try:
        return write(asked)
    except MemoryError:
        return NO_MEMORY


def limit_itself(asked: dict[str, int]) -> None:
    """Let the system end this process rather than another one. A system without one of the limits goes without it."""
    for name, most in (("RLIMIT_AS", "memory"), ("RLIMIT_CPU", "seconds"), ("RLIMIT_FSIZE", "output")):
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (asked[most], asked[most]))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")
    with contextlib.suppress(OSError):
        os.nice(10)  # pages come first


def write(asked: dict[str, int]) -> int:
    from PIL import Image

    source = sys.stdin.buffer
    formats = ["JPEG", "PNG", "WEBP"]
    if source.read(HEADER)[4:8] == b"ftyp":
        import pillow_heif

        # The second thread would not help: as many pictures at a time are made as there are places.
        pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)
        formats.append("HEIF")
    source.seek(0)
    # The canvas of a WebP is made as it is opened, so Pillow itself has to know the limit: it raises at twice its own.
    Image.MAX_IMAGE_PIXELS = (asked["pixels"] + 1) // 2
    warnings.simplefilter("ignore", Image.DecompressionBombWarning)
    try:
        picture = Image.open(source, formats=formats)
    except Image.DecompressionBombError:
        return TOO_LARGE
    pixels = picture.width * picture.height
    if pixels > asked["pixels"]:
        return TOO_LARGE
    kept_as = FORMATS[picture.format or ""]
    upright = shrunk(picture, asked["side"])
    content = encoded(upright, kept_as)
    preview = encoded(small(upright, asked["preview"]), "JPEG", quality=PREVIEW_QUALITY)
    line = json.dumps({"format": kept_as, "pixels": pixels, "content": len(content), "preview": len(preview)})
    answer(sys.stdout.buffer, line.encode(), content, preview)
    return 0


def shrunk(picture: "Image", side: int) -> "Image":
    """Return the picture at most `side` pixels a side, upright. It is turned after it was shrunk: that takes less."""
    factor = side / max(picture.size)
    if factor < 1:
        # A large JPEG is decoded smaller at once.
        picture.draft("RGB", (math.ceil(picture.width * factor), math.ceil(picture.height * factor)))
    orientation = turn_of(picture)
    if max(picture.size) > side:
        picture = shrinkable(picture)
        picture.thumbnail((side, side))
    return picture if orientation is None else picture.transpose(orientation)


def turn_of(picture: "Image") -> "Transpose | None":
    """Return how the pixels are turned to be upright, None for not at all or for Exif data that cannot be read.

    ImageOps.exif_transpose is not used: it also writes the Exif data again, and fails when they are damaged. libheif
    has turned a HEIC picture already.
    """
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    try:
        orientation = picture.getexif().get(ORIENTATION, 1)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - Exif data are damaged in a dozen ways, and the picture is still good
        return None
    return turns.get(orientation) if isinstance(orientation, int) else None


def shrinkable(picture: "Image") -> "Image":
    """Return the picture with pixels between which a colour can be taken: palettes and 16 bits have none."""
    if picture.mode == "P":
        return picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    if picture.mode == "1":
        return picture.convert("L")
    return eight_bits(picture)


def eight_bits(picture: "Image") -> "Image":
    if not picture.mode.startswith(("I", "F")):
        return picture
    return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")


def small(picture: "Image", side: int) -> "Image":
    preview = shrinkable(picture).copy()
    preview.thumbnail((side, side))
    return preview


def opaque(picture: "Image") -> "Image":
    """Return the picture as a JPEG can hold it; what can be seen through becomes white."""
    from PIL import Image

    if not picture.has_transparency_data:
        return eight_bits(picture).convert("RGB")
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture.convert("RGBA"))
    return white.convert("RGB")


def encoded(picture: "Image", kept_as: str, quality: int = QUALITY) -> bytes:
    out = io.BytesIO()
    if kept_as == "JPEG":
        picture = opaque(picture)
    picture.info = {key: value for key, value in picture.info.items() if key == "transparency"}
    if kept_as == "JPEG":
        picture.save(out, format="JPEG", quality=quality, optimize=True)
    else:
        picture.save(out, format="PNG", compress_level=PNG_LEVEL)
    return out.getvalue()


def answer(out: BinaryIO, *parts: bytes) -> None:
    out.write(parts[0] + b"\n")
    for part in parts[1:]:
        out.write(part)
    out.flush()


if __name__ == "__main__":
    sys.exit(main())
