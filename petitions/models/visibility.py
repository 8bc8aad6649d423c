"""Which petitions a person may know of: every list, page and answer starts from `visible_to`. Denied by default.

Source: domain, people and what they must never do.
"""

from collections.abc import Iterable
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from enterprises.models import Enterprise
from petitions.models.assignment import Assignment
from regions.desks import desks_of

# The petition, whose module imports this one.
Petition = TypeVar("Petition", bound=models.Model)


class PetitionQuerySet(models.QuerySet[Petition]):
    def visible_to(self, user: User) -> Self:
        """Petitions the user may know of. Denied by default: a liaison without an enterprise, for example, sees none.

        Liaison: those of their own enterprises. Assistant: those they filed themselves for an enterprise they
        still serve. Handler and head: those dispatched to their department and not taken back from
        it, and those with an order that their department has to reply to. Dispatcher: those of their branch and
        those they filed; the city's dispatcher: all. Supervisor: all. Leader: all that are not confidential.
        Whoever sees a petition because they filed it sees what it was merged into, too.
        """
        desks = desks_of(user)
        if desks.is_city or user.has_role("supervisor", "system"):
            return self
        allowed = self._of_branch(desks.branch) | self._filed_by(user) if desks.branch else Q(pk__in=[])
        if user.has_role("liaison"):
            allowed |= Q(petitioner__enterprise__in=Enterprise.objects.of_liaison(user))
        if user.has_role("assistant"):
            allowed |= self._filed_by(user, petitioner__enterprise__in=Enterprise.objects.of_assistant(user))
        if user.has_role("handler", "head"):
            allowed |= Q(pk__in=self._held_by(user))
        if user.has_role("leader"):
            allowed |= Q(is_confidential=False)
        return self.filter(allowed)

    def _of_branch(self, regions: Iterable[int]) -> Q:
        """Petitions from these regions, at the desks of these regions, or concerning them besides their own region."""
        petition: Any = self.model
        others = petition.other_regions.through.objects.filter(region__in=regions)
        return Q(region__in=regions) | Q(desk__in=regions) | Q(pk__in=others.values("petition"))

    def _held_by(self, user: User) -> Any:
        """The keys of petitions that departments of the user hold, or with an order for them to reply to.

        A union: with two conditions joined by OR, the database would test every petition there is.
        """
        orders: Any = self.model._meta.get_field("orders").related_model
        held = Assignment.objects.live().of(user).order_by().values("petition")
        return held.union(orders.objects.to_reply(user).order_by().values("petition"), all=True)

    def _filed_by(self, user: User, **conditions: Any) -> Q:
        """Petitions that the user filed, under these conditions, and those that such a petition was merged into.

        The answer to a merged petition stands there (petitions/merging.py). Nothing that others were merged into is
        merged itself, so one step leads to it.
        """
        filed = Q(petitioner__filed_by=user, **conditions)
        merged = self.model._default_manager.filter(filed, merged_into__isnull=False).order_by()
        return filed | Q(pk__in=merged.values("merged_into"))

    def dispatched_automatically(self) -> Self:
        """Petitions that are still where they were sent automatically, as `Petition.automatic_dispatch` says of one."""
        return self.filter(automatic__outcome="dispatched", assigned_at=F("automatic__decided_at"))
