"""Robots: the signature, a refusal that comes with status 200, twenty messages a minute and what is merged."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from pytest_django import Settings

from notices.gateways.robots import clipped
from notices.models import Notice
from notices.outbox import ROBOT_MESSAGES
from notices.sending import deliver
from petitions.models import Petition
from tests.cast import Stage
from tests.faults.gateway import FAIL, Gateway, serving
from tests.notices.outbox import Dial, subscribe, waiting

SECRET = "SEC000fictional"


@pytest.fixture
def robot(gateway: Gateway, settings: Settings) -> Iterator[str]:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    settings.SITE_URL = "https://shaoying.example"
    with serving(gateway) as (address, _smtp_port):
        yield f"{address}/robot/send?access_token=abc"


@pytest.fixture
def petition(stage: Stage) -> Petition:
    return stage.assigned()


def contents(gateway: Gateway) -> list[str]:
    return [json.loads(body)["text"]["content"] for body in gateway.bodies]


def states() -> set[tuple[str, int]]:
    return set(Notice.objects.exclude(channel="inbox").values_list("state", "attempts"))


def test_dingtalk_gets_a_text_signed_at_the_moment_of_sending(
    stage: Stage, petition: Petition, dial: Dial, gateway: Gateway, robot: str
) -> None:
    subscribe(stage.cast.chen, "dingtalk", robot, secret=SECRET)
    waiting(petition, stage.cast.chen, "dingtalk", dial.now)
    deliver(clock=dial)
    (path,), (body,) = gateway.paths, gateway.bodies
    asked = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    signed = hmac.new(SECRET.encode(), f"{asked['timestamp']}\n{SECRET}".encode(), hashlib.sha256).digest()
    assert (asked["access_token"], asked["sign"]) == ("abc", base64.b64encode(signed).decode())
    assert abs(int(asked["timestamp"]) / 1000 - dial.now.timestamp()) < 1
    assert json.loads(body)["msgtype"] == "text"
    title, line, *_rest, url = contents(gateway)[0].split("\n")
    assert title == "企业催办"
    assert petition.number in line
    assert url == f"https://shaoying.example/petitions/{petition.number}/"


@pytest.mark.parametrize("answer", [b'{"errcode": 310000, "errmsg": "sign not match"}', b"<html>", b"[]", b'{"ok": 1}'])
def test_a_refusal_with_status_200_is_no_success(
    answer: bytes, stage: Stage, petition: Petition, dial: Dial, gateway: Gateway, robot: str
) -> None:
    gateway.answer = answer
    subscribe(stage.cast.chen, "wecom", robot)
    waiting(petition, stage.cast.chen, "wecom", dial.now)
    deliver(clock=dial)
    assert states() == {("pending", 1)}
    reason = Notice.objects.get(channel="wecom").last_error
    assert reason in ("机器人拒绝（errcode 310000）", "机器人的答复无法识别")


def test_twenty_are_sent_one_by_one(stage: Stage, petition: Petition, dial: Dial, gateway: Gateway, robot: str) -> None:
    subscribe(stage.cast.chen, "wecom", robot)
    waiting(petition, stage.cast.chen, "wecom", dial.now, count=ROBOT_MESSAGES)
    assert deliver(clock=dial) == ROBOT_MESSAGES
    assert len(gateway.bodies) == ROBOT_MESSAGES


def test_more_than_twenty_become_one_message_and_all_are_sent(
    stage: Stage, petition: Petition, dial: Dial, gateway: Gateway, robot: str
) -> None:
    subscribe(stage.cast.chen, "wecom", robot)
    waiting(petition, stage.cast.chen, "wecom", dial.now, count=ROBOT_MESSAGES + 1)
    deliver(clock=dial)
    (digest,) = contents(gateway)
    assert digest.startswith("有21条新通知\n企业催办 ")
    assert "其余11条请在站内通知中查看" in digest
    assert digest.endswith("https://shaoying.example/notices/")
    assert states() == {("sent", 1)}
    assert Notice.objects.filter(channel="wecom").values("sent_at").distinct().count() == 1


def test_what_comes_later_in_the_minute_is_merged_and_then_waits(
    stage: Stage, petition: Petition, dial: Dial, gateway: Gateway, robot: str
) -> None:
    subscribe(stage.cast.chen, "wecom", robot)
    chen = stage.cast.chen
    waiting(petition, chen, "wecom", dial.now, count=19)
    deliver(clock=dial)
    dial.on(seconds=5)
    waiting(petition, chen, "wecom", dial.now, count=2)
    deliver(clock=dial)
    assert len(gateway.bodies) == ROBOT_MESSAGES  # nineteen, and two in one
    waiting(petition, chen, "wecom", dial.now, count=2)
    deliver(clock=dial)
    assert len(gateway.bodies) == ROBOT_MESSAGES
    assert states() == {("sent", 1), ("pending", 0)}
    dial.on(seconds=56)
    deliver(clock=dial)
    assert len(gateway.bodies) == ROBOT_MESSAGES + 2
    assert states() == {("sent", 1)}


def test_a_group_that_several_people_chose_reads_an_event_once(
    stage: Stage, petition: Petition, dial: Dial, gateway: Gateway, robot: str
) -> None:
    for reader in (stage.cast.zhou, stage.cast.wu):
        subscribe(reader, "dingtalk", robot, secret=SECRET)
    (notice,) = waiting(petition, stage.cast.zhou, "dingtalk", dial.now)
    Notice.objects.create(
        event=notice.event,
        recipient=stage.cast.wu,
        channel="dingtalk",
        state="pending",
        created_at=dial.now,
        next_attempt_at=dial.now,
    )
    deliver(clock=dial)
    assert len(gateway.bodies) == 1
    assert states() == {("sent", 1)}


def test_a_digest_that_fails_is_counted_for_each_of_its_notices(
    stage: Stage, petition: Petition, dial: Dial, gateway: Gateway, robot: str
) -> None:
    gateway.manners = {FAIL: 1}
    subscribe(stage.cast.chen, "wecom", robot)
    waiting(petition, stage.cast.chen, "wecom", dial.now, count=ROBOT_MESSAGES + 5)
    deliver(clock=dial)
    assert states() == {("pending", 1)}
    assert len(gateway.bodies) == 1


@pytest.mark.parametrize("most", [10, 11, 12, 100])
def test_a_text_is_clipped_by_bytes_and_never_inside_a_character(most: int) -> None:
    text = "诉求诉求诉求诉求诉求"
    clip = clipped(text, most)
    assert len(clip.encode()) <= most
    assert clip == text or (clip.endswith("…") and text.startswith(clip[:-1]))
