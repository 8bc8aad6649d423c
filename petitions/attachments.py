"""Files of a petition: what is accepted, and how it is kept.

A file's type is decided by its content; the extension must agree. Pictures are decoded and written anew, so that
nothing rides along in them. Limits: domain, petition (nine files of 20 MiB).
The bytes are written before the transaction and removed again when it fails (docs/adr/0006: no file write inside).
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
from PIL import ExifTags, Image, UnidentifiedImageError

from accounts.models import User
from petitions.models import Attachment, Petition
from verbs.refusals import InvalidInput

FILES_MAX = 9
SIZE_MAX = 20 * 1024 * 1024
PIXELS_MAX = 50_000_000
# Members of an office document may not unpack to more than this (a zip bomb does).
UNPACKED_MAX = 200 * 1024 * 1024

# extension → (content type, what the content must be)
TYPES: dict[str, tuple[str, str]] = {
    ".jpg": ("image/jpeg", "JPEG"),
    ".jpeg": ("image/jpeg", "JPEG"),
    ".png": ("image/png", "PNG"),
    ".pdf": ("application/pdf", "pdf"),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "word/document.xml"),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xl/workbook.xml"),
    ".pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "ppt/presentation.xml"),
    ".txt": ("text/plain; charset=utf-8", "text"),
}
ACCEPT = ",".join(TYPES)  # for the file input
NO_TEXT = ("Cc", "Cn", "Cs")  # control, unassigned and half characters: bytes that are no text

# Exif orientation → how the pixels are turned to be upright (not ImageOps.exif_transpose: it writes the Exif data
# anew as well, and breaks on damaged ones).
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
    """A file that passed: its cleaned bytes, its type, and the name to show."""

    name: str
    content_type: str
    content: bytes


def check_files(files: Sequence[File], *, already: int = 0) -> list[Checked]:
    """Return the files' cleaned contents.

    already  how many files the petition has
    Raises  InvalidInput on `files`, naming the file
    """
    if already + len(files) > FILES_MAX:
        raise InvalidInput({"files": _("一件诉求最多%(most)d个附件。") % {"most": FILES_MAX}})
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
    file.seek(0)  # a form may have looked into it before
    content = file.read()
    content_type, expected = TYPES[extension]
    cleaned = _matching_content(content, expected)
    if cleaned is None:
        raise _refused(name, _("内容与扩展名%(extension)s不符，或文件已损坏。") % {"extension": extension})
    return Checked(name=name, content_type=content_type, content=cleaned)


def _matching_content(content: bytes, expected: str) -> bytes | None:
    """Return the content to keep, or None when it is not what the extension says."""
    if expected in ("JPEG", "PNG"):
        return _picture_anew(content, expected)
    if expected == "text":
        return _plain_text(content)
    if expected == "pdf":
        return content if _looks_like(content, ".pdf") and content.startswith(b"%PDF-") else None
    return content if _is_office_document(content, expected) else None


def _looks_like(content: bytes, extension: str) -> bool:
    try:
        return any(match.extension == extension for match in puremagic.magic_string(content))
    except puremagic.PureError:
        return False


def _picture_anew(content: bytes, format_name: str) -> bytes | None:
    """Decode and encode again: drops everything that is not pixels (location data, appended archives, scripts)."""
    try:
        with Image.open(io.BytesIO(content), formats=[format_name]) as picture:
            if picture.width * picture.height > PIXELS_MAX:
                return None
            out = io.BytesIO()
            # The camera's note of which side is up goes with the rest, so the pixels are turned first.
            turn = TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
            upright = picture.copy() if turn is None else picture.transpose(turn)
            if format_name == "JPEG":
                upright = upright.convert("RGB")
            upright.info = {key: value for key, value in upright.info.items() if key == "transparency"}
            upright.save(out, format=format_name, quality=88, optimize=True)
            return out.getvalue()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _plain_text(content: bytes) -> bytes | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Not isprintable(): that refuses the full-width space with which Chinese paragraphs begin.
        is_text = all(sign in "\r\n\t\f" or unicodedata.category(sign) not in NO_TEXT for sign in text)
        return text.encode() if is_text else None
    return None


def _is_office_document(content: bytes, member: str) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return False
    names = {item.filename for item in members}
    has_macro = any(PurePath(name).name.lower() == "vbaproject.bin" for name in names)
    unpacked = sum(item.file_size for item in members)
    return content.startswith(b"PK") and member in names and not has_macro and unpacked <= UNPACKED_MAX


def _clean_name(name: str) -> str:
    """Return the last part of the name, printable, at most 120 characters; only ever shown, never a path."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem, suffix = PurePath(last).stem, PurePath(last).suffix
    printable = "".join(sign for sign in stem if sign.isprintable()).strip() or "file"
    return printable[:100] + suffix[:20]


def _refused(name: str, why: str) -> InvalidInput:
    return InvalidInput({"files": _("“%(name)s”：%(why)s") % {"name": name, "why": why}})


@contextmanager
def kept(files: Sequence[File], *, already: int = 0) -> Iterator[list[Attachment]]:
    """Check and store the files, then run the block; bytes that the block did not `add`, or that failed, are removed.

    Yields unsaved Attachment rows for `add`. Open the block's transaction inside, so that no file is written in it.
    Raises  InvalidInput
    """
    stored: list[Attachment] = []
    try:
        for checked in check_files(files, already=already):
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
    """Write the rows of `kept` inside the caller's transaction, after the petition's row was locked.

    Raises  InvalidInput when the petition would have more than nine files
    """
    if not rows:
        return
    if petition.attachments.count() + len(rows) > FILES_MAX:
        raise InvalidInput({"files": _("一件诉求最多%(most)d个附件。") % {"most": FILES_MAX}})
    for row in rows:
        row.petition, row.uploaded_by, row.uploaded_at = petition, by, now
        row.is_from_department = is_from_department
    Attachment.objects.bulk_create(rows)


def response_for(attachment: Attachment) -> FileResponse:
    """Return the download of a file that the caller has found among the reader's own; browsers never show it."""
    response = FileResponse(attachment.file.open("rb"), as_attachment=True, filename=attachment.original_name)
    response["Content-Type"] = attachment.content_type
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
