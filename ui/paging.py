"""Pages of long lists, without counting the rows: one row more than a page shows is read, to know of a next page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

PAGE_SIZE = 25
LAST_PAGE = 400  # to find anything older, filters serve better than turning pages


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
    return page_read(number, lambda part: list(rows[part]))


def page_read(number: str | None, read: Callable[[slice], list[Any]]) -> Page:
    """Return the page with that number of a list; `read` takes a slice and returns that part of the list."""
    wanted = int(number) if number and number.isdecimal() and len(number) < 10 else 1
    wanted = min(max(wanted, 1), LAST_PAGE)
    start = (wanted - 1) * PAGE_SIZE
    found = read(slice(start, start + PAGE_SIZE + 1))
    return Page(rows=found[:PAGE_SIZE], number=wanted, has_next=len(found) > PAGE_SIZE and wanted < LAST_PAGE)
