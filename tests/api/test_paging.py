"""The cursor: no row twice, none skipped, whatever arrives meanwhile and however many share a moment."""

from typing import Any

import pytest
from django.utils.http import urlsafe_base64_encode
from rest_framework.test import APIClient

from petitions.reporting import report_petition
from tests.api.conftest import SignIn, attrs
from tests.cast import Cast, Stage
from tests.moments import TUESDAY_10AM


def pages(client: APIClient, size: int, **parameters: Any) -> list[list[str]]:
    """Follow `next` to the end; at most twenty pages."""
    url: str | None = "/api/v1/petitions/"
    query: Any = {"page_size": size, **parameters}
    read: list[list[str]] = []
    while url and len(read) < 20:
        body = client.get(url, query).json()
        read.append([row["number"] for row in body["results"]])
        url, query = body["next"], None
    return read


@pytest.fixture
def eleven(stage: Stage, cast: Cast) -> list[str]:
    """Numbers, newest first: two on their own, nine of one moment."""
    numbers = [
        report_petition(report=stage.report_form(title=f"第{place}件事"), by=cast.lin, now=TUESDAY_10AM).number
        for place in range(9)
    ]
    numbers += [stage.reported().number, stage.reported().number]
    return numbers[::-1]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 10, 11, 12])
def test_every_row_once_in_order_over_ties(eleven: list[str], cast: Cast, sign_in: SignIn, size: int) -> None:
    read = pages(sign_in(cast.lin), size)
    assert [number for page in read for number in page] == eleven
    assert [len(page) for page in read[:-1]] == [size] * (len(read) - 1)


def test_the_last_page_has_no_next_even_when_full(eleven: list[str], cast: Cast, sign_in: SignIn) -> None:
    assert len(pages(sign_in(cast.lin), 11)) == 1


def test_a_petition_that_arrives_meanwhile_moves_nothing(
    eleven: list[str], stage: Stage, cast: Cast, sign_in: SignIn
) -> None:
    client = sign_in(cast.lin)
    first = client.get("/api/v1/petitions/", {"page_size": 5}).json()
    stage.reported(title="刚刚到的")
    second = client.get(first["next"]).json()
    assert [row["number"] for row in first["results"] + second["results"]] == eleven[:10]


def test_next_keeps_the_filters(eleven: list[str], stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    stage.assigned()
    read = pages(sign_in(cast.lin), 4, state="reported", q="件事")
    assert [number for page in read for number in page] == eleven[2:]


OUT_OF_BOUNDS = [
    "0001-01-01T00:00:00+23:59 1",
    "0001-01-01T00:00:00+00:00 1",
    "1989-12-31T23:59:59+08:00 1",
    "2101-01-01T00:00:00+08:00 1",
    "9999-12-31T23:59:59-23:59 1",
]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "x",
        "2026-09-08T10:00:00 1",
        "2026-09-08T10:00:00+08:00 x",
        "2026-09-08T10:00:00+08:00",
        "\x00 1",
        *OUT_OF_BOUNDS,
    ],
)
def test_a_cursor_that_was_not_made_here_is_refused(cast: Cast, sign_in: SignIn, content: str) -> None:
    cursor = urlsafe_base64_encode(content.encode()) or "-"
    assert attrs(sign_in(cast.lin).get("/api/v1/petitions/", {"cursor": cursor})) == {"cursor"}


@pytest.mark.parametrize("key", ["99999999999999999999999", "-99999999999999999999999", "0"])
def test_a_made_up_cursor_shows_nothing_that_is_not_visible(
    eleven: list[str], cast: Cast, sign_in: SignIn, key: str
) -> None:
    cursor = urlsafe_base64_encode(f"2100-12-31T00:00:00+08:00 {key}".encode())
    answer = sign_in(cast.mallory).get("/api/v1/petitions/", {"cursor": cursor})
    assert answer.status_code == 200
    assert answer.json() == {"next": None, "results": []}
