"""What the API reads of one petition besides its row; of one that was filed just now, next to nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from petitions import group_queries, queries
from petitions.group_queries import Group, Merged
from petitions.models import Attachment, Petition
from petitions.queries import ReadPart
from regions.models import Region


@dataclass(frozen=True)
class Whole:
    """What the reader may know of the petition's parts, files and relations."""

    parts: Sequence[ReadPart] = ()
    files: Sequence[Attachment] = ()
    other_regions: Sequence[Region] = ()
    survivor: Petition | None = None
    merged: Sequence[Merged] = ()
    group: Group | None = None


def whole(petition: Petition, user: User) -> Whole:
    """Read it. Four statements, more for a petition that belongs to others.

    petition  from queries.listed
    """
    return Whole(
        parts=queries.readable_parts(petition, user),
        files=list(queries.readable_attachments(petition, user)),
        other_regions=list(petition.other_regions.all()),
        survivor=group_queries.survivor(petition, user),
        merged=group_queries.merged_into(petition, user),
        group=group_queries.group_of(petition, user),
    )


def whole_of_new(petition: Petition, user: User, *, has_files: bool) -> Whole:
    """Return what there is of a petition that was filed just now, and give it what queries.listed gives a row.

    One statement if it has files, else none: nobody has done anything with it yet.
    """
    row: dict[str, Any] = {"lead_name": None, "lead_department": None, "group_size": 1, "has_open_order": False}
    vars(petition).update(row)
    Petition.automatic.related.set_cached_value(petition, None)  # else it would be looked for
    files = list(queries.readable_attachments(petition, user)) if has_files else []
    return Whole(files=files)
