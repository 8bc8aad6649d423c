"""Telephone numbers: what can be one, the one way each is stored, and by which digits it is found."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.models import User
from verbs.inputs import Problems
from verbs.phones import digits_of, is_mobile, read_phone

STORED = {
    "13800001234": "13800001234",
    "138 0000 1234": "13800001234",
    "138-0000-1234": "13800001234",
    "１３８００００１２３４": "13800001234",
    "+86 138 0000 1234": "13800001234",
    "＋８６ １３８００００１２３４": "13800001234",
    "+86-138-0000-1234": "13800001234",
    "0086 138 0000 1234": "13800001234",
    "８６13800001234": "13800001234",
    "\u202d13800001234\u202c": "13800001234",
    "138\u200b00001234": "13800001234",
    "138–0000—1234": "13800001234",
    "057382345678": "0573-82345678",
    "0573-82345678": "0573-82345678",
    "（0573）8234 5678": "0573-82345678",
    "+86 573 8234 5678": "0573-82345678",
    "0086-573-82345678": "0573-82345678",
    "0999-0100001": "0999-0100001",
    "0573-8234567": "0573-8234567",
    "010 1234 5678": "010-12345678",
    "+86 10 1234 5678": "010-12345678",
    "021-12345678": "021-12345678",
    "0573-82345678转801": "0573-82345678转801",
    "０５７３－８２３４５６７８ 转 ８０１": "0573-82345678转801",
    "0573-82345678 分机801": "0573-82345678转801",
    "0573-82345678，转分机：801": "0573-82345678转801",
    "0573-82345678(分机号801)": "0573-82345678转801",
    "0573-82345678-801": "0573-82345678转801",
    "0573-82345678#801": "0573-82345678转801",
    "010-12345678转123456": "010-12345678转123456",
    "400-800-1234": "4008001234",
    "800 810 1234": "8008101234",
    "4008001234转8": "4008001234转8",
    "95598": "95598",
    "１２３４５": "12345",
    "10086": "10086",
    "+852 2345 6789": "+85223456789",
    "＋８５２ ２３４５６７８９": "+85223456789",
    "00852 23456789": "+85223456789",
    "+1 (202) 555-0143": "+12025550143",
    "+81 3-1234-5678": "+81312345678",
    "": "",
    " \u200b": "",
}
NO_NUMBERS = [
    "打我手机",
    "1380000ABCD",
    "1-800-FLOWERS",
    "+1-800-FLOWERS",
    "138OOOO1234",
    "0573-82345678 ext 801",
    "0573-82345678x801",
    "0573-82345678转",
    "0573-82345678转1234567",
    "1380000123",
    "138000012345",
    "12800001234",
    "013800001234",
    "+86 1380000123",
    "+86 138000012345",
    "0086 1380000123",
    "13800001234转8",
    "95598转1",
    "12",
    "110",
    "123456",
    "82345678",
    "0573-823456",
    "0573-823456789",
    "010-1234567",
    "010-123456789",
    "400-800-123",
    "400-800-12345",
    "500-800-1234",
    "13800001234.0",
    "138.0000.1234",
    "0573-8234567.0",
    "13800001234/13900001234",
    "13800001234,13900001234",
    "13800001234 13900001234",
    "1.38E+10",
    "١٣٨٠٠٠٠١٢٣٤",
    "+999 123 456 789",
    "+852 23",
    "+",
    "+86",
    "1" * 40,
]


@pytest.mark.parametrize("typed", STORED)
def test_a_number_is_stored_in_one_way(typed: str) -> None:
    stored = STORED[typed]
    assert read_phone(typed) == stored
    assert read_phone(stored) == stored
    assert read_phone(typed, is_from_table=True) == stored
    assert len(stored) <= 20


@pytest.mark.parametrize("typed", NO_NUMBERS)
def test_anything_else_is_refused(typed: str) -> None:
    problems = Problems()
    assert problems.phone("contact_phone", typed) == ""
    assert problems.fields == {"contact_phone": "电话号码不正确，请填写手机号或带区号的座机号。"}


@pytest.mark.parametrize(
    ("cell", "stored"),
    [("13800001234.0", "13800001234"), ("13800001234.00", "13800001234"), ("4008001234.0", "4008001234")],
)
def test_a_number_of_a_workbook_is_that_number(cell: str, stored: str) -> None:
    assert read_phone(cell, is_from_table=True) == stored


@pytest.mark.parametrize("cell", ["13800001234.5", "1380000123.0", "138000012345.0", "1.38E+10", "57382345678.0"])
def test_a_number_that_a_workbook_has_rounded_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match=r"\d"):
        read_phone(cell, is_from_table=True)


@pytest.mark.parametrize("typed", [typed for typed in STORED if STORED[typed]])
def test_the_digits_are_the_same_here_and_in_the_database(typed: str, db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT regexp_replace(%s, '[^0-9]', '', 'g')", [STORED[typed]])
        assert cursor.fetchone() == (digits_of(typed),)


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("1380000", "1380000"),
        ("＋８６ １３８００", "13800"),
        ("0086138", "138"),
        ("(0573) 82", "057382"),
        ("+852 23", "85223"),
        ("2026公司", ""),
        ("ABC 1380", ""),
        ("138.0", ""),
        ("", ""),
    ],
)
def test_a_beginning_is_found_too(typed: str, digits: str) -> None:
    assert digits_of(typed) == digits


@pytest.mark.parametrize("number", ["13800001234", "19912345678"])
def test_text_messages_go_to_mobiles(number: str) -> None:
    assert is_mobile(number)


@pytest.mark.parametrize("number", ["0573-82345678", "4008001234", "95598", "+85261234567", ""])
def test_and_to_nothing_else(number: str) -> None:
    assert not is_mobile(number)
    problems = Problems()
    problems.mobile("address", number)
    assert problems.fields == {"address": "短信只能发到手机号，请填写11位手机号。"}


def test_a_column_stores_it_so() -> None:
    user = User(username="neu", display_name="新人", phone="＋８６ 138-0000-1234", password="!")
    user.clean_fields()
    assert user.phone == "13800001234"
    user.phone = "1380000ABCD"
    with pytest.raises(ValidationError) as refusal:
        user.clean_fields()
    assert list(refusal.value.message_dict) == ["phone"]
