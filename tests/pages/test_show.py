"""One petition's page: what it shows of each state, to whom, and what it offers."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from petitions.following_up import withdraw_petition
from petitions.handling import record_progress
from petitions.models import Petition, State
from petitions.reopening import reopen_petition
from petitions.resolution import answer_support, resolve_petition
from tests.cast import Stage
from tests.pages.conftest import SignIn
from tests.pages.html import attributes, classes, elements, links, parse, text, with_class
from tests.petitions.offers import offers
from tests.petitions.send_backs import sent_back

BUTTONS: dict[str, dict[str, list[str]]] = {
    "reported": {
        "lin": ["补充材料", "撤回诉求"],
        "sun": ["派单", "下放派单", "补充材料"],
        "chen": [],
    },
    "assigned": {
        "lin": ["补充材料", "催办", "撤回诉求"],
        "sun": ["补充材料", "增加协办"],
        "zhou": ["记录联系", "预约时间", "记录进展", "指定经办人", "办结答复"],
        "wu": ["记录联系", "预约时间", "记录进展", "指定经办人", "办结答复", "申请延期", "申请挂账", "申请退单"],
        "wei": [],
    },
    "resolved": {"lin": ["评价", "重新办理"], "zhou": [], "chen": ["重新办理"]},
    "rated": {"lin": ["重新办理"], "sun": [], "zhou": [], "chen": ["重新办理"]},
    "closed": {"lin": [], "sun": [], "chen": []},
}
STEP = {"reported": "提交", "assigned": "派单办理", "resolved": "答复", "rated": "评价", "closed": "提交"}


def show(client: Any, petition: Petition) -> Any:
    return client.get(f"/petitions/{petition.number}/")


def buttons(answer: Any) -> list[str]:
    boxes = [element for element in elements(parse(answer)) if "verbs" in classes(element)]
    return [text(element) for box in boxes for element in elements(box) if element.name in ("a", "button")]


@pytest.mark.parametrize(("state", "person"), [(state, name) for state, row in BUTTONS.items() for name in row])
def test_what_can_be_done_now_is_offered(state: str, person: str, stage: Stage, sign_in: SignIn) -> None:
    # Some of it for a while only, by the page's own clock.
    stage.now = timezone.now() - timedelta(days=2)
    petition = stage.in_state(state)
    assert buttons(show(sign_in(getattr(stage.cast, person)), petition)) == BUTTONS[state][person]


def test_starting_again_is_offered_for_thirty_days(stage: Stage, sign_in: SignIn) -> None:
    stage.now = timezone.now() - timedelta(days=31)
    assert buttons(show(sign_in(stage.cast.lin), stage.rated())) == []
    stage.now = timezone.now() - timedelta(days=20)
    assert buttons(show(sign_in(stage.cast.lin), stage.lapsed())) == ["重新办理"]


def test_before_its_check_in_a_department_is_offered_no_work(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.assigned(with_support=True)
    assert buttons(show(sign_in(stage.cast.zhou), petition)) == ["报到", "预约时间", "指定经办人"]
    assert buttons(show(sign_in(stage.cast.wu), petition)) == ["报到", "预约时间", "指定经办人"]


@pytest.mark.parametrize("state", State.values)
def test_every_offered_button_leads_to_a_page_that_opens(state: str, stage: Stage, sign_in: SignIn) -> None:
    petition = stage.in_state(state)
    for user in stage.cast.users.values():
        if not user.is_active or not Petition.objects.visible_to(user).exists():
            continue
        client = sign_in(user)
        page = f"/petitions/{petition.number}/"
        found = [link for link in links(show(client, petition)) if link.startswith(page)]
        offered = [link for link in found if "/limits/" not in link]  # how a limit was computed is no step
        assert {client.get(link).status_code for link in offered} <= {200}
        possible = offers(petition, user, timezone.now())
        assert {link.split("/")[-2] for link in offered} <= {verb.replace("_", "-") for verb in possible}


@pytest.mark.parametrize("state", State.values)
def test_the_steps_bar_stands_where_the_petition_is(state: str, stage: Stage, sign_in: SignIn) -> None:
    petition = stage.in_state(state)
    page = parse(show(sign_in(stage.cast.lin), petition))
    now = [text(element) for element in elements(page) if attributes(element).get("aria-current") == "step"]
    assert now == [STEP[state]]


def test_before_dispatch_nobody_has_it(stage: Stage, sign_in: SignIn) -> None:
    assert "尚未派单。" in text(parse(show(sign_in(stage.cast.lin), stage.reported())))


def test_a_returned_petition_is_with_nobody_again(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.assigned()
    sent_back(stage, petition, basis="依据职责清单")
    asked = text(parse(show(sign_in(stage.cast.lin), petition)))
    assert "尚未派单。" in asked
    assert "依据职责清单" not in asked  # why is between the offices
    assert "依据职责清单" in text(parse(show(sign_in(stage.cast.sun), petition)))


def test_the_departments_and_their_times_are_shown(stage: Stage, sign_in: SignIn) -> None:
    page = text(parse(show(sign_in(stage.cast.lin), stage.checked_in(with_support=True))))
    for shown in ("经信局 主办", "税务局 协办", "09-08 13:00", "未联系", "未答复 限 09-"):
        assert shown in page


def test_an_answer_is_read_when_the_cycle_is_resolved_and_not_before(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.checked_in(with_support=True)
    file = SimpleUploadedFile("协办依据.txt", b"1")
    answer = stage.answer(
        public_answer="税务局已核实发票。", internal_note="企业曾有欠税", files=[file], by=stage.cast.zheng
    )
    answer_support(petition=petition, by=stage.cast.zheng, answer=answer, now=stage.tick())
    attachment = petition.attachments.get()
    lin, zhou = sign_in(stage.cast.lin), sign_in(stage.cast.zhou)
    download = f"/files/{attachment.stored.key}/"

    def seen(client: Any) -> tuple[bool, bool, bool, int]:
        page = text(parse(show(client, petition)))
        words = ("税务局已核实发票", "企业曾有欠税", "协办依据.txt")
        answer = client.get(download)
        answer.getvalue()
        return (words[0] in page, words[1] in page, words[2] in page, answer.status_code)

    assert seen(lin) == (False, False, False, 404)
    assert seen(zhou) == (True, True, True, 200)
    resolve_petition(petition=petition, by=stage.cast.zhou, answer=stage.answer(), now=stage.tick())
    assert seen(lin) == (True, False, True, 200)


def test_an_answer_that_was_never_given_to_the_enterprise_stays_inside(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.checked_in(with_support=True)
    answer = stage.answer(public_answer="税务局已核实发票。")
    answer_support(petition=petition, by=stage.cast.zheng, answer=answer, now=stage.tick())
    withdraw_petition(petition=petition, by=stage.cast.lin, reason="已自行解决", now=stage.tick())
    assert "税务局已核实发票" not in text(parse(show(sign_in(stage.cast.lin), petition)))


def test_the_answer_of_an_earlier_cycle_stays_readable(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.resolved()
    reopen_petition(petition=petition, by=stage.cast.lin, reason="货款仍未到账", now=stage.tick())
    page = text(parse(show(sign_in(stage.cast.lin), petition)))
    for shown in ("第 2 轮", "第 1 轮", stage.answer().public_answer, "未报到"):
        assert shown in page


def test_internal_progress_is_not_for_the_enterprise(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.checked_in()
    for words, is_public in (("等财政拨款批复", False), ("已约谈付款方", True)):
        record_progress(petition=petition, by=stage.cast.zhou, text=words, is_public=is_public, now=stage.tick())
    asked = text(parse(show(sign_in(stage.cast.lin), petition)))
    assert "已约谈付款方" in asked
    assert "等财政拨款批复" not in asked
    assert "等财政拨款批复" in text(parse(show(sign_in(stage.cast.chen), petition)))


def test_a_rating_is_shown_with_its_answer(stage: Stage, sign_in: SignIn) -> None:
    (rating,) = with_class(parse(show(sign_in(stage.cast.zhou), stage.rated())), "rating")
    assert rating.startswith("非常满意 · 已解决")


def test_the_query_code_is_for_those_who_asked_and_the_dispatcher(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.checked_in()
    told = {
        name: petition.query_code in text(parse(show(sign_in(getattr(stage.cast, name)), petition)))
        for name in ("lin", "sun", "zhou", "chen", "wei")
    }
    assert told == {"lin": True, "sun": True, "zhou": False, "chen": False, "wei": False}


def test_what_people_wrote_is_text_and_never_markup(stage: Stage, sign_in: SignIn) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    petition = stage.reported(title=evil[:60], body=evil, contact_name="<b>林</b>")
    for user, address in (("lin", "mine/"), ("sun", "inbox/"), ("chen", ""), ("lin", f"{petition.number}/")):
        answer = sign_in(getattr(stage.cast, user)).get(f"/petitions/{address}")
        assert "<script>alert" not in answer.content.decode()
        assert "<img" not in answer.content.decode()
        assert "<b>林" not in answer.content.decode()


@pytest.mark.parametrize("number", ["202609080000011", "1", "20260908000001", "2026090800000100"])
def test_no_such_number_is_a_page_that_says_so(number: str, stage: Stage, sign_in: SignIn) -> None:
    answer = sign_in(stage.cast.chen).get(f"/petitions/{number}/")
    assert answer.status_code == 404
    assert with_class(parse(answer), "empty-title") == ["没有找到"]
