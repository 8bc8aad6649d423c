"""The text by which a petition is found: one row per petition, written only by petitions/search/index.py.

Every row can be made again from its petition (`manage.py index_petitions`): it holds no information of its own.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models

from petitions.models.petition import Petition


class TokensField(models.Field):
    """A set of tokens as PostgreSQL's tsvector, without positions. Python writes it as a list and never reads it."""

    def db_type(self, connection: Any) -> str:
        return "tsvector"

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        return "array_to_tsvector(%s::text[])"

    def get_prep_value(self, value: Sequence[str]) -> list[str]:
        return list(value)


@TokensField.register_lookup
class Holds(models.Lookup):
    """The lookup `holds`: whether the tokens match a query in the syntax of tsquery."""

    lookup_name = "holds"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        field, values = self.process_lhs(compiler, connection)
        return f"{field} @@ %s::tsquery", (*values, self.rhs)


# Of the rules by which rows are made. Raise it when the folding or the tokens change: rows of another version are
# written again (petitions/search/index.py), and until that is done nobody can search.
VERSION = 2


class SearchTextQuerySet(models.QuerySet["SearchText"]):
    def old(self) -> "SearchTextQuerySet":
        """Rows that were made by other rules than the present ones."""
        return self.filter(models.Q(version__lt=VERSION) | models.Q(version__gt=VERSION))


class SearchText(models.Model):
    petition = models.OneToOneField(Petition, on_delete=models.CASCADE, primary_key=True, related_name="search_text")
    reported_at = models.DateTimeField(editable=False)  # the petition's, so that hits are sorted without a join
    text = models.TextField(blank=True)  # what every reader of the petition may read; excerpts are of it
    unpublished = models.TextField(blank=True)  # answers that the enterprise does not read yet
    folded = models.TextField(blank=True)  # `text` as it is searched (petitions/search/folding.py)
    folded_unpublished = models.TextField(blank=True)
    tokens = TokensField()
    version = models.PositiveSmallIntegerField()

    objects = SearchTextQuerySet.as_manager()

    class Meta:
        indexes = [
            # Every search also reads the index's list of pending entries, so the list is kept short (KiB).
            GinIndex(fields=["tokens"], name="search_text_tokens", gin_pending_list_limit=256),
            models.Index(fields=["-reported_at", "-petition"], name="search_text_newest_first"),  # for common words
            models.Index(fields=["version"], name="search_text_version"),  # whether one is old is asked often
        ]

    def __str__(self) -> str:
        return str(self.petition_id)
