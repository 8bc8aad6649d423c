"""Every check and unique constraint of clocks, the ladder, orders, requests and notices refuses at least once."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import models
from django.db.models import F

from limits.models import Escalation, LadderStep, LimitRule
from limits.sweeping import sweep
from notices.models import Notice, Subscription
from petitions.models import Clock, ClockPause, Extension, OrderClock, SupervisionOrder
from tests.cast import HOUR, Stage
from tests.petitions.behind_the_verbs import Act, again, assert_refuses, change
from tests.petitions.request_steps import asked_for, hold_asked, running_hold


def _late(stage: Stage) -> None:
    """A petition that is weeks late has every kind of escalation, and an order by its red card."""
    stage.checked_in()
    sweep(now=stage.tick(timedelta(days=60)))


def _again_when_late(model: type[models.Model], **changes: Any) -> Act:
    def act(stage: Stage) -> None:
        _late(stage)
        again(model._default_manager.all()[0], **changes)

    return act


def _second_order(stage: Stage, **changes: Any) -> None:
    _late(stage)
    again(SupervisionOrder.objects.get(), **changes)


def _subscribed(stage: Stage) -> Subscription:
    return Subscription.objects.create(user=stage.cast.chen, channel="email", address="chen@example.com")


def _paused(stage: Stage) -> ClockPause:
    running_hold(stage, stage.checked_in())
    return ClockPause.objects.all()[0]


def _pause_backwards(stage: Stage) -> None:
    ClockPause.objects.filter(pk=_paused(stage).pk).update(ends_at=F("begins_at") - HOUR)


def _long_extension(stage: Stage) -> None:
    Extension.objects.filter(pk=asked_for(stage, stage.checked_in()).pk).update(days=11)


def _closed_order_without_date(stage: Stage) -> None:
    _late(stage)
    SupervisionOrder.objects.update(state="closed")


def _changed_order_clock(**changes: Any) -> Act:
    def act(stage: Stage) -> None:
        _late(stage)
        OrderClock.objects.update(**changes)

    return act


def _second_order_clock(stage: Stage) -> None:
    _late(stage)
    again(OrderClock.objects.all()[0])


CASES: dict[str, Act] = {
    "limit_rule_amount_positive": change(LimitRule, amount=0),
    "limitrule_validity_forward": change(LimitRule, valid_until=F("valid_from")),
    "limit_rule_whole_days": change(LimitRule, amount="2.5", unit="working_days"),
    "limit_rule_left_when_ended": change(LimitRule, left_at=F("valid_from")),
    "limit_rule_one_in_force": lambda stage: again(LimitRule.objects.all()[0]),
    "ladder_level_one_to_five": change(LadderStep, level=6),
    "ladder_share_or_after": change(LadderStep, share_percent=75, after=1, after_unit="working_days"),
    "ladderstep_validity_forward": change(LadderStep, valid_until=F("valid_from")),
    "ladder_level_in_force_once": lambda stage: again(LadderStep.objects.all()[0]),
    "clock_promise_known": change(Clock, promise="order"),
    "clock_stop_known": change(Clock, stop_reason="lunch"),
    "orderclock_promise_known": _changed_order_clock(promise="dispatch"),
    "orderclock_stop_known": _changed_order_clock(stopped_at=F("started_at"), stop_reason="lunch", next_alarm_at=None),
    "orderclock_stop_paired": _changed_order_clock(stop_reason="done"),
    "orderclock_alarm_not_after_stop": _changed_order_clock(stopped_at=F("started_at"), stop_reason="done"),
    "orderclock_one_running": lambda stage: _second_order_clock(stage),
    "clock_stop_paired": change(Clock, stop_reason=""),
    "clock_alarm_not_after_stop": change(Clock, next_alarm_at=F("stopped_at") + HOUR),
    "clock_started_once": lambda stage: again(stage.rated().clocks.filter(stopped_at__isnull=False)[0]),
    "clock_one_running": lambda stage: again(stage.reported().clocks.running()[0], started_at=stage.tick()),
    "clockpause_one_open": lambda stage: again(_paused(stage), begins_at=stage.tick()),
    "clockpause_goes_forward": _pause_backwards,
    "escalation_once_per_level": _again_when_late(Escalation),
    "order_state_paired": _closed_order_without_date,
    "order_one_open_per_department": lambda stage: _second_order(stage, number="DB1", escalation=None),
    "petitions_supervisionorder_number_key": lambda stage: _second_order(
        stage, department=stage.cast.support, escalation=None
    ),
    "petitions_supervisionorder_escalation_id_key": lambda stage: _second_order(
        stage, department=stage.cast.support, number="DB1"
    ),
    "extension_one_to_ten_days": _long_extension,
    "extension_once_per_clock": lambda stage: again(asked_for(stage, stage.checked_in())),
    "hold_one_open_per_clock": lambda stage: again(hold_asked(stage, stage.checked_in())),
    "subscription_not_inbox": lambda stage: again(_subscribed(stage), channel="inbox"),
    "subscription_sms_to_mobile": lambda stage: again(_subscribed(stage), channel="sms", address="0573-82345678"),
    "subscription_once_per_channel": lambda stage: again(_subscribed(stage)),
    "notice_state_paired": change(Notice, state="dead"),
    "notice_once": _again_when_late(Notice, key=uuid4()),
    "notices_notice_key_key": _again_when_late(Notice, channel="sms"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_constraint_refuses(name: str, stage: Stage) -> None:
    assert_refuses(name, CASES[name], stage)
