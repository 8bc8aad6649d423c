"""How the API shows the things around a petition: categories, departments, regions, enterprises, the user."""

from typing import Any

from rest_framework import serializers

from enterprises.models import Enterprise, Occasion
from regions.models import Region


class Named(serializers.Serializer):
    """Something with a code for programs and a name for people, in the reader's language."""

    code = serializers.CharField()
    name = serializers.CharField(source="__str__")


class ParentCode(serializers.CharField):
    """The code of the parent category, department or region; null at the top."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="parent.code", allow_null=True, **kwargs)


class EnterpriseName(serializers.ModelSerializer):
    class Meta:
        model = Enterprise
        fields = read_only_fields = ["credit_code", "name", "short_name"]


class EnterpriseEntry(serializers.ModelSerializer):
    region = serializers.CharField(source="region.code")

    class Meta:
        model = Enterprise
        fields = read_only_fields = [*EnterpriseName.Meta.fields, "region", "contact_name", "contact_phone"]


class OccasionEntry(serializers.ModelSerializer):
    region = serializers.CharField(source="region.code")

    class Meta:
        model = Occasion
        fields = read_only_fields = ["key", "kind", "name", "place", "region", "starts_at", "ends_at", "host"]


class CategoryEntry(Named):
    parent: Any = ParentCode(help_text="Code of its group.")
    is_choosable = serializers.BooleanField(help_text="Whether a petition may be put under it; groups may not.")


class DepartmentEntry(Named):
    level = serializers.CharField(help_text="city, district or street")
    region = serializers.CharField(source="region.code")
    parent: Any = ParentCode()


class RegionEntry(Named):
    """A region. Context: `staffed`, the keys of the desks that somebody dispatches for."""

    kind = serializers.CharField(help_text="city, district or park")
    parent: Any = ParentCode()
    is_staffed = serializers.SerializerMethodField(
        help_text="Whether somebody dispatches here, so that petitions come here."
    )

    def get_is_staffed(self, region: Region) -> bool:
        return region.pk in self.context["staffed"]


class Colleague(serializers.Serializer):
    username = serializers.CharField()
    name = serializers.CharField(source="__str__")


class Me(serializers.Serializer):
    username = serializers.CharField()
    name = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())
    departments = Named(many=True, help_text="Where a handler or head works.")
    colleagues = Colleague(many=True, help_text="Who does the work of these departments, the user too: for hand-over.")
