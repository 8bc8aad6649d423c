"""Merging and linking over HTTP. The other petition is named by its number; one the user may not know is unknown."""

from typing import Any

from django.utils.translation import gettext as _

from petitions.api import bodies
from petitions.api.verbs import VerbEndpoint, verb
from petitions.group_queries import joinable
from petitions.linking import link_petition, unlink_petition
from petitions.merging import merge_petition, unmerge_petition
from petitions.models import Petition
from verbs.refusals import InvalidInput


class AboutTwo(VerbEndpoint):
    """Base of a verb about another petition, too."""

    def other(self, field: str, number: str) -> Petition:
        """Return the petition that the body names.

        Raises  InvalidInput when there is none that the user may know of and may join others to
        """
        found = joinable(self.user).filter(number=number).first()
        if found is None:
            raise InvalidInput({field: _("没有这个编号的诉求。")})
        return found


@verb("merge", bodies.MergeBody)
class Merge(AboutTwo):
    """Close the petition as a duplicate of another one of the same enterprise, which is handled for both."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        into = self.other("into", values["into"])
        return merge_petition(petition=petition, into=into, by=self.user, now=self.now)


@verb("unmerge", bodies.NothingBody)
class Unmerge(VerbEndpoint):
    """Take a merge back: the petition waits for a dispatcher again, its limits go on from their first start."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return unmerge_petition(petition=petition, by=self.user, now=self.now)


@verb("link", bodies.LinkBody)
class Link(AboutTwo):
    """Handle the petition together with another enterprise's: the departments work on the parent, for both."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        parent = self.other("parent", values["parent"])
        return link_petition(petition=petition, parent=parent, by=self.user, now=self.now)


@verb("unlink", bodies.NothingBody)
class Unlink(VerbEndpoint):
    """Handle the petition alone again: its departments' limits start now, the enterprise's ran all along."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return unlink_petition(petition=petition, by=self.user, now=self.now)
