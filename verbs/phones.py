"""Telephone numbers: which can be one, the one way in which each is stored, and the digits by which it is found.

A number is one of China: a mobile, an area code with 7 or 8 digits, 400 or 800, a service number of five digits; or a
foreign one, which begins with + or 00. Landlines, 400 and 800 may have an extension. Full-width digits, brackets,
spaces, dashes and China's own country code only change how a number is written.
Source: 《公众电信网网号码计划》 (the Chinese numbering plan); the rules of other countries: phonenumberslite.
"""

import re
import unicodedata
from collections.abc import Callable

import phonenumbers
import regex
from django.db.models import F, Func, TextField, Value
from django.utils.translation import gettext_lazy

from verbs.texts import cleaned

LONGEST = 20  # characters of a stored number
WRONG = gettext_lazy("电话号码不正确，请填写手机号或带区号的座机号。")
NOT_DIALLED = "[^0-9]"
_DASH = regex.compile(r"[\p{Pd}\u2212\u30FC]")
_SEPARATOR = re.compile(r"[\s()-]")
_EXTENSION = re.compile(r"(.+?)[\s,;(]*(?:转|轉|分机号?|分機號?|内线|#)+[\s:]*([0-9]{1,6})\s*\)?")
_DASHED_EXTENSION = re.compile(r"(.+)-\s*([0-9]{1,6})")
_OWN_COUNTRY = re.compile(r"\+86|86(?=1[3-9][0-9]{9}$)")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"(010|02[0-9])([0-9]{8})|(0[3-9][0-9]{2})([0-9]{7,8})")
_SERVICE = re.compile(r"[48]00[0-9]{7}")
_SHORT = re.compile(r"[19][0-9]{4}")
# A whole number that a workbook has in a cell for numbers.
_OF_A_CELL = re.compile(r"([0-9]+)\.0+")


def read_phone(text: str, *, is_from_table: bool = False) -> str:
    """Return the number as it is stored: 13800001137, 0573-82345678转801, 4008001234, 95598, +85223456789; "" for "".

    is_from_table  the text is a cell of a workbook or of a table made by one: 13800001137.0 is 13800001137
    Raises  ValueError when it is no telephone number
    """
    plain = _plain(text)
    cell = _OF_A_CELL.fullmatch(plain) if is_from_table else None
    if not plain:
        return ""
    number = _whole(cell[1] if cell else plain)
    if not number or len(number) > LONGEST:
        raise ValueError(text)
    return number


def is_mobile(number: str) -> bool:
    """Return whether a stored number is a Chinese mobile, which alone takes text messages."""
    return _MOBILE.fullmatch(number) is not None


def digits_of(text: str) -> str:
    """Return the digits by which a number is found, also by its beginning; "" for a text that is neither.

    13800001137 for ＋86 138-0000-1137, 057382 for (0573) 82
    """
    plain = _plain(text)
    number = _whole(plain)
    if number:
        return re.sub(NOT_DIALLED, "", number)
    begun = re.sub(r"^\+86", "", _dialled(plain))
    return begun.removeprefix("+") if re.fullmatch(r"\+?[0-9]*", begun) else ""


class Digits(Func):
    """The SQL of `digits_of` for a column of stored numbers. Indexes are made of it."""

    function = "regexp_replace"
    output_field = TextField()

    def __init__(self, column: str) -> None:
        super().__init__(F(column), Value(NOT_DIALLED), Value(""), Value("g"))


def _plain(text: str) -> str:
    return _DASH.sub("-", unicodedata.normalize("NFKC", cleaned(text))).strip()


def _dialled(plain: str) -> str:
    """Return the text without what only makes a number readable; + stands for 00, which is dialled for it."""
    return re.sub(r"^00(?=[1-9])", "+", _SEPARATOR.sub("", plain))


def _whole(plain: str) -> str:
    """Return the stored form of a number with or without an extension, "" for any other text."""
    named = _EXTENSION.fullmatch(plain)
    if named:
        return _with_extension(named)
    number = _number(plain)
    dashed = _DASHED_EXTENSION.fullmatch(plain)
    return number if number or not dashed else _with_extension(dashed)


def _with_extension(parts: re.Match[str]) -> str:
    number = _number(parts[1])
    has_switchboard = _LANDLINE.fullmatch(number.replace("-", "")) or _SERVICE.fullmatch(number)
    return f"{number}转{parts[2]}" if has_switchboard else ""


def _number(plain: str) -> str:
    dialled = _dialled(plain)
    own = _OWN_COUNTRY.match(dialled)
    if own:  # an area code is written without its 0 there
        return _chinese(dialled[own.end() :]) or _chinese(f"0{dialled[own.end() :]}")
    return _foreign(dialled) if dialled.startswith("+") else _chinese(dialled)


def _chinese(digits: str) -> str:
    landline = _LANDLINE.fullmatch(digits)
    if landline:
        return "-".join(part for part in landline.groups() if part)
    kinds: tuple[Callable[[str], object], ...] = (_MOBILE.fullmatch, _SERVICE.fullmatch, _SHORT.fullmatch)
    return digits if any(is_one(digits) for is_one in kinds) else ""


def _foreign(dialled: str) -> str:
    if not re.fullmatch(r"\+[0-9]+", dialled):
        return ""
    try:
        number = phonenumbers.parse(dialled)
    except phonenumbers.NumberParseException:
        return ""
    is_possible = phonenumbers.is_possible_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if is_possible else ""
