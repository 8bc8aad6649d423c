"""The limits on a petition's page: what each reader sees of them, and how a due time explains itself."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from limits.sweeping import sweep
from petitions.models import Petition, Promise
from petitions.supervision.extensions import decide_extension
from tests.cast import Stage, person
from tests.moments import SHANGHAI
from tests.pages.conftest import SignIn, statements
from tests.pages.html import Element, attributes, elements, links, parse, text
from tests.petitions.request_steps import DUE, asked_for, hold_asked, limit, running_hold

HTMX = {"HX-Request": "true"}
MONDAY_10AM = datetime(2026, 9, 14, 10, 0, tzinfo=SHANGHAI)


def page(client: Client, petition: Petition, at: datetime) -> Element:
    with time_machine.travel(at, tick=False):
        return parse(client.get(f"/petitions/{petition.number}/"))


def clocks(node: Any) -> dict[str, str]:
    """Return the text of each limit by its name."""
    return {
        text(one).split()[0]: text(one) for one in elements(node) if "clock" in attributes(one).get("class", "").split()
    }


def buttons(node: Any, petition: Petition) -> set[str]:
    (verbs,) = [one for one in elements(node) if attributes(one).get("class") == "verbs"] or [node]
    found = {attributes(one).get("href", "") for one in elements(verbs)}
    return {address.split("/")[3] for address in found if address.startswith(f"/petitions/{petition.number}/")}


def test_a_limit_shows_what_is_left_in_working_time_and_how_much_is_used(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.assigned()
    shown = page(sign_in(stage.cast.chen), petition, MONDAY_10AM)
    own = clocks(shown)["办理时限"]
    # Monday 10:00 to Tuesday 17:30: six hours of Monday, seven of Tuesday.
    assert "剩余 1个工作日6小时" in own
    assert "到期 明天" in own
    assert "经信局" in own
    bars = [attributes(one)["value"] for one in elements(shown) if one.name == "progress"]
    # The start day does not count: 22 hours of 35.
    assert "63" in bars


def test_the_enterprise_reads_its_own_limits_and_those_of_the_answers(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.assigned(with_support=True)
    sweep(now=DUE + timedelta(minutes=1))
    after = DUE + timedelta(hours=1)
    assert set(clocks(page(sign_in(stage.cast.lin), petition, after))) == {"企业等待时限", "办理时限", "协办时限"}
    inside = page(sign_in(stage.cast.chen), petition, after)
    assert set(clocks(inside)) == set(Promise.labels) - {"评价时限", "整改时限", "退单期限", "退单争议期限"}
    assert "黄牌" in clocks(inside)["办理时限"]
    assert "已超时" in clocks(inside)["办理时限"]
    assert "黄牌" not in text(page(sign_in(stage.cast.lin), petition, after))


def test_marks_tell_what_rests_waits_and_was_extended(stage: Stage, sign_in: SignIn) -> None:
    petition, client = stage.assigned(), sign_in(stage.cast.wu)
    extension = asked_for(stage, petition)
    hold_asked(stage, petition)
    waiting = clocks(page(client, petition, stage.now))["办理时限"]
    assert "延期待审批" in waiting
    assert "挂账待审批" in waiting
    assert "待审批" not in text(page(sign_in(stage.cast.lin), petition, stage.now))
    decide_extension(extension=extension, by=stage.cast.chen, decision="approved", now=stage.now)
    assert "已延期 3 个工作日" in clocks(page(client, petition, stage.now))["办理时限"]
    petition = stage.assigned()
    running_hold(stage, petition)
    resting = clocks(page(client, petition, DUE + timedelta(days=9)))["办理时限"]
    assert "挂账暂停" in resting
    assert "恢复办理后重新计算到期时间" in resting
    assert "超时" not in resting


def test_only_what_has_something_to_be_about_is_offered(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.assigned()
    limits = {"ask-extension", "decide-extension", "ask-hold", "decide-hold", "resume", "issue-order"}

    def offered(name: str, at: datetime) -> set[str]:
        return buttons(page(sign_in(getattr(stage.cast, name)), petition, at), petition) & limits

    assert offered("wu", stage.now) == {"ask-extension", "ask-hold"}
    assert offered("chen", stage.now) == {"issue-order"}
    assert offered("zhou", stage.now) == offered("lin", stage.now) == set()
    assert offered("wu", DUE + timedelta(hours=1)) == set()
    asked_for(stage, petition)
    hold_asked(stage, petition)
    assert offered("wu", stage.now) == set()
    assert offered("chen", stage.now) == {"issue-order", "decide-extension", "decide-hold"}


def test_a_running_hold_is_offered_to_be_resumed_by_its_department_and_a_supervisor(
    stage: Stage, sign_in: SignIn
) -> None:
    petition = stage.assigned(with_support=True)
    running_hold(stage, petition)
    xu = person("xu", "协办部门负责人", "head", department=stage.cast.support)
    for user, is_offered in ((stage.cast.wu, True), (stage.cast.chen, True), (xu, False), (stage.cast.zhou, False)):
        assert ("resume" in buttons(page(sign_in(user), petition, stage.now), petition)) is is_offered, user


def test_a_limit_that_ended_on_friday_is_over_all_weekend_without_any_time_late(stage: Stage, sign_in: SignIn) -> None:
    stage.now -= timedelta(days=4)  # Friday 4 September, so that five working days end on Friday the 11th
    petition = stage.assigned()
    client, friday = sign_in(stage.cast.chen), DUE - timedelta(days=4)
    assert limit(petition).due_at == friday
    assert "办理时限 已超时 经信局" in clocks(page(client, petition, friday + timedelta(hours=20)))["办理时限"]
    assert "已超时 1小时" in clocks(page(client, petition, MONDAY_10AM))["办理时限"]


def test_a_due_time_explains_itself_day_by_day(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.assigned()
    running_hold(stage, petition)
    address = f"/limits/resolve_department/{limit(petition).pk}/"
    client = sign_in(stage.cast.lin)
    assert address in links(client.get(f"/petitions/{petition.number}/"))
    with time_machine.travel(MONDAY_10AM, tick=False):
        shown = parse(client.get(address))
        alone = parse(client.get(address, headers=HTMX))
    assert not [one for one in elements(alone) if one.name == "html"]
    rows = [text(one) for one in elements(shown) if one.name == "tr"][1:]
    assert rows[0].startswith("09-08")
    assert "起算当天不计" in rows[0]
    assert next(row for row in rows if row.startswith("09-13")).endswith("休息日 暂停")
    told = text(shown)
    for word in ("5 工作日", "山东省12345热线", "工作日历", "暂停"):
        assert word in told


def test_counted_days_add_up_to_the_limit(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.assigned()
    answer = sign_in(stage.cast.zhou).get(f"/limits/resolve_department/{limit(petition).pk}/")
    rows = [text(one).split() for one in elements(parse(answer)) if one.name == "tr"][1:]
    assert rows[-1][2:4] == ["7:00", "35:00"] or "35:00" in rows[-1]
    assert len(rows) == 8


@pytest.mark.parametrize("kind", ["check_in", "dispatch"])
def test_a_limit_that_is_not_the_enterprises_business_is_not_there(kind: str, stage: Stage, sign_in: SignIn) -> None:
    petition = stage.assigned()
    address = f"/limits/{kind}/{petition.clocks.get(promise=kind).pk}/"
    assert sign_in(stage.cast.lin).get(address).status_code == 404
    assert sign_in(stage.cast.chen).get(address).status_code == 200
    for crossed in ("contact", "order", "none-such"):
        address = f"/limits/{crossed}/{petition.clocks.get(promise=kind).pk}/"
        assert sign_in(stage.cast.chen).get(address).status_code == 404


def test_the_rating_window_is_explained_in_calendar_days(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.resolved()
    clock = petition.clocks.get(promise="rate")
    answer = sign_in(stage.cast.lin).get(f"/limits/rate/{clock.pk}/")
    assert "按自然日计算" in text(parse(answer))


def test_the_page_costs_the_same_however_many_limits_there_are(stage: Stage, sign_in: SignIn) -> None:
    petitions = [stage.assigned(with_support=with_support) for with_support in (False, True)]
    for user, most in ((stage.cast.chen, 24), (stage.cast.lin, 22)):
        few, many = (statements(sign_in(user), f"/petitions/{petition.number}/") for petition in petitions)
        assert few == many <= most
