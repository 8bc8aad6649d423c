"""Columns that read what people type as verbs do (verbs/inputs.py), for tables that administrators fill in.

`full_clean`, and with it every form of the administration, keeps the value that was read and refuses what cannot be.
"""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from verbs.codes import folded, read_code
from verbs.database import IN_THE_CITY
from verbs.dates import FIRST, LAST, is_known, out_of_bounds
from verbs.phones import LONGEST, WRONG, read_phone
from verbs.texts import cleaned

BLANK: dict[str, Any] = {"blank": _("请填写这一项。")}


class TypedText(forms.CharField):
    """A field for a text; its value is the cleaned text."""

    default_error_messages = {"required": BLANK["blank"]}

    def to_python(self, value: Any) -> Any:
        return cleaned(super().to_python(value) or "") or self.empty_value


class Line(models.CharField):
    """A short text."""

    default_error_messages = BLANK

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        return super().clean(cleaned(value or ""), model_instance)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**({"form_class": TypedText} | kwargs))


class Words(models.TextField):
    """A text of any length."""

    default_error_messages = BLANK

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        return super().clean(cleaned(value or ""), model_instance)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**({"form_class": TypedText} | kwargs))


class TypedPhone(TypedText):
    """A field for a telephone number; its value is the number as it is stored."""

    def to_python(self, value: Any) -> Any:
        return _phone(super().to_python(value))


class Phone(Line):
    """A telephone number, as verbs/phones.py stores it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"max_length": LONGEST} | kwargs))

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        return super().clean(_phone(value or ""), model_instance)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**({"form_class": TypedPhone, "max_length": None} | kwargs))


def _phone(typed: str) -> str:
    try:
        return read_phone(typed)
    except ValueError as problem:
        raise ValidationError(WRONG, code="phone") from problem


class TypedCode(TypedText):
    """A field for a code; its value is the code as it is stored."""

    def to_python(self, value: Any) -> Any:
        return read_code(super().to_python(value))


class Code(Line):
    """A code, as verbs/codes.py stores it."""

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        return super().clean(read_code(value or ""), model_instance)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**({"form_class": TypedCode, "max_length": None} | kwargs))


class Folded(models.TextField):
    """Another column's text as it is looked for (verbs/codes.py); written whenever the row is saved.

    of  the name of that column
    """

    def __init__(self, *args: Any, of: str, **kwargs: Any) -> None:
        self.of = of
        super().__init__(*args, **({"editable": False} | kwargs))

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = folded(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, value)
        return value


class _Bounded(models.DateField):
    """What Day and Moment share: the bounds, checked by `full_clean` and by the database.

    first, last  narrower or wider bounds than those of verbs/dates.py
    """

    def __init__(self, *args: Any, first: date = FIRST, last: date = LAST, **kwargs: Any) -> None:
        self.first, self.last = first, last
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        narrowed = {"first": (self.first, FIRST), "last": (self.last, LAST)}
        return name, path, args, kwargs | {key: own for key, (own, usual) in narrowed.items() if own != usual}

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        if value is not None and not is_known(value, self.first, self.last):
            raise ValidationError(out_of_bounds(self.first, self.last), code="out_of_bounds")

    def db_check(self, connection: Any) -> str:
        # A moment is compared with the city's midnights.
        begin, end = (f"DATE '{day}'" for day in (self.first, self.last + timedelta(days=1)))
        column = f'"{self.column}"'
        shown = f"{column} {IN_THE_CITY}" if self.get_internal_type() == "DateTimeField" else column
        return f"{shown} >= {begin} AND {shown} < {end}"


class Day(_Bounded):
    """A day within bounds."""


class Moment(_Bounded, models.DateTimeField):
    """A moment within bounds."""
