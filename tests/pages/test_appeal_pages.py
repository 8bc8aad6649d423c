"""Appeals on pages: asked beside the rating, decided from the list, shown beside the score; and freezing by hand."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from departments.models import Membership
from scores.appeals import appeal_fact
from scores.models import Appeal, CycleFact, FrozenMonth
from tests.cast import Cast, Stage, person
from tests.pages.conftest import SignIn, statements
from tests.pages.html import errors_beside_fields, form_values, links, parse, text, with_class
from tests.petitions.ratings import LOW, lock, rate
from tests.scores.facts import AFTER_SEPTEMBER, fact, facts

IN_TIME = AFTER_SEPTEMBER - timedelta(hours=1)
APPEALS = "/scores/appeals/"
CARD = "/scores/departments/jingxin/?month=2026-09"
TYPED = {"reason": "mistaken", "text": "企业来电说明点错了"}
DECIDED = {"is_accepted": "yes", "why": "已向企业核实"}


@pytest.fixture(autouse=True)
def _in_time() -> Iterator[None]:
    with time_machine.travel(IN_TIME, tick=False):
        yield


@pytest.fixture
def low(cast: Cast) -> CycleFact:
    return fact(cast.lead, level=1, is_solved="no")


def asked(cast: Cast, row: CycleFact) -> Appeal:
    return appeal_fact(fact=row, by=cast.wu, now=IN_TIME, **TYPED)


def notes(answer: Any) -> str:
    return " ".join(with_class(parse(answer), "alert"))


def test_a_head_asks_and_a_supervisor_decides(cast: Cast, sign_in: SignIn, low: CycleFact) -> None:
    head, supervisor = sign_in(cast.wu), sign_in(cast.chen)
    answer = head.post(f"/scores/facts/{low.pk}/appeal/", TYPED, follow=True)
    assert answer.redirect_chain == [(CARD, 302)]
    assert "申诉已提交" in notes(answer)
    appeal = Appeal.objects.get()
    assert (appeal.reason, appeal.text, appeal.asked_by) == ("mistaken", TYPED["text"], cast.wu)
    assert f"/scores/appeals/{appeal.pk}/decide/" in links(supervisor.get(APPEALS))
    assert "今天 17:30 前裁定" in text(parse(supervisor.get(APPEALS)))
    assert f"/scores/appeals/{appeal.pk}/decide/" not in links(head.get(APPEALS))
    answer = supervisor.post(f"/scores/appeals/{appeal.pk}/decide/", DECIDED, follow=True)
    assert "申诉已裁定" in notes(answer)
    assert "没有待裁定的申诉" in text(parse(answer))
    for words in ("误评", TYPED["text"], DECIDED["why"], "成立，不计分"):
        assert words in text(parse(head.get(CARD))), words
        assert words in text(parse(head.get(f"{APPEALS}?show=all"))), words


def test_a_supervisor_excludes_unasked(cast: Cast, sign_in: SignIn, low: CycleFact) -> None:
    answer = sign_in(cast.chen).post(f"/scores/facts/{low.pk}/exclude/", TYPED, follow=True)
    assert "已剔除" in notes(answer)
    assert "主动剔除" in text(parse(answer))
    assert Appeal.objects.get().decision == "accepted"


def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(
    cast: Cast, sign_in: SignIn, low: CycleFact
) -> None:
    address = f"/scores/facts/{low.pk}/appeal/"
    client = sign_in(cast.wu)
    answer = client.post(address, {"reason": "mistaken", "text": "错"})
    assert answer.status_code == 422
    assert "至少写4个字" in errors_beside_fields(answer)["text"]
    typed = form_values(answer)
    assert (typed["reason"], typed["text"]) == (["mistaken"], ["错"])
    assert set(errors_beside_fields(client.post(address, {}))) == {"reason", "text"}
    appeal = asked(cast, low)
    answer = sign_in(cast.chen).post(f"/scores/appeals/{appeal.pk}/decide/", {"is_accepted": "no", "why": "否"})
    assert set(errors_beside_fields(answer)) == {"why"}
    assert form_values(answer)["is_accepted"] == ["no"]


def test_without_a_rating_nothing_can_be_wrong_with_it(cast: Cast, sign_in: SignIn) -> None:
    address = f"/scores/facts/{fact(cast.lead, ending='lapsed').pk}/appeal/"
    client = sign_in(cast.wu)
    assert "恶意差评</label>" not in client.get(address).content.decode()
    assert set(errors_beside_fields(client.post(address, TYPED))) == {"reason"}


def test_a_second_one_is_refused(cast: Cast, sign_in: SignIn, low: CycleFact) -> None:
    asked(cast, low)
    client = sign_in(cast.wu)
    address = f"/scores/facts/{low.pk}/appeal/"
    assert "每条只能一次" in notes(client.get(address, follow=True))
    answer = client.post(address, TYPED)
    assert answer.status_code == 409
    assert "每条只能一次" in notes(answer)
    assert form_values(answer)["text"] == [TYPED["text"]]


def test_when_the_month_may_be_frozen_it_is_too_late(cast: Cast, sign_in: SignIn, low: CycleFact) -> None:
    appeal, other = asked(cast, low), fact(cast.lead)
    with time_machine.travel(AFTER_SEPTEMBER, tick=False):
        supervisor, head = sign_in(cast.chen), sign_in(cast.wu)
        assert head.post(f"/scores/facts/{other.pk}/appeal/", TYPED).status_code == 409
        assert supervisor.post(f"/scores/facts/{other.pk}/exclude/", TYPED).status_code == 409
        assert supervisor.post(f"/scores/appeals/{appeal.pk}/decide/", DECIDED).status_code == 409
        assert "不能再申诉" in notes(supervisor.get(f"/scores/appeals/{appeal.pk}/decide/", follow=True))
        assert f"/scores/appeals/{appeal.pk}/decide/" not in links(supervisor.get(APPEALS))
        assert not asks(head, "/scores/departments/jingxin/facts/?month=2026-09")


def asks(client: Client, address: str) -> set[str]:
    """Return the links of the page that ask for something about a fact."""
    return {link for link in links(client.get(address)) if link.startswith("/scores/facts/")}


def test_facts_of_other_departments_are_not_there_and_others_are_refused(
    cast: Cast, sign_in: SignIn, low: CycleFact
) -> None:
    han = person("han", "韩局长", "head", department=cast.support)
    appeal = asked(cast, low)
    client = sign_in(han)
    for address in (f"/scores/facts/{low.pk}/appeal/", "/scores/facts/0/appeal/"):
        assert (client.get(address).status_code, client.post(address, TYPED).status_code) == (404, 404)
    assert low.number not in text(parse(client.get(f"{APPEALS}?show=all")))
    for name in ("zhou", "wei", "lin", "sun"):
        for address in (f"facts/{low.pk}/appeal/", f"facts/{low.pk}/exclude/", f"appeals/{appeal.pk}/decide/"):
            assert sign_in(getattr(cast, name)).post(f"/scores/{address}", TYPED).status_code == 403
    assert sign_in(cast.chen).post("/scores/appeals/0/decide/", DECIDED).status_code == 404


def test_who_works_in_the_department_decides_nothing_about_it(cast: Cast, sign_in: SignIn, low: CycleFact) -> None:
    Membership.objects.create(user=cast.chen, department=cast.lead)
    appeal, other, client = asked(cast, low), fact(cast.lead), sign_in(cast.chen)
    assert f"/scores/appeals/{appeal.pk}/decide/" not in links(client.get(APPEALS))
    assert client.post(f"/scores/appeals/{appeal.pk}/decide/", DECIDED).status_code == 403
    assert client.post(f"/scores/facts/{other.pk}/exclude/", TYPED).status_code == 403
    assert not asks(client, "/scores/departments/jingxin/facts/?month=2026-09")


def test_it_is_offered_beside_the_rating(stage: Stage, sign_in: SignIn) -> None:
    petition = rate(stage, stage.resolved(with_support=True), **LOW)
    show = f"/petitions/{petition.number}/"
    assert not asks(sign_in(stage.cast.wu), show)  # it can still be changed
    lock(stage)
    row = CycleFact.objects.get(petition_key=petition.pk, department=stage.cast.lead)
    every = set(CycleFact.objects.filter(petition_key=petition.pk).values_list("pk", flat=True))
    assert asks(sign_in(stage.cast.wu), show) == {f"/scores/facts/{row.pk}/appeal/"}
    assert asks(sign_in(stage.cast.chen), show) == {f"/scores/facts/{pk}/exclude/" for pk in every}
    for name in ("lin", "sun", "zhou", "zheng", "wei"):
        assert not asks(sign_in(getattr(stage.cast, name)), show), name
    Membership.objects.create(user=stage.cast.chen, department=stage.cast.lead)
    assert asks(sign_in(stage.cast.chen), show) == {f"/scores/facts/{pk}/exclude/" for pk in every - {row.pk}}
    asked(stage.cast, row)
    assert not asks(sign_in(stage.cast.wu), show)
    assert "申诉（误评）待裁定" in text(parse(sign_in(stage.cast.wu).get(show)))


def test_the_tab_says_how_many_wait(cast: Cast, sign_in: SignIn, low: CycleFact) -> None:
    asked(cast, low)
    for name, is_told in {"chen": True, "wu": True, "wei": False, "zhou": False}.items():
        (tabs,) = with_class(parse(sign_in(getattr(cast, name)).get("/scores/?month=2026-09")), "tabs")
        assert (name, "申诉 1" in tabs, "申诉" in tabs) == (name, is_told, is_told)


def test_a_list_costs_the_same_however_long(cast: Cast, sign_in: SignIn, low: CycleFact) -> None:
    client = sign_in(cast.chen)
    asked(cast, low)
    few = statements(client, APPEALS)
    for row in facts(9, cast.lead):
        asked(cast, row)
    assert (few, statements(client, APPEALS)) == (9, 9)


def test_a_month_is_frozen_by_hand_when_it_may_be(cast: Cast, sign_in: SignIn) -> None:
    facts(6, cast.lead)
    client = sign_in(cast.chen)
    early = client.post("/scores/freeze/", {"month": "2026-09"}, follow=True)
    assert "最早在2026-10-13 17:30冻结" in notes(early)
    assert "冻结本月" not in text(parse(early))
    with time_machine.travel(AFTER_SEPTEMBER, tick=False):
        client = sign_in(cast.chen)
        assert "冻结本月" in text(parse(client.get("/scores/?month=2026-09")))
        assert "冻结本月" not in text(parse(sign_in(cast.wei).get("/scores/?month=2026-09")))
        done = client.post("/scores/freeze/", {"month": "2026-09"}, follow=True)
        assert "2026-09的成绩已经冻结" in notes(done)
        assert "冻结本月" not in text(parse(done))
        assert FrozenMonth.objects.get().frozen_by == cast.chen
        assert "已经冻结" in notes(client.post("/scores/freeze/", {"month": "2026-09"}, follow=True))


def test_freezing_is_for_supervisors_and_takes_a_month(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.wei).post("/scores/freeze/", {"month": "2026-09"}).status_code == 403
    assert sign_in(cast.chen).post("/scores/freeze/", {"month": "x"}).status_code == 404
    assert sign_in(cast.chen).get("/scores/freeze/").status_code == 405
    assert not FrozenMonth.objects.exists()
