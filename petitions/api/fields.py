"""Serializer fields that accept exactly what the OpenAPI document says.

DRF's own fields accept more, for example a number as a text, and "yes" as true.
"""

from datetime import date
from typing import Any

from django.core.validators import MinLengthValidator
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.utils import html

from enterprises.models import Enterprise
from petitions import queries
from verbs import reference
from verbs.codes import CODE_MAX, read_code
from verbs.dates import is_known, out_of_bounds
from verbs.texts import cleaned, seen_length


class LeastSeen(MinLengthValidator):
    """As verbs count: signs that are seen, not characters."""

    message = _("请至少写%(limit_value)d个字，现在是%(show_value)d个。")

    def clean(self, x: Any) -> int:
        return seen_length(x)


class Text(serializers.CharField):
    """A string, cleaned as verbs do (verbs/texts.py), of at least `least` visible signs and at most `most` characters.

    NUL is refused here, since a program that sends one is broken. With `trim_whitespace=False`, as for a password, the
    string is taken as it is.
    """

    default_error_messages = {"blank": _("请填写这一项。")}

    def __init__(self, *, most: int, least: int = 1, **kwargs: Any) -> None:
        super().__init__(max_length=most, allow_blank=not least, **kwargs)
        self.most = most
        if least:
            self.validators.append(LeastSeen(least))

    def run_validation(self, data: Any = empty) -> Any:
        is_typed = isinstance(data, str) and self.trim_whitespace and "\x00" not in data
        fits = is_typed and len(data) <= self.most  # what is dropped counts: the document knows of one length
        return super().run_validation(self.read(data) if fits else data)

    def read(self, text: str) -> str:
        return cleaned(text)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class TypedCode(Text):
    """A code, read as verbs do (verbs/codes.py)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(most=CODE_MAX, **kwargs)

    def read(self, text: str) -> str:
        return read_code(text)


class Day(serializers.DateField):
    """A day within the bounds of verbs/dates.py."""

    def to_internal_value(self, value: Any) -> Any:
        return _bounded(super().to_internal_value(value))


class Moment(serializers.DateTimeField):
    """A moment within the bounds of verbs/dates.py."""

    def to_internal_value(self, value: Any) -> Any:
        try:
            moment = super().to_internal_value(value)
        except OverflowError as problem:  # raised for a moment of the year 1 that UTC does not have
            raise serializers.ValidationError(out_of_bounds(), "out_of_bounds") from problem
        return _bounded(moment)


def _bounded(value: date) -> date:
    if not is_known(value):
        raise serializers.ValidationError(out_of_bounds(), "out_of_bounds")
    return value


class YesNo(serializers.BooleanField):
    """A boolean: true or false in JSON; in a form or a query, the text "true" or "false"."""

    default_empty_html = empty  # an absent form field is absent, not false

    def get_value(self, dictionary: Any) -> Any:
        sent = dictionary.get(self.field_name) if html.is_html_input(dictionary) else None
        return sent if sent == "" else super().get_value(dictionary)  # sent empty is not absent: it is refused

    def to_internal_value(self, data: Any) -> bool:
        is_form = html.is_html_input(self.root.initial_data)
        if is_form and data in ("true", "false"):
            return bool(data == "true")
        if is_form or not isinstance(data, bool):
            self.fail("invalid", input=data)
        return bool(data)


class Number(serializers.IntegerField):
    """A whole number; "5" and 5.0 are refused."""

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return int(super().to_internal_value(data))


class Choice(serializers.ChoiceField):
    """One of the values, in the value's own type: the text "5" is not accepted for the number 5."""

    def to_internal_value(self, data: Any) -> Any:
        value = super().to_internal_value(data)
        if type(value) is not type(data):
            self.fail("invalid_choice", input=data)
        return value


@extend_schema_field(OpenApiTypes.STR)
class Code(serializers.SlugRelatedField):
    """A row, named by its code (or another field, `slug_field`); an unknown one is refused with `does_not_exist`."""

    default_error_messages = {"does_not_exist": _("没有代码为“{value}”的这一项。")}

    def __init__(self, slug_field: str = "code", **kwargs: Any) -> None:
        super().__init__(slug_field=slug_field, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or "\x00" in data:
            self.fail("invalid")
        return super().to_internal_value(self.read(data))

    def read(self, text: str) -> str:
        return cleaned(text)


class ReferenceCode(Code):
    """A row of a table that processes keep in memory (verbs/reference.py), named by its code."""

    def __init__(self, model: type[Model], **kwargs: Any) -> None:
        self.model = model
        super().__init__(queryset=model._default_manager.all(), **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or "\x00" in data:
            self.fail("invalid")
        row = reference.by_code(self.model).get(self.read(data))
        if row is None:
            self.fail("does_not_exist", slug_name="code", value=data)
        return row


class OwnEnterprise(Code):
    """An enterprise the user may file for, by credit code; any other is refused as unknown, even if it exists."""

    default_error_messages = {"does_not_exist": _("请选择您联络或服务的企业。")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("credit_code", queryset=Enterprise.objects.none(), **kwargs)

    def read(self, text: str) -> str:
        return read_code(text)

    def get_queryset(self) -> QuerySet[Enterprise]:
        return queries.enterprises_to_file_for(self.context["request"].user)


class Several(serializers.ListField):
    """A list whose length is checked before its items are, because each item may cost a statement."""

    default_error_messages = {"max_length": _("最多{max_length}项。")}

    def to_internal_value(self, data: Any) -> list[Any]:
        if isinstance(data, list) and self.max_length is not None and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return super().to_internal_value(data)
