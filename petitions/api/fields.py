"""Fields that take exactly what the OpenAPI document says: DRF's own also take numbers for texts and "yes" for true."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.utils import html

from enterprises.models import Enterprise
from petitions import queries


class Text(serializers.CharField):
    """A string; `most` and `least` count characters after the spaces around it are gone."""

    def __init__(self, *, most: int, least: int = 1, **kwargs: Any) -> None:
        if least:
            kwargs |= {"min_length": least}
        super().__init__(max_length=most, allow_blank=not least, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class YesNo(serializers.BooleanField):
    """true or false; in forms and addresses the words."""

    default_empty_html = empty  # an absent form field is absent, not false

    def to_internal_value(self, data: Any) -> bool:
        is_form = html.is_html_input(self.root.initial_data)
        if is_form and data in ("true", "false"):
            return bool(data == "true")
        if is_form or not isinstance(data, bool):
            self.fail("invalid", input=data)
        return bool(data)


class Number(serializers.IntegerField):
    """A whole number; "5" and 5.0 are none."""

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return int(super().to_internal_value(data))


class Choice(serializers.ChoiceField):
    """One of the values, of their own type: "5" is not 5."""

    def to_internal_value(self, data: Any) -> Any:
        value = super().to_internal_value(data)
        if type(value) is not type(data):
            self.fail("invalid_choice", input=data)
        return value


@extend_schema_field(OpenApiTypes.STR)
class Code(serializers.SlugRelatedField):
    """A row named by its code; an unknown one is refused with `does_not_exist`."""

    default_error_messages = {"does_not_exist": _("没有代码为“{value}”的这一项。")}

    def __init__(self, slug_field: str = "code", **kwargs: Any) -> None:
        super().__init__(slug_field=slug_field, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or "\x00" in data:
            self.fail("invalid")
        return super().to_internal_value(data)


class OwnEnterprise(Code):
    """An enterprise the user may file for, by its credit code; any other is unknown, whether it exists or not."""

    default_error_messages = {"does_not_exist": _("请选择您联络或服务的企业。")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("credit_code", queryset=Enterprise.objects.none(), **kwargs)

    def get_queryset(self) -> QuerySet[Enterprise]:
        return queries.enterprises_to_file_for(self.context["request"].user)


class Several(serializers.ListField):
    """A list whose length is checked before its items: each item may cost a statement."""

    default_error_messages = {"max_length": _("最多{max_length}项。")}

    def to_internal_value(self, data: Any) -> list[Any]:
        if isinstance(data, list) and self.max_length is not None and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return super().to_internal_value(data)
