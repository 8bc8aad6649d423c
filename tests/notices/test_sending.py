"""The sender: what it claims, the ladder of attempts, the lease, quiet hours, and what ends dead."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from notices import outbox, sending
from notices.models import Notice, Subscription
from notices.outbox import LADDER, replay_notices
from notices.queries import worded_notices
from notices.sending import deliver, deliver_once
from notices.subjects import worded
from notices.wording import Wording
from petitions.models import Petition
from record.models import Event
from tests.cast import Stage
from tests.faults.gateway import FAIL, GOOD, Gateway, serving
from tests.moments import SHANGHAI, TUESDAY_10AM
from tests.notices.outbox import Dial, subscribe, waiting
from tests.pledges.verbs import make_pledge

NIGHT = datetime(2026, 9, 8, 23, 0, tzinfo=SHANGHAI)
EVENING = datetime(2026, 9, 8, 21, 0, tzinfo=SHANGHAI)
MORNING = datetime(2026, 9, 9, 8, 0, tzinfo=SHANGHAI)


@pytest.fixture
def site(gateway: Gateway, settings: Settings) -> Iterator[str]:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    with serving(gateway) as (address, _smtp_port):
        yield address


@pytest.fixture
def petition(stage: Stage) -> Petition:
    return stage.assigned()


def only() -> Notice:
    return Notice.objects.exclude(channel="inbox").get()


def test_what_waits_is_sent_once(stage: Stage, petition: Petition, dial: Dial, gateway: Gateway, site: str) -> None:
    subscribe(stage.cast.chen, "webhook", f"{site}/hook")
    waiting(petition, stage.cast.chen, "webhook", dial.now, count=3)
    assert deliver(clock=dial) == 3
    assert deliver(clock=dial) == 0
    sent = Notice.objects.filter(channel="webhook", state="sent", attempts=1, lease_until=None, last_error="")
    assert {str(key) for key in sent.values_list("key", flat=True)} == set(gateway.answered)
    assert len(gateway.answered) == 3
    assert gateway.repeats == 0


def test_a_failed_attempt_waits_by_the_ladder_and_the_tenth_is_the_last(
    stage: Stage, petition: Petition, dial: Dial, gateway: Gateway, site: str
) -> None:
    gateway.manners = {FAIL: 1}
    subscribe(stage.cast.chen, "webhook", f"{site}/hook")
    waiting(petition, stage.cast.chen, "webhook", dial.now, is_urgent=True)
    waits = []
    while only().state == "pending":
        assert deliver(clock=dial) == 1
        if only().next_attempt_at:
            waits.append(round((only().next_attempt_at - dial.now).total_seconds()))  # type: ignore[operator]
            dial.now = only().next_attempt_at - timedelta(seconds=1)  # type: ignore[operator]
            assert deliver(clock=dial) == 0, "too early"
            dial.on(seconds=1)
    assert waits == [5, 30, 60, 300, 1200, 3600, 4 * 3600, 12 * 3600, 24 * 3600]
    assert waits == [step.total_seconds() for step in LADDER]
    notice = only()
    assert (notice.state, notice.attempts, notice.last_error) == ("dead", 10, "对方答复状态 503")
    assert set(gateway.taken) == set()


def test_a_dead_notice_is_replayed_from_the_foot_of_the_ladder(
    stage: Stage, petition: Petition, dial: Dial, gateway: Gateway, site: str
) -> None:
    subscribe(stage.cast.chen, "webhook", f"{site}/hook")
    (notice,) = waiting(petition, stage.cast.chen, "webhook", dial.now)
    dead = Notice.objects.filter(pk=notice.pk)
    dead.update(state="dead", next_attempt_at=None, attempts=10, last_error="503")
    assert deliver(clock=dial) == 0
    assert replay_notices(Notice.objects.all(), now=dial.now) == 1
    assert replay_notices(Notice.objects.all(), now=dial.now) == 0
    deliver(clock=dial)
    assert (only().state, only().attempts) == ("sent", 1)
    assert gateway.answered == {str(notice.key): 1}


def test_a_killed_senders_notice_is_free_when_the_lease_ends_and_keeps_its_key(
    stage: Stage, petition: Petition, dial: Dial, gateway: Gateway, site: str
) -> None:
    subscribe(stage.cast.chen, "webhook", f"{site}/hook")
    (notice,) = waiting(petition, stage.cast.chen, "webhook", dial.now)
    assert outbox.claim_due(dial()) is not None  # and then it is killed
    assert only().attempts == 1
    dial.on(seconds=100)
    assert deliver(clock=dial) == 0
    dial.on(seconds=21)
    assert deliver(clock=dial) == 1
    assert (only().state, only().attempts) == ("sent", 2)
    assert gateway.answered == {str(notice.key): 1}


def test_a_notice_that_kills_its_sender_every_time_is_dead_in_the_end(
    stage: Stage, petition: Petition, dial: Dial, site: str
) -> None:
    subscribe(stage.cast.chen, "webhook", f"{site}/hook")
    waiting(petition, stage.cast.chen, "webhook", dial.now, is_urgent=True)
    for _kill in range(10):
        assert outbox.claim_due(dial()) is not None
        dial.on(minutes=3)
    deliver(clock=dial)
    assert (only().state, only().last_error) == ("dead", "发送进程在发送时多次中断")


def test_words_that_a_room_cannot_make_hold_up_nobody_else(
    stage: Stage, petition: Petition, dial: Dial, gateway: Gateway, site: str
) -> None:
    """An event of a kind that its room does not know any more (tests/pledges)."""
    subscribe(stage.cast.chen, "webhook", f"{site}/hook")
    pledge = make_pledge(text="三日内修好", department=stage.cast.lead, by=stage.cast.zhou, now=dial.now)
    gone = Event.objects.create(subject_type="pledge", subject_id=pledge.pk, kind="gone", at=dial.now, by=stage.cast.wu)
    waiting(petition, stage.cast.chen, "webhook", dial.now)
    Notice.objects.create(
        event=gone,
        recipient=stage.cast.chen,
        channel="webhook",
        state="pending",
        created_at=dial.now,
        next_attempt_at=dial.now - timedelta(seconds=1),
        is_urgent=False,
    )
    deliver(clock=dial)
    assert set(Notice.objects.exclude(channel="inbox").values_list("state", flat=True)) == {"sent"}
    assert {json.loads(body)["title"] for body in gateway.bodies} == {"有1条新通知", "企业催办"}
    (said,) = worded(worded_notices().filter(event=gone), stage.cast.chen, is_outside=False)
    assert said.wording == Wording("有1条新通知", (str(pledge),))


def test_a_sender_that_lost_its_lease_changes_nothing_any_more(
    stage: Stage, petition: Petition, dial: Dial, site: str
) -> None:
    subscribe(stage.cast.chen, "webhook", f"{site}/hook")
    waiting(petition, stage.cast.chen, "webhook", dial.now)
    late = outbox.claim_due(dial())
    assert late
    dial.on(minutes=3)
    newer = outbox.claim_due(dial())
    assert newer
    outbox.note_failed(late, late.messages[0], reason="too late", now=dial())
    assert (only().state, only().lease_until) == ("pending", newer.lease)


def test_what_cannot_be_begun_inside_the_lease_is_given_back_uncounted(
    stage: Stage, petition: Petition, dial: Dial, gateway: Gateway, site: str
) -> None:
    subscribe(stage.cast.chen, "webhook", f"{site}/hook")
    waiting(petition, stage.cast.chen, "webhook", dial.now, count=2)
    claim = outbox.claim_due(dial())
    assert claim
    dial.on(seconds=80)
    sending._send(claim, dial)
    rows = Notice.objects.filter(channel="webhook").values_list("state", "attempts", "lease_until")
    assert set(rows) == {("pending", 0, None)}
    assert not gateway.taken


def test_a_gateway_that_does_not_answer_is_left_alone_and_others_are_served(
    stage: Stage, petition: Petition, dial: Dial, gateway: Gateway, site: str
) -> None:
    subscribe(stage.cast.wu, "webhook", "http://127.0.0.1:9/nobody")
    subscribe(stage.cast.chen, "webhook", f"{site}/hook")
    waiting(petition, stage.cast.wu, "webhook", dial.now, count=30)
    waiting(petition, stage.cast.chen, "webhook", dial.now, count=2)
    assert deliver_once(clock=dial) == 20
    failed = Notice.objects.filter(recipient=stage.cast.wu, channel="webhook")
    assert sorted(failed.values_list("attempts", flat=True)) == [0] * 28 + [1, 1]
    assert all(notice.next_attempt_at > dial.now + timedelta(seconds=29) for notice in failed)  # type: ignore[operator]
    assert "没有应答" in failed.get(pk=failed.order_by("pk")[0].pk).last_error
    assert deliver(clock=dial) == 2
    assert len(gateway.answered) == 2


@pytest.mark.parametrize(("is_urgent", "sent"), [(False, 0), (True, 1)])
def test_in_the_night_only_the_urgent_leaves(
    is_urgent: bool, sent: int, stage: Stage, petition: Petition, gateway: Gateway, site: str
) -> None:
    subscribe(stage.cast.chen, "webhook", f"{site}/hook")
    waiting(petition, stage.cast.chen, "webhook", TUESDAY_10AM, is_urgent=is_urgent)
    assert deliver(clock=Dial(NIGHT)) == sent
    assert deliver(clock=Dial(MORNING)) == 1 - sent


@pytest.mark.parametrize(("is_urgent", "again"), [(False, MORNING), (True, EVENING + timedelta(seconds=20))])
def test_a_retry_that_is_not_urgent_waits_for_the_morning(
    is_urgent: bool, again: datetime, stage: Stage, petition: Petition, gateway: Gateway, site: str
) -> None:
    gateway.manners = {FAIL: 1}
    subscribe(stage.cast.chen, "webhook", f"{site}/hook")
    (notice,) = waiting(petition, stage.cast.chen, "webhook", TUESDAY_10AM, is_urgent=is_urgent)
    Notice.objects.filter(pk=notice.pk).update(attempts=1)
    deliver(clock=Dial(EVENING - timedelta(seconds=10)))  # and again 30 s later
    at = only().next_attempt_at
    assert at
    assert abs(at - again) < timedelta(seconds=1)


def test_a_channel_that_was_dropped_meanwhile_ends_dead_with_that_reason(
    stage: Stage, petition: Petition, dial: Dial, gateway: Gateway, site: str
) -> None:
    subscribe(stage.cast.chen, "webhook", f"{site}/hook")
    (notice,) = waiting(petition, stage.cast.chen, "webhook", dial.now)
    Subscription.objects.all().delete()
    Notice.objects.filter(pk=notice.pk).update(attempts=9)
    deliver(clock=dial)
    assert (only().state, only().last_error) == ("dead", "接收人已停用这个渠道")
    assert gateway.manners == {GOOD: 1}
    assert not gateway.taken
