"""Hostile and broken files: refused with one sentence that says what is wrong, and never with a crash."""

from collections.abc import Callable

import pytest

from files.zipped import MEMBERS_MAX
from tests.files import damage
from tests.files.checks import why_not
from tests.files.damage import PROGRAM, types, with_types
from tests.files.ole import compound, excel, package, sheet, word, word_stream
from tests.files.uploads import EXE, GOOD, PDF, SVG, archive, heic, ofd, office, picture

MACROS = "文件里有宏，请另存为不带宏的文件再上传。"
PASSWORD = "文件加了密码，请去掉密码再上传。"
BOMB = "文件展开后过大，或压缩得异常，不能上传。"
PIXELS = "图片超过6000万像素。"
ESCAPES = "文件里有会写到别处的路径，不能上传。"
DAMAGED = "damaged"  # the sentence names the extension
ODD = {"\x01Ole10Native": b"12345678"}
WORD = {"WordDocument": word_stream()}
VBA = {"VBA/_VBA_PROJECT": b"\xcc\x61", "VBA/dir": b"\x01", "PROJECT": b'ID="{}"'}


def is_a(kind: str, extension: str) -> str:
    return f"内容是{kind}，扩展名却是{extension}。"


def carries(name: str) -> str:
    return f"文件里夹带了程序或不支持的文件（{name}），不能上传。"


def in_word(folder: str, streams: dict[str, bytes]) -> bytes:
    return compound({"WordDocument": word_stream(), **{f"{folder}{name}": each for name, each in streams.items()}})


def holding(label: str, content: bytes, **names: str) -> bytes:
    return in_word("ObjectPool/_1/", {"\x01Ole10Native": package(label, content, **names)})


SLIDES = is_a("旧版PowerPoint演示文稿（.ppt）", ".doc")
Content = bytes | Callable[[], bytes]
HOSTILE: dict[str, tuple[str, Content, str]] = {
    # ---- another kind
    "svg with a script as png": ("图.png", SVG, is_a("SVG图片", ".png")),
    "svg as jpg": ("图.jpg", SVG, is_a("SVG图片", ".jpg")),
    "gif as png": ("图.png", picture("GIF"), is_a("GIF图片", ".png")),
    "bmp as jpg": ("图.jpg", picture("BMP"), is_a("BMP图片", ".jpg")),
    "tiff as heic": ("图.heic", picture("TIFF"), is_a("TIFF图片", ".heic")),
    "avif as heic": ("图.heic", picture("AVIF"), is_a("AVIF图片", ".heic")),
    "pdf as png": ("图.png", PDF, is_a("PDF", ".png")),
    "docx as jpg": ("图.jpg", GOOD[".docx"], is_a("Word文档（.docx）", ".jpg")),
    "jpeg as pdf": ("合同.pdf", GOOD[".jpg"], is_a("JPEG图片", ".pdf")),
    "heic as pdf": ("合同.pdf", GOOD[".heic"], is_a("HEIC图片", ".pdf")),
    "program as pdf": ("合同.pdf", EXE, is_a("程序", ".pdf")),
    "program as jpg": ("图.jpg", EXE, is_a("程序", ".jpg")),
    "program as text": ("说明.txt", EXE, is_a("程序", ".txt")),
    "program as docx": ("合同.docx", EXE, is_a("程序", ".docx")),
    "program of Linux as doc": ("合同.doc", b"\x7fELF\x02\x01\x01" + bytes(60), is_a("程序", ".doc")),
    "script as wps": ("合同.wps", b"#!/bin/sh\nrm -rf ~", is_a("程序", ".wps")),
    "shortcut as doc": ("合同.doc", b"L\0\0\0\x01\x14\x02\0" + bytes(68), is_a("快捷方式", ".doc")),
    "double extension with a program inside": ("合同.pdf.docx", EXE, is_a("程序", ".docx")),
    "html as pdf": ("合同.pdf", b"<html><script>alert(1)</script>%PDF-1.7", is_a("HTML网页", ".pdf")),
    "rtf as doc": ("合同.doc", b"{\\rtf1\\ansi {\\object\\objdata 0}}", is_a("RTF文档", ".doc")),
    "rar as ofd": ("票.ofd", b"Rar!\x1a\x07\x00" + bytes(40), is_a("RAR压缩包", ".ofd")),
    "docx as xlsx": ("表.xlsx", GOOD[".docx"], is_a("Word文档（.docx）", ".xlsx")),
    "docx as doc": ("合同.doc", GOOD[".docx"], is_a("Word文档（.docx）", ".doc")),
    "doc as docx": ("合同.docx", GOOD[".doc"], is_a("旧版Word文档（.doc）", ".docx")),
    "doc as xls": ("表.xls", GOOD[".doc"], is_a("旧版Word文档（.doc）", ".xls")),
    "xls as wps": ("合同.wps", GOOD[".xls"], is_a("旧版Excel工作簿（.xls）", ".wps")),
    "slides as doc": ("合同.doc", compound({"PowerPoint Document": b"1"}), SLIDES),
    "xlsx as wps": ("合同.wps", GOOD[".xlsx"], is_a("Excel工作簿（.xlsx）", ".wps")),
    "ofd as pdf": ("票.pdf", ofd(), is_a("OFD", ".pdf")),
    "zip as docx": ("合同.docx", archive({"readme.txt": "hello"}), is_a("zip压缩包", ".docx")),
    "zip as ofd": ("票.ofd", archive({"Doc/OFD.xml": "<OFD/>"}), is_a("zip压缩包", ".ofd")),
    "a compound file of nothing as doc": ("合同.doc", compound({"Contents": b"1"}), DAMAGED),
    # ---- two kinds at once
    "pdf behind a script": ("合同.pdf", b"<script></script>" + PDF, DAMAGED),
    "a zip behind a script as docx": ("合同.docx", b"#!/bin/sh\n" + GOOD[".docx"], is_a("程序", ".docx")),
    "a zip behind a picture as docx": ("合同.docx", GOOD[".jpg"] + GOOD[".docx"], is_a("JPEG图片", ".docx")),
    "a docx behind a doc as docx": ("合同.docx", GOOD[".doc"] + GOOD[".docx"], is_a("旧版Word文档（.doc）", ".docx")),
    # ---- pictures
    "only the first bytes of a png": ("图.png", GOOD[".png"][:24], DAMAGED),
    "a jpeg cut in half": ("图.jpg", picture("JPEG", size=(64, 64))[:300], DAMAGED),
    "a webp cut in half": ("图.webp", GOOD[".webp"][:-20], DAMAGED),
    "a heic cut in half": ("图.heic", heic()[:-60], DAMAGED),
    "a heic of its name only": ("图.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", DAMAGED),
    "61 million pixels": ("图.png", damage.too_many_pixels, PIXELS),
    "a png that says it is huge": ("图.png", damage.png_of(2**31 - 1, 2**31 - 1), PIXELS),
    "a png that says it is large, and has no pixels": ("图.png", damage.png_of(7000, 7000), DAMAGED),
    "a jpeg that says it is huge": ("图.jpg", damage.jpeg_of(GOOD[".jpg"], 65000, 65000), PIXELS),
    "a webp that says it is huge": ("图.webp", damage.webp_of(16383, 16383), PIXELS),
    "a heic that says it is huge": ("图.heic", damage.heic_of(heic(), 20000, 20000), DAMAGED),
    "a heic that is larger than it says": ("图.heic", damage.heic_of(heic(size=(640, 480)), 4, 2**31 - 1), PIXELS),
    # ---- archives
    "a zip without its end as docx": ("合同.docx", GOOD[".docx"][:-30], DAMAGED),
    "no list of types": ("合同.docx", archive({"word/document.xml": "<document/>"}), DAMAGED),
    "a list of types that grows": ("合同.docx", with_types(types(doctype='<!DOCTYPE t [<!ENTITY a "b">]>')), DAMAGED),
    "two members of one name": ("合同.docx", damage.twice("word/x.xml", b"1", b"2"), DAMAGED),
    "two that differ in case": ("合同.docx", office(".docx", **{"word_a.xml": b"", "word_A.xml": b""}), DAMAGED),
    "encrypted members": ("合同.docx", damage.locked(GOOD[".docx"]), PASSWORD),
    "one member unpacks too far": ("合同.docx", damage.bomb, BOMB),
    "one member is packed too tightly": ("合同.docx", lambda: damage.bomb(21 << 20), BOMB),
    "all members together unpack too far": ("合同.docx", damage.flat_bomb, BOMB),
    "archives inside unpack too far": ("合同.docx", damage.nested_bomb, BOMB),
    "a document inside that is too large": ("合同.docx", damage.large_inside, BOMB),
    "documents in documents without an end": ("合同.docx", damage.russian_doll(5), BOMB),
    "too many members": ("合同.docx", damage.many_members(MEMBERS_MAX), BOMB),
    "a member that climbs": ("票.ofd", ofd(**{".._.._etc_cron": b"1"}), ESCAPES),
    "a member that climbs by backslashes": ("票.ofd", ofd(**{"Doc\\..\\..\\x": b"1"}), ESCAPES),
    "a member from the root": ("合同.docx", office(".docx", **{"_etc_cron": b"1"}), ESCAPES),
    "a member on a drive": ("票.ofd", ofd(**{"C:x": b"1"}), ESCAPES),
    "ofd with a script": ("票.ofd", ofd(**{"Doc_Attachs_run.js": b"1"}), carries("run.js")),
    "ofd with a program": ("票.ofd", ofd(**{"Doc_Attachs_票.EXE": b"1"}), carries("票.EXE")),
    "ofd with a program by another name": ("票.ofd", ofd(**{"Doc_Attachs_a.xml": PROGRAM}), carries("a.xml")),
    "ofd whose root is something else": ("票.ofd", archive({"OFD.xml": "<html/>"}), DAMAGED),
    "ofd whose root is no xml": ("票.ofd", archive({"OFD.xml": "OFD"}), DAMAGED),
    # ---- macros
    "macros": ("合同.docx", office(".docx", **{"word_vbaProject.bin": b"1"}), MACROS),
    "macros in another case and folder": ("表.xlsx", office(".xlsx", **{"XL_sub_VBAPROJECT.BIN": b"1"}), MACROS),
    "a macro by another name": ("合同.docx", with_types(types(damage.MACRO_TYPE), **{"word_0.bin": b"1"}), MACROS),
    "a list of types in utf-16": ("合同.docx", with_types(types(damage.MACRO_TYPE, encoding="utf-16")), MACROS),
    "a type written as signs": ("合同.docx", with_types(types("application/vnd.ms-office.vba&#80;roject")), MACROS),
    "macro sheets of Excel 4": ("表.et", excel(sheet(1)), MACROS),
    "a document for macros by another name": ("合同.wps", with_types(types("application/x.macroEnabled.main")), MACROS),
    "macros in a document inside": (
        "合同.docx",
        office(".docx", **{"word_embeddings_a.docx": office(".docx", **{"word_vbaProject.bin": b"1"})}),
        MACROS,
    ),
    "macros of Word": ("合同.doc", in_word("Macros/", VBA), MACROS),
    "macros of WPS": ("合同.wps", in_word("Macros/", VBA), MACROS),
    "macros of Excel": ("表.xls", compound({"Workbook": b"1", "_VBA_PROJECT_CUR/VBA/dir": b"1"}), MACROS),
    "macros of an object inside": ("合同.doc", in_word("ObjectPool/_1/_VBA_PROJECT_CUR/", VBA), MACROS),
    "macros to which no entry leads": ("合同.doc", compound(WORD, lost=["_VBA_PROJECT"]), MACROS),
    "a module of Excel 5": ("表.xls", excel(sheet(0), sheet(6), stream="Book"), MACROS),
    "macros of an object in a docx": ("合同.docx", office(".docx", **{"word_a.bin": in_word("Macros/", VBA)}), MACROS),
    # ---- compound files
    "a docx with a password": ("合同.docx", compound({"EncryptionInfo": b"1", "EncryptedPackage": b"1"}), PASSWORD),
    "a doc with a password": ("合同.doc", word(flags=0x0100), PASSWORD),
    "an xls with a password": ("表.xls", excel((0x002F, bytes(6)), sheet(0)), PASSWORD),
    "a program inside": ("合同.doc", holding("发票.exe", PROGRAM), carries("发票.exe")),
    "a script inside": ("合同.doc", holding("发票.pdf.js", b"1"), carries("发票.pdf.js")),
    "a program that is called pdf": ("合同.doc", holding("发票.pdf", PROGRAM), carries("发票.pdf")),
    "a program by its path": ("合同.doc", holding("发票.pdf", b"1", path="C:\\a\\b.scr"), carries("b.scr")),
    "a program by its other name": ("合同.doc", holding("发票.pdf", b"1", wide="发票.hta"), carries("发票.hta")),
    "a program with a dot behind": ("合同.doc", holding("发票.exe. .", b"1"), carries("发票.exe")),
    "a program in an object of a docx": (
        "合同.docx",
        office(".docx", **{"word_embeddings_oleObject1.bin": compound({"\x01Ole10Native": package("a.bat", b"1")})}),
        carries("a.bat"),
    ),
    "an object of nobody knows what": ("合同.doc", in_word("ObjectPool/_1/", ODD), carries("Ole10Native")),
    "a doc cut in half": ("合同.doc", GOOD[".doc"][:2000], DAMAGED),
    "only the first bytes of a doc": ("合同.doc", GOOD[".doc"][:8], DAMAGED),
    "tables without an end": ("合同.doc", damage.endless_tables(), DAMAGED),
    "sectors in a circle": ("合同.doc", damage.circle_of_sectors(), DAMAGED),
    "a stream larger than its file": ("合同.doc", damage.endless_stream(), DAMAGED),
    "records without an end": ("表.xls", compound({"Workbook": bytes(500_000)}), DAMAGED),
    # ---- text
    "control characters as text": ("说明.txt", b"ls\x1b[2J", DAMAGED),
    "half a sign of utf-16 as text": ("说明.txt", "货款".encode("utf-16")[:-1], DAMAGED),
    "no text at all": ("说明.txt", bytes(range(256)), DAMAGED),
    "a picture as csv": ("表.csv", GOOD[".png"], is_a("PNG图片", ".csv")),
    "nothing": ("说明.txt", b"", "文件是空的。"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_with_what_is_wrong(case: str) -> None:
    name, content, expected = HOSTILE[case]
    extension = name[name.rindex(".") :]
    sentence = f"内容与扩展名{extension}不符，或文件已损坏。" if expected is DAMAGED else expected
    assert why_not(name, content() if callable(content) else content) == sentence


def test_the_table_is_long() -> None:
    assert len(HOSTILE) >= 100
