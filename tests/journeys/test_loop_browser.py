"""The loop by hand, in a browser: five people at their own windows, on a phone, and on a wide screen."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import FilePayload, Page, expect
from pytest_django import Settings

from accounts.models import User
from petitions.models import Petition, State
from tests.browser.chromium import BOTH_WIDTHS, OpenWindow
from tests.cast import Cast
from tests.journeys.steps import (
    TITLE,
    answer,
    dispatch,
    expect_badge,
    expect_note,
    fill_report,
    go,
    open_petition,
    open_verb,
    press,
    sign_in,
)

pytestmark = pytest.mark.browser

PASSWORD = "qing-he-ji-xie-9"
CONTRACT: FilePayload = {"name": "供货合同.txt", "mimeType": "text/plain", "buffer": "第七条 付款期限".encode()}
SUPPORT_ANSWER = "税务局已核对开票记录，发票齐全。"
LEAD_ANSWER = "经协调，整车厂承诺本月底前付清货款。"


@pytest.fixture
def passwords(cast: Cast, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # ten sign-ins, not ten seconds
    for user in (cast.lin, cast.sun, cast.zheng, cast.zhou, cast.chen):
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])


def sit_down(open_window: OpenWindow, user: User, width: int) -> Page:
    page = open_window(width=width).open("/")
    sign_in(page, user.username, PASSWORD)
    return page


@pytest.mark.parametrize("width", BOTH_WIDTHS)
def test_from_whistle_to_rating(cast: Cast, passwords: None, open_window: OpenWindow, width: int) -> None:
    lin, sun, zheng, zhou, chen = (
        sit_down(open_window, user, width) for user in (cast.lin, cast.sun, cast.zheng, cast.zhou, cast.chen)
    )
    lin_files(lin)
    sun_dispatches(sun)
    zheng_supports(zheng)
    zhou_handles(zhou)
    lin_rates(lin)
    chen_finds_it(chen)
    petition = Petition.objects.get()
    assert petition.state == State.RATED
    assert petition.petitioner.enterprise == cast.enterprise
    assert [row.rating.level for row in petition.assignments.order_by("part")] == [5, 4]


def lin_files(page: Page) -> None:
    expect(page.get_by_text("还没有提交过诉求")).to_be_visible()
    go(page, "我要吹哨")
    fill_report(page)
    page.get_by_label("附件").set_input_files(files=[CONTRACT])
    press(page, "提交诉求")
    expect_note(page, "诉求已提交，编号")
    expect_badge(page, "待派单")


def sun_dispatches(page: Page) -> None:
    page.reload()
    expect(page.get_by_text("未归类")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="派单", exact=True).click()
    page.wait_for_url("**/dispatch/")  # its scripts have run then: they see the choice
    page.get_by_label("类别").select_option(label="拖欠中小企业账款")
    # The department that leads the category is proposed without a new page.
    expect(page.get_by_label("主办部门").locator("option:checked")).to_have_text("经信局")
    dispatch(page, "经信局", "税务局")
    expect_note(page, "已派单，承办部门的时限从现在起算。")
    expect_badge(page, "办理中")


def zheng_supports(page: Page) -> None:
    go(page, "部门待办")
    press(page, "报到")
    expect_note(page, "已报到。")
    form = open_verb(page, "协办答复")
    answer(form, "解释说明", SUPPORT_ANSWER)
    press(page, "提交协办答复")
    expect_note(page, "协办答复已提交给主办部门。")


def zhou_handles(page: Page) -> None:
    go(page, "部门待办")
    open_petition(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="供货合同.txt").click()
    assert download.value.path().read_bytes() == CONTRACT["buffer"]
    press(page, "报到")
    expect_note(page, "已报到。")
    form = open_verb(page, "记录联系")
    form.get_by_label("电话").check()
    form.get_by_label("沟通情况").fill("已电话联系林晓，了解合同与对账情况。")
    press(page, "保存")
    expect_note(page, "联系情况已记录。")
    open_verb(page, "记录进展").get_by_label("进展").fill("已约整车厂周五座谈。")
    press(page, "保存")
    expect_note(page, "进展已记录。")
    expect(page.get_by_text(SUPPORT_ANSWER)).to_be_visible()
    answer(open_verb(page, "办结答复"), "已解决", LEAD_ANSWER)
    press(page, "办结并答复企业")
    expect_note(page, "已答复企业，等待评价。")


def lin_rates(page: Page) -> None:
    go(page, "我的诉求")
    open_petition(page)
    expect(page.get_by_text("已约整车厂周五座谈。")).to_be_visible()
    expect(page.get_by_text(LEAD_ANSWER)).to_be_visible()
    page.get_by_role("link", name="评价", exact=True).click()
    for department, level in (("经信局", "非常满意"), ("税务局", "满意")):
        card = page.locator("form .card").filter(has=page.get_by_role("heading", name=department))
        card.get_by_label(level, exact=True).check()
        card.get_by_label("已解决", exact=True).check()
    press(page, "提交评价")
    expect_note(page, "感谢评价，您的意见计入部门成绩。")
    expect_badge(page, "已评价")


def chen_finds_it(page: Page) -> None:
    page.get_by_label("状态").select_option(label="已关闭")
    expect(page.get_by_text("没有符合条件的诉求")).to_be_visible()
    page.get_by_label("状态").select_option(label="已评价")
    page.get_by_label("企业名称或信用代码").fill("青禾")
    page.get_by_label("编号或内容中的词").fill(TITLE[:4])
    expect(page).to_have_url(re.compile(f"q={quote(TITLE[:4])}"))  # the rows are there that were asked for last
    expect(page.locator("#rows .petition-row")).to_have_count(1)
    open_petition(page, TITLE)
    expect(page.get_by_text("办理记录")).to_be_visible()
