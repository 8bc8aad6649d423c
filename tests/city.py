"""The cast in the database of this test process: written once, its rows taken back after every test.

A test that asks for the cast gets objects of its own. One that does not finds an empty city: the rows are deleted
inside its transaction. What empties the tables takes the cast along; the next one who asks for it writes it anew.
"""

import pickle
from typing import Any

from django.db import connection, models

from accounts.models import User
from departments.models import Category, CategoryLead, Department, Membership
from enterprises.models import Assistant, Enterprise, Liaison
from regions.models import DeskMember, Region
from tests.cast import Cast, build_cast

# Whatever refers to others comes first.
TABLES: list[type[models.Model]] = [
    *(Membership, CategoryLead, Liaison, DeskMember, Assistant.enterprises.through, Assistant, Enterprise),
    *(Category, Department, Region),
]


class City:
    """Whether the cast is in the database, and its objects as they were when it was written."""

    _pickled: bytes | None = None

    def write(self) -> None:
        """Write the cast and let it stay."""
        self._pickled = pickle.dumps(build_cast())

    def cast(self) -> Cast:
        """Return the cast, its objects new; written by this very test where the tables had been emptied."""
        if self._pickled is None:
            return build_cast()
        fresh: Cast = pickle.loads(self._pickled)
        return fresh

    def empty(self) -> None:
        """Delete the cast; inside a transaction until its end. Its constraints are looked at now, not then."""
        if self._pickled is None:
            return
        with connection.cursor() as cursor:
            cursor.execute(_DELETE)

    def was_emptied(self) -> None:
        """Say that the tables are empty now."""
        self._pickled = None


def _deletions(*tables: Any) -> str:
    return "; ".join(f'DELETE FROM "{table._meta.db_table}"' for table in tables)


_DELETE = f"""
{_deletions(*TABLES, User)};
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""
