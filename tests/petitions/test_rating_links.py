"""A rating by a signed link: once, inside the window, in its liaison's name, and nothing is revealed."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import mail, signing
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django import Settings

from enterprises.models import Liaison
from limits.sweeping import sweep
from notices.gateways.sms import MOST_CHARACTERS
from notices.models import Notice
from notices.sending import deliver
from petitions.errors import LinkOver
from petitions.models import Petition, Rating
from petitions.ratings.links import first_words, open_link, token_for
from petitions.ratings.window import lapse_petition, window_end
from petitions.wording import word_notice
from tests.cast import Stage
from tests.faults.gateway import Gateway, serving
from tests.notices.outbox import Dial, subscribe
from tests.petitions.ratings import put_right, rate
from tests.petitions.verbs import stored


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def sms(gateway: Gateway, settings: Settings) -> Iterator[None]:
    """Let text messages go to `gateway`."""
    with serving(gateway) as (address, _smtp_port):
        settings.SMS_GATEWAY_URL = address
        yield


def linked(stage: Stage, petition: Petition) -> str:
    token = token_for(petition, stage.cast.lin)
    assert token is not None
    return token


def refusal(token: str, stage: Stage) -> str:
    with pytest.raises(LinkOver) as problem:
        open_link(token, now=stage.now)
    assert problem.value.status == 410
    return str(problem.value)


def test_it_opens_for_the_liaison_it_was_made_for(stage: Stage) -> None:
    petition = stage.resolved()
    assert open_link(linked(stage, petition), now=stage.now) == (petition, stage.cast.lin)


def test_only_who_may_rate_gets_one_and_only_while_it_waits_for_a_rating(stage: Stage) -> None:
    petition = stage.resolved(by=stage.cast.qian)
    for name in ("qian", "zhou", "wu", "sun", "chen", "mallory"):
        assert token_for(petition, getattr(stage.cast, name)) is None
    assert token_for(stage.checked_in(), stage.cast.lin) is None
    assert token_for(stage.rated(), stage.cast.lin) is None


def test_it_is_used_once(stage: Stage) -> None:
    petition = stage.resolved()
    token = linked(stage, petition)
    rate(stage, petition)
    assert "已经评价过" in refusal(token, stage)


def test_a_link_of_an_earlier_cycle_does_not_rate_the_next(stage: Stage) -> None:
    petition = stage.resolved()
    token = linked(stage, petition)
    put_right(stage, rate(stage, petition, level=1, is_solved="no", text="没有解决"))
    assert "已经评价过" in refusal(token, stage)
    assert open_link(linked(stage, stored(petition)), now=stage.now)[0].cycle == 2


def test_it_ends_with_the_window(stage: Stage) -> None:
    petition = stage.resolved()
    token = linked(stage, petition)
    stage.now = window_end(petition) - timedelta(microseconds=1)
    assert open_link(token, now=stage.now)
    stage.now = window_end(petition)
    assert "评价期已结束" in refusal(token, stage)
    lapse_petition(petition=petition, by=stage.cast.system, now=stage.now)
    assert "评价期已结束" in refusal(token, stage)


def test_a_forged_or_shortened_one_is_refused(stage: Stage) -> None:
    petition = stage.resolved()
    token = linked(stage, petition)
    other = signing.dumps([petition.pk, 1, stage.cast.lin.pk], salt="something else")
    for wrong in ("", "x", token[:-1], token[1:], token.replace(":", "", 1), other):
        assert "无效" in refusal(wrong, stage)


def test_who_may_not_rate_any_more_lends_it_to_nobody(stage: Stage) -> None:
    token = linked(stage, stage.resolved())
    Liaison.objects.filter(user=stage.cast.lin).delete()
    assert "已不能评价" in refusal(token, stage)
    stage.cast.lin.is_active = False
    stage.cast.lin.save()
    assert "已不能评价" in refusal(token, stage)


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("整车厂拖欠货款八个月", "整车厂拖欠…"),
        ("停电", "停…"),
        ("东部产业园三期厂房消防验收迟迟没有结果", "东部产业园三期厂…"),
    ],
)
def test_no_more_than_half_of_the_title_is_shown(title: str, shown: str) -> None:
    assert first_words(title) == shown


@override_settings(SITE_URL="https://shaoying.example", EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend")
@pytest.mark.parametrize(("is_confidential", "leads_to"), [(False, "/rate/"), (True, "/petitions/")])
def test_the_mail_about_the_answer_leads_there_a_confidential_ones_does_not(
    stage: Stage, is_confidential: bool, leads_to: str
) -> None:
    subscribe(stage.cast.lin, "email", "lin@example.com")
    petition = stage.resolved(is_confidential=is_confidential)
    Notice.objects.filter(channel="email").exclude(event__kind="resolve").delete()
    deliver(clock=Dial(stage.now))
    (letter,) = mail.outbox
    (address,) = re.findall(r"https://shaoying.example(/\S+)", str(letter.body))
    assert address.startswith(leads_to)
    if not is_confidential:
        token = address.removeprefix("/rate/").rstrip("/")
        assert open_link(token, now=stage.now) == (petition, stage.cast.lin)


def test_the_enterprise_is_asked_again_on_the_third_and_the_tenth_day(stage: Stage) -> None:
    petition = stage.resolved()  # on Tuesday the 8th; the 9th is the first day
    found = []
    for day in range(1, 16):
        sweep(now=stage.now + timedelta(days=day))
        reminders = Notice.objects.filter(event__kind="escalate", recipient=stage.cast.lin, channel="inbox")
        found.append(reminders.count())
    assert found == [0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2]
    event = petition.events.filter(kind="escalate").latest("id")
    wording = word_notice(event, petition, reader=stage.cast.lin, is_visible=True, is_outside=False)
    assert wording.title == "提醒：请评价部门的答复"


def test_rated_by_link_is_noted_with_the_address_it_came_from(stage: Stage, client: Client) -> None:
    stage.now = timezone.now() - timedelta(hours=6)
    petition = stage.resolved()
    (assignment,) = petition.assignments.all()
    address = f"/rate/{linked(stage, petition)}/"
    page = client.get(address)
    assert page.status_code == 200
    text = page.content.decode()
    for hidden in (
        petition.number,
        petition.title,
        petition.body[:10],
        "林晓",
        stage.cast.enterprise.name,
        "已协调付款",
    ):
        assert hidden not in text, hidden
    assert stage.cast.lead.short_name in text
    given = {f"{assignment.pk}-level": "5", f"{assignment.pk}-is_solved": "yes"}
    done = client.post(address, given)
    assert (done.status_code, "感谢评价" in done.content.decode()) == (200, True)
    rating = Rating.objects.get()
    assert (rating.by, rating.via, rating.from_address) == (stage.cast.lin, "link", "127.0.0.1")
    again = client.post(address, given)
    assert (again.status_code, "已经评价过" in again.content.decode()) == (410, True)


def texted(petition: Petition, stage: Stage, gateway: Gateway) -> list[str]:
    """Send what waits for Lin as text messages; return their words."""
    deliver(clock=Dial(stage.now))
    return [json.loads(body)["text"] for body in gateway.bodies]


@override_settings(SITE_URL="https://shaoying.example")
def test_the_text_message_about_the_answer_carries_the_link_whole(stage: Stage, gateway: Gateway, sms: None) -> None:
    subscribe(stage.cast.lin, "sms", "13800000001")
    petition = stage.resolved(title="东部产业园三期厂房消防验收迟迟没有结果，请市里协调各部门尽快给出明确的意见和期限")
    texts = texted(petition, stage, gateway)
    (asking,) = [text for text in texts if "请评价" in text]
    words, _space, token = asking.partition(" https://shaoying.example/rate/")
    assert words.startswith("经信局已答复，请评价 诉求：东部产业园")
    assert open_link(token.removesuffix("/"), now=stage.now) == (petition, stage.cast.lin)
    assert len(asking) <= MOST_CHARACTERS
    assert not [text for text in texts if text != asking and "http" in text], "a link that lets nobody act"


@override_settings(SITE_URL="https://shaoying.example")
def test_so_does_each_reminder_while_the_rating_waits(stage: Stage, gateway: Gateway, sms: None) -> None:
    petition = stage.resolved()
    subscribe(stage.cast.lin, "sms", "13800000001")
    stage.now += timedelta(days=4)
    sweep(now=stage.now)
    (reminder,) = texted(petition, stage, gateway)
    assert reminder.startswith("提醒：请评价部门的答复")
    token = reminder.partition("https://shaoying.example/rate/")[2].removesuffix("/")
    assert open_link(token, now=stage.now) == (petition, stage.cast.lin)


@pytest.mark.parametrize(
    ("site", "is_confidential"), [("https://shaoying.example", True), ("", False)], ids=["confidential", "no site"]
)
def test_a_text_message_without_a_link_to_rate_by_carries_none(
    site: str, is_confidential: bool, stage: Stage, gateway: Gateway, sms: None, settings: Settings
) -> None:
    settings.SITE_URL = site
    subscribe(stage.cast.lin, "sms", "13800000001")
    petition = stage.resolved(is_confidential=is_confidential)
    texts = texted(petition, stage, gateway)
    assert [text for text in texts if "请评价" in text]
    assert not [text for text in texts if "http" in text or "/rate/" in text]


@override_settings(SITE_URL="https://shaoying.example")
def test_whoever_filed_on_behalf_and_may_not_rate_is_sent_no_link(stage: Stage, gateway: Gateway, sms: None) -> None:
    subscribe(stage.cast.qian, "sms", "13800000002")
    petition = stage.resolved(by=stage.cast.qian)
    texts = texted(petition, stage, gateway)
    assert [text for text in texts if "已答复" in text]
    assert not [text for text in texts if "http" in text]


@override_settings(
    SITE_URL="https://a-very-long-name-of-an-office-of-a-city.service.government.example/under/a/path/too"
)
def test_a_long_address_is_never_cut_and_neither_is_the_title(stage: Stage, gateway: Gateway, sms: None) -> None:
    subscribe(stage.cast.lin, "sms", "13800000001")
    petition = stage.resolved()
    (asking,) = [text for text in texted(petition, stage, gateway) if "请评价" in text]
    assert asking.startswith("经信局已答复，请评价 https://a-very-long-name")
    token = asking.partition("/under/a/path/too/rate/")[2].removesuffix("/")
    assert open_link(token, now=stage.now) == (petition, stage.cast.lin)
