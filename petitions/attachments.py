"""Files of a petition: what is accepted, and how it is kept.

A file is accepted only if its content is of the kind that its extension says. Pictures are decoded, shrunk and encoded
again, so that nothing hidden in the file is kept; a picture is named by what it is. Limits: domain, petition: nine
files of 20 MiB. Nine are for each step: the enterprise's are not to leave the department none.
The bytes are stored before the transaction and removed again when it fails (docs/adr/0006: a transaction writes no
files).
"""

import hashlib
import io
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

import puremagic
from django.core.files.base import ContentFile, File
from django.http import FileResponse
from django.utils.translation import gettext as _
from PIL import ExifTags, Image

from accounts.models import User
from petitions.models import Attachment, Petition
from reading.encodings import encoding_of
from verbs.refusals import InvalidInput
from verbs.texts import cleaned

FILES_MAX = 9  # of one step
PETITION_MAX = 60  # of a petition in all
SIZE_MAX = 20 * 1024 * 1024
PIXELS_MAX = 60_000_000
SIDE_MAX = 4096  # pixels; a document that was photographed stays readable
# The most bytes that the members of an office document may unpack to: protects against zip bombs.
UNPACKED_MAX = 200 * 1024 * 1024

# Pillow's formats that are read → the one in which they are kept, with the extensions it may have, the usual one first
PICTURES: dict[str, tuple[str, tuple[str, ...]]] = {
    "JPEG": ("JPEG", (".jpg", ".jpeg")),
    "MPO": ("JPEG", (".jpg", ".jpeg")),  # what some phones write: a JPEG with a second picture behind
    "PNG": ("PNG", (".png",)),
    "WEBP": ("JPEG", (".jpg", ".jpeg")),
}
# extension → (content type, what `_matching_content` checks: picture, pdf, text, or a member of the zip file)
TYPES: dict[str, tuple[str, str]] = {
    ".jpg": ("image/jpeg", "picture"),
    ".jpeg": ("image/jpeg", "picture"),
    ".png": ("image/png", "picture"),
    ".webp": ("image/jpeg", "picture"),
    ".pdf": ("application/pdf", "pdf"),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "word/document.xml"),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xl/workbook.xml"),
    ".pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "ppt/presentation.xml"),
    ".txt": ("text/plain; charset=utf-8", "text"),
    ".csv": ("text/csv; charset=utf-8", "text"),
}
# How the types of an office document's members are called when one of them is a macro (ECMA-376 part 2, 10.1.2.2).
MACRO_TYPES = (b"vbaproject", b"macroenabled")
ACCEPT = ",".join(TYPES)  # the accept attribute of the file input
NO_TEXT = ("Cc", "Cn", "Cs")  # control, unassigned and surrogate characters: a text has none

# Exif orientation → how the pixels are turned to be upright. ImageOps.exif_transpose is not used: it also writes the
# Exif data again, and fails when they are damaged.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class Checked:
    """A file that passed the checks: its cleaned bytes, its type, and the name to show."""

    name: str
    content_type: str
    content: bytes


def check_files(files: Sequence[File]) -> list[Checked]:
    """Check the files of one step and return each with its cleaned content.

    Raises  InvalidInput on the field `files`: there are too many, or one is refused (the sentence names it)
    """
    if len(files) > FILES_MAX:
        raise InvalidInput({"files": _("一次最多%(most)d个附件。") % {"most": FILES_MAX}})
    return [_check(file) for file in files]


def _check(file: File) -> Checked:
    name = _clean_name(file.name or "")
    extension = PurePath(name).suffix.lower()
    if extension not in TYPES:
        allowed = " ".join(kind.lstrip(".") for kind in TYPES)
        raise _refused(name, _("不支持这种类型，可上传：%(allowed)s。") % {"allowed": allowed})
    if file.size > SIZE_MAX:
        raise _refused(name, _("超过20 MB。"))
    if file.size == 0:
        raise _refused(name, _("文件是空的。"))
    file.seek(0)  # a form may have read from it already
    content = file.read()
    content_type, expected = TYPES[extension]
    wrong = _refused(name, _("内容与扩展名%(extension)s不符，或文件已损坏。") % {"extension": extension})
    try:
        if expected == "picture":
            return _picture_anew(content, name)
        matching = _matching_content(content, expected)
    except InvalidInput:
        raise
    except Exception as error:  # the libraries that read it raise errors of a dozen kinds for damaged bytes
        raise wrong from error
    if matching is None:
        raise wrong
    return Checked(name=name, content_type=content_type, content=matching)


def _matching_content(content: bytes, expected: str) -> bytes | None:
    """Return the content to keep, or None when it is not what is expected.

    expected  the second value of a pair in TYPES
    Raises  anything, for damaged bytes
    """
    if expected == "text":
        return _plain_text(content)
    if expected == "pdf":
        return content if _looks_like(content, ".pdf") and content.startswith(b"%PDF-") else None
    return content if _is_office_document(content, expected) else None


def _looks_like(content: bytes, extension: str) -> bool:
    return any(match.extension == extension for match in puremagic.magic_string(content))


def _picture_anew(content: bytes, name: str) -> Checked:
    """Decode the picture and encode it again, which drops all but the pixels (location, appended archives, scripts).

    Raises  InvalidInput when it has too many pixels; whatever Pillow raises when it cannot be decoded
    """
    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as picture:
        format_name, extensions = PICTURES[picture.format or ""]
        if picture.width * picture.height > PIXELS_MAX:
            raise _refused(name, _("图片超过%(most)d万像素。") % {"most": PIXELS_MAX // 10_000})
        picture.draft("RGB", (SIDE_MAX, SIDE_MAX))  # a large JPEG is decoded smaller at once
        out = io.BytesIO()
        # The Exif orientation is dropped too, so the pixels are turned upright first.
        turn = TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
        upright = picture.copy() if turn is None else picture.transpose(turn)
        if max(upright.size) > SIDE_MAX:
            upright.thumbnail((SIDE_MAX, SIDE_MAX))
        if format_name == "JPEG":
            upright = upright.convert("RGB")
        upright.info = {key: value for key, value in upright.info.items() if key == "transparency"}
        upright.save(out, format=format_name, quality=88, optimize=True)
    path = PurePath(name)
    kept_name = name if path.suffix.lower() in extensions else f"{path.stem}{extensions[0]}"
    return Checked(name=kept_name, content_type=TYPES[extensions[0]][0], content=out.getvalue())


def _plain_text(content: bytes) -> bytes | None:
    text = content.decode(encoding_of(lambda: io.BytesIO(content))).removeprefix("\ufeff")
    # isprintable() would refuse the full-width space with which Chinese paragraphs begin.
    is_text = all(sign in "\r\n\t\f" or unicodedata.category(sign) not in NO_TEXT for sign in text)
    return text.encode() if is_text else None


def _is_office_document(content: bytes, member: str) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        unpacked = sum(item.file_size for item in members)
        types = archive.read("[Content_Types].xml").lower() if unpacked <= UNPACKED_MAX else b""
    names = {item.filename for item in members}
    # A macro may have any name: the list of types has to say what it is, or no program would run it.
    is_named = any(PurePath(name).name.lower() == "vbaproject.bin" for name in names)
    has_macro = is_named or any(word in types for word in MACRO_TYPES)
    return content.startswith(b"PK") and member in names and not has_macro and unpacked <= UNPACKED_MAX


def _clean_name(name: str) -> str:
    """Return the file's cleaned name without folders, at most 120 characters.

    The name is only shown, never used as a path.
    """
    last = PurePath(name.replace("\\", "/").rsplit("/", 1)[-1])
    stem = "".join(cleaned(last.stem).splitlines()) or "file"
    return cleaned(stem[:100]) + last.suffix[:20]


def _refused(name: str, why: str) -> InvalidInput:
    return InvalidInput({"files": _("“%(name)s”：%(why)s") % {"name": name, "why": why}})


@contextmanager
def kept(files: Sequence[File]) -> Iterator[list[Attachment]]:
    """Check and store the files, then run the block. Files that the block did not `add` are removed after it.

    If the block fails, all files are removed. Yields unsaved Attachment rows for `add`. Open the transaction inside the
    block: then the files are stored before it begins.
    Raises  InvalidInput
    """
    stored: list[Attachment] = []
    try:
        for checked in check_files(files):
            row = Attachment(
                original_name=checked.name,
                content_type=checked.content_type,
                size=len(checked.content),
                sha256=hashlib.sha256(checked.content).hexdigest(),
            )
            row.file.save(checked.name, ContentFile(checked.content), save=False)
            stored.append(row)
        yield stored
    except BaseException:
        _remove(stored)
        raise
    _remove([row for row in stored if row.pk is None])


def _remove(rows: Sequence[Attachment]) -> None:
    for row in rows:
        row.file.delete(save=False)


def add(
    rows: Sequence[Attachment], *, petition: Petition, by: User, now: datetime, is_from_department: bool = False
) -> None:
    """Save the rows that `kept` yielded, inside the caller's transaction, after the petition's row was locked.

    Raises  InvalidInput when the petition would have more than PETITION_MAX files
    """
    if not rows:
        return
    if petition.attachments.count() + len(rows) > PETITION_MAX:
        raise InvalidInput({"files": _("一件诉求最多%(most)d个附件。") % {"most": PETITION_MAX}})
    for row in rows:
        row.petition, row.uploaded_by, row.uploaded_at = petition, by, now
        row.is_from_department = is_from_department
    Attachment.objects.bulk_create(rows)


def response_for(attachment: Attachment) -> FileResponse:
    """Return the response by which a browser saves the file and does not display it.

    The caller has checked that the reader may have the file.
    """
    response = FileResponse(attachment.file.open("rb"), as_attachment=True, filename=attachment.original_name)
    response["Content-Type"] = attachment.content_type
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
