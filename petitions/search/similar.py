"""Petitions about the same problem as a text: the open ones most like it, with the words that speak for each.

The search's index finds the petitions that share the most telling words with the text (petitions/search/index.py marks
the open ones). The nearest of them are compared in full (petitions/search/likeness.py). What follows from it is decided
by a person.
While an enterprise files, it may learn of other enterprises' petitions only that there are some, their category, kind
and state, and from how many enterprises they are. Of a confidential petition it learns nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from accounts.models import User
from departments.models import Category
from petitions import queries
from petitions.models import EventKind, Kind, Petition, State
from petitions.permissions import of_known_petitioners
from petitions.search.index import OPEN
from petitions.search.likeness import CANDIDATES, Like, Rarity, Vector, compare, telling, vector_of
from petitions.search.token_shares import rarity as current_rarity
from verbs.codes import read_code

SHOWN = 5
# Scores, tried on real letters: below SHOWN_FROM a person sees nothing in common, from FOLLOWED_FROM on most petitions
# are about the same matter.
SHOWN_FROM, FOLLOWED_FROM = 0.04, 0.12
TEXT_MIN = 12  # characters that a text needs, so that there is something to compare (assumption)

# Finds the petitions that hold each telling token, and keeps those with the most weight. Texts are not read.
_NEAREST = """
SELECT held.petition_id FROM unnest(%s::text[], %s::float8[]) AS asked (query, weight)
 CROSS JOIN LATERAL (SELECT petition_id FROM petitions_searchtext WHERE tokens @@ asked.query::tsquery {open}) held
 GROUP BY held.petition_id ORDER BY sum(asked.weight) DESC, held.petition_id DESC LIMIT %s
"""
_ANY = _NEAREST.format(open="")
_OPEN = _NEAREST.format(open=f"AND tokens @@ '''{OPEN}'''")  # written as in the condition of the index search_text_open


@dataclass(frozen=True)
class Similar:
    """A petition like the text: how alike they are (0 to 1), and words that both have.

    is_followed  whoever filed the text said that it is the same problem as this petition
    """

    petition: Petition
    score: float
    because: Sequence[str]
    is_followed: bool = False


@dataclass(frozen=True)
class Others:
    """What may be told of other enterprises' petitions: how many enterprises have one of this category, kind, state."""

    category: Category | None
    kind: str
    state: str
    enterprises: int

    @property
    def kind_label(self) -> str:
        return str(Kind(self.kind).label)

    @property
    def state_label(self) -> str:
        return str(State(self.state).label)


@dataclass(frozen=True)
class Asked:
    """What is shown to somebody who files: similar petitions of their own, and what may be told of others' petitions.

    At the desk, `own` are those of the caller's enterprise.
    """

    own: Sequence[Similar]
    others: Sequence[Others]

    def __bool__(self) -> bool:
        return bool(self.own or self.others)


def similar_petitions(petition: Petition, user: User, *, most: int = SHOWN, with_ended: bool = False) -> list[Similar]:
    """Return the petitions most like this one that the user may know of, best first.

    Before these come the petitions that this one follows: whoever filed it said that they are the same problem.
    most        at most so many, besides those it follows
    with_ended  whether answered and closed petitions are compared too
    Five statements at most, besides those of `rarity`.
    """
    report = petition.events.filter(kind=EventKind.REPORT).first()
    followed = set(report.data.get("similar_to", [])) if report else set()
    likes = _likes(petition.title, petition.body, with_ended=with_ended, leave_out=petition.pk)
    best = [key for key, like in likes.items() if like.score >= SHOWN_FROM]
    rows = queries.listed(user)
    shown = {row.pk: row for row in rows.filter(pk__in=best)}
    said = {row.pk: row for row in rows.filter(number__in=followed)} if followed else {}
    keys = [key for key in best if key in shown and key not in said][:most]
    nothing = Like(0.0, [])
    return [
        Similar(row, like.score, like.because, row.number in followed)
        for row in [*said.values(), *(shown[key] for key in keys)]
        for like in [likes.get(row.pk, nothing)]
    ]


def already_asked(title: str, body: str, user: User, *, caller: str | None = None) -> Asked:
    """Return what is shown to somebody who is about to file this text.

    Four statements at most, besides those of `rarity`.
    caller  credit code of the enterprise that the desk files for, "" for one that is not in the register yet; None when
            the user files for their own
    """
    likes = {key: like for key, like in _likes(title, body).items() if like.score >= FOLLOWED_FROM}
    if not likes:
        return Asked([], [])
    rows = queries.listed(user)
    if caller is not None:
        rows = of_known_petitioners(rows.filter(petitioner__enterprise__credit_code=read_code(caller)), user)
    own = {row.pk: row for row in rows.filter(pk__in=likes)}
    shown = [Similar(own[key], like.score, like.because) for key, like in likes.items() if key in own]
    others = _followable().filter(pk__in=likes.keys() - own.keys()).select_related("category", "petitioner")
    return Asked(shown[:SHOWN], _grouped(list(others)))


def numbers_to_follow(title: str, body: str) -> list[str]:
    """Return the numbers of the open petitions that whoever files this text follows if they say so, best first.

    None of them is confidential; at most SHOWN.
    """
    keys = [key for key, like in _likes(title, body).items() if like.score >= FOLLOWED_FROM][:SHOWN]
    numbers = dict(_followable().filter(pk__in=keys).values_list("pk", "number"))
    return [numbers[key] for key in keys if key in numbers]


def _followable() -> QuerySet[Petition]:
    return Petition.objects.filter(is_confidential=False)


def _grouped(petitions: Sequence[Petition]) -> list[Others]:
    asking: dict[tuple[Category | None, str, str], set[int | None]] = {}
    for row in petitions:
        asking.setdefault((row.category, row.kind, row.state), set()).add(row.petitioner.enterprise_id)
    groups = [Others(category, kind, state, len(who)) for (category, kind, state), who in asking.items()]
    return sorted(groups, key=lambda group: -group.enterprises)[:SHOWN]


def _likes(title: str, body: str, *, with_ended: bool = False, leave_out: int | None = None) -> Mapping[int, Like]:
    """Return, by the petition's key, how alike the text and the petition are, best first.

    Two statements, besides those of `rarity`.
    """
    if len(title) + len(body) < TEXT_MIN:
        return {}
    rarity = current_rarity()
    vector = vector_of(title, body, rarity)
    keys = [key for key in _nearest(vector, rarity, with_ended) if key != leave_out]
    rows = Petition.objects.filter(pk__in=keys).values_list("pk", "title", "body")
    likes = {key: compare(vector, vector_of(its_title, its_body, rarity)) for key, its_title, its_body in rows}
    return dict(sorted(likes.items(), key=lambda item: (-item[1].score, -item[0])))


def _nearest(vector: Vector, rarity: Rarity, with_ended: bool) -> list[int]:
    weights = {f"'{token}'": weight for token, weight in telling(vector, rarity).items()}
    with connection.cursor() as cursor:
        cursor.execute(_ANY if with_ended else _OPEN, [list(weights), list(weights.values()), CANDIDATES + 1])
        return [key for (key,) in cursor.fetchall()]
