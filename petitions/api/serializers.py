"""How the API shows a petition. Who may read which field is decided in permissions.py and queries.py.

Context of the petition serializers: `request`, `now`, `limits` (petitions/clocks/nearest.py); for WholePetition also
`situation` and `whole` (petitions/api/whole.py).
"""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from petitions.api.blocks import (
    AssignmentBlock,
    AttachmentBlock,
    AutomaticBlock,
    PetitionerBlock,
)
from petitions.api.groups import GroupBlock, MergedBlock
from petitions.api.names import EnterpriseName, Named, OccasionEntry
from petitions.api.whole import Whole
from petitions.models import (
    ClosedReason,
    EventKind,
    Petition,
    PetitionClock,
    Promise,
    State,
)
from petitions.offered import offered
from petitions.permissions import can_see_internal, can_see_petitioner
from petitions.timeline import Entry
from record.models import Event

# The keys of an event's data that the API shows. The others are left out; most of them refer to rows.
SHOWN_DETAILS = ("way", "reason", "outcome", "mention", "handler_name")


class PetitionRow(serializers.ModelSerializer):
    """A petition in a list. Rows come from queries.listed."""

    category = Named(allow_null=True)
    region = Named()
    desk = Named(help_text="The region whose dispatch desk is in charge.")
    is_automatic = serializers.SerializerMethodField(help_text="Whether it was dispatched automatically.")
    enterprise = serializers.SerializerMethodField(help_text="Null where the reader may not know who asked.")
    lead = serializers.CharField(
        source="lead_name", allow_null=True, help_text="Short name of the lead department, marked when it is closed."
    )
    due_at = serializers.SerializerMethodField(
        help_text="When the running limit ends that ends first; null where none runs or all rest."
    )
    due_promise = serializers.SerializerMethodField(help_text="Which limit that is.")
    due_department = serializers.SerializerMethodField(help_text="Whose it is; null for the petition's own limits.")
    is_overdue = serializers.SerializerMethodField(help_text="Whether that limit has passed.")
    closed_reason = serializers.ChoiceField(choices=ClosedReason.choices, allow_blank=True, read_only=True)

    class Meta:
        model = Petition
        fields = read_only_fields = [
            "number",
            "title",
            "kind",
            "urgency",
            "channel",
            "category",
            "region",
            "desk",
            "is_automatic",
            "is_confidential",
            "state",
            "closed_reason",
            "cycle",
            "reported_at",
            "assigned_at",
            "resolved_at",
            "rated_at",
            "closed_at",
            "enterprise",
            "lead",
            "due_at",
            "due_promise",
            "due_department",
            "is_overdue",
        ]

    def sees_petitioner(self, petition: Petition) -> bool:
        return can_see_petitioner(petition, self.context["request"].user)

    @extend_schema_field(EnterpriseName(allow_null=True))
    def get_enterprise(self, petition: Petition) -> dict[str, Any] | None:
        enterprise = petition.petitioner.enterprise
        return EnterpriseName(enterprise).data if enterprise and self.sees_petitioner(petition) else None

    def get_is_automatic(self, petition: Petition) -> bool:
        return petition.automatic_dispatch is not None

    def limit(self, petition: Petition) -> PetitionClock | None:
        found: PetitionClock | None = self.context["limits"].get(petition.pk)
        return found

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_due_at(self, petition: Petition) -> str | None:
        limit = self.limit(petition)
        return serializers.DateTimeField().to_representation(limit.due_at) if limit and limit.due_at else None

    @extend_schema_field(serializers.ChoiceField(choices=Promise.choices, allow_null=True))
    def get_due_promise(self, petition: Petition) -> str | None:
        limit = self.limit(petition)
        return limit.promise if limit else None

    @extend_schema_field(Named(allow_null=True))
    def get_due_department(self, petition: Petition) -> Any:
        limit = self.limit(petition)
        return Named(limit.department).data if limit and limit.department else None

    def get_is_overdue(self, petition: Petition) -> bool:
        limit = self.limit(petition)
        return limit is not None and limit.is_overdue(self.context["now"])


class WholePetition(PetitionRow):
    """Everything the reader may know of one petition, and what they can do with it now."""

    other_regions = serializers.SerializerMethodField(help_text="That it concerns besides its own.")
    automatic = serializers.SerializerMethodField(help_text="How it was dispatched automatically; else null.")
    query_code = serializers.SerializerMethodField(help_text="For its liaison and assistant only.")
    occasion = serializers.SerializerMethodField(help_text="Null where the reader may not know who asked.")
    petitioner = serializers.SerializerMethodField(help_text="Null where the reader may not know who asked.")
    assignments = serializers.SerializerMethodField(help_text="Newest cycle first, the lead before its supports.")
    attachments = serializers.SerializerMethodField()
    possible = serializers.SerializerMethodField()
    merged_into = serializers.SerializerMethodField(
        help_text="Number of the petition it was merged into; null where the reader may not know that one."
    )
    merged = serializers.SerializerMethodField(help_text="Petitions that were merged into it, the oldest first.")
    group = serializers.SerializerMethodField(help_text="Petitions handled together; null for one handled alone.")

    class Meta(PetitionRow.Meta):
        fields = read_only_fields = [
            *PetitionRow.Meta.fields,
            "body",
            "other_regions",
            "automatic",
            "query_code",
            "occasion",
            "petitioner",
            "assignments",
            "attachments",
            "possible",
            "merged_into",
            "merged",
            "group",
        ]

    @property
    def whole(self) -> Whole:
        whole: Whole = self.context["whole"]
        return whole

    @extend_schema_field(Named(many=True))
    def get_other_regions(self, petition: Petition) -> Any:
        return Named(self.whole.other_regions, many=True).data

    @extend_schema_field(AutomaticBlock(allow_null=True))
    def get_automatic(self, petition: Petition) -> dict[str, Any] | None:
        is_internal = can_see_internal(self.context["request"].user)
        return AutomaticBlock(petition.automatic_dispatch).data if is_internal and petition.automatic_dispatch else None

    def get_query_code(self, petition: Petition) -> str | None:
        return petition.query_code if self.context["situation"].relation.asks else None

    @extend_schema_field(OccasionEntry(allow_null=True))
    def get_occasion(self, petition: Petition) -> dict[str, Any] | None:
        is_known = petition.occasion is not None and self.sees_petitioner(petition)
        return OccasionEntry(petition.occasion).data if is_known else None

    @extend_schema_field(PetitionerBlock(allow_null=True))
    def get_petitioner(self, petition: Petition) -> dict[str, Any] | None:
        return PetitionerBlock(petition.petitioner).data if self.sees_petitioner(petition) else None

    @extend_schema_field(AssignmentBlock(many=True))
    def get_assignments(self, petition: Petition) -> Any:
        read = {one.part.pk: one for one in self.whole.parts}
        parts = [one.part for one in read.values()]
        return AssignmentBlock(parts, many=True, context={**self.context, "read": read}).data

    @extend_schema_field(AttachmentBlock(many=True))
    def get_attachments(self, petition: Petition) -> Any:
        return AttachmentBlock(self.whole.files, many=True, context={**self.context, "number": petition.number}).data

    def get_merged_into(self, petition: Petition) -> str | None:
        return self.whole.survivor.number if self.whole.survivor else None

    @extend_schema_field(MergedBlock(many=True))
    def get_merged(self, petition: Petition) -> Any:
        return MergedBlock(self.whole.merged, many=True).data

    @extend_schema_field(GroupBlock(allow_null=True))
    def get_group(self, petition: Petition) -> Any:
        return GroupBlock(self.whole.group).data if self.whole.group else None

    def get_possible(self, petition: Petition) -> list[str]:
        return [verb.name for verb in offered(self.context["situation"])]


class PetitionPage(serializers.Serializer):
    """One page of a list, newest first."""

    next = serializers.URLField(allow_null=True, help_text="The next page; null on the last one.")
    results = PetitionRow(many=True)


class Standing(serializers.Serializer):
    """Where a petition stands after a verb."""

    number = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    cycle = serializers.IntegerField()
    possible = serializers.ListField(
        child=serializers.CharField(), help_text="Verbs this user can use now; an address has - for _."
    )


class EventEntry(serializers.ModelSerializer):
    """Something that happened to a petition. Context: `entries`, what the reader may know of each event, by its key."""

    kind = serializers.ChoiceField(
        choices=EventKind.choices, read_only=True, label=Event._meta.get_field("kind").verbose_name
    )
    cycle = serializers.IntegerField(read_only=True, label=Event._meta.get_field("cycle").verbose_name)
    from_state = serializers.CharField(read_only=True)
    to_state = serializers.CharField(read_only=True)
    by = serializers.SerializerMethodField(help_text="Null where the reader may not know who asked.")
    department = Named(allow_null=True)
    details = serializers.SerializerMethodField()
    other = serializers.SerializerMethodField(
        help_text="Number of the other petition it is about; null where the reader may not know that one."
    )

    class Meta:
        model = Event
        fields = read_only_fields = [
            "kind",
            "at",
            "by",
            "department",
            "cycle",
            "from_state",
            "to_state",
            "is_public",
            "text",
            "details",
            "other",
        ]

    def _entry(self, event: Event) -> Entry:
        entry: Entry = self.context["entries"][event.pk]
        return entry

    def get_by(self, event: Event) -> str | None:
        return self._entry(event).shown_by or None

    def get_other(self, event: Event) -> str | None:
        return self._entry(event).other or None

    def get_details(self, event: Event) -> dict[str, str]:
        return {key: event.data[key] for key in SHOWN_DETAILS if event.data.get(key)}
