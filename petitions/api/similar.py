"""Petitions that are similar to a given one, for dispatchers and supervisors."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Role
from petitions.api.endpoint import Endpoint
from petitions.api.errors import refusals
from petitions.api.fields import YesNo
from petitions.api.serializers import PetitionRow
from petitions.api.views import NUMBER
from petitions.clocks.nearest import RunningLimits
from petitions.search.similar import similar_petitions
from verbs.refusals import NotPermitted


class SimilarParameters(serializers.Serializer):
    ended = YesNo(required=False, help_text="Whether answered and closed petitions are compared too.")


class SimilarEntry(serializers.Serializer):
    """A petition like this one."""

    petition = PetitionRow()
    score = serializers.FloatField(help_text="0 to 1; about the same matter it is 0.1 to 0.5.")
    because = serializers.ListField(child=serializers.CharField(), help_text="Words that both share.")
    is_followed = serializers.BooleanField(help_text="Whoever filed this petition said that it is the same problem.")


class SimilarPetitions(Endpoint):
    @extend_schema(
        operation_id="petitions_similar",
        parameters=[NUMBER, SimilarParameters],
        responses={200: SimilarEntry(many=True), **refusals(400, 401, 403, 404)},
    )
    def get(self, request: Request, number: str) -> Response:
        """List the petitions most like this one, best first; for dispatchers and supervisors."""
        petition = self.find(number)
        if not self.user.has_role(Role.DISPATCHER, Role.SUPERVISOR):
            raise NotPermitted()
        values: dict[str, Any] = self.parsed(SimilarParameters, request.query_params)
        found = similar_petitions(petition, self.user, with_ended=values.get("ended", False))
        limits = RunningLimits(self.user).nearest([one.petition for one in found])
        context = {"request": request, "now": self.now, "limits": limits}
        return Response(SimilarEntry(found, many=True, context=context).data)
