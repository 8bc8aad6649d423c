"""The page of extensions and holds: its tabs, whose rows they show, and the pages its buttons lead to."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from petitions.models import Hold
from petitions.supervision.extensions import decide_extension
from tests.cast import Stage, person
from tests.pages.conftest import SignIn
from tests.pages.html import attributes, elements, errors_beside_fields, form_values, links, parse, text, with_class
from tests.petitions.request_steps import REASON, asked_for, hold_asked, running_hold
from tests.petitions.verbs import CALLS

AT = "/petitions/extensions-and-holds/"


def tabs(answer: Any) -> list[str]:
    return [text(one) for one in elements(parse(answer)) if attributes(one).get("href", "").startswith("?show=")]


def test_empty_lists_say_so(stage: Stage, sign_in: SignIn) -> None:
    for name in ("chen", "wu", "zhou"):
        answer = sign_in(getattr(stage.cast, name)).get(AT)
        assert with_class(parse(answer), "empty-title") == ["这里没有申请"]
    assert sign_in(stage.cast.lin).get(AT).status_code == 403


def test_every_tab_has_its_rows_and_its_count(stage: Stage, sign_in: SignIn) -> None:
    first = stage.assigned(title="等延期的")
    asked_for(stage, first)
    hold_asked(stage, stage.assigned(title="等挂账的"))
    running_hold(stage, stage.assigned(title="挂着的"))
    client = sign_in(stage.cast.chen)
    with time_machine.travel(stage.now, tick=False):
        assert tabs(client.get(AT)) == [
            "待审批延期 1",
            "待审批挂账 1",
            "挂账中 1",
            "复核逾期 0",
            "延期台账",
            "挂账台账",
        ]
        for show, title in (("extensions", "等延期的"), ("holds", "等挂账的"), ("running", "挂着的")):
            (row,) = with_class(parse(client.get(AT, {"show": show})), "petition-row")
            assert title in row
            assert REASON in row
        assert len(with_class(parse(client.get(AT, {"show": "all_holds"})), "petition-row")) == 2
        assert len(with_class(parse(client.get(AT, {"show": "nonsense"})), "petition-row")) == 1


def test_a_review_is_overdue_the_day_after_its_date(stage: Stage, sign_in: SignIn) -> None:
    hold = running_hold(stage, stage.assigned())
    client = sign_in(stage.cast.wu)
    review = stage.now + (hold.review_date - stage.now.date())
    for days, overdue in ((0, 0), (1, 1)):
        with time_machine.travel(review + timedelta(days=days), tick=False):
            shown = client.get(AT, {"show": "overdue"})
            assert f"复核逾期 {overdue}" in tabs(shown)
            assert len(with_class(parse(shown), "petition-row")) == overdue


def test_a_department_sees_its_own_and_is_offered_what_it_may(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.assigned(with_support=True)
    running_hold(stage, petition)
    asked_for(stage, stage.assigned())
    xu = person("xu", "协办部门负责人", "head", department=stage.cast.support)
    for user, rows in ((stage.cast.wu, 1), (stage.cast.zhou, 1), (xu, 0), (stage.cast.feng, 0)):
        for show in ("running", "extensions"):
            assert len(with_class(parse(sign_in(user).get(AT, {"show": show})), "petition-row")) == rows, user
    own = f"/petitions/{petition.number}"
    request = Hold.objects.get().pk
    assert f"{own}/review-hold/?request={request}" in links(sign_in(stage.cast.wu).get(AT, {"show": "running"}))
    assert f"{own}/resume/?request={request}" in links(sign_in(stage.cast.chen).get(AT, {"show": "running"}))
    assert not [link for link in links(sign_in(stage.cast.zhou).get(AT, {"show": "running"})) if "request=" in link]


def test_what_lapsed_undecided_waits_for_nobody(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.checked_in()
    asked_for(stage, petition)
    hold_asked(stage, petition)
    CALLS["resolve"](stage, petition, stage.cast.zhou, stage.tick())
    client = sign_in(stage.cast.chen)
    assert tabs(client.get(AT))[:2] == ["待审批延期 0", "待审批挂账 0"]
    (row,) = with_class(parse(client.get(AT, {"show": "all_extensions"})), "petition-row")
    assert "未审批，时限已停止" in row


def test_the_decision_page_offers_every_request_and_chooses_the_one_it_was_opened_for(
    stage: Stage, sign_in: SignIn
) -> None:
    petition = stage.assigned(with_support=True)
    xu = person("xu", "协办部门负责人", "head", department=stage.cast.support)
    asked_for(stage, petition)
    second = asked_for(stage, petition, by=xu, days=1)
    client, address = sign_in(stage.cast.chen), f"/petitions/{petition.number}/decide-extension/"
    assert "request" not in form_values(client.get(address))
    assert form_values(client.get(address, {"request": second.pk}))["request"] == [str(second.pk)]
    assert errors_beside_fields(client.post(address, {"decision": "approved"})).keys() == {"request"}
    client.post(address, {"decision": "approved", "request": second.pk})
    second.refresh_from_db()
    assert second.decision == "approved"
    for nonsense in ("x", "0", "9" * 30, str(second.pk)):
        assert client.get(address, {"request": nonsense}).status_code == 200


def test_a_request_decided_meanwhile_is_said_and_no_other_is_decided(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.assigned(with_support=True)
    xu = person("xu", "协办部门负责人", "head", department=stage.cast.support)
    first = asked_for(stage, petition)
    decide_extension(extension=first, by=stage.cast.chen, decision="refused", note="已另行安排", now=stage.now)
    second = asked_for(stage, petition, by=xu)
    answer = sign_in(stage.cast.chen).post(
        f"/petitions/{petition.number}/decide-extension/", {"decision": "approved", "request": first.pk}
    )
    assert answer.status_code == 409
    assert "这项申请已经审批过。" in with_class(parse(answer), "alert-danger")
    second.refresh_from_db()
    assert second.decision == "pending"


@pytest.mark.parametrize("verb", ["decide-extension", "decide-hold", "resume", "review-hold"])
def test_a_page_about_no_request_leads_back_and_says_so(verb: str, stage: Stage, sign_in: SignIn) -> None:
    petition = stage.assigned()
    user = stage.cast.wu if verb in ("resume", "review-hold") else stage.cast.chen
    answer = sign_in(user).get(f"/petitions/{petition.number}/{verb}/", follow=True)
    assert answer.redirect_chain == [(f"/petitions/{petition.number}/", 302)]
    assert with_class(parse(answer), "alert-warning")[0].startswith("没有")


def test_a_hold_is_reviewed_on_its_page(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.assigned()
    hold = running_hold(stage, petition)
    day = stage.now.date() + timedelta(days=60)
    with time_machine.travel(stage.now, tick=False):
        client, address = sign_in(stage.cast.wu), f"/petitions/{petition.number}/review-hold/"
        typed = {"request": hold.pk, "text": "评估机构已进场", "review_date": f"{day}"}
        assert client.post(address, typed | {"review_date": "2020-01-01"}).status_code == 422
        assert client.post(address, typed).status_code == 302
    assert Hold.objects.get().review_date == day


def test_the_page_costs_the_same_however_long_it_is(
    stage: Stage, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    client = sign_in(stage.cast.chen)
    for _round in range(2):
        running_hold(stage, stage.assigned())
        client.get(AT)
        with django_assert_max_num_queries(9):
            assert client.get(AT, {"show": "running"}).status_code == 200
