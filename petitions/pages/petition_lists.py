"""One page of a search's petitions, as the lists of petitions show them."""

from accounts.models import User
from petitions import queries
from petitions.search.finding import Keys
from ui.paging import Page, page_read


def petition_page(keys: Keys, number: str | None, user: User) -> Page:
    """Return a page of what was found: keys first, then what a row shows. Two statements."""
    return page_read(number, lambda part: queries.listed_by_key(keys[part], user))
