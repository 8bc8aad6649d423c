"""What ratings say is withheld from departments where a month's numbers would tell what an anonymous one says."""

from typing import Any

import pytest
from django.test import Client

from figures.queries import scores_known
from scores.freezing import freeze_month
from scores.policy import LEAST_ANONYMOUS
from tests.cast import Cast
from tests.pages.conftest import SignIn
from tests.pages.html import parse, text
from tests.pages.test_scorecards import cells
from tests.scores.facts import AFTER_SEPTEMBER, SEPTEMBER, fact, facts

HIDDEN = "不显示"
PAGES = ["/scores/", "/scores/departments/jingxin/", "/scores/report/"]


def anonymous(cast: Cast, number: int) -> None:
    """Give the lead seven ratings of September; so many of them are anonymous and low, the others are not."""
    facts(7 - number, cast.lead, SEPTEMBER)
    for _place in range(number):
        fact(cast.lead, SEPTEMBER, level=1, is_solved="no", is_anonymous=True)


def freeze(cast: Cast) -> None:
    freeze_month(month=SEPTEMBER, by=cast.chen, now=AFTER_SEPTEMBER)


def words(client: Client, address: str) -> str:
    return str(text(parse(client.get(f"{address}?month=2026-09"))))


def entry(client: Client) -> Any:
    (entry,) = client.get("/api/v1/scores/?month=2026-09").json()["departments"]
    return entry


CASES = [
    (0, False, False),
    (1, False, True),
    (LEAST_ANONYMOUS, False, True),  # one more would show what it says
    (0, True, False),
    (LEAST_ANONYMOUS - 1, True, True),
    (LEAST_ANONYMOUS, True, False),
]


@pytest.mark.parametrize(("number", "is_frozen", "is_hidden"), CASES)
def test_a_department_reads_no_numbers_that_tell(
    number: int, is_frozen: bool, is_hidden: bool, cast: Cast, sign_in: SignIn
) -> None:
    anonymous(cast, number)
    if is_frozen:
        freeze(cast)
    for name in ("wu", "zhou"):
        client = sign_in(getattr(cast, name))
        for address in PAGES:
            assert (name, address, HIDDEN in words(client, address)) == (name, address, is_hidden)
        own = entry(client)
        assert (own["is_withheld"], own["counts"]["solved"]) == (is_hidden, 0 if is_hidden else 7 - number)
        assert (own["rates"]["satisfaction"]["share"] is None, own["score"] is None) == (is_hidden, False)
    everything = entry(sign_in(cast.chen))
    assert (everything["is_withheld"], everything["counts"]["anonymous"]) == (False, number)
    assert everything["rates"]["satisfaction"] == entry(sign_in(cast.wei))["rates"]["satisfaction"]
    assert HIDDEN not in words(sign_in(cast.chen), PAGES[0])


def test_a_workbook_leaves_their_cells_empty(cast: Cast, sign_in: SignIn) -> None:
    anonymous(cast, 1)
    book = f"{PAGES[1]}?month=2026-09&as=xlsx"
    theirs, everybodys = ({row[0]: row[1:] for row in cells(sign_in(user), book)} for user in (cast.wu, cast.chen))
    assert theirs["响应率"] == everybodys["响应率"]
    assert (theirs["满意率"], theirs["非常满意"][1]) == ((None,) * 10, None)
    assert (everybodys["满意率"][1:3], everybodys["非常满意"][1]) == ((6, 7), 6)


def test_the_city_less_all_others_does_not_tell_either(cast: Cast) -> None:
    anonymous(cast, 1)
    facts(3, cast.support, SEPTEMBER)
    alone = scores_known(SEPTEMBER, cast.wu)
    assert (alone.city.is_withheld, alone.city.response.of) == (True, 10)
    fact(cast.support, SEPTEMBER, is_anonymous=True)
    two = scores_known(SEPTEMBER, cast.wu)
    assert (two.city.is_withheld, two.city.satisfaction.of) == (False, 11)
