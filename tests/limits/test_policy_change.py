"""The policy as data: a new limit or rung replaces the old one from now on, and running clocks follow when asked."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from limits.changing import change_limit, end_limits, leave_rules
from limits.models import LadderStep, LimitRule
from limits.recomputing import recompute_stale
from limits.sweeping import sweep
from petitions.models import Clock, Petition
from tests.cast import Stage
from tests.departments.days import announce, correct, off, shipped
from tests.limits.raised import raised_about, raised_by
from tests.moments import SHANGHAI
from tests.petitions.request_steps import DUE, limit, running_hold
from verbs.refusals import AlreadyDone

# Nine working days after Tuesday the 8th: Sunday the 20th is a make-up day.
NINE_DAYS_ON = datetime(2026, 9, 20, 17, 30, tzinfo=SHANGHAI)
LIMITS, STEPS = "admin:limits_limitrule", "admin:limits_ladderstep"


def nine_days(stage: Stage, **changes: Any) -> LimitRule:
    values = {"promise": "resolve_department", "amount": 9, "unit": "working_days", "basis": "市府办2026年9号文"}
    return change_limit(LimitRule(**values | changes), now=stage.tick())


def leave(*kinds: str, stage: Stage) -> int:
    return leave_rules(LimitRule.objects.filter(promise__in=kinds), now=stage.tick())


def test_a_new_limit_ends_the_old_one_and_changes_no_clock_that_runs(stage: Stage) -> None:
    before = limit(stage.assigned())
    rule = nine_days(stage)
    old = LimitRule.objects.get(pk=before.rule_id)
    assert (old.valid_until, rule.valid_from) == (stage.now, stage.now)
    assert limit(stage.assigned()).amount == 9
    assert recompute_stale(now=stage.tick()) == 0
    assert Clock.objects.get(pk=before.pk).due_at == before.due_at == DUE


def test_running_clocks_follow_when_an_administrator_asks_and_the_petition_says_so(stage: Stage) -> None:
    petition, stopped = stage.assigned(), stage.resolved()
    nine_days(stage)
    assert leave("resolve_department", stage=stage) == 1
    assert recompute_stale(now=stage.tick()) == 1
    clock = limit(petition)
    assert (clock.amount, clock.due_at) == (9, NINE_DAYS_ON)
    event = petition.events.get(kind="recompute")
    assert event.data["clocks"] == {str(clock.pk): ["2026-09-15T09:30:00+00:00", "2026-09-20T09:30:00+00:00"]}
    assert (event.by, event.is_public) == (stage.cast.system, False)
    assert limit(stopped).amount == 5
    assert recompute_stale(now=stage.tick()) == 0


def test_a_clock_that_rests_follows_too_and_levels_that_were_raised_stay(stage: Stage) -> None:
    late, resting = stage.assigned(), stage.assigned()
    running_hold(stage, resting)
    sweep(now=DUE + timedelta(minutes=1))
    raised = list(raised_by(limit(late)).values_list("level", "at"))
    assert [level for level, _at in raised] == [1, 2]
    nine_days(stage)
    leave("resolve_department", stage=stage)
    recompute_stale(now=DUE + timedelta(minutes=2))
    assert (limit(resting).amount, limit(resting).due_at) == (9, None)
    sweep(now=DUE + timedelta(days=30))
    levels = list(raised_by(limit(late)).order_by("level").values_list("level", "at"))
    assert levels[:2] == raised
    # The red card one working day after the new due time.
    assert levels[2] == (3, NINE_DAYS_ON + timedelta(days=1))


def test_a_calendar_that_changes_moves_running_clocks_once(stage: Stage) -> None:
    petition = stage.assigned()
    announce(*shipped(2026), now=stage.tick())
    recompute_stale(now=stage.tick())
    assert not petition.events.filter(kind="recompute").exists()
    correct(off(date(2026, 9, 14), "台风停工"), now=stage.tick())
    assert recompute_stale(now=stage.tick(), limit=1) > 0
    assert limit(petition).due_at == datetime(2026, 9, 16, 17, 30, tzinfo=SHANGHAI)
    assert petition.events.filter(kind="recompute").count() == 1
    assert recompute_stale(now=stage.tick()) == 0


def test_a_special_limit_ends_and_the_general_one_holds_but_never_ends(stage: Stage) -> None:
    urgent = LimitRule.objects.filter(promise="contact")
    with pytest.raises(AlreadyDone):
        end_limits(urgent, now=stage.tick())
    assert end_limits(urgent.filter(axes__urgency="urgent"), now=stage.tick()) == 1
    assert stage.assigned(urgency="urgent").clocks.get(promise="contact").amount == 1


def errors_of(answer: Any) -> dict[str, list[str]]:
    """What the form of the admin says beside its fields."""
    return dict(answer.context["adminform"].form.errors)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"effect": "open_order"}, "effect"),  # nobody has this limit who could reply to an order
        ({"tells": ["named"]}, "tells"),  # a level that is reached names nobody
        ({"tells": []}, "tells"),
        ({"level": "6"}, "level"),
        ({"after": "367"}, "after"),
        ({"after": "", "after_unit": "", "share_percent": "100"}, "share_percent"),
        ({"promise": "lunch"}, "promise"),
    ],
)
def test_a_rung_that_would_do_nothing_is_refused_beside_its_field(
    changes: dict[str, Any], field: str, keeper: Client
) -> None:
    typed = {"promise": "rate", "level": "3", "after": "1", "after_unit": "calendar_days", "tells": ["enterprise"]}
    typed |= {"card": "none", "basis": "试行"} | changes
    answer = keeper.post(reverse(f"{STEPS}_add"), typed)
    assert set(errors_of(answer)) == {field}


def test_a_pledge_has_its_own_axis_and_not_those_of_petitions(keeper: Client) -> None:
    typed = {"promise": "pledge", "urgency": "urgent", "amount": "1", "unit": "working_days", "basis": "试行"}
    assert set(errors_of(keeper.post(reverse(f"{LIMITS}_add"), typed))) == {"urgency"}
    assert keeper.post(reverse(f"{LIMITS}_add"), typed | {"urgency": "", "size": "large"}).status_code == 302
    rule = LimitRule.objects.get(promise="pledge", amount=1)
    assert rule.axes == {"size": "large"}
    shown = keeper.get(reverse(f"{LIMITS}_changelist")).content.decode()
    assert "大" in shown


@pytest.fixture
def keeper(stage: Stage) -> Iterator[Client]:
    """The system administrator at work, at a moment of the stage's own days."""
    user, client = stage.cast.sysadmin, Client()
    user.is_staff = True
    user.save()
    with time_machine.travel(stage.now + timedelta(hours=2)):
        client.force_login(user)
        yield client


def test_the_administrator_adds_ends_and_lets_follow(stage: Stage, keeper: Client) -> None:
    petition: Petition = stage.assigned()
    old = limit(petition).rule
    typed = {"promise": "resolve_department", "amount": "7.5", "unit": "working_days", "basis": "试行"}
    answer = keeper.post(reverse(f"{LIMITS}_add"), typed)
    assert errors_of(answer)["amount"] == ["按日计算的时限须为整数。"]
    assert keeper.post(reverse(f"{LIMITS}_add"), typed | {"amount": "7"}).status_code == 302
    rule = LimitRule.objects.get(promise="resolve_department", amount=7)
    old.refresh_from_db()
    assert (rule.valid_until, old.valid_until) == (None, rule.valid_from)
    chosen = {"_selected_action": [old.pk]}
    keeper.post(reverse(f"{LIMITS}_changelist"), chosen | {"action": "leave"})
    assert recompute_stale(now=stage.tick()) == 1
    assert limit(petition).amount == Decimal(7)
    answer = keeper.post(reverse(f"{LIMITS}_changelist"), {"_selected_action": [rule.pk], "action": "end"}, follow=True)
    assert "每种时限都要有一条通用规则" in answer.content.decode()
    assert keeper.get(reverse(f"{LIMITS}_change", args=[rule.pk])).status_code == 200
    assert keeper.post(reverse(f"{LIMITS}_change", args=[rule.pk]), typed).status_code == 403
    assert keeper.post(reverse(f"{LIMITS}_delete", args=[rule.pk])).status_code == 403


def test_the_administrator_changes_the_ladder_for_clocks_to_come(stage: Stage, keeper: Client) -> None:
    before = stage.assigned()
    typed = {"promise": "check_in", "level": "2"}
    typed |= {"after": "2", "after_unit": "working_days", "tells": ["head"], "card": "yellow"}
    answer = keeper.post(reverse(f"{STEPS}_add"), typed | {"basis": "试行", "share_percent": "50"})
    assert "须填写一项且只填一项" in errors_of(answer)["after"][0]
    half = keeper.post(reverse(f"{STEPS}_add"), typed | {"basis": "试行", "after_unit": ""})
    assert set(errors_of(half)) == {"after"}
    assert keeper.post(reverse(f"{STEPS}_add"), typed | {"basis": "试行"}).status_code == 302
    stage.tick(timedelta(hours=3))
    after = stage.assigned()
    due, level = before.clocks.get(promise="check_in").due_at, 2
    assert due is not None
    sweep(now=due + timedelta(minutes=1))
    assert raised_about(before).filter(promise="check_in", level=level).exists()
    assert not raised_about(after).filter(promise="check_in", level=level).exists()
    step = LadderStep.objects.get(promise="check_in", level=level, valid_until=None)
    keeper.post(reverse(f"{STEPS}_changelist"), {"_selected_action": [step.pk], "action": "end"})
    assert 2 not in stage.assigned().clocks.get(promise="check_in").alarm_levels
