"""Finding petitions by their words, newest first, among those that the reader may know of.

What they are found by is kept up by petitions/search/index.py. Who asked is not in it: the lists have a filter for
that, with the check.
Source  docs/adr/0015-search.md
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from accounts.models import Role, User
from departments.models import Department
from petitions.models import Petition, SearchText
from petitions.models.petition import PetitionQuerySet
from petitions.permissions import can_see_internal
from petitions.search.index import OPEN, PART, UNPUBLISHED
from petitions.search.token_shares import analysed_shares
from petitions.search.words import Query, asked_tokens, excerpt, is_plain

# From this share of all petitions on the newest are looked through until there are enough; a rarer word's hits are few
# enough to be put in order. Where both took as long (docs/adr/0015).
COMMON = 0.003
NEWEST_FIRST = ("-reported_at", "-id")


class Keys(Protocol):
    """Keys of petitions, to be sliced."""

    def __getitem__(self, part: slice, /) -> Iterable[int]: ...


def found(
    rows: PetitionQuerySet,
    query: Query,
    user: User,
    *,
    department: Department | None = None,
    are_open: bool = False,
    are_few: bool = False,
    before: tuple[datetime, int] | None = None,
) -> Keys:
    """Return the keys of those rows that the user may know of and that hold every word, or whose number begins so.

    Newest first; to be sliced, which is one statement. One more for people of a department.
    department, are_open  what is true of the rows anyway: known here, the index finds them
    are_few               the rows are so few that the words are looked for in them
    before                moment and key of the last row of the page before
    """
    visible = rows.visible_to(user)
    if before:
        visible = visible.filter(reported_at__lte=before[0]).exclude(reported_at=before[0], pk__gte=before[1])
    if query.number:
        visible = visible.filter(number__startswith=query.number)
    if not query.words:
        return visible.order_by(*NEWEST_FIRST).values_list("pk", flat=True)
    marks = [*_part_marks(user, department), *([f"'{OPEN}'"] if are_open else [])]
    texts = _holding(query.words, can_see_internal(user), marks)
    if before:
        texts = texts.filter(reported_at__lte=before[0])
    if are_few or set(user.roles) <= {Role.LIAISON, Role.ASSISTANT}:
        hits = visible.filter(pk__in=texts.values("petition"))
        return hits.order_by(*NEWEST_FIRST).values_list("pk", flat=True)
    return Hits(texts, visible, is_common=_expected(query.words, marks) >= COMMON)


@dataclass(frozen=True)
class Hits:
    """Keys of the petitions among `rows` that one of the `texts` belongs to, newest first.

    The texts are found by themselves: the hits of a rare word are put in order, with a common one the database goes
    through the newest. One after the other is then looked up among the rows, until there are enough. OFFSET 0 keeps
    these steps apart: left to itself the database takes a mark and what it stands for as two conditions and goes
    through all that a department had, or looks through a million petitions for a word that is nowhere.
    """

    texts: QuerySet[SearchText]
    rows: QuerySet[Petition]
    is_common: bool

    def __getitem__(self, part: slice) -> list[int]:
        inner, values = self.texts.order_by().values("petition_id", "reported_at").query.sql_with_params()
        row = self.rows.order_by().filter(pk=RawSQL("hit.petition_id", [])).values("pk")
        try:
            outer, conditions = row.query.sql_with_params()
        except EmptyResultSet:  # somebody who may know of none
            return []
        texts = inner if self.is_common else f"SELECT * FROM ({inner} OFFSET 0) text"
        hits = f"{texts} ORDER BY reported_at DESC, petition_id DESC OFFSET 0"
        sql = f"SELECT hit.petition_id FROM ({hits}) hit WHERE EXISTS({outer} OFFSET 0) LIMIT %s OFFSET %s"
        start = part.start or 0
        with connection.cursor() as cursor:
            cursor.execute(sql, [*values, *conditions, part.stop - start, start])
            return [key for (key,) in cursor.fetchall()]


def _expected(words: Sequence[str], marks: Sequence[str]) -> float:
    """Return in which share of all petitions the words and marks are expected, 0 where one of them is rare."""
    shares = analysed_shares()
    expected = 1.0
    for word in words:
        expected *= min(shares.get(token, 0.0) for token, _goes_on in asked_tokens(word))
    for mark in marks:
        expected *= sum(shares.get(name, 0.0) for name in re.findall(r"'(.*?)'", mark))
    return expected


def _holding(words: Sequence[str], sees_unpublished: bool, marks: Sequence[str]) -> QuerySet[SearchText]:
    """Return the texts in which every word stands, of petitions with these marks."""
    asked = " & ".join([*_asked(words, sees_unpublished), *marks])
    texts = SearchText.objects.filter(tokens__holds=asked)
    for word in words:
        if not is_plain(word):  # its pairs may stand apart
            hidden = Q(unpublished__icontains=word) if sees_unpublished else Q()
            texts = texts.filter(Q(text__icontains=word) | hidden)
    return texts


def _part_marks(user: User, department: Department | None) -> Iterator[str]:
    """Yield the marks of every hit: of the department, and of the user's own where they see no others' petitions.

    Whether the user may see a hit is decided by the rows; this only finds them faster.
    """
    if department:
        yield f"'{PART}{department.pk}'"
    own = Department.objects.of(user) if set(user.roles) <= {Role.HANDLER, Role.HEAD} else []
    names = [f"'{PART}{unit.pk}'" for unit in own]
    if names:
        yield f"({' | '.join(names)})"


def _asked(words: Iterable[str], sees_unpublished: bool) -> Iterator[str]:
    """Yield the words as parts of a tsquery. Tokens are letters and digits: nothing in them has to be escaped."""
    for word in words:
        for token, goes_on in asked_tokens(word):
            end = "':*" if goes_on else "'"
            yield f"('{token}{end} | '{UNPUBLISHED}{token}{end})" if sees_unpublished else f"'{token}{end}"


def add_excerpts(rows: Sequence[Petition], query: Query, user: User) -> None:
    """Give each row `excerpt`: where below the title the words stand, as the user may read it. One statement."""
    texts = (
        SearchText.objects.filter(petition__in=[row.pk for row in rows]) if query.words else SearchText.objects.none()
    )
    read = {text.petition_id: text for text in texts.defer("tokens")}
    for row in rows:
        text = read.get(row.pk)
        row.excerpt = _excerpt(text, query, user) if text else ""  # type: ignore[attr-defined]


def _excerpt(text: SearchText, query: Query, user: User) -> str:
    _title, _end, below = text.text.partition("\n")
    hidden = text.unpublished if can_see_internal(user) else ""
    return excerpt(below, query.words) or excerpt(hidden, query.words)
