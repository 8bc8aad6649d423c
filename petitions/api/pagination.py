"""Pages of a list that goes on growing: a cursor names the last row seen, so nothing is shown twice or skipped.

Rows are sorted by (reported_at, id), newest first, along the index petition_newest_first; the id orders rows of the
same moment. There is no count and no jump to a far page: filters find a petition better than leafing.
"""

from collections.abc import Callable
from datetime import datetime

from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _

from accounts.models import User
from petitions import queries
from petitions.models import Petition
from petitions.search.finding import Keys
from verbs.dates import read_moment
from verbs.refusals import InvalidInput

PAGE_SIZE = 25
PAGE_SIZE_MAX = 100


Find = Callable[[tuple[datetime, int] | None], Keys]


def page_of(find: Find, *, user: User, cursor: str, size: int) -> tuple[list[Petition], str | None]:
    """Return at most `size` petitions after the cursor, and the cursor of the next page (None on the last one).

    Two statements, besides those of calling `find`: one for the keys, one for the rows.
    find    takes the moment and key of the last row seen, None for the first page; returns the keys after it
    cursor  "" for the first page
    Raises  InvalidInput when the cursor cannot be read
    """
    keys = find(_read(cursor) if cursor else None)
    found = queries.listed_by_key(keys[: size + 1], user)
    page = found[:size]
    return page, _cursor_of(page[-1]) if len(found) > size else None


def _cursor_of(row: Petition) -> str:
    return urlsafe_base64_encode(f"{row.reported_at.isoformat()} {row.pk}".encode())


def _read(cursor: str) -> tuple[datetime, int]:
    try:
        moment, key = urlsafe_base64_decode(cursor).decode().split(" ")
        return read_moment(moment, needs_offset=True), int(key)
    except ValueError as problem:
        raise InvalidInput({"cursor": _("翻页位置无效，请从第一页重新查询。")}) from problem
