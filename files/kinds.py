"""What kinds of files are accepted, how much of one, and how a file is called that is of another kind.

The content decides, never the name alone: an extension opens a check (files/checking.py), and a picture is named by
what it is. What a refused file is instead is said as far as its first bytes tell.
Left out: .ppt and .dps. Their macros do not stand in streams of their own but packed inside the one stream of the
slides, so the check by which .doc and .xls are accepted finds none of them. .docm and its like, which are for macros.
Limits: docs/adr/0030. The sizes are assumptions, the pixels are what phones make (48 million, rarely 60).
"""

import puremagic
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from files.refusals import Unfit, damaged

SIZE_MAX = 20 << 20  # bytes of a file
PIXELS_MAX = 60_000_000  # of a picture
REQUEST_PIXELS_MAX = 120_000_000  # of all pictures of a request
SIDE_MAX = 4096  # pixels; a document that was photographed stays readable
PREVIEW_SIDE = 240  # pixels

# extension → (content type as kept, what is checked: picture, pdf, text, ofd, or which office documents it may be)
TYPES: dict[str, tuple[str, str]] = {
    ".jpg": ("image/jpeg", "picture"),
    ".jpeg": ("image/jpeg", "picture"),
    ".png": ("image/png", "picture"),
    ".webp": ("image/jpeg", "picture"),
    ".heic": ("image/jpeg", "picture"),
    ".heif": ("image/jpeg", "picture"),
    ".pdf": ("application/pdf", "pdf"),
    ".ofd": ("application/ofd", "ofd"),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ".pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
    ".doc": ("application/msword", "doc"),
    ".xls": ("application/vnd.ms-excel", "xls"),
    ".wps": ("application/wps-office.wps", "doc docx"),  # WPS writes either
    ".et": ("application/wps-office.et", "xls xlsx"),
    ".txt": ("text/plain; charset=utf-8", "text"),
    ".csv": ("text/csv; charset=utf-8", "text"),
}
ACCEPT = ",".join(TYPES)  # the accept attribute of the file input

# Pillow's formats that are read → the extensions of the one in which they are kept, the usual one first
KEPT_AS: dict[str, tuple[str, ...]] = {"JPEG": (".jpg", ".jpeg"), "PNG": (".png",)}

# What puremagic calls it → what a person calls it
NAMES: dict[str, str | Promise] = {
    ".jpg": gettext_lazy("JPEG图片"),
    ".png": gettext_lazy("PNG图片"),
    ".webp": gettext_lazy("WebP图片"),
    ".heif": gettext_lazy("HEIC图片"),
    ".heic": gettext_lazy("HEIC图片"),
    ".avif": gettext_lazy("AVIF图片"),
    ".gif": gettext_lazy("GIF图片"),
    ".bmp": gettext_lazy("BMP图片"),
    ".tiff": gettext_lazy("TIFF图片"),
    ".svg": gettext_lazy("SVG图片"),
    ".ico": gettext_lazy("图标"),
    ".psd": gettext_lazy("Photoshop文件"),
    ".pdf": "PDF",
    ".rtf": gettext_lazy("RTF文档"),
    ".html": gettext_lazy("HTML网页"),
    ".rar": gettext_lazy("RAR压缩包"),
    ".7z": gettext_lazy("7z压缩包"),
    ".gz": gettext_lazy("gzip压缩包"),
    ".mp4": gettext_lazy("视频"),
    ".mov": gettext_lazy("视频"),
    ".avi": gettext_lazy("视频"),
    ".mp3": gettext_lazy("音频"),
    ".dwg": gettext_lazy("CAD图纸"),
    ".lnk": gettext_lazy("快捷方式"),
    ".exe": gettext_lazy("程序"),
    # Told apart by what is inside (files/zipped.py, files/compound.py).
    "docx": gettext_lazy("Word文档（.docx）"),
    "xlsx": gettext_lazy("Excel工作簿（.xlsx）"),
    "pptx": gettext_lazy("PowerPoint演示文稿（.pptx）"),
    "ofd": "OFD",
    "zip": gettext_lazy("zip压缩包"),
    "doc": gettext_lazy("旧版Word文档（.doc）"),
    "xls": gettext_lazy("旧版Excel工作簿（.xls）"),
    "ppt": gettext_lazy("旧版PowerPoint演示文稿（.ppt）"),
}
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGIC = b"PK\x03\x04"
PICTURES = frozenset({".jpg", ".png", ".webp", ".heif", ".heic"})  # as `kind_of` calls them
# Brands of ISO media files whose pictures are HEVC (ISO/IEC 23008-12); phones write heic, burst pictures hevc.
_HEIF = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_PICTURES = {b"\xff\xd8\xff": ".jpg", b"\x89PNG\r\n\x1a\n": ".png"}
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
_HEAD = 4096  # bytes by which a kind is told


def kind_of(content: bytes) -> str:
    """Return by which of NAMES the first bytes are known, "" when they are not; zip and OLE are not looked into."""
    head = content[:_HEAD]
    if is_program(head):
        return ".exe"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF:
        return ".heic"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return ".webp"
    for magic, extension in _PICTURES.items():
        if head.startswith(magic):
            return extension
    if b"<svg" in head.lower():
        return ".svg"
    try:
        found = [match.extension for match in puremagic.magic_string(head)]
    except (puremagic.PureError, ValueError):  # nothing is known that begins like this
        return ""
    return next((extension for extension in found if extension in NAMES), "")


def is_program(head: bytes) -> bool:
    return head.startswith(_PROGRAMS)


def another_kind(kind: str, extension: str) -> Unfit:
    """Return the refusal of content that is not what its extension says; a `kind` that is not known is not named."""
    if kind not in NAMES:
        return damaged(extension)
    return Unfit(_("内容是%(kind)s，扩展名却是%(extension)s。") % {"kind": NAMES[kind], "extension": extension})
