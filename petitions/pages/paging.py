"""Pages of long lists without counting them: one row more than a page shows says whether there is a next one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from petitions import queries
from petitions.search import Keys

PAGE_SIZE = 25
LAST_PAGE = 400  # further back the filters serve better than leafing


@dataclass(frozen=True)
class Page:
    """One page of a list."""

    rows: list[Any]
    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        return self.number > 1


def page_of(rows: QuerySet[Any], number: str | None) -> Page:
    """Return the page with that number (from 1, anything unreadable is 1). One statement."""
    return _page(number, lambda part: list(rows[part]))


def petition_page(keys: Keys, number: str | None, user: User) -> Page:
    """Return a page of what was found: keys first, then what a row shows. Two statements."""
    return _page(number, lambda part: queries.listed_by_key(keys[part], user))


def _page(number: str | None, read: Callable[[slice], list[Any]]) -> Page:
    wanted = int(number) if number and number.isdecimal() and len(number) < 10 else 1
    wanted = min(max(wanted, 1), LAST_PAGE)
    start = (wanted - 1) * PAGE_SIZE
    found = read(slice(start, start + PAGE_SIZE + 1))
    return Page(rows=found[:PAGE_SIZE], number=wanted, has_next=len(found) > PAGE_SIZE and wanted < LAST_PAGE)
