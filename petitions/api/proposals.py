"""What is proposed to whoever dispatches a petition: departments with the reason, supports, kind and urgency."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from petitions.api.endpoint import Endpoint
from petitions.api.errors import refusals
from petitions.api.names import Named
from petitions.api.views import NUMBER
from petitions.permissions import check_can, relation_to
from petitions.proposals.proposing import propose


class ProposalEntry(serializers.Serializer):
    """A department that is proposed."""

    department = Named()
    score = serializers.FloatField(help_text="0 to 1, the first department always has the most.")
    because = serializers.ListField(
        child=serializers.CharField(), help_text="The matter it answers for, words, and past petitions, as sentences."
    )


class ProposalsEntry(serializers.Serializer):
    departments = ProposalEntry(many=True, help_text="Best first.")
    supports = Named(many=True)
    kind = serializers.CharField()
    urgency = serializers.CharField()
    is_joint = serializers.BooleanField(help_text="Whether several departments should act together.")
    confidence = serializers.FloatField(help_text="0 to 1: how far the first department is ahead of the second.")


class ProposalsOfPetition(Endpoint):
    @extend_schema(
        operation_id="petitions_proposals",
        parameters=[NUMBER],
        responses={200: ProposalsEntry, **refusals(401, 403, 404)},
    )
    def get(self, request: Request, number: str) -> Response:
        """Propose who handles the petition; for its desk, whatever its state. A person decides."""
        petition = self.find(number)
        check_can(relation_to(petition, self.user), "dispatch")
        return Response(ProposalsEntry(propose(petition)).data)
