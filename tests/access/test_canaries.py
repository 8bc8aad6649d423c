"""Who asked must not be known: canaries in every confidential and anonymous field, searched for on every page, API
answer, export, order, notice, admin page and log, as everybody who may not know.

The petitions of this file have been through what names people: ratings changed, rectified and cancelled, orders that
ended by what the enterprise did, withdrawing, starting again, urging, linking, a search for the names themselves.
"""

import io
import logging
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from enterprises.models import Liaison
from notices.gateways import GATEWAYS, Message
from notices.models import Notice, NoticeChannel, Subscription
from notices.sending import deliver
from petitions.following_up import supplement_petition, urge_petition, withdraw_petition
from petitions.models import Petition
from petitions.reopening import reopen_petition
from petitions.supervision.orders import issue_order
from tests.access.routes import address, routes
from tests.cast import Stage, person
from tests.moments import WEDNESDAY_10AM
from tests.petitions.ratings import LOW, change, rate, rated_low
from tests.petitions.verbs import CALLS

# Who asked. Of these the enterprise's own names also stand in the administrators' lists of enterprises and accounts.
ASKED = {
    "enterprise": "金丝雀机械有限公司",
    "short name": "金丝雀机械",
    "liaison": "金丝雀联络员",
    "assistant": "金丝雀助理",
    "contact": "金丝雀联系人",
    "phone": "13899990001",
}
NAMES = ("enterprise", "short name", "liaison", "assistant")
OF_ACCOUNTS = ("/admin/enterprises/", "/admin/accounts/user/", "/admin/departments/membership/", "/admin/regions/")
# What only those may read who see the petition.
INSIDE = {"title": "金丝雀标题所述事项", "body": "金丝雀正文所述的事项请予协调解决", "file": "金丝雀附件.txt"}
# Of an anonymous rating, for departments: who gave it and what they wrote.
RATED = {"rater": "金丝雀评价人", "text": "金丝雀评语"}
DEPARTMENTS = ("zhou", "wu", "zheng")
STRANGERS = ("feng", "mallory", "wei", "chu", "sysadmin", "secadmin", "auditor")


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG), time_machine.travel(WEDNESDAY_10AM, tick=False):
        yield caplog


def name_everybody(stage: Stage) -> None:
    cast = stage.cast
    cast.enterprise.name, cast.enterprise.short_name = ASKED["enterprise"], ASKED["short name"]
    cast.enterprise.save()
    for user, name in ((cast.lin, ASKED["liaison"]), (cast.qian, ASKED["assistant"])):
        user.display_name = name
        user.save()


def asked(stage: Stage, by: User | None = None) -> dict[str, Any]:
    file = SimpleUploadedFile(INSIDE["file"], b"1")
    secret = {"contact_name": ASKED["contact"], "contact_phone": ASKED["phone"], "is_confidential": True}
    return secret | {"title": INSIDE["title"], "body": INSIDE["body"], "files": [file], "by": by or stage.cast.lin}


def rectified_and_cancelled(stage: Stage, **filed: Any) -> Petition:
    """Its rectification had an order, which ended when the enterprise raised its rating."""
    petition = rated_low(stage, with_support=True, **filed)
    issue_order(petition=petition, by=stage.cast.chen, department=stage.cast.lead, text="请立即整改", now=stage.tick())
    return change(stage, petition)


def withdrawn_with_an_order(stage: Stage, **filed: Any) -> Petition:
    petition = stage.checked_in(with_support=True, **filed)
    supplement_petition(petition=petition, by=stage.cast.lin, text="补充说明", now=stage.tick())
    urge_petition(petition=petition, by=stage.cast.lin, text="请尽快", now=stage.tick())
    CALLS["ask_send_back"](stage, petition, stage.cast.wu, stage.tick())
    issue_order(petition=petition, by=stage.cast.chen, department=stage.cast.lead, text="请立即办理", now=stage.tick())
    return withdraw_petition(petition=petition, by=stage.cast.lin, reason="另行协商", now=stage.tick())


def started_again(stage: Stage, **filed: Any) -> Petition:
    petition = stage.resolved(with_support=True, **filed)
    return reopen_petition(petition=petition, by=stage.cast.lin, reason="没有解决", now=stage.tick())


def linked(stage: Stage, **filed: Any) -> Petition:
    petition = stage.assigned(with_support=True, **filed)
    CALLS["link"](stage, petition, stage.cast.sun, stage.tick())
    return withdraw_petition(petition=petition, by=stage.cast.lin, reason="另行协商", now=stage.tick())


CONFIDENTIAL: dict[str, Callable[..., Petition]] = {
    "rated low": lambda stage, **filed: rated_low(stage, with_support=True, **filed),
    "cancelled": rectified_and_cancelled,
    "withdrawn": withdrawn_with_an_order,
    "started again": started_again,
    "linked": linked,
}


def everything(client: Client, petition: Petition, words: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield every address that the routes have for the petition, and the searches, each with what it answers."""
    for name, parameters in routes().items():
        if parameters & {"token", "key"}:  # what only the enterprise was sent
            continue
        try:
            path = address(name, parameters, petition)
        except (NoReverseMatch, TypeError):  # there is no such thing
            continue
        yield path, said_by(client.get(path))
    for path in ("/petitions/", "/petitions/queue/", "/petitions/mine/", "/petitions/orders/", "/api/v1/petitions/"):
        for word in words:
            for name in ("q", "enterprise"):
                yield f"{path}?{name}={word}", said_by(client.get(path, {name: word})).replace(word, "")


def said_by(answer: Any) -> str:
    """All that an answer says: its headers and its text, of a workbook that of its sheets."""
    content = answer.getvalue()
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as workbook:
            content = b"".join(workbook.read(name) for name in workbook.namelist())
    return str(answer.headers) + content.decode(errors="replace")


def heard(said: Iterator[tuple[str, str]], canaries: dict[str, str]) -> list[tuple[str, str]]:
    return [(path, name) for path, text in said for name, canary in canaries.items() if canary in text]


@pytest.mark.parametrize("what", CONFIDENTIAL)
def test_departments_never_learn_who_asked(what: str, stage: Stage, log: pytest.LogCaptureFixture) -> None:
    name_everybody(stage)
    stage.now = WEDNESDAY_10AM - timedelta(hours=40)
    petition = CONFIDENTIAL[what](stage, **asked(stage))
    for name in DEPARTMENTS:
        client = signed_in(getattr(stage.cast, name))
        assert heard(everything(client, petition, tuple(ASKED.values())), ASKED) == [], name
        # And yet they read what is theirs.
        assert INSIDE["title"] in said_by(client.get(f"/petitions/{petition.number}/"))
    assert [canary for canary in (ASKED | INSIDE).values() if canary in log.text] == []


@pytest.mark.parametrize("what", CONFIDENTIAL)
def test_strangers_learn_nothing_at_all(what: str, stage: Stage, log: pytest.LogCaptureFixture) -> None:
    name_everybody(stage)
    stage.now = WEDNESDAY_10AM - timedelta(hours=40)
    petition = CONFIDENTIAL[what](stage, **asked(stage, by=stage.cast.qian))
    for name in STRANGERS:
        client = signed_in(getattr(stage.cast, name))
        assert heard(everything(client, petition), ASKED | INSIDE) == [], name


def test_those_who_may_know_are_told(stage: Stage, log: pytest.LogCaptureFixture) -> None:
    """Else the canaries above could be dumb."""
    name_everybody(stage)
    stage.now = WEDNESDAY_10AM - timedelta(hours=40)
    petition = rectified_and_cancelled(stage, **asked(stage))
    for name in ("lin", "sun", "chen"):
        told = heard(everything(signed_in(getattr(stage.cast, name)), petition), ASKED | INSIDE)
        assert {canary for _path, canary in told} >= {*ASKED, *INSIDE} - {"assistant", "short name"}, name


@pytest.mark.parametrize("name", ["sysadmin", "secadmin", "auditor"])
def test_administrators_learn_nothing_of_petitions(name: str, stage: Stage, log: pytest.LogCaptureFixture) -> None:
    """The tables of enterprises, accounts and regions name them; what is about petitions does not, and nothing tells a
    petition's words or its contact.
    """
    name_everybody(stage)
    stage.now = WEDNESDAY_10AM - timedelta(hours=40)
    subscribe(stage, stage.cast.lin, stage.cast.zhou)
    for make in CONFIDENTIAL.values():
        make(stage, **asked(stage))
    Notice.objects.exclude(channel="inbox").update(state="dead", next_attempt_at=None, last_error="邮件被拒收")
    user = getattr(stage.cast, name)
    user.is_staff = True
    user.save()
    found = {}
    for path, text in admin_pages(signed_in(user)):
        is_of_accounts = path.startswith(OF_ACCOUNTS)
        found[path] = {
            canary
            for canary, word in (ASKED | INSIDE).items()
            if word in text and not (is_of_accounts and canary in NAMES)
        }
    assert {path: canaries for path, canaries in found.items() if canaries} == {}


def admin_pages(client: Client) -> Iterator[tuple[str, str]]:
    """Yield the list, the form and the delete page of every table's first rows."""
    for model in admin.site._registry:
        route = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        paths = [reverse(f"{route}_changelist"), reverse(f"{route}_add")]
        for key in model._default_manager.values_list("pk", flat=True)[:20]:
            paths += [reverse(f"{route}_{page}", args=[key]) for page in ("change", "delete", "history")]
        for path in paths:
            yield path, said_by(client.get(path, follow=True))


def subscribe(stage: Stage, *users: User) -> None:
    Subscription.objects.bulk_create(
        Subscription(user=user, channel=channel, address=f"{user.username}@example.cn", is_active=True)
        for user in users
        for channel in (NoticeChannel.EMAIL, NoticeChannel.WEBHOOK)
    )


class Collected:
    """A gateway that keeps what it is given."""

    is_shared = is_robot = False
    is_set_up = True

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def send(self, message: Message) -> None:
        self.messages.append(message)


def test_no_message_that_leaves_the_house_names_who_asked(
    stage: Stage, log: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_everybody(stage)
    stage.now = WEDNESDAY_10AM - timedelta(hours=40)
    subscribe(stage, stage.cast.zhou, stage.cast.wu, stage.cast.zheng)
    for make in CONFIDENTIAL.values():
        make(stage, **asked(stage))
    gateway = Collected()
    for channel in NoticeChannel:
        monkeypatch.setitem(GATEWAYS, channel, gateway)
    Notice.objects.filter(state="pending").update(next_attempt_at=WEDNESDAY_10AM)
    while deliver(clock=lambda: WEDNESDAY_10AM + timedelta(hours=1)):
        pass
    assert len(gateway.messages) > len(CONFIDENTIAL)
    said = [(str(message.title), f"{message} {message.facts}") for message in gateway.messages]
    assert heard(iter(said), ASKED | INSIDE) == []


@pytest.mark.parametrize("ends", ["rectifying", "cancelled", "answered again"])
def test_departments_never_learn_who_rated_anonymously(ends: str, stage: Stage, log: pytest.LogCaptureFixture) -> None:
    stage.now = WEDNESDAY_10AM - timedelta(hours=40)
    liu = person("liu", RATED["rater"], "liaison")
    Liaison.objects.create(user=liu, enterprise=stage.cast.enterprise)
    said = {"text": RATED["text"], "is_anonymous": True}
    petition = rate(stage, stage.resolved(with_support=True), by=liu, **{**LOW, **said})
    issue_order(petition=petition, by=stage.cast.chen, department=stage.cast.lead, text="请立即整改", now=stage.tick())
    if ends == "cancelled":
        petition = change(stage, petition, by=liu, **said)
    if ends == "answered again":
        petition = change(stage, petition, by=liu, **{**LOW, **said, "level": 1})
    for name in (*DEPARTMENTS, "feng"):
        client = signed_in(getattr(stage.cast, name))
        assert heard(everything(client, petition, tuple(RATED.values())), RATED) == [], name
    told = heard(everything(signed_in(stage.cast.chen), petition), RATED)
    assert {canary for _path, canary in told} == set(RATED)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
