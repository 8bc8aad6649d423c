"""How the API shows petitions that belong together: those merged into one, and groups that are handled together."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from petitions.group_queries import Group, Merged


class MergedBlock(serializers.Serializer):
    """A petition that was merged into this one. Its files are listed among this one's attachments."""

    number = serializers.SerializerMethodField(help_text="Null where the reader may not know the petition itself.")
    title = serializers.CharField(source="petition.title")
    body = serializers.CharField(source="petition.body")
    supplements = serializers.SerializerMethodField(help_text="What was added to it, the oldest first.")

    def get_number(self, merged: Merged) -> str | None:
        return merged.petition.number if merged.is_known else None

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_supplements(self, merged: Merged) -> Any:
        return [event.text for event in merged.supplements]


class GroupBlock(serializers.Serializer):
    """Petitions of several enterprises that are handled together."""

    size = serializers.IntegerField(help_text="How many there are, whoever may know them.")
    parent = serializers.SerializerMethodField(  # type: ignore[assignment]
        help_text="Number of the one that departments work on; null where the reader may not know it."
    )
    members = serializers.SerializerMethodField(help_text="Numbers of those the reader may know, the parent first.")

    def get_parent(self, group: Group) -> str | None:
        return group.parent.number if group.parent else None

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_members(self, group: Group) -> Any:
        return [member.number for member in group.members]
