"""A cell as text: what a workbook keeps as a number, a day or a yes becomes what a person would have typed.

Numbers are the danger. A spreadsheet keeps 15 digits; a longer number has lost its end, and five letters' numbers
become one. Such a number is written in scientific notation here, as spreadsheets themselves save it to CSV, so that
one check (`is_scientific`) finds it in either kind of file.
Source: ECMA-376 part 1, 18.3.1.4 (cell); 15 digits: "Excel specifications and limits", number precision.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

DIGITS_KEPT = 15
# 2.02503E+16, 2.02503E16, 2E+16; not 2E16, which may be the number of a flat or a building.
_SCIENTIFIC = re.compile(r"[+-]?\d(?:\.\d+E[+-]?|E\+)\d{1,3}", re.IGNORECASE | re.ASCII)
_CARRIAGE_RETURN = re.compile(r"_x000D_\r?\n?")  # as a workbook writes one inside a text
_WHOLE = re.compile(r"(\d+)\.0+", re.ASCII)
# What a formula that failed shows (ECMA-376 part 1, 18.17.2.7).
ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA"})


def cell_text(value: object) -> str:
    """Return a workbook's cell as text: an ISO day, or day and time; digits; 是 or 否; "" for an empty one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("seconds").removesuffix(":00")
    return _CARRIAGE_RETURN.sub("\n", str(value))


def is_scientific(text: str) -> bool:
    """Return whether a cell is a number in scientific notation, whose last digits are lost."""
    return _SCIENTIFIC.fullmatch(unicodedata.normalize("NFKC", text).strip()) is not None


def why_lost(text: str) -> str:
    """Return the sentence about an identifier in scientific notation."""
    return _("“%(text)s”是科学计数法，已丢失末位数字；请把这一列设为文本，填回原来的数字。") % {"text": text}


def whole_number(text: str) -> str:
    """Return an identifier without the `.0` that a column of numbers left behind it; any other text as it is."""
    found = _WHOLE.fullmatch(text)
    return found[1] if found else text


def _number(value: float) -> str:
    if abs(value) >= 10**DIGITS_KEPT:
        return _scientific(value)
    whole = int(value)
    return str(whole) if whole == value else repr(value)


def _scientific(value: float) -> str:
    try:
        text = f"{value:.{DIGITS_KEPT - 1}E}"
    except OverflowError:  # an integer of hundreds of digits, which no spreadsheet writes
        text = f"{float('inf'):E}"
    mantissa, mark, power = text.partition("E")
    return f"{mantissa.rstrip('0').rstrip('.')}{mark}{power}"


def _moment(value: datetime) -> str:
    """A day is kept as a number of days, so that a time comes back some microseconds beside the second."""
    rounded = (value + timedelta(milliseconds=500)).replace(microsecond=0) if value.year < date.max.year else value
    return rounded.date().isoformat() if rounded.time() == time() else rounded.isoformat(" ", "seconds")
