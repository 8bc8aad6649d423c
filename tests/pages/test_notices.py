"""The inbox, its unread count, and the page where people choose their channels; the outbox in the admin."""

import uuid

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from notices.models import Notice, Subscription
from tests.cast import Stage
from tests.notices.outbox import subscribe, waiting
from tests.pages.conftest import SignIn
from tests.pages.html import elements, errors_beside_fields, form_values, links, parse, with_class
from ui.paging import PAGE_SIZE

EMPTY = "没有通知"


def unread(page: object) -> list[str]:
    """Return what the sidebar counts."""
    return [text.removeprefix("未读 ") for text in with_class(parse(page), "unread-count")]


def test_an_empty_inbox_says_so_and_counts_nothing(stage: Stage, sign_in: SignIn) -> None:
    answer = sign_in(stage.cast.wei).get("/notices/")
    assert with_class(parse(answer), "empty-title") == [EMPTY]
    assert unread(answer) == []


def test_what_one_was_told_is_read_newest_first_and_leads_to_the_petition(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.checked_in()
    client = sign_in(stage.cast.lin)
    answer = client.get("/notices/")
    rows = with_class(parse(answer), "petition-row")
    assert [row.removeprefix("未读 ").split()[0] for row in rows] == ["经信局已报到", "诉求已派单给经信局"]
    assert unread(answer) == ["2"]
    (newest, _older) = Notice.objects.filter(recipient=stage.cast.lin).order_by("-pk")
    assert f"/notices/{newest.key}/read/" in links(answer)
    opened = client.get(f"/notices/{newest.key}/read/")
    assert opened["Location"] == f"/petitions/{petition.number}/"
    assert unread(client.get("/notices/")) == ["1"]
    assert len(with_class(parse(client.get("/notices/?show=unread")), "petition-row")) == 1


def test_reading_again_keeps_the_first_time(stage: Stage, sign_in: SignIn) -> None:
    stage.assigned()
    client = sign_in(stage.cast.lin)
    notice = Notice.objects.get(recipient=stage.cast.lin)
    client.get(f"/notices/{notice.key}/read/")
    first = Notice.objects.get(pk=notice.pk).read_at
    client.get(f"/notices/{notice.key}/read/")
    assert Notice.objects.get(pk=notice.pk).read_at == first is not None


def test_somebody_elses_notice_is_not_there(stage: Stage, sign_in: SignIn) -> None:
    stage.assigned()
    notice = Notice.objects.filter(recipient=stage.cast.lin).latest("pk")
    client = sign_in(stage.cast.mallory)
    for key in (notice.key, uuid.uuid4()):
        assert client.get(f"/notices/{key}/read/").status_code == 404
    assert Notice.objects.get(pk=notice.pk).read_at is None
    assert with_class(parse(client.get("/notices/")), "empty-title") == [EMPTY]


def test_everything_is_marked_as_read_at_once_for_oneself(stage: Stage, sign_in: SignIn) -> None:
    stage.checked_in()
    client = sign_in(stage.cast.lin)
    client.post("/notices/read-all/")
    assert unread(client.get("/notices/")) == []
    assert Notice.objects.filter(recipient=stage.cast.zhou, read_at__isnull=True).exists()


def test_many_unread_are_counted_up_to_ninety_nine(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.assigned()
    waiting(petition, stage.cast.wei, "inbox", stage.now, count=105)
    assert unread(sign_in(stage.cast.wei).get("/notices/")) == ["99+"]


def test_the_inbox_costs_the_same_however_long_it_is(
    stage: Stage, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(stage.cast.chen)
    for count in (1, PAGE_SIZE):
        waiting(stage.assigned(), stage.cast.chen, "inbox", stage.now, count=count)
        # session, user, the page, what is visible of it, the sidebar's count
        with django_assert_num_queries(5):
            assert client.get("/notices/").status_code == 200


def test_pages_without_a_sidebar_count_nothing(
    stage: Stage, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(stage.cast.chen)
    with django_assert_num_queries(4):  # session, user, the keys, the rows
        assert client.get("/petitions/", headers={"HX-Request": "true"}).status_code == 200


# ---- channels -----------------------------------------------------------------------------------------------------


def test_a_channel_is_chosen_shown_changed_and_dropped(stage: Stage, sign_in: SignIn) -> None:
    client, hook = sign_in(stage.cast.zhou), "https://hooks.office.example/a"
    given = {"address": hook, "secret": "geheim-1", "language": "en"}
    assert client.post("/notices/channels/webhook/choose/", given)["Location"] == "/notices/channels/"
    chosen = Subscription.objects.get()
    assert (chosen.user, chosen.address, chosen.secret, chosen.language) == (stage.cast.zhou, hook, "geheim-1", "en")
    assert hook in client.get("/notices/channels/").content.decode()
    form = client.get("/notices/channels/webhook/choose/")
    assert form_values(form).items() >= {"address": [hook], "secret": [""], "language": ["en"]}.items()
    assert "geheim-1" not in form.content.decode()
    client.post("/notices/channels/webhook/choose/", {"address": f"{hook}b", "secret": "", "language": "zh-hans"})
    changed = Subscription.objects.get()
    assert (changed.address, changed.secret) == (f"{hook}b", "geheim-1")
    client.post("/notices/channels/webhook/drop/")
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        ("email", "wu@"), ("email", "a@b.example\nBcc: c@d.example"), ("sms", "12"), ("sms", "https://a.example"),
        ("sms", "0573-82345678"), ("sms", "4008001234"), ("sms", "95598"), ("sms", "+85261234567"),
        ("sms", "1380000ABCD"),
        ("webhook", "ftp://a.example"), ("webhook", "http://127.0.0.1/"), ("webhook", "http://[::1]/"),
        ("webhook", "http://localhost:8000/"), ("webhook", "http://u:p@a.example/"), ("webhook", ""),
        ("dingtalk", "https://a.example/robot"), ("wecom", "https://a.example/send?access_token=1"),
        ("webhook", f"https://a.example/{'a' * 500}"),
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_right_is_refused_beside_its_field(
    channel: str, address: str, stage: Stage, sign_in: SignIn
) -> None:
    given = {"address": address, "secret": "SEC1", "language": "zh-hans"}
    answer = sign_in(stage.cast.zhou).post(f"/notices/channels/{channel}/choose/", given)
    assert answer.status_code == 422
    assert list(errors_beside_fields(answer)) == ["address"]
    assert not Subscription.objects.exists()


def test_text_messages_go_to_the_mobile_however_it_is_typed(stage: Stage, sign_in: SignIn) -> None:
    given = {"address": "＋８６ １３８－００００－１２３４", "language": "zh-hans"}
    assert sign_in(stage.cast.zhou).post("/notices/channels/sms/choose/", given).status_code == 302
    assert Subscription.objects.get().address == "13800001234"


def test_a_dingtalk_robot_needs_its_secret(stage: Stage, sign_in: SignIn) -> None:
    given = {"address": "https://oapi.dingtalk.com/robot/send?access_token=1", "secret": "", "language": "zh-hans"}
    answer = sign_in(stage.cast.zhou).post("/notices/channels/dingtalk/choose/", given)
    assert list(errors_beside_fields(answer)) == ["secret"]


def test_a_channel_that_is_not_set_up_is_neither_offered_nor_there(
    stage: Stage, sign_in: SignIn, settings: Settings
) -> None:
    settings.SMS_GATEWAY_URL = ""
    client = sign_in(stage.cast.zhou)
    offered = links(client.get("/notices/channels/"))
    assert "/notices/channels/webhook/choose/" in offered
    for name in ("sms", "inbox", "pigeon"):
        assert f"/notices/channels/{name}/choose/" not in offered
        assert client.get(f"/notices/channels/{name}/choose/").status_code == 404


# ---- the outbox in the admin --------------------------------------------------------------------------------------


def test_a_dead_notice_is_replayed_by_one_click(stage: Stage, sign_in: SignIn) -> None:
    sysadmin = stage.cast.sysadmin
    sysadmin.is_staff = True
    sysadmin.save()
    subscribe(stage.cast.zhou, "webhook", "https://hooks.office.example/a")
    (notice,) = waiting(stage.assigned(), stage.cast.chen, "webhook", stage.now)
    Notice.objects.filter(pk=notice.pk).update(state="dead", next_attempt_at=None, attempts=10, last_error="状态 503")
    client, outbox = sign_in(sysadmin), "/admin/notices/notice/"
    page = client.get(outbox)
    assert "状态 503" in page.content.decode()
    assert "整车厂拖欠货款" not in page.content.decode()
    buttons = [dict(element.attributes) for element in elements(parse(page)) if element.name == "button"]
    assert {"type": "submit", "name": "replay", "value": str(notice.pk)} in buttons
    assert client.post(outbox, {"replay": str(notice.pk)}).status_code == 302
    replayed = Notice.objects.get(pk=notice.pk)
    assert (replayed.state, replayed.attempts) == ("pending", 0)
    assert b'name="replay"' not in client.get(outbox).content


def test_nobody_else_replays(stage: Stage, sign_in: SignIn) -> None:
    chen = stage.cast.chen
    chen.is_staff = True
    chen.save()
    (notice,) = waiting(stage.assigned(), chen, "webhook", stage.now)
    Notice.objects.filter(pk=notice.pk).update(state="dead", next_attempt_at=None)
    sign_in(chen).post("/admin/notices/notice/", {"replay": str(notice.pk)})
    assert Notice.objects.get(pk=notice.pk).state == "dead"
