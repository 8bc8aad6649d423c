"""Supervision orders: opened by a supervisor or by the ladder, replied to, accepted or asked for again."""

from datetime import datetime, timedelta

import pytest

from limits.models import Escalation
from limits.sweeping import sweep
from petitions.models import Clock, OrderState, SupervisionOrder
from petitions.supervision.known import order_history, orders
from petitions.supervision.orders import accept_order, issue_order, reject_order, reply_order
from tests.cast import Stage, person
from tests.moments import SHANGHAI
from tests.petitions.send_backs import sent_back
from tests.petitions.verbs import CALLS, STEPS, kinds
from verbs.refusals import AlreadyDone, InvalidInput, NotPermitted

TEXT = "请说明未按时办理的原因"


def issued(stage: Stage) -> SupervisionOrder:
    petition = stage.assigned(with_support=True)
    cast = stage.cast
    return issue_order(petition=petition, by=cast.chen, department=cast.lead, text=TEXT, now=stage.tick())


def replied(stage: Stage) -> SupervisionOrder:
    return reply_order(order=issued(stage), by=stage.cast.zhou, text="已安排专人办理", now=stage.tick())


def test_an_order_has_a_number_a_clock_and_an_end(stage: Stage) -> None:
    order = replied(stage)
    assert order.number == "DB202609080001"
    clock = order.clocks.get()
    assert (clock.department, clock.stopped_at) == (stage.cast.lead, order.replied_at)
    assert clock.due_at == datetime(2026, 9, 10, 17, 30, tzinfo=SHANGHAI)
    accept_order(order=order, by=stage.cast.chen, note="同意", now=stage.tick())
    order = SupervisionOrder.objects.get()
    assert (order.state, order.closed_by, order.closed_at) == (OrderState.CLOSED, stage.cast.chen, stage.now)
    assert kinds(order.petition)[-3:] == ["issue_order", "reply_order", "accept_order"]
    assert not order.petition.events.filter(kind__endswith="_order", is_public=True).exists()


def test_a_rejected_reply_is_asked_for_again_with_a_clock_of_its_own(stage: Stage) -> None:
    order = replied(stage)
    reject_order(order=order, by=stage.cast.chen, note="没有说明完成时间", now=stage.tick())
    reply_order(order=order, by=stage.cast.wu, text="本周五前完成", now=stage.tick())
    stopped = list(order.clocks.order_by("started_at").values_list("stopped_at", flat=True))
    assert len(stopped) == 2
    assert None not in stopped
    told = [(event.kind, event.text) for event in order_history(order)]
    assert told == [
        ("issue_order", TEXT),
        ("reply_order", "已安排专人办理"),
        ("reject_order", "没有说明完成时间"),
        ("reply_order", "本周五前完成"),
    ]


def test_a_department_has_one_open_order_and_a_new_one_afterwards(stage: Stage) -> None:
    order = replied(stage)
    cast, petition = stage.cast, order.petition
    with pytest.raises(AlreadyDone):
        issue_order(petition=petition, by=cast.chen, department=cast.lead, text=TEXT, now=stage.now)
    issue_order(petition=petition, by=cast.chen, department=cast.support, text=TEXT, now=stage.now)
    accept_order(order=order, by=cast.chen, now=stage.tick())
    issue_order(petition=petition, by=cast.chen, department=cast.lead, text=TEXT, now=stage.tick())
    assert SupervisionOrder.objects.count() == 3


def test_an_order_is_answered_in_its_limit_also_after_the_petition(stage: Stage) -> None:
    petition = stage.checked_in()
    order = issue_order(petition=petition, by=stage.cast.chen, department=stage.cast.lead, text=TEXT, now=stage.tick())
    for verb, name in (("resolve", "zhou"), ("rate", "lin")):
        CALLS[verb](stage, petition, getattr(stage.cast, name), stage.tick())
        assert set(petition.clocks.running().values_list("promise", flat=True)) <= {"rate"}
        assert order.clocks.running().exists()
    reply_order(order=order, by=stage.cast.zhou, text="已安排专人办理", now=stage.tick())
    assert not order.clocks.running().exists()


def test_a_department_that_left_before_the_sweep_came_gets_no_order(stage: Stage) -> None:
    petition = stage.assigned()
    clock = petition.clocks.get(promise="check_in")
    stage.now = clock.alarm_times[-1]
    CALLS["undo_dispatch"](stage, petition, stage.cast.sun, stage.tick())
    Clock.objects.filter(pk=clock.pk).update(next_alarm_at=clock.next_alarm_at)
    assert sweep(now=stage.now) > 0
    assert not SupervisionOrder.objects.exists()


def test_an_order_goes_to_a_department_that_holds_the_petition(stage: Stage) -> None:
    petition = stage.assigned()
    with pytest.raises(InvalidInput) as refusal:
        issue_order(
            petition=petition, by=stage.cast.chen, department=stage.cast.other_department, text="快", now=stage.now
        )
    assert set(refusal.value.fields) == {"text"}
    with pytest.raises(InvalidInput) as refusal:
        issue_order(
            petition=petition, by=stage.cast.chen, department=stage.cast.other_department, text=TEXT, now=stage.now
        )
    assert set(refusal.value.fields) == {"department"}


def test_only_the_ordered_department_replies_and_each_step_has_its_state(stage: Stage) -> None:
    order = issued(stage)
    for by in (stage.cast.zheng, stage.cast.feng, stage.cast.lin, stage.cast.chen):
        with pytest.raises(NotPermitted):
            reply_order(order=order, by=by, text="已经办理", now=stage.now)
    with pytest.raises(AlreadyDone, match="待回复"):
        accept_order(order=order, by=stage.cast.chen, now=stage.now)
    reply_order(order=order, by=stage.cast.zhou, text="已经办理", now=stage.now)
    with pytest.raises(AlreadyDone, match="待审核"):
        reply_order(order=order, by=stage.cast.wu, text="又办理了", now=stage.now)
    with pytest.raises(NotPermitted):
        reject_order(order=order, by=stage.cast.wu, note="退回自己", now=stage.now)


def test_a_reply_can_still_be_judged_after_the_petition_was_sent_back(stage: Stage) -> None:
    order = replied(stage)
    sent_back(stage, order.petition)
    accept_order(order=order, by=stage.cast.chen, now=stage.tick())
    assert SupervisionOrder.objects.get().state == OrderState.CLOSED


def test_a_reply_of_a_department_that_left_is_not_asked_for_again(stage: Stage) -> None:
    order = replied(stage)
    sent_back(stage, order.petition)
    with pytest.raises(AlreadyDone, match="不再承办"):
        reject_order(order=order, by=stage.cast.chen, note="没有说明完成时间", now=stage.tick())


@pytest.mark.parametrize(("verb", "who", "why"), [("take_back", "sun", "退单"), ("withdraw", "lin", "撤回")])
def test_an_order_that_nobody_can_reply_to_any_more_ends(stage: Stage, verb: str, who: str, why: str) -> None:
    order = issued(stage)
    STEPS[verb](stage, order.petition, getattr(stage.cast, who), stage.tick())
    order.refresh_from_db()
    assert (order.state, order.closed_at, order.reply) == (OrderState.CLOSED, stage.now, "")
    assert why in order.judgement
    assert order.clocks.get().stopped_at == stage.now


def test_the_red_card_opens_an_order_once_and_its_lateness_opens_none(stage: Stage) -> None:
    petition = stage.checked_in()
    later = stage.now + timedelta(days=60)
    for _time in range(2):
        sweep(now=later)
    order = SupervisionOrder.objects.get()
    assert (order.issued_by, order.department) == (stage.cast.system, stage.cast.lead)
    assert order.escalation is not None
    assert order.escalation.card == "red"
    sweep(now=later + timedelta(days=60))
    assert SupervisionOrder.objects.count() == 1
    assert Escalation.objects.filter(promise="order", clock_key=order.clocks.get().pk, card="red").count() == 1
    assert petition.events.filter(kind="issue_order").count() == 1


def test_everybody_reads_their_own_orders(stage: Stage) -> None:
    cast = stage.cast
    order = issued(stage)
    secret = stage.assigned(is_confidential=True)
    hidden = issue_order(petition=secret, by=cast.chen, department=cast.lead, text=TEXT, now=stage.tick())
    head = person("fang", "其他部门负责人", "head", department=cast.other_department)
    assert [set(orders(user)) for user in (cast.chen, cast.zhou, cast.wei)] == [
        {order, hidden},
        {order, hidden},
        {order},
    ]
    for user in (cast.zheng, cast.feng, head, cast.lin, cast.qian, cast.sun, cast.chu, cast.sysadmin):
        assert not orders(user).exists(), user
    sent_back(stage, order.petition)
    assert order in orders(cast.zhou)
