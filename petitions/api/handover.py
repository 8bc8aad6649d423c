"""Inside a department over HTTP: who does the work on its part."""

from typing import Any

from petitions.api import bodies
from petitions.api.verbs import VerbEndpoint, verb
from petitions.models import Petition
from petitions.office.handover import hand_over


@verb("hand_over", bodies.HandOverBody)
class HandOver(VerbEndpoint):
    """Hand the department's part to one of its people, who is told. Safe to repeat."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return hand_over(petition=petition, by=self.user, now=self.now, **values)
