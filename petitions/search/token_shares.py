"""In which share of all petitions a token stands: how telling a word is.

PostgreSQL counts it itself whenever it analyses the table (pg_stats), so nothing is kept up here. What it does not name
is rarer than all that it names. Before the first ANALYZE, with few petitions, the newest ones are counted.
"""

from collections.abc import Mapping
from time import monotonic

from django.db import connection

from petitions.search.likeness import Rarity, shares_of

# An ANALYZE comes after every tenth of the table; assumption: ten minutes change nothing, without one a minute may.
KEPT_SECONDS, ASKED_AGAIN_SECONDS = 600, 60

_ANALYSED = """
SELECT most_common_elems::text::text[], most_common_elem_freqs FROM pg_stats
 WHERE schemaname = ANY (current_schemas(false)) AND tablename = 'petitions_searchtext' AND attname = 'tokens'
   AND most_common_elems IS NOT NULL
"""
# Behind the tokens one row without a token: how many petitions were counted.
_COUNTED = """
WITH newest AS (SELECT petition_id FROM petitions_searchtext ORDER BY petition_id DESC LIMIT 500)
SELECT word, ndoc FROM ts_stat('SELECT tokens FROM petitions_searchtext ORDER BY petition_id DESC LIMIT 500')
UNION ALL SELECT '', count(*) FROM newest
"""

_kept: dict[str, tuple[float, Mapping[str, float], Rarity]] = {}  # by database: until when, and what was read


def analysed_shares() -> Mapping[str, float]:
    """Return the share by token, of those that are not rare; {} before the first ANALYZE. One statement at most."""
    return _analysed()[0]


def rarity() -> Rarity:
    """Return how much each token tells, also before the first ANALYZE. Two statements at most, none for ten minutes."""
    shares, kept = _analysed()
    return kept if shares else Rarity(_counted_shares())


def _analysed() -> tuple[Mapping[str, float], Rarity]:
    name = str(connection.settings_dict["NAME"])
    if name in _kept and monotonic() < _kept[name][0]:
        return _kept[name][1:]
    with connection.cursor() as cursor:
        cursor.execute(_ANALYSED)
        row = cursor.fetchone()
    # Behind the shares stand their least and their greatest.
    shares = dict(zip(row[0], row[1], strict=False)) if row else {}
    _kept[name] = (monotonic() + (KEPT_SECONDS if shares else ASKED_AGAIN_SECONDS), shares, Rarity(shares))
    return _kept[name][1:]


def _counted_shares() -> Mapping[str, float]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED)
        counts = dict(cursor.fetchall())
    return shares_of(counts, counts.pop(""))
