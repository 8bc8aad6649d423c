"""Which files are accepted, and what is kept of them.

A file is accepted only if its content is of the kind that its extension says; a picture is decoded and encoded again in
another process (docs/adr/0030), so that nothing hidden in it is kept, and is named by what it is. Nothing else is
changed but text, which becomes UTF-8. What is dangerous in a document to whoever opens it: files/zipped.py,
files/compound.py. A PDF is looked at for its beginning only: it is never shown in a page, only saved.
"""

from dataclasses import dataclass
from pathlib import PurePath

from django.core.files.base import File
from django.utils.translation import gettext as _

from files.compound import check_compound
from files.kinds import (
    ACCEPT,
    KEPT_AS,
    OLE_MAGIC,
    PICTURES,
    PIXELS_MAX,
    REQUEST_PIXELS_MAX,
    SIDE_MAX,
    SIZE_MAX,
    TYPES,
    ZIP_MAGIC,
    another_kind,
    kind_of,
)
from files.refusals import Unfit, damaged
from files.shrinking import made_anew
from files.texts import plain_text
from files.zipped import check_zip
from verbs.refusals import InvalidInput
from verbs.texts import cleaned

__all__ = [
    "ACCEPT",
    "PIXELS_MAX",
    "REQUEST_PIXELS_MAX",
    "SIDE_MAX",
    "SIZE_MAX",
    "TYPES",
    "Checked",
    "check_file",
]

# How browsers write these signs in the name of a file that they send (WHATWG HTML, multipart/form-data).
_AS_BROWSERS_WRITE = (("%22", '"'), ("%0A", " "), ("%0D", " "))
_HEAD = 64  # bytes by which a picture is told from what is none, before a process is started


@dataclass(frozen=True)
class Checked:
    """A file that passed the checks.

    name     to show, with the extension of what it is now
    content  as kept
    preview  a JPEG of at most 240 pixels a side for a picture, b"" else
    pixels   width × height as uploaded, 0 for what is no picture
    """

    name: str
    content_type: str
    content: bytes
    preview: bytes = b""
    pixels: int = 0


def check_file(file: File, *, pixels_left: int = REQUEST_PIXELS_MAX) -> Checked:
    """Check one uploaded file and return what is kept of it.

    pixels_left  how many the request may still bring: REQUEST_PIXELS_MAX less the `pixels` of those before
    Raises  InvalidInput on the field `files`, with a sentence that names the file
    """
    name = _clean_name(file.name or "")
    try:
        return _checked(file, name, pixels_left)
    except Unfit as unfit:
        raise InvalidInput({"files": _("“%(name)s”：%(why)s") % {"name": name, "why": unfit}}) from unfit


def _checked(file: File, name: str, pixels_left: int) -> Checked:
    extension = PurePath(name).suffix.lower()
    if extension not in TYPES:
        allowed = " ".join(kind.lstrip(".") for kind in TYPES)
        raise Unfit(_("不支持这种类型，可上传：%(allowed)s。") % {"allowed": allowed})
    if file.size > SIZE_MAX:
        raise Unfit(_("超过20 MB。"))
    if file.size == 0:
        raise Unfit(_("文件是空的。"))
    file.seek(0)  # a form may have read from it already
    content_type, expected = TYPES[extension]
    if expected == "picture":
        return _picture(file, name, pixels_left)
    content = file.read()
    try:
        kept = _matching_content(content, extension, expected)
    except Unfit:
        raise
    except Exception as error:  # the libraries raise errors of a dozen kinds for damaged bytes
        raise damaged(extension) from error
    return Checked(name=name, content_type=content_type, content=kept)


def _matching_content(content: bytes, extension: str, expected: str) -> bytes:
    """Return the content to keep.

    expected  the second value of a pair in TYPES
    Raises  Unfit; anything for damaged bytes
    """
    if expected == "text":
        text = plain_text(content)
        if text is None:
            raise another_kind(_kind(content), extension)
        return text
    if expected == "pdf":
        if not content[:1024].lstrip().startswith(b"%PDF-"):
            raise another_kind(_kind(content), extension)
        return content
    kind = _kind(content)
    if kind not in expected.split():
        raise another_kind(kind, extension)
    return content


def _kind(content: bytes) -> str:
    """Return which of files.kinds.NAMES the content is, "" for none. A document is checked for what is in it.

    Raises  Unfit; anything for damaged bytes
    """
    if content.startswith(ZIP_MAGIC):
        return check_zip(content)
    if content.startswith(OLE_MAGIC):
        return check_compound(content)
    return kind_of(content)


def _picture(file: File, name: str, pixels_left: int) -> Checked:
    path = PurePath(name)
    head = file.read(_HEAD)
    if kind_of(head) not in PICTURES:
        file.seek(0)
        raise _no_picture(file.read(), path.suffix.lower())
    made = made_anew(file, extension=path.suffix.lower(), pixels_left=pixels_left)
    extensions = KEPT_AS[made.format_name]
    return Checked(
        name=name if path.suffix.lower() in extensions else f"{path.stem}{extensions[0]}",
        content_type=TYPES[extensions[0]][0],
        content=made.content,
        preview=made.preview,
        pixels=made.pixels,
    )


def _no_picture(content: bytes, extension: str) -> Unfit:
    try:
        kind = _kind(content)
    except Unfit:
        return damaged(extension)
    except Exception:  # noqa: BLE001 - refused anyway; this would only have said what it is
        return damaged(extension)
    return another_kind(kind, extension)


def _clean_name(name: str) -> str:
    """Return the file's cleaned name without folders, at most 120 characters.

    The name is only shown, never used as a path.
    """
    for coded, sign in _AS_BROWSERS_WRITE:
        name = name.replace(coded, sign)
    last = PurePath(name.replace("\\", "/").rsplit("/", 1)[-1])
    stem = "".join(cleaned(last.stem).splitlines()) or "file"
    return cleaned(stem[:100]) + last.suffix[:20]
