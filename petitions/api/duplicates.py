"""Merging and linking over HTTP.

The body names the other petition by its number. A number that the user may not know is refused as if it did not exist.
"""

from typing import Any

from django.utils.translation import gettext as _

from petitions.api import bodies
from petitions.api.verbs import VerbEndpoint, endpoint_of
from petitions.group_queries import joinable
from petitions.linking import LINK, UNLINK, link_petition, unlink_petition
from petitions.merging import MERGE, UNMERGE, merge_petition, unmerge_petition
from petitions.models import Petition
from verbs.refusals import InvalidInput


class AboutTwo(VerbEndpoint):
    """Base of a verb about two petitions: one is named by the address, the other by the body."""

    def other(self, field: str, number: str) -> Petition:
        """Return the petition that the body names.

        field   the field of the body that has the number
        Raises  InvalidInput when there is no such petition, or the user may not know of it or of its enterprise
        """
        found = joinable(self.user).filter(number=number).first()
        if found is None:
            raise InvalidInput({field: _("没有这个编号的诉求。")})
        return found


@endpoint_of(MERGE, bodies.MergeBody)
class Merge(AboutTwo):
    """Close the petition as a duplicate of another one of the same enterprise. The other one is handled for both."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        into = self.other("into", values["into"])
        return merge_petition(petition=petition, into=into, by=self.user, now=self.now)


@endpoint_of(UNMERGE, bodies.NothingBody)
class Unmerge(VerbEndpoint):
    """Take a merge back. The petition waits for a dispatcher again, and its limits go on as if never stopped."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return unmerge_petition(petition=petition, by=self.user, now=self.now)


@endpoint_of(LINK, bodies.LinkBody)
class Link(AboutTwo):
    """Handle the petition together with another enterprise's, the parent. Departments work on the parent, for both."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        parent = self.other("parent", values["parent"])
        return link_petition(petition=petition, parent=parent, by=self.user, now=self.now)


@endpoint_of(UNLINK, bodies.NothingBody)
class Unlink(VerbEndpoint):
    """Handle the petition alone again. Its departments' limits start now; the enterprise's limit never stopped."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return unlink_petition(petition=petition, by=self.user, now=self.now)
