"""Supervision orders on screen: the list with its filters, one order as it is printed, the forms of its verbs."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from petitions.models import OrderState, SupervisionOrder
from petitions.supervision.orders import issue_order, reply_order
from tests.cast import Stage
from tests.moments import WEDNESDAY_10AM
from tests.pages.conftest import SignIn, statements
from tests.pages.html import elements, errors_beside_fields, form_values, links, parse, text, with_class

LIST = "/petitions/orders/"
TEXT = "请说明未按时办理的原因"
HTMX = {"HX-Request": "true"}


def issued(stage: Stage, **changes: Any) -> SupervisionOrder:
    petition, cast = stage.assigned(with_support=True, **changes), stage.cast
    return issue_order(petition=petition, by=cast.chen, department=cast.lead, text=TEXT, now=stage.tick())


def replied(stage: Stage) -> SupervisionOrder:
    return reply_order(order=issued(stage), by=stage.cast.zhou, text="已安排专人办理", now=stage.tick())


def at(order: SupervisionOrder, step: str = "") -> str:
    return f"{LIST}{order.number}/{step}"


def test_an_empty_list_says_so(stage: Stage, sign_in: SignIn) -> None:
    for name in ("chen", "wu", "zhou", "wei"):
        answer = sign_in(getattr(stage.cast, name)).get(LIST)
        assert with_class(parse(answer), "empty-title") == ["没有督办单"]
    for name in ("lin", "sun", "chu", "sysadmin"):
        assert sign_in(getattr(stage.cast, name)).get(LIST).status_code == 403


def test_the_list_is_filtered_by_state_department_and_lateness(stage: Stage, sign_in: SignIn) -> None:
    first, second, client = issued(stage), replied(stage), sign_in(stage.cast.chen)

    def found(**typed: Any) -> set[str]:
        shown = links(client.get(LIST, typed))
        return {order.number for order in (first, second) if at(order) in shown}

    both = {first.number, second.number}
    with time_machine.travel(WEDNESDAY_10AM, tick=False):
        assert found() == found(state="") == both
        assert found(state="replied") == {second.number}
        assert found(department=stage.cast.support.pk) == found(state="nonsense") == set()
        assert found(department=stage.cast.lead.pk) == both
        assert found(overdue="true") == set()
    with time_machine.travel(WEDNESDAY_10AM + timedelta(days=3), tick=False):
        assert found(overdue="true") == {first.number}


def test_its_limit_is_explained_to_the_government_that_sees_the_petition(stage: Stage, sign_in: SignIn) -> None:
    for is_confidential, leader in ((False, 200), (True, 404)):
        order = issued(stage, is_confidential=is_confidential)
        address = f"/limits/order/{order.clocks.get().pk}/"
        answers = {
            name: sign_in(getattr(stage.cast, name)).get(address).status_code
            for name in ("lin", "mallory", "sun", "zhou", "wu", "zheng", "feng", "chen", "wei", "sysadmin")
        }
        assert answers == dict.fromkeys(("sun", "zhou", "wu", "zheng", "chen"), 200) | {
            **dict.fromkeys(("lin", "mallory", "feng", "sysadmin"), 404),
            "wei": leader,
        }
        with time_machine.travel(WEDNESDAY_10AM, tick=False):
            assert address in links(sign_in(stage.cast.zhou).get(f"/petitions/{order.petition.number}/"))


def test_an_order_is_read_by_its_department_and_nobody_elses(stage: Stage, sign_in: SignIn) -> None:
    order = issued(stage)
    for name in ("chen", "zhou", "wu", "wei"):
        told = text(parse(sign_in(getattr(stage.cast, name)).get(at(order))))
        for word in (order.number, "澜川市经信局", TEXT, "2026-09-10 17:30", "陈督查", "2026-09-08", "待回复"):
            assert word in told, (name, word)
    for name in ("zheng", "feng", "lin", "qian", "sun", "sysadmin"):
        assert sign_in(getattr(stage.cast, name)).get(at(order)).status_code == 404
    assert sign_in(stage.cast.chen).get(f"{LIST}DB209901019999/").status_code == 404


def test_the_sheet_that_is_printed_holds_no_button_and_the_rest_is_not_printed(stage: Stage, sign_in: SignIn) -> None:
    order = replied(stage)
    shown = parse(sign_in(stage.cast.chen).get(at(order)))
    (sheet,) = [one for one in elements(shown) if one.name == "article"]
    assert not [one for one in elements(sheet) if one.name in ("a", "button", "form", "progress")]
    assert "已安排专人办理" in text(sheet)
    (verbs,) = [one for one in elements(shown) if "petition-page-actions" in str(one.attributes)]
    assert "d-print-none" in str(verbs.attributes)


def test_a_reply_is_given_rejected_given_again_and_accepted(stage: Stage, sign_in: SignIn) -> None:
    order, zhou, chen = issued(stage), sign_in(stage.cast.zhou), sign_in(stage.cast.chen)
    story = [
        (zhou, "reply/", {"text": "已安排专人办理"}, "回复已提交，等待督查员审核。"),
        (chen, "reject/", {"note": "没有说明完成时间"}, "已退回部门重新回复。"),
        (zhou, "reply/", {"text": "本周五前完成"}, "回复已提交，等待督查员审核。"),
        (chen, "accept/", {"note": "同意"}, "督办单已办结。"),
    ]
    for client, step, typed, done in story:
        assert at(order, step) in links(client.get(at(order)))
        assert client.get(at(order, step), headers=HTMX).status_code == 200
        answer = client.post(at(order, step), typed, follow=True)
        assert answer.redirect_chain == [(at(order), 302)]
        assert with_class(parse(answer), "alert-success") == [done]
    assert SupervisionOrder.objects.get().state == OrderState.CLOSED
    told = text(parse(chen.get(at(order))))
    assert "没有说明完成时间" in told
    assert "已安排专人办理" in told


@pytest.mark.parametrize(("step", "name", "field"), [("reply/", "zhou", "text"), ("reject/", "chen", "note")])
def test_a_wrong_field_says_why_and_stays_typed(
    step: str, name: str, field: str, stage: Stage, sign_in: SignIn
) -> None:
    order = issued(stage) if step == "reply/" else replied(stage)
    answer = sign_in(getattr(stage.cast, name)).post(at(order, step), {field: "短"})
    assert answer.status_code == 422
    assert errors_beside_fields(answer).keys() == {field}
    assert form_values(answer)[field] == ["短"]


def test_steps_out_of_turn_and_by_others_are_refused(stage: Stage, sign_in: SignIn) -> None:
    order, typed = issued(stage), {"text": "已安排办理", "note": "没有说明"}
    assert sign_in(stage.cast.chen).post(at(order, "accept/"), typed).status_code == 409
    assert sign_in(stage.cast.chen).post(at(order, "reply/"), typed).status_code == 403
    assert sign_in(stage.cast.wu).post(at(order, "reject/"), typed).status_code == 403
    assert sign_in(stage.cast.zheng).post(at(order, "reply/"), typed).status_code == 404
    assert sign_in(stage.cast.chen).get(at(order, "reply/")).status_code == 302
    clicks = [sign_in(stage.cast.zhou).post(at(order, "reply/"), typed).status_code for _click in range(2)]
    assert clicks == [302, 409]


def test_a_confidential_petitions_order_does_not_name_who_asked(stage: Stage, sign_in: SignIn) -> None:
    order = issued(stage, is_confidential=True)
    for name in ("zhou", "wu"):
        for address in (LIST, at(order), at(order, "reply/")):
            told = sign_in(getattr(stage.cast, name)).get(address).content.decode()
            assert "青禾机械" not in told
            assert "林晓" not in told
    assert "青禾机械" in sign_in(stage.cast.chen).get(at(order)).content.decode()


def test_the_petitions_page_lists_its_orders_for_those_who_may_read_them(stage: Stage, sign_in: SignIn) -> None:
    order = issued(stage)
    for name, is_listed in (("chen", True), ("zhou", True), ("zheng", False), ("lin", False), ("sun", False)):
        shown = links(sign_in(getattr(stage.cast, name)).get(f"/petitions/{order.petition.number}/"))
        assert (at(order) in shown) is is_listed, name


def test_the_list_costs_the_same_however_long_it_is(stage: Stage, sign_in: SignIn) -> None:
    client = sign_in(stage.cast.chen)
    costs = []
    for _round in range(2):
        order = replied(stage)
        costs.append((statements(client, LIST), statements(client, at(order))))
    assert costs[0] == costs[1] <= (6, 16)
