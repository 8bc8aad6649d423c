"""Finding petitions by their words, newest first, among those that the reader may know of.

petitions/search/index.py keeps the index. The index does not hold who asked. For that the lists have a filter for the
enterprise, which checks that the reader may know who asked.
Source  docs/adr/0015-search.md
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from accounts.models import Role, User
from departments.models import Department
from petitions.clocks.nearest import RunningLimits
from petitions.errors import IndexIsOld
from petitions.models import Assignment, Petition, SearchText, SupervisionOrder
from petitions.models.visibility import PetitionQuerySet
from petitions.permissions import can_see_internal
from petitions.search.folding import BREAK
from petitions.search.index import OPEN, PART, UNPUBLISHED
from petitions.search.token_shares import analysed_shares, is_index_old
from petitions.search.words import Query, asked_tokens, excerpt, is_plain, parse

# A word that stands in at least this share of all petitions is found by looking through the newest until there are
# enough. A rarer word has few hits, which are sorted. At this share both took as long (docs/adr/0015).
COMMON = 0.003
NEWEST_FIRST = ("-reported_at", "-id")


class Keys(Protocol):
    """The keys of petitions, in order. They are read from the database when they are sliced."""

    def __getitem__(self, part: slice, /) -> Iterable[int]: ...


def asked(text: str) -> Query:
    """Return what the text asks for.

    Raises  InvalidInput (it cannot be searched for), IndexIsOld (nobody can say now what is there)
    """
    query = parse(text)
    if query.words and is_index_old():
        raise IndexIsOld()
    return query


def found(
    rows: PetitionQuerySet,
    query: Query,
    user: User,
    *,
    department: Department | None = None,
    are_open: bool = False,
    are_few: bool = False,
    before: tuple[datetime, int] | None = None,
    soonest: RunningLimits | None = None,
) -> Keys:
    """Return the keys of those rows that the user may know of and that fit the query, newest first.

    A row fits if every word of the query occurs in it, or if its number begins with the query's number. An empty query
    fits every row.
    Slicing the keys costs one statement. Searching for words costs up to three before: for somebody who is only handler
    or head whether they have orders on other petitions, and their departments; the shares of the tokens (none while
    they are kept).
    department, are_open  filters that the rows already have; repeated here, so that the index can use them
    are_few               whether the rows are so few that the words are best looked for among them alone
    before                moment and key of the last row of the page before; only rows after it are returned
    soonest               rows with such a running limit come first, the one that ends first before the others
    """
    visible = rows.visible_to(user)
    if before:
        visible = visible.filter(reported_at__lte=before[0]).exclude(reported_at=before[0], pk__gte=before[1])
    if not query.words:
        return _in_order(visible, soonest)
    marks = [*_part_marks(user, department), *([f"'{OPEN}'"] if are_open else [])]
    texts = _holding(query, can_see_internal(user), marks)
    if before:
        texts = texts.filter(reported_at__lte=before[0])
    if are_few or soonest or set(user.roles) <= {Role.LIAISON, Role.ASSISTANT}:
        return _in_order(visible.filter(pk__in=texts.values("petition")), soonest)
    return Hits(texts, visible, is_common=_expected(query.words, marks) >= COMMON)


def _in_order(rows: QuerySet[Petition], soonest: RunningLimits | None) -> Keys:
    if soonest is None:
        return rows.order_by(*NEWEST_FIRST).values_list("pk", flat=True)
    first, then = soonest.soonest_first(rows)
    return OneAfterTheOther(
        first.values_list("pk", flat=True), then.order_by(*NEWEST_FIRST).values_list("pk", flat=True)
    )


@dataclass(frozen=True)
class OneAfterTheOther:
    """The keys of `first`, then those of `then`. Up to three statements a page: the last page of `first` counts it."""

    first: QuerySet[Petition, int]
    then: QuerySet[Petition, int]

    def __getitem__(self, part: slice) -> list[int]:
        start = part.start or 0
        found = list(self.first[part])
        if start + len(found) == part.stop:
            return found
        before = start + len(found) if found else self.first.count()
        return [*found, *self.then[max(start - before, 0) : part.stop - before]]


@dataclass(frozen=True)
class Hits:
    """Keys of the petitions among `rows` that one of the `texts` belongs to, newest first.

    The first step finds the texts alone: for a rare word it sorts the hits, for a common one it goes through the newest
    texts. The second step looks up one hit after the other among the rows, until there are enough. OFFSET 0 keeps the
    steps apart. Without it the planner takes a mark and the condition that the mark repeats for two independent
    conditions, and expects almost no hits. Then it goes through all petitions that a department had, or through a
    million petitions for a word that is nowhere.
    is_common  whether the words are common, all together (COMMON)
    """

    texts: QuerySet[SearchText]
    rows: QuerySet[Petition]
    is_common: bool

    def __getitem__(self, part: slice) -> list[int]:
        inner, values = self.texts.order_by().values("petition_id", "reported_at").query.sql_with_params()
        row = self.rows.order_by().filter(pk=RawSQL("hit.petition_id", [])).values("pk")
        try:
            outer, conditions = row.query.sql_with_params()
        except EmptyResultSet:  # the user may know of no petition
            return []
        texts = inner if self.is_common else f"SELECT * FROM ({inner} OFFSET 0) text"
        hits = f"{texts} ORDER BY reported_at DESC, petition_id DESC OFFSET 0"
        sql = f"SELECT hit.petition_id FROM ({hits}) hit WHERE EXISTS({outer} OFFSET 0) LIMIT %s OFFSET %s"
        start = part.start or 0
        with connection.cursor() as cursor:
            cursor.execute(sql, [*values, *conditions, part.stop - start, start])
            return [key for (key,) in cursor.fetchall()]


def _expected(words: Sequence[str], marks: Sequence[str]) -> float:
    """Return the share of all petitions in which the words and marks are expected to occur together.

    It is 0 when one of them is so rare that PostgreSQL's statistics do not have it.
    """
    shares = analysed_shares()
    expected = 1.0
    for word in words:
        expected *= min(shares.get(token, 0.0) for token, _goes_on in asked_tokens(word))
    for mark in marks:
        expected *= sum(shares.get(name, 0.0) for name in re.findall(r"'(.*?)'", mark))
    return expected


def _holding(query: Query, sees_unpublished: bool, marks: Sequence[str]) -> QuerySet[SearchText]:
    """Return the texts that hold every word, of petitions with these marks.

    A number is one of the tokens, whether it is the petition's own or stands in the text: the tokens alone tell.
    """
    asked = " & ".join([*_asked(query.words, sees_unpublished), *marks])
    texts = SearchText.objects.filter(tokens__holds=asked)
    for word in () if query.number else query.words:
        if not is_plain(word):  # a text may hold all pairs of a longer word without the word
            hidden = Q(folded_unpublished__contains=word) if sees_unpublished else Q()
            texts = texts.filter(Q(folded__contains=word) | hidden)
    return texts


def _part_marks(user: User, department: Department | None) -> Iterator[str]:
    """Yield the marks, in the syntax of tsquery, that every hit has because of a department.

    These are the mark of the chosen department and, for somebody who is only handler or head, any of the marks of their
    own departments. Whether the user may see a hit is decided by the rows; the marks only find the hits faster.
    """
    if department:
        yield f"'{PART}{department.pk}'"
    is_of_departments = set(user.roles) <= {Role.HANDLER, Role.HEAD}
    # Who has to reply to an order sees its petition also without a part in it.
    own = Department.objects.of(user) if is_of_departments and not _has_orders_beyond(user) else []
    names = [f"'{PART}{unit.pk}'" for unit in own]
    if names:
        yield f"({' | '.join(names)})"


def _has_orders_beyond(user: User) -> bool:
    parts = Assignment.objects.live().of(user).filter(petition=OuterRef("petition"))
    return SupervisionOrder.objects.to_reply(user).filter(~Exists(parts)).exists()


def _asked(words: Iterable[str], sees_unpublished: bool) -> Iterator[str]:
    """Yield the words as parts of a tsquery. Tokens are letters and digits: nothing in them has to be escaped."""
    for word in words:
        for token, goes_on in asked_tokens(word):
            end = "':*" if goes_on else "'"
            yield f"('{token}{end} | '{UNPUBLISHED}{token}{end})" if sees_unpublished else f"'{token}{end}"


def excerpts(rows: Sequence[Petition], query: Query, user: User) -> dict[int, str]:
    """Return, by the petition's key, an excerpt around the words that were searched for.

    Excerpts are of the text below the title that the user may read; "" when none of the words stands there.
    One statement; none when no words are searched for.
    """
    if not query.words:
        return {}
    texts = SearchText.objects.filter(petition__in=[row.pk for row in rows])
    unread = ("folded", "folded_unpublished", "tokens")
    return {text.petition_id: _excerpt(text, query, user) for text in texts.defer(*unread)}


def _excerpt(text: SearchText, query: Query, user: User) -> str:
    _title, _end, below = text.text.partition(BREAK)
    hidden = text.unpublished if can_see_internal(user) else ""
    return excerpt(below, query.words) or excerpt(hidden, query.words)
