"""A department's scorecard as a page: who reads whose, that each number leads to its facts, charts and workbooks."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from scores.freezing import freeze_month
from scores.models import AppealReason
from scores.scorecard import live_month
from tests.cast import Cast
from tests.pages.conftest import SignIn, statements
from tests.pages.html import attributes, elements, links, parse, text, with_class
from tests.scores.facts import AFTER_SEPTEMBER, OCTOBER, SEPTEMBER, accepted, fact, facts

CARD = "/scores/departments/jingxin/"
MONTH = "?month=2026-09"
READERS = {"chen": 200, "wei": 200, "wu": 200, "zhou": 200, "feng": 404, "zheng": 404}
OTHERS = ["lin", "qian", "sun", "chu", "sysadmin", "secadmin", "auditor"]


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(text(parse(answer)))


def test_heads_and_handlers_read_their_own_departments_alone(cast: Cast, sign_in: SignIn) -> None:
    fact(cast.lead)
    for name, status in (READERS | dict.fromkeys(OTHERS, 403)).items():
        client = sign_in(getattr(cast, name))
        for address in (CARD, f"{CARD}facts/"):
            assert (name, client.get(address + MONTH).status_code) == (name, status)
    assert sign_in(cast.chen).get("/scores/departments/nobody/").status_code == 404


NO_MONTHS = ["2026-13", "x", "1999-01", "2036-12", "2026-09-01", "2026-9", "2026-W1", "202609", "%00"]


@pytest.mark.parametrize("month", NO_MONTHS)
def test_a_month_that_is_none_is_not_found(cast: Cast, sign_in: SignIn, month: str) -> None:
    client = sign_in(cast.chen)
    for address in (CARD, f"{CARD}facts/", "/scores/"):
        assert client.get(f"{address}?month={month}").status_code == 404


def a_full_month(cast: Cast) -> None:
    """Something of everything that a card counts."""
    facts(6, cast.lead)
    facts(9, cast.support, level=4)
    for level in (1, 2, 3, 4):
        fact(cast.lead, level=level, is_solved="partly" if level > 2 else "no", is_anonymous=level == 2)
    for ending in ("lapsed", "reopened", "withdrawn", "taken_back"):
        fact(cast.lead, ending=ending, is_contact_on_time=None)
    for limit in ("check_in", "contact", "answer"):
        fact(cast.lead, **{f"is_{limit}_on_time": False})
    accepted(fact(cast.lead, level=1, is_solved="no"), AppealReason.MISTAKEN, cast.chen)
    accepted(fact(cast.lead, ending="lapsed"), AppealReason.BEYOND_CONTROL, cast.chen)


def numbers_that_lead_on(answer: Any) -> dict[str, int]:
    """Return the card's numbers by the address of what is behind them."""
    found = [element for element in elements(parse(answer)) if "/facts/" in attributes(element).get("href", "")]
    return {attributes(element)["href"]: int(text(element)) for element in found}


@pytest.mark.parametrize("is_frozen", [False, True])
def test_behind_every_number_are_as_many_facts(cast: Cast, sign_in: SignIn, is_frozen: bool) -> None:
    a_full_month(cast)
    if is_frozen:
        freeze_month(month=SEPTEMBER, by=cast.chen, now=AFTER_SEPTEMBER)
        fact(cast.lead)  # came too late
    client = sign_in(cast.chen)
    numbers = numbers_that_lead_on(client.get(CARD + MONTH))
    assert len(numbers) > 25
    listed = {address: len(with_class(parse(client.get(address)), "fact-steps")) for address in numbers}
    assert listed == numbers


def test_the_score_the_place_and_the_city_beside(cast: Cast, sign_in: SignIn) -> None:
    a_full_month(cast)
    said = page(sign_in(cast.zhou), CARD + MONTH)
    own = next(card for card in live_month(SEPTEMBER).cards if card.department == cast.lead)
    assert f"得分 {own.score:.1f}" in said
    assert f"名次 {own.rank} / 2" in said
    assert "经信局 2026-09 成绩单" in said
    assert "2026-10-13 17:30 冻结" in said
    freeze_month(month=SEPTEMBER, by=cast.chen, now=AFTER_SEPTEMBER)
    assert "已冻结，不再变动" in page(sign_in(cast.zhou), CARD + MONTH)


def test_a_month_without_facts_is_a_card_of_zeros(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.wu).get(CARD + MONTH)
    assert answer.status_code == 200
    assert numbers_that_lead_on(answer) == {}
    assert "不排名" in text(parse(answer))


def test_the_year_is_drawn_and_has_its_table(cast: Cast, sign_in: SignIn) -> None:
    facts(6, cast.lead)
    facts(6, cast.lead, month=OCTOBER)
    answer = sign_in(cast.wu).get(f"{CARD}?month=2026-10")
    drawn = [attributes(element) for element in elements(parse(answer))]
    names = [one["aria-label"][:3] for one in drawn if one.get("class") == "trend-picture"]
    assert names == ["得分近", "响应率", "解决率", "满意率"]
    lines = [one["d"] for one in drawn if one.get("class") == "trend-line"]
    assert lines[1:] == ["M100 0.0L110 0.0"] * 3
    assert {f"?month={month}" for month in ("2025-11", "2026-09", "2026-10")} <= links(answer)


def test_the_league_leads_to_the_cards_one_may_read(cast: Cast, sign_in: SignIn) -> None:
    facts(6, cast.lead)
    facts(6, cast.support)
    cards = {CARD + MONTH, f"/scores/departments/shuiwu/{MONTH}"}
    assert cards <= links(sign_in(cast.wei).get(f"/scores/{MONTH}"))
    assert cards & links(sign_in(cast.wu).get(f"/scores/{MONTH}")) == {CARD + MONTH}


@pytest.mark.parametrize(("this", "before", "is_led_there"), [(4, 6, True), (6, 6, False), (4, 4, False)])
def test_a_month_without_ranks_leads_to_the_one_before(
    this: int, before: int, is_led_there: bool, cast: Cast, sign_in: SignIn
) -> None:
    facts(this, cast.lead, month=OCTOBER)
    facts(before, cast.lead, month=SEPTEMBER)
    shown = sign_in(cast.wu).get("/scores/?month=2026-10")
    assert ("暂不排名" in text(parse(shown)), MONTH in links(shown)) == (is_led_there, is_led_there)


def cells(client: Client, address: str) -> list[tuple[Any, ...]]:
    """Return the workbook's rows."""
    answer = client.get(address)
    assert answer["Content-Disposition"].endswith('.xlsx"')
    return list(load_workbook(BytesIO(answer.content)).active.values)


def test_workbooks_of_the_card_and_of_its_year(cast: Cast, sign_in: SignIn) -> None:
    a_full_month(cast)
    client = sign_in(cast.chen)
    head, *rows = cells(client, f"{CARD}{MONTH}&as=xlsx")
    assert head[:4] == ("指标", "比率", "分子", "分母")
    card = {row[0]: row[1:] for row in rows}
    assert card["满意率"][:3] == (pytest.approx(11 / 13), 11, 13)
    assert card["剔除件数"][1] == card["剔除评价"][1] == 1
    head, *rows = cells(client, f"{CARD}{MONTH}&as=trend")
    assert [row[0] for row in rows][-2:] == ["2026-08", "2026-09"]
    assert len(rows) == 12


def test_a_departments_name_is_never_a_formula(cast: Cast, sign_in: SignIn) -> None:
    cast.lead.short_name = "=1+1"
    cast.lead.save()
    fact(cast.lead)
    answer = sign_in(cast.chen).get(f"/scores/{MONTH}&as=xlsx")
    cell = load_workbook(BytesIO(answer.content)).active["B2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


@pytest.mark.parametrize(("person", "expected"), [("chen", 17), ("wu", 17), ("zhou", 16)])
def test_a_card_costs_the_same_however_much_is_behind_it(
    cast: Cast, sign_in: SignIn, person: str, expected: int
) -> None:
    a_full_month(cast)
    client = sign_in(getattr(cast, person))
    few = statements(client, CARD + MONTH)
    for _time in range(3):
        a_full_month(cast)
    assert (few, statements(client, CARD + MONTH)) == (expected, expected)
