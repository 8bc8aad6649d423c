"""In which share of all petitions a token stands. The smaller the share, the more the token tells.

PostgreSQL counts the shares itself whenever it analyses the table (pg_stats), so nothing is stored here. A token that
pg_stats does not name is rarer than all that it names. Before the first ANALYZE there are few petitions; then the
newest ones are counted. The same statement tells whether rows of the index are of another version.
"""

from collections.abc import Mapping
from time import monotonic

from django.db import connection

from petitions.models.search_text import VERSION
from petitions.search.likeness import Rarity, shares_of

# PostgreSQL runs ANALYZE after a tenth of the table has changed. Assumption: shares that were read ten minutes ago are
# still right. Before the first ANALYZE, and while the index is old, they are asked for again after a minute.
KEPT_SECONDS, ASKED_AGAIN_SECONDS = 600, 60

_ANALYSED = """
SELECT shares.tokens, shares.shares, EXISTS (SELECT FROM petitions_searchtext WHERE version < %(version)s)
    OR EXISTS (SELECT FROM petitions_searchtext WHERE version > %(version)s)
  FROM (VALUES (1)) always LEFT JOIN (
       SELECT most_common_elems::text::text[] AS tokens, most_common_elem_freqs AS shares FROM pg_stats
        WHERE schemaname = ANY (current_schemas(false)) AND tablename = 'petitions_searchtext' AND attname = 'tokens'
          AND most_common_elems IS NOT NULL) shares ON true
"""
# The last row has no token: it says how many petitions were counted.
_COUNTED = """
WITH newest AS (SELECT petition_id FROM petitions_searchtext ORDER BY petition_id DESC LIMIT 500)
SELECT word, ndoc FROM ts_stat('SELECT tokens FROM petitions_searchtext ORDER BY petition_id DESC LIMIT 500')
UNION ALL SELECT '', count(*) FROM newest
"""

_kept: dict[str, tuple[float, Mapping[str, float], Rarity, bool]] = {}  # by database: until when, and what was read


def analysed_shares() -> Mapping[str, float]:
    """Return the shares of the tokens that are not rare; {} before the first ANALYZE. One statement, or none (kept)."""
    return _analysed()[0]


def rarity() -> Rarity:
    """Return how much each token tells, also before the first ANALYZE.

    One statement, none while the shares are kept. Before the first ANALYZE one more, each time.
    """
    shares, kept, _is_old = _analysed()
    return kept if shares else Rarity(_counted_shares())


def is_index_old() -> bool:
    """Return whether rows of the index are of another VERSION than the present one. One statement, or none (kept)."""
    return _analysed()[2]


def _analysed() -> tuple[Mapping[str, float], Rarity, bool]:
    name = str(connection.settings_dict["NAME"])
    if name in _kept and monotonic() < _kept[name][0]:
        return _kept[name][1:]
    with connection.cursor() as cursor:
        cursor.execute(_ANALYSED, {"version": VERSION})
        tokens, listed, is_old = cursor.fetchone()
    # The list of shares is longer than that of the tokens: PostgreSQL appends the least and the greatest share.
    shares = dict(zip(tokens or (), listed or (), strict=False))
    seconds = KEPT_SECONDS if shares and not is_old else ASKED_AGAIN_SECONDS
    _kept[name] = (monotonic() + seconds, shares, Rarity(shares), is_old)
    return _kept[name][1:]


def _counted_shares() -> Mapping[str, float]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED)
        counts = dict(cursor.fetchall())
    return shares_of(counts, counts.pop(""))
