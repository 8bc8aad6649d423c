"""Reads one page of the petitions that a search found, with what the lists of petitions show."""

from accounts.models import User
from petitions import queries
from petitions.search.finding import Keys
from ui.paging import Page, page_read


def petition_page(keys: Keys, number: str | None, user: User) -> Page:
    """Return one page of the petitions that were found. Two statements: one for the keys, one for the rows.

    number  of the page, from the address; the first one when it is None or no number
    """
    return page_read(number, lambda part: queries.listed_by_key(keys[part], user))
