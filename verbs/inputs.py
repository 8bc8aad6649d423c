"""Checks of what people type, shared by every verb: one sentence per field, all of them at once."""

from django.utils.translation import gettext as _

from verbs.phones import is_phone
from verbs.refusals import InvalidInput

NOTE_MAX = 2000
REASON_MIN = 4
PHONE_MAX = 20


def cleaned(text: str) -> str:
    """Return the text without spaces around it and without NUL, which no database keeps."""
    return text.replace("\x00", "").strip()


class Problems:
    """Collects a sentence per field; `raise_if_any` ends the check."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}

    def add(self, field: str, message: str) -> None:
        self.fields.setdefault(field, message)

    def text(self, field: str, value: str, *, most: int, least: int = 1) -> str:
        """Return the text without spaces around it; note when it is too short or too long (in characters)."""
        text = cleaned(value)
        if not text and least > 0:
            self.add(field, _("请填写这一项。"))
        elif len(text) < least:
            self.add(field, _("请至少写%(least)d个字，现在是%(length)d个。") % {"least": least, "length": len(text)})
        elif len(text) > most:
            self.add(field, _("最多%(most)d个字，现在是%(length)d个。") % {"most": most, "length": len(text)})
        return text

    def choice(self, field: str, value: str, values: list[str]) -> str:
        """Return the value; note when it is none of the values."""
        if value not in values:
            self.add(field, _("请选择一项。"))
        return value

    def phone(self, field: str, value: str) -> str:
        """Return the number without spaces around it; note when it cannot be a Chinese number."""
        text = cleaned(value)
        if len(text) > PHONE_MAX or (text and not is_phone(text)):
            self.add(field, _("电话号码不正确，请填写手机号或带区号的座机号。"))
        return text

    def need(self, field: str, condition: bool, message: str) -> None:
        """Note the message for the field unless the condition holds."""
        if not condition:
            self.add(field, message)

    def raise_if_any(self) -> None:
        """Raise InvalidInput with every problem found."""
        if self.fields:
            raise InvalidInput(self.fields)


def checked_reason(reason: str) -> str:
    """Return the reason of a step that needs one, without spaces around it. Raises InvalidInput."""
    problems = Problems()
    reason = problems.text("reason", reason, least=REASON_MIN, most=NOTE_MAX)
    problems.raise_if_any()
    return reason
