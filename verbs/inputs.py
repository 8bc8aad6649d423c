"""Checks of what people type, shared by every verb: one sentence for each wrong field, all fields at once.

How an input is read is decided once, for pages, API, administration and files alike: texts in verbs/texts.py, telephone
numbers in verbs/phones.py, days and months in verbs/dates.py. Columns (verbs/columns.py), form fields (ui/fields.py)
and the API's fields (petitions/api/fields.py) read by the same functions.
"""

from datetime import date

from django.utils.translation import gettext as _

from verbs.dates import is_known, out_of_bounds
from verbs.phones import WRONG, is_mobile, read_phone
from verbs.refusals import InvalidInput
from verbs.texts import cleaned, seen_length

NOTE_MAX = 2000
REASON_MIN = 4
PHONE_MAX = 40  # characters as typed; a stored number is shorter (verbs/phones.py)


def too_short(text: str, least: int) -> str:
    """Return the sentence about a cleaned text that shows fewer than `least` signs; "" for one that is long enough."""
    length = seen_length(text)
    if length >= least:
        return ""
    if not text:
        return _("请填写这一项。")
    return _("请至少写%(least)d个字，现在是%(length)d个。") % {"least": least, "length": length}


class Problems:
    """Collects the first sentence about each wrong field; `raise_if_any` ends the check."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}

    def add(self, field: str, message: str) -> None:
        self.fields.setdefault(field, message)

    def text(self, field: str, value: str, *, most: int, least: int = 1) -> str:
        """Return the cleaned text; note when it is too short (in signs that are seen) or too long (in characters)."""
        text = cleaned(value)
        short = too_short(text, least)
        if short:
            self.add(field, short)
        elif len(text) > most:
            self.add(field, _("最多%(most)d个字，现在是%(length)d个。") % {"most": most, "length": len(text)})
        return text

    def choice(self, field: str, value: str, values: list[str]) -> str:
        """Return the value; note when it is none of the values."""
        if value not in values:
            self.add(field, _("请选择一项。"))
        return value

    def phone(self, field: str, value: str) -> str:
        """Return the number as it is stored; note when it cannot be a telephone number. Empty passes."""
        try:
            return read_phone(value)
        except ValueError:
            self.add(field, str(WRONG))
            return ""

    def mobile(self, field: str, value: str) -> str:
        """Return the number as it is stored; note when text messages cannot be sent to it."""
        number = self.phone(field, value)
        self.need(field, is_mobile(number), _("短信只能发到手机号，请填写11位手机号。"))
        return number

    def day(self, field: str, value: date | None) -> None:
        """Note a day or moment that is out of bounds (verbs/dates.py). None passes."""
        self.need(field, value is None or is_known(value), out_of_bounds())

    def need(self, field: str, condition: bool, message: str) -> None:
        """Note the message for the field unless the condition holds."""
        if not condition:
            self.add(field, message)

    def raise_if_any(self) -> None:
        """Raise InvalidInput with every problem found."""
        if self.fields:
            raise InvalidInput(self.fields)


def checked_reason(reason: str) -> str:
    """Return the cleaned reason for a step that needs one. Raises InvalidInput for a wrong length."""
    problems = Problems()
    reason = problems.text("reason", reason, least=REASON_MIN, most=NOTE_MAX)
    problems.raise_if_any()
    return reason
