"""Hand-over over HTTP: who in a department does the work on the department's part."""

from typing import Any

from petitions.api import bodies
from petitions.api.verbs import VerbEndpoint, endpoint_of
from petitions.models import Petition
from petitions.office.handover import HAND_OVER, hand_over


@endpoint_of(HAND_OVER, bodies.HandOverBody)
class HandOver(VerbEndpoint):
    """Hand the department's part to one of its people, who is notified. Safe to repeat."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return hand_over(petition=petition, by=self.user, now=self.now, **values)
