"""Plain text, in whatever encoding an office saved it, is kept as UTF-8."""

import pytest

from tests.files.checks import check, why_not


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("\ufeff带签名的文本".encode(), "带签名的文本"),
        ("国标编码的文本，来自旧系统".encode("gb18030"), "国标编码的文本，来自旧系统"),
        ("　　全角缩进 与 家庭👨‍👩‍👧".encode(), "　　全角缩进 与 家庭👨‍👩‍👧"),
        ("另存为Unicode文本".encode("utf-16"), "另存为Unicode文本"),
        ("大端".encode("utf-16-be").join((b"\xfe\xff", b"")), "大端"),
        (b"plain\r\n\tascii\x0c", "plain\r\n\tascii\x0c"),
        (b"<script>alert(1)</script>", "<script>alert(1)</script>"),  # text like any other: it is saved, never shown
        ("单独的\r和\n".encode(), "单独的\r和\n"),
    ],
)
@pytest.mark.parametrize("name", ["说明.txt", "说明.csv"])
def test_chinese_text_is_kept_as_utf_8(text: bytes, kept: str, name: str) -> None:
    checked = check(name, text)
    assert checked.content.decode() == kept
    assert checked.content_type.endswith("; charset=utf-8")


def test_a_long_text_is_kept_whole() -> None:
    text = "货款至今未付。\r\n" * 100_000
    assert check("说明.txt", text.encode("gb18030")).content == text.encode()


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x7f", "\u0085", "\ufffe", "\U0010ffff"])
def test_one_sign_that_no_text_has_is_found_wherever_it_stands(sign: str) -> None:
    for text in (sign + "字" * 300_000, "字" * 300_000 + sign):
        assert why_not("说明.txt", text.encode("utf-8")) == "内容与扩展名.txt不符，或文件已损坏。"
