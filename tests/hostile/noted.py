"""Which query parameters and fields the pages read: noted while they are asked, so that a new one needs no list."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.http import QueryDict

READING = ("get", "getlist", "__getitem__", "__contains__")


@contextmanager
def noting() -> Iterator[set[str]]:
    """Yield a set into which go the names that are read of queries and forms while the block runs."""
    names: set[str] = set()

    def noted(read: Callable[..., Any]) -> Callable[..., Any]:
        def reading(self: QueryDict, name: str, *more: Any, **how: Any) -> Any:
            names.add(name)
            return read(self, name, *more, **how)

        return reading

    patches = [patch.object(QueryDict, name, noted(getattr(QueryDict, name))) for name in READING]
    for one in patches:
        one.start()
    try:
        yield names
    finally:
        for one in patches:
            one.stop()
