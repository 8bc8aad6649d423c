"""Files to upload, made in memory: one good one of each type, and the parts of hostile ones."""

import io
import zipfile
from collections.abc import Mapping

import pillow_heif
from django.core.files.base import ContentFile
from PIL import Image

from tests.files.ole import excel, sheet, word

OFFICE = {
    ".docx": "word/document.xml",
    ".xlsx": "xl/workbook.xml",
    ".pptx": "ppt/presentation.xml",
}
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + b"\x00" * 64


def upload(name: str, content: bytes) -> ContentFile:
    """Return the bytes as an uploaded file; the name is taken as it is."""
    file = ContentFile(content)
    file.name = name
    return file


def picture(format_name: str = "PNG", size: tuple[int, int] = (8, 4), **options: object) -> bytes:
    """Return a small picture whose left half is white."""
    image = Image.new("RGB", size, "black")
    image.paste("white", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    image.save(out, format=format_name, **options)
    return out.getvalue()


def archive(members: Mapping[str, bytes | str]) -> bytes:
    """Return a zip file with these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return out.getvalue()


def office(extension: str, **more: bytes | str) -> bytes:
    """Return the least that is an office document; `more` members by name, _ for /."""
    extra = {name.replace("_", "/"): content for name, content in more.items()}
    return archive({"[Content_Types].xml": "<Types/>", OFFICE[extension]: "<document/>", **extra})


def heic(size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    """Return a small HEIC picture whose left half is white."""
    image = Image.new("RGB", size, "black")
    image.paste("white", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    pillow_heif.from_pillow(image).save(out, **options)
    return out.getvalue()


def ofd(**more: bytes | str) -> bytes:
    """Return the least that is an OFD; `more` members by name, _ for /."""
    extra = {name.replace("_", "/"): content for name, content in more.items()}
    root = '<?xml version="1.0"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.0"/>'
    return archive({"OFD.xml": root, "Doc/Document.xml": "<Document/>", **extra})


GOOD: dict[str, bytes] = {
    ".jpg": picture("JPEG"),
    ".jpeg": picture("JPEG"),
    ".png": picture("PNG"),
    ".pdf": PDF,
    ".docx": office(".docx"),
    ".xlsx": office(".xlsx"),
    ".pptx": office(".pptx"),
    ".webp": picture("WEBP"),
    ".heic": heic(),
    ".heif": heic(),
    ".doc": word(),
    ".wps": word(),
    ".xls": excel(sheet(0)),
    ".et": excel(sheet(0), stream="Book"),
    ".ofd": ofd(),
    ".csv": "编号,标题\r\n1,货款\r\n".encode(),
    ".txt": "　　货款至今未付。\r\n\t合计126万元。".encode(),
}
