"""Blocks of a petition's JSON: who asked, the departments' parts with their answers and ratings, files."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from petitions.api.names import EnterpriseName, Named
from petitions.models import (
    Assignment,
    Attachment,
    AutoDecision,
    Petitioner,
    Rating,
)
from petitions.models.assignment import AppointmentMethod
from petitions.permissions import can_see_internal
from petitions.queries import ReadPart


class PetitionerBlock(serializers.ModelSerializer):
    """Who asked. A petition has null in its place when the reader may not know."""

    enterprise = EnterpriseName(allow_null=True)
    filed_by = serializers.CharField(source="filed_by.__str__")

    class Meta:
        model = Petitioner
        fields = read_only_fields = ["enterprise", "filed_by", "is_on_behalf", "contact_name", "contact_phone"]


class RatingBlock(serializers.ModelSerializer):
    class Meta:
        model = Rating
        fields = read_only_fields = [
            "level",
            "is_solved",
            "reason_tags",
            "text",
            "is_anonymous",
            "rated_at",
            "changed_at",
        ]


class AnswerBlock(serializers.ModelSerializer):
    answered_by = serializers.CharField(source="answered_by.__str__")

    class Meta:
        model = Assignment
        fields = read_only_fields = ["answered_at", "answered_by", "outcome", "planned_date", "public_answer"]


class AppointmentBlock(serializers.Serializer):
    """The part's latest appointment: how and when the department calls or visits the enterprise."""

    method = serializers.ChoiceField(choices=AppointmentMethod.choices)
    at = serializers.DateTimeField()
    confirmed_at = serializers.DateTimeField(
        allow_null=True, help_text="When the enterprise agreed; null until it does."
    )


class AssignmentBlock(serializers.ModelSerializer):
    """One department's part in one cycle. A rating names the part by this `id`."""

    department = Named()
    appointment = AppointmentBlock(read_only=True, allow_null=True)
    due_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="When the department's limit ends or ended; null while it rests."
    )
    handler = serializers.SerializerMethodField(help_text="Who does the work; null for the enterprise.")
    answer = serializers.SerializerMethodField(help_text="For the enterprise null until the petition is resolved.")
    internal_note = serializers.SerializerMethodField(help_text="Null for the enterprise.")
    rating = serializers.SerializerMethodField()

    class Meta:
        model = Assignment
        fields = read_only_fields = [
            "id",
            "department",
            "cycle",
            "part",
            "handler",
            "dispatched_at",
            "due_at",
            "checked_in_at",
            "appointment",
            "contacted_at",
            "ended_at",
            "waived_at",
            "answer",
            "internal_note",
            "rating",
        ]

    def _read(self, part: Assignment) -> ReadPart:
        read: ReadPart = self.context["read"][part.pk]
        return read

    @extend_schema_field(AnswerBlock(allow_null=True))
    def get_answer(self, part: Assignment) -> dict[str, Any] | None:
        return AnswerBlock(part).data if self._read(part).is_answer_shown else None

    def get_handler(self, part: Assignment) -> str | None:
        return str(part.handler) if part.handler and can_see_internal(self.context["request"].user) else None

    def get_internal_note(self, part: Assignment) -> str | None:
        return part.internal_note if can_see_internal(self.context["request"].user) else None

    @extend_schema_field(RatingBlock(allow_null=True))
    def get_rating(self, part: Assignment) -> dict[str, Any] | None:
        rating = self._read(part).rating
        return RatingBlock(rating).data if rating else None


class AttachmentBlock(serializers.ModelSerializer):
    original_name = serializers.CharField(source="stored.name", read_only=True)
    content_type = serializers.CharField(source="stored.content_type", read_only=True)
    size = serializers.IntegerField(source="stored.size", read_only=True)
    sha256 = serializers.CharField(source="stored.sha256", read_only=True)
    url = serializers.SerializerMethodField()

    class Meta:
        model = Attachment
        fields = read_only_fields = [
            "id",
            "original_name",
            "content_type",
            "size",
            "sha256",
            "attached_at",
            "is_from_department",
            "url",
        ]

    @extend_schema_field(serializers.URLField())
    def get_url(self, attachment: Attachment) -> str:
        address = reverse("api:attachment", args=[self.context["number"], attachment.pk])
        return str(self.context["request"].build_absolute_uri(address))


class AutomaticBlock(serializers.ModelSerializer):
    """Why a petition was dispatched automatically. The enterprise does not read it."""

    class Meta:
        model = AutoDecision
        fields = read_only_fields = ["decided_at", "confidence", "because"]
