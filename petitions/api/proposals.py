"""What is proposed to whoever dispatches a petition: departments with the reason, supports, kind and urgency."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from petitions.api.endpoint import Endpoint
from petitions.api.errors import refusals
from petitions.api.names import Named
from petitions.api.views import NUMBER
from petitions.dispatch import DISPATCH
from petitions.permissions import relation_to
from petitions.proposals.likelihood import Likelihood
from petitions.proposals.proposing import propose
from verbs.refusals import NotPermitted


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
    likelihood = serializers.ChoiceField(
        choices=Likelihood.choices,
        help_text="How likely the first department is the right one: in 19 of 20 cases, in 3 of 4, or less often.",
    )
    unlike = serializers.ListField(
        child=serializers.CharField(),
        help_text="Which of kind and urgency are not what the petition has; dispatching does not change them unasked.",
    )


class ProposalsOfPetition(Endpoint):
    @extend_schema(
        operation_id="petitions_proposals",
        parameters=[NUMBER],
        responses={200: ProposalsEntry, **refusals(401, 403, 404)},
    )
    def get(self, request: Request, number: str) -> Response:
        """Propose departments for the petition, in any state, to the dispatchers in charge of it. A person decides."""
        petition = self.find(number)
        if not DISPATCH.rule(relation_to(petition, self.user)):
            raise NotPermitted()
        return Response(ProposalsEntry(propose(petition)).data)
