"""The facts behind a number: what a row says to whom, what stays unsaid of an anonymous rating, and the workbook."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from figures.pages.facts import LABELS
from figures.queries import BEHIND, BY_RATING
from petitions.models import Petition
from scores.models import AppealReason, CycleFact
from tests.cast import Cast, Stage
from tests.pages.conftest import SignIn, statements
from tests.pages.html import links, parse, text, with_class
from tests.scores.facts import accepted, fact, facts, unsaved
from ui.paging import PAGE_SIZE

LIST = "/scores/departments/jingxin/facts/?month=2026-09"


def rows(client: Client, address: str = LIST) -> list[str]:
    """Return the facts the page lists, as texts."""
    answer = client.get(address)
    assert answer.status_code == 200
    return with_class(parse(answer), "petition-row")


def test_every_choice_is_a_number_of_the_card() -> None:
    assert set(LABELS) == set(BEHIND)


def of(petition: Petition, cast: Cast, **values: Any) -> CycleFact:
    """Write a fact of the petition."""
    row = unsaved(cast.lead, **values)
    row.petition_key, row.number = petition.pk, petition.number
    row.save(force_insert=True)
    return row


def test_a_row_says_what_was_late_and_leads_to_the_petition(stage: Stage, sign_in: SignIn) -> None:
    cast, petition = stage.cast, stage.assigned()
    moments = {"check_in_due_at": stage.now, "checked_in_at": stage.tick(), "is_check_in_on_time": False}
    of(petition, cast, level=2, is_solved="partly", **moments)
    client = sign_in(cast.wu)
    (row,) = rows(client)
    for words in (petition.number, petition.title, "主办", "第 1 轮", "已评价", "不满意 · 部分解决", "超时"):
        assert words in row, words
    assert f"/petitions/{petition.number}/" in links(client.get(LIST))


def test_a_petition_the_reader_may_not_know_is_a_number(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.assigned(is_confidential=True)
    of(petition, stage.cast)
    (row,) = rows(sign_in(stage.cast.wei))
    assert petition.number in row
    assert petition.title not in row
    assert f"/petitions/{petition.number}/" not in links(sign_in(stage.cast.wei).get(LIST))


def test_the_last_closed_comes_first_and_leafing_keeps_the_filter(cast: Cast, sign_in: SignIn) -> None:
    facts(PAGE_SIZE, cast.lead, is_answer_on_time=False)
    last = fact(cast.lead, is_answer_on_time=False)
    fact(cast.lead)
    client = sign_in(cast.zhou)
    late = rows(client, f"{LIST}&what=answer_missed")
    assert len(late) == PAGE_SIZE
    assert last.number in late[0]
    (further,) = (link for link in links(client.get(f"{LIST}&what=answer_missed")) if "page=2" in link)
    assert "what=answer_missed" in further
    assert "month=2026-09" in further
    assert len(rows(client, f"{LIST}&what=answer_missed&page=2")) == 1


def test_an_unknown_filter_is_none(cast: Cast, sign_in: SignIn) -> None:
    fact(cast.lead)
    assert len(rows(sign_in(cast.zhou), f"{LIST}&what=nothing")) == 1


# ---- an anonymous rating --------------------------------------------------------------------------------------------


@pytest.fixture
def anonymous(cast: Cast) -> str:
    """The number of a fact with an anonymous rating of 1."""
    return fact(cast.lead, level=1, is_solved="no", is_anonymous=True).number


@pytest.mark.parametrize("person", ["wu", "zhou"])
def test_the_department_neither_reads_nor_finds_an_anonymous_rating(
    cast: Cast, sign_in: SignIn, anonymous: str, person: str
) -> None:
    client = sign_in(getattr(cast, person))
    (row,) = rows(client)
    assert "匿名评价" in row
    assert "满意" not in row
    assert "解决" not in row.replace("已解决", "", 1)  # the department's own outcome
    found = [what for what in BEHIND if any(anonymous in row for row in rows(client, f"{LIST}&what={what}"))]
    assert set(found) & set(BY_RATING) == set()
    assert {"cycles", "rated", "ratings", "resolution_of"} <= set(found)
    assert "匿名评价不在按评价内容列出的范围内" in text(parse(client.get(f"{LIST}&what=level_1")))


@pytest.mark.parametrize("person", ["chen", "wei"])
def test_who_watches_reads_and_finds_it(cast: Cast, sign_in: SignIn, anonymous: str, person: str) -> None:
    (row,) = rows(sign_in(getattr(cast, person)), f"{LIST}&what=level_1")
    assert "非常不满意 · 未解决" in row
    assert "对承办部门匿名" in row


def test_it_stays_unsaid_in_the_workbook_on_the_card_and_beside_an_appeal(
    cast: Cast, sign_in: SignIn, anonymous: str
) -> None:
    row = fact(cast.lead, level=1, is_solved="no", is_anonymous=True)
    accepted(row, AppealReason.NOT_RESPONSIBLE, cast.chen)
    client = sign_in(cast.wu)
    written = str(cells(client, f"{LIST}&as=xlsx"))
    assert written.count("匿名评价") == 1  # what is excluded is in another list
    assert "非常不满意" not in written
    assert "未解决" not in written
    assert "非常不满意 ·" not in text(parse(client.get("/scores/departments/jingxin/?month=2026-09")))
    assert "非常不满意" not in text(parse(client.get("/scores/appeals/?show=all")))
    assert "非常不满意" in str(cells(sign_in(cast.chen), f"{LIST}&as=xlsx"))


def cells(client: Client, address: str) -> list[tuple[Any, ...]]:
    """Return the workbook's rows."""
    return list(load_workbook(BytesIO(client.get(address).content)).active.values)


def test_a_workbook_has_all_rows_and_no_formula(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.assigned(title="=1+1是什么问题")
    of(petition, stage.cast)
    facts(PAGE_SIZE + 1, stage.cast.lead)
    client = sign_in(stage.cast.wu)
    head, *written = cells(client, f"{LIST}&as=xlsx")
    assert head[:5] == ("诉求编号", "标题", "办理轮次", "主协办", "派单时间")
    assert len(written) == PAGE_SIZE + 2
    sheet = load_workbook(BytesIO(client.get(f"{LIST}&as=xlsx").content)).active
    titles = [cell for cell in sheet["B"] if cell.value == petition.title]
    assert [cell.data_type for cell in titles] == ["s"]


def test_a_list_costs_the_same_however_long(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.wu)
    facts(2, cast.lead)
    few = statements(client, LIST)
    for row in facts(20, cast.lead):
        accepted(row, AppealReason.MISTAKEN, cast.chen)
    assert (few, statements(client, LIST)) == (9, 9)
