"""The gateways: what each sends, which failures are told apart, and where nothing is ever sent to."""

import hashlib
import hmac
import json
import logging
import smtplib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from pytest_django import Settings

from notices.gateways import GATEWAYS, Message, Refused, Unreachable, http
from notices.gateways.http import post_json
from tests.faults.gateway import Gateway, serving
from tests.moments import TUESDAY_10AM


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def site(gateway: Gateway) -> Iterator[str]:
    with serving(gateway) as (address, _smtp_port):
        yield address


def message(address: str, **changes: Any) -> Message:
    values: dict[str, Any] = {
        "key": "0d3a",
        "address": address,
        "secret": "",
        "title": "黄牌：报到时限已到期",
        "text": "诉求：整车厂拖欠货款（202609080000017）\n部门：经信局",
        "url": "https://shaoying.example/petitions/1/",
        "at": TUESDAY_10AM,
        "facts": {"event": "escalate", "number": "202609080000017"},
    }
    return Message(**(values | changes))


# ---- what is sent -------------------------------------------------------------------------------------------------


def test_a_webhook_gets_facts_for_programs_and_a_signature(gateway: Gateway, site: str, settings: Settings) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    GATEWAYS["webhook"].send(message(f"{site}/hook?a=1", secret="geheim"))
    (body,), (headers,) = gateway.bodies, gateway.headers
    assert gateway.paths == ["/hook?a=1"]
    sent = json.loads(body)
    assert (sent["key"], sent["event"], sent["number"]) == ("0d3a", "escalate", "202609080000017")
    assert headers["Idempotency-Key"] == "0d3a"
    assert headers["X-Shaoying-Signature"] == f"sha256={hmac.new(b'geheim', body, hashlib.sha256).hexdigest()}"


def test_a_text_message_goes_to_the_operators_gateway_with_its_token(
    gateway: Gateway, site: str, settings: Settings
) -> None:
    settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_TOKEN = f"{site}/sms", "t0ken"
    GATEWAYS["sms"].send(message("13800000001"))
    sent = json.loads(gateway.bodies[0])
    assert sent == {
        "to": "13800000001",
        "text": "黄牌：报到时限已到期 诉求：整车厂拖欠货款（202609080000017）",
        "key": "0d3a",
    }
    assert gateway.headers[0]["Authorization"] == "Bearer t0ken"


def test_a_text_message_goes_to_the_log_where_there_is_no_gateway(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SMS_GATEWAY_URL = "console:"
    with caplog.at_level(logging.INFO):
        GATEWAYS["sms"].send(message("13800000001"))
    assert "SMS to …0001: 黄牌" in caplog.text


def test_a_mail_has_the_key_in_its_message_id(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "哨应 <notices@shaoying.example>"
    GATEWAYS["email"].send(message("wu@office.example"))
    (sent,) = mail.outbox
    assert isinstance(sent, EmailMessage)
    assert (sent.to, sent.subject) == (["wu@office.example"], "黄牌：报到时限已到期")
    assert sent.message()["Message-ID"] == "<0d3a@shaoying.example>"
    assert "部门：经信局\nhttps://shaoying.example/petitions/1/" in sent.body


@pytest.mark.parametrize(
    ("problem", "failure"),
    [
        (smtplib.SMTPRecipientsRefused({}), Refused),
        (smtplib.SMTPDataError(554, b"spam"), Refused),
        (smtplib.SMTPServerDisconnected(), Unreachable),
        (smtplib.SMTPAuthenticationError(535, b"no"), Unreachable),
        (TimeoutError(), Unreachable),
    ],
)
def test_a_refused_mail_is_told_apart_from_a_server_that_is_away(
    problem: Exception, failure: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_mail: EmailMessage) -> int:
        raise problem

    monkeypatch.setattr(EmailMessage, "send", fail)
    with pytest.raises(failure):
        GATEWAYS["email"].send(message("wu@office.example"))


def test_what_is_not_set_up_says_so_and_sends_nothing(settings: Settings) -> None:
    settings.SMS_GATEWAY_URL = ""
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    for channel in ("sms", "email"):
        assert not GATEWAYS[channel].is_set_up
        with pytest.raises(Unreachable):
            GATEWAYS[channel].send(message("x"))


# ---- what comes back ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "failure"),
    [(400, Refused), (422, Refused), (401, Unreachable), (429, Unreachable), (302, Unreachable), (500, Unreachable)],
)
def test_a_refused_message_is_told_apart_from_a_gateway_that_is_out_of_order(
    status: int, failure: type[Exception], gateway: Gateway, site: str
) -> None:
    gateway.status = status
    with pytest.raises(failure, match=str(status)):
        post_json(site, {}, headers={}, is_trusted=True)
    assert len(gateway.bodies) == 1  # a redirect is not followed


def test_an_answer_that_drips_for_ever_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "TOTAL_SECONDS", 0.5)
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        line, _address = listener.accept()
        with line:
            try:
                while True:
                    line.sendall(b"H")
                    time.sleep(0.05)
            except OSError:
                return

    thread = threading.Thread(target=drip)
    thread.start()
    start = time.monotonic()
    with pytest.raises(Unreachable):
        post_json(f"http://127.0.0.1:{listener.getsockname()[1]}/", {}, headers={}, is_trusted=True)
    assert time.monotonic() - start < 3
    thread.join()
    listener.close()


# ---- where to -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "0.0.0.0", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "10.0.0.1",
        "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "[::1]", "[::]",
        "[fe80::1]", "[fd00::1]", "[ff02::1]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[2002:7f00:1::]",
        "[64:ff9b::7f00:1]", "[2001:0:7f00:1::]",
    ],
)  # fmt: skip
def test_nothing_is_sent_into_the_own_network(host: str, gateway: Gateway, site: str) -> None:
    port = site.rpartition(":")[2]
    with pytest.raises(Unreachable):
        post_json(f"http://{host}:{port}/", {}, headers={})
    assert gateway.bodies == []


def test_a_name_that_leads_inside_is_refused_whatever_else_it_leads_to(
    gateway: Gateway, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(site.rpartition(":")[2])
    found = [(2, 1, 6, "", ("93.184.216.34", port)), (2, 1, 6, "", ("127.0.0.1", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: found)
    with pytest.raises(Unreachable, match="内部网络"):
        post_json(f"http://two-faced.example:{port}/", {}, headers={})
    assert gateway.bodies == []


def test_the_connection_goes_to_the_address_that_was_checked(
    gateway: Gateway, site: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name is resolved once: a second answer, which could lead inside, is never asked for."""
    settings.WEBHOOK_ALLOW_PRIVATE = True
    port, asked = int(site.rpartition(":")[2]), []
    resolve = socket.getaddrinfo

    def once(host: str, *args: Any, **kwargs: Any) -> Any:
        asked.append(host)
        return resolve("127.0.0.1" if host == "changing.example" else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", once)
    post_json(f"http://changing.example:{port}/", {}, headers={})
    assert asked.count("changing.example") == 1
    assert gateway.headers[0]["Host"] == f"changing.example:{port}"


@pytest.mark.parametrize(
    "url",
    ["", "ftp://a.example/", "file:///etc/passwd", "http://", "http://a b/", "http://u:p@a.example/", "http://a:99999/",
     "http://a.example/\r\nX: y", "//a.example", "http://[::1/", "javascript:alert(1)", "http://a:0/"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(Unreachable):
        post_json(url, {}, headers={}, is_trusted=True)
