"""What a petition is found by: one row a petition, written by petitions/search/index.py and by nothing else.

The row can be made again from the petition (`manage.py index_petitions`); nothing is known here that is not there.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models

from petitions.models.petition import Petition


class TokensField(models.Field):
    """A set of tokens as PostgreSQL's tsvector, without positions. Written as a list, never read."""

    def db_type(self, connection: Any) -> str:
        return "tsvector"

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        return "array_to_tsvector(%s::text[])"

    def get_prep_value(self, value: Sequence[str]) -> list[str]:
        return list(value)


@TokensField.register_lookup
class Holds(models.Lookup):
    """Whether the tokens fit a query in the syntax of tsquery."""

    lookup_name = "holds"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        field, values = self.process_lhs(compiler, connection)
        return f"{field} @@ %s::tsquery", (*values, self.rhs)


class SearchText(models.Model):
    petition = models.OneToOneField(Petition, on_delete=models.CASCADE, primary_key=True, related_name="search_text")
    reported_at = models.DateTimeField(editable=False)  # the petition's, so that hits are put in order where they lie
    text = models.TextField(blank=True)  # what every reader of the petition may read
    unpublished = models.TextField(blank=True)  # answers that the enterprise does not read yet
    tokens = TokensField()
    version = models.PositiveSmallIntegerField()  # of the way in which the row was made

    class Meta:
        indexes = [
            # Every search reads the list of entries that wait, so it is kept short (KiB).
            GinIndex(fields=["tokens"], name="search_text_tokens", gin_pending_list_limit=256),
            models.Index(fields=["-reported_at", "-petition"], name="search_text_newest_first"),  # of a common word
        ]

    def __str__(self) -> str:
        return str(self.petition_id)
