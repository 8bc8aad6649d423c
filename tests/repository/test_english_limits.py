"""The pages of limits, extensions, holds, supervision orders, notices and channels show no Chinese in English."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from limits.sweeping import sweep
from notices.models import NoticeChannel
from petitions.models import OrderClock
from petitions.supervision import opening
from petitions.supervision.extensions import decide_extension
from petitions.supervision.holds import decide_hold, resume_hold
from petitions.supervision.orders import accept_order, issue_order, reject_order, reply_order
from tests.moments import WEDNESDAY_10AM
from tests.petitions.request_steps import asked_for, hold_asked
from tests.repository.english import EnglishStage, address, chinese_in, reader

WHY = "The expert report is not there yet."


def english_everywhere(client: Client, *addresses: str) -> None:
    for at in addresses:
        response = client.get(at, follow=True)
        assert (at, response.status_code, chinese_in(response)) == (at, 200, "")


def refused_in_english(client: Client, *addresses: str) -> None:
    """An empty form and one with texts that are too long."""
    wrong = dict.fromkeys(("text", "reason", "note"), "x" * 6000) | {"days": "99", "review_date": "2020-01-01"}
    for at in addresses:
        for answer in (client.get(at), client.post(at), client.post(at, wrong)):
            assert (at, chinese_in(answer)) == (at, "")


@pytest.fixture
def stage(english_stage: EnglishStage) -> EnglishStage:
    return english_stage


def test_extensions_and_holds_from_asking_to_resuming(stage: EnglishStage) -> None:
    cast, requests = stage.cast, reverse("petitions:extensions_and_holds")
    wu, chen, lin = reader(cast.wu), reader(cast.chen), reader(cast.lin)
    lists = [f"{requests}?show={tab}" for tab in ("extensions", "holds", "running", "all_extensions", "all_holds")]
    with time_machine.travel(stage.now, tick=False):
        english_everywhere(chen, *lists)
        longer, rests = stage.assigned(), stage.assigned()
        refused_in_english(wu, address("ask_extension", longer), address("ask_hold", rests))
        extension, hold = asked_for(stage, longer, reason=WHY), hold_asked(stage, rests, reason=WHY)
        refused_in_english(chen, address("decide_extension", longer), address("decide_hold", rests))
        english_everywhere(chen, *lists)
        decide_extension(extension=extension, by=cast.chen, decision="approved", now=stage.tick())
        decide_hold(hold=hold, by=cast.chen, decision="approved", now=stage.tick())
        refused_in_english(wu, address("review_hold", rests), address("resume", rests))
        for client in (wu, chen, lin):
            english_everywhere(client, address("show", longer), address("show", rests))
        english_everywhere(chen, *lists)
        resume_hold(hold=hold, by=cast.wu, now=stage.tick())
        english_everywhere(chen, *lists, address("show", rests))
    with time_machine.travel(stage.now + timedelta(days=90), tick=False):
        english_everywhere(chen, f"{requests}?show=overdue")


def test_limits_and_how_they_were_computed(stage: EnglishStage, monkeypatch: pytest.MonkeyPatch) -> None:
    petitions = (stage.resolved(with_support=True), stage.assigned())
    clocks = [clock for one in petitions for clock in one.clocks.all()]
    pages = [reverse("limits:explain", args=[clock.promise, clock.pk]) for clock in clocks]
    # What the system writes into an order is a record in Chinese, whoever reads it.
    monkeypatch.setattr(opening, "_automatic_text", lambda _row: WHY)
    for days in (0, 30):
        now = stage.tick(timedelta(days=days))
        sweep(now=now)
        with time_machine.travel(now, tick=False):
            for one in petitions:
                english_everywhere(reader(stage.cast.lin), address("show", one))
                english_everywhere(reader(stage.cast.chen), address("show", one))
            of_orders = [reverse("limits:explain", args=["order", clock.pk]) for clock in OrderClock.objects.all()]
            lists = reverse("petitions:orders"), reverse("petitions:list")
            english_everywhere(reader(stage.cast.chen), *lists, *pages, *of_orders)


def test_a_supervision_order_from_issuing_to_closing(stage: EnglishStage) -> None:
    cast, listed, petition = stage.cast, reverse("petitions:orders"), stage.assigned()
    chen, zhou = reader(cast.chen), reader(cast.zhou)
    with time_machine.travel(WEDNESDAY_10AM, tick=False):
        english_everywhere(chen, listed)
        refused_in_english(chen, address("issue_order", petition))
        order = issue_order(petition=petition, by=cast.chen, department=cast.lead, text=WHY, now=stage.tick())
        page = reverse("petitions:order", args=[order.number])
        for step in (reject_order, accept_order):
            english_everywhere(zhou, listed, page)
            refused_in_english(zhou, reverse("petitions:reply_order", args=[order.number]))
            order = reply_order(order=order, by=cast.zhou, text=WHY, now=stage.tick())
            english_everywhere(chen, listed, page)
            refused_in_english(chen, reverse("petitions:reject_order", args=[order.number]))
            order = step(order=order, by=cast.chen, note="Say more than that.", now=stage.tick())
        english_everywhere(chen, listed, page, address("show", petition))


def test_notices_and_channels(stage: EnglishStage) -> None:
    cast, channels = stage.cast, reverse("notices:channels")
    notices = reverse("notices:inbox")
    english_everywhere(reader(cast.wei), notices, channels)
    stage.rated()
    for who in (cast.lin, cast.sun, cast.zhou, cast.chen):
        english_everywhere(reader(who), notices, f"{notices}?show=unread")
    for channel in NoticeChannel.values[1:]:
        choose, zhou = reverse("notices:choose_channel", args=[channel]), reader(cast.zhou)
        for given in ({}, {"address": "ftp://x", "language": "en"}, {"address": "13800000000", "language": "en"}):
            assert chinese_in(zhou.post(choose, given, follow=True)) == ""
        english_everywhere(zhou, choose, channels)
