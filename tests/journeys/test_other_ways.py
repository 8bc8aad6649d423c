"""The ways that leave the straight loop: withdrawn, sent back, handled once more, mended after an error."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from petitions.models import Petition, State
from petitions.resolution import resolve_petition
from tests.browser.chromium import PHONE, WIDE, OpenWindow
from tests.cast import Stage
from tests.journeys.steps import (
    BODY,
    TITLE,
    answer,
    expect_badge,
    expect_note,
    fill_report,
    go,
    open_petition,
    open_verb,
    press,
)

pytestmark = pytest.mark.browser


def test_a_liaison_withdraws_what_was_settled_meanwhile(stage: Stage, open_window: OpenWindow) -> None:
    stage.reported()
    page = open_window(stage.cast.lin, width=PHONE).open("/")
    open_petition(page)
    form = open_verb(page, "撤回诉求")
    expect(form.get_by_text("撤回后诉求即关闭，不能恢复")).to_be_visible()
    form.get_by_label("原因").fill("整车厂今天已经付清货款")
    press(page, "确认撤回")
    expect_note(page, "诉求已撤回。")
    expect_badge(page, "企业撤回")
    expect(page.get_by_text("整车厂今天已经付清货款")).to_be_visible()
    expect(page.locator(".verbs")).to_have_count(0)


def test_a_liaison_asks_for_it_to_be_handled_once_more(stage: Stage, open_window: OpenWindow) -> None:
    stage.now = timezone.now() - timedelta(hours=12)  # answered within the time in which it may be asked for
    stage.resolved()
    liaison = open_window(stage.cast.lin, width=PHONE).open("/")
    open_petition(liaison)
    open_verb(liaison, "重新办理").get_by_label("原因").fill("货款至今没有到账")
    press(liaison, "要求重新办理")
    expect_note(liaison, "已退回原承办部门重新办理。")
    expect_badge(liaison, "办理中")
    expect(liaison.locator("main").get_by_text("第 2 轮")).to_be_visible()

    handler = open_window(stage.cast.zhou).open("/")
    press(handler, "报到")
    answer(open_verb(handler, "办结答复"), "已解决", "货款已于今日到账，回单已核对。")
    press(handler, "办结并答复企业")
    expect_note(handler, "已答复企业，等待评价。")

    go(liaison, "我的诉求")
    open_petition(liaison)
    expect(liaison.get_by_text("货款已于今日到账，回单已核对。")).to_be_visible()
    expect(liaison.get_by_text("已协调付款，货款将于本月底前付清。")).to_be_visible()


def test_a_wrong_phone_is_mended_and_nothing_typed_is_lost(stage: Stage, open_window: OpenWindow) -> None:
    page = open_window(stage.cast.lin, width=PHONE).open("/petitions/report/")
    fill_report(page)
    page.get_by_label("联系电话").fill("12")
    page.get_by_label("对承办部门保密我的身份").check()
    press(page, "提交诉求")
    expect(page.get_by_text("还没有提交，请改正标红的内容。")).to_be_visible()
    phone = page.get_by_label("联系电话")
    expect(phone).to_be_focused()
    expect(phone).to_have_value("12")
    expect(page.get_by_label("标题")).to_have_value(TITLE)
    expect(page.get_by_label("诉求内容")).to_have_value(BODY)
    expect(page.get_by_label("求助")).to_be_checked()
    expect(page.get_by_label("对承办部门保密我的身份")).to_be_checked()
    phone.fill("13800000001")
    press(page, "提交诉求")
    expect_note(page, "诉求已提交，编号")
    petition = Petition.objects.get()
    assert (petition.body, petition.is_confidential) == (BODY, True)


def test_an_answer_without_a_date_is_mended_in_place(stage: Stage, open_window: OpenWindow) -> None:
    petition = stage.checked_in()
    page = open_window(stage.cast.zhou).open(f"/petitions/{petition.number}/")
    form = open_verb(page, "办结答复")
    answer(form, "列入计划", "付款计划已写入双方备忘录。")
    press(page, "办结并答复企业")
    date = form.get_by_label("计划完成日期")
    expect(date).to_be_focused()
    expect(form.get_by_label("公开答复")).to_have_value("付款计划已写入双方备忘录。")
    date.fill("2030-01-31")
    press(page, "办结并答复企业")
    expect_note(page, "已答复企业，等待评价。")
    expect(page.get_by_text("计划完成日期：2030-01-31")).to_be_visible()


def test_a_page_that_time_has_passed_by_says_so(stage: Stage, open_window: OpenWindow) -> None:
    petition = stage.checked_in()
    page = open_window(stage.cast.zhou).open(f"/petitions/{petition.number}/")
    form = open_verb(page, "记录进展")
    resolve_petition(petition=petition, by=stage.cast.zhou, answer=stage.answer(), now=stage.tick())
    form.get_by_label("进展").fill("已约整车厂周五座谈。")
    press(page, "保存")
    expect(form.get_by_role("alert")).to_contain_text("待评价")
    expect(form.get_by_label("进展")).to_have_value("已约整车厂周五座谈。")


def test_a_double_click_files_one_petition(stage: Stage, open_window: OpenWindow) -> None:
    page = open_window(stage.cast.lin, width=WIDE).open("/petitions/report/")
    fill_report(page)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.method} {request.url.partition('/petitions/')[2]}"))
    page.get_by_role("button", name="提交诉求").dblclick()
    expect_note(page, "诉求已提交，编号")
    assert sent.count("POST report/") == 1
    assert Petition.objects.get().state == State.REPORTED
