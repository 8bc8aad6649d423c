"""At the intake and by the poster: a walk-in, a caller who is not in the register, a liaison who scans a code."""

import re

import pytest
from playwright.sync_api import expect

from enterprises.models import Enterprise
from petitions.models import Petition
from tests.browser.chromium import BOTH_WIDTHS, OpenWindow
from tests.cast import Stage
from tests.journeys.steps import BODY, TITLE, expect_note, fill_report, go, press, sign_in
from tests.occasions import occasion
from tests.pages.typed_intake import NEW_CREDIT_CODE

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", BOTH_WIDTHS)
def test_a_walk_in_is_found_by_initials_and_filed_for(width: int, stage: Stage, open_window: OpenWindow) -> None:
    stage.reported(title="上个月提过的用电问题")
    page = open_window(stage.cast.sun, width=width).open("/")
    go(page, "受理登记")
    page.get_by_label("哪家企业来电或来访？").press_sequentially("lcsqh")
    row = page.locator("#results .petition-row")
    expect(row).to_contain_text("澜川市青禾机械有限公司")
    expect(row).to_contain_text("上个月提过的用电问题")
    row.get_by_role("link", name="登记诉求").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("澜川市青禾机械有限公司")
    page.get_by_label("来源").select_option(label="走访")
    page.get_by_label("联系人").fill("林晓")
    fill_report(page)
    press(page, "提交诉求")
    expect(page.get_by_role("heading", level=1)).to_have_text("已登记")
    petition = Petition.objects.order_by("pk").reverse()[0]
    expect(page.get_by_text(petition.number)).to_be_visible()
    expect(page.get_by_text("已通知企业联络员：林晓")).to_be_visible()
    assert (petition.channel, petition.petitioner.filed_by) == ("visit", stage.cast.sun)

    lin = open_window(stage.cast.lin, width=width).open("/")
    lin.get_by_role("link", name=re.compile(TITLE)).click()
    expect(lin.get_by_text("代为提交")).to_be_visible()
    expect(lin.get_by_text("孙派单").first).to_be_visible()


@pytest.mark.parametrize("width", BOTH_WIDTHS)
def test_a_caller_who_is_not_in_the_register(width: int, stage: Stage, open_window: OpenWindow) -> None:
    page = open_window(stage.cast.sun, width=width).open("/petitions/intake/")
    page.get_by_label("哪家企业来电或来访？").press_sequentially("拾光咖啡")
    expect(page.get_by_text("没有找到“拾光咖啡”。")).to_be_visible()
    page.get_by_role("link", name="登记新企业的诉求").click()
    expect(page.get_by_label("企业名称")).to_have_value("拾光咖啡")
    page.get_by_label("企业名称").fill("澜川市拾光咖啡有限公司")
    page.get_by_label("统一社会信用代码").fill("91990199MA0000017X")
    page.get_by_label("规模").select_option(label="微型")
    page.get_by_label("所有制").select_option(label="民营")
    page.get_by_label("联系人").fill("顾一")
    fill_report(page)
    press(page, "提交诉求")
    code = page.get_by_label("统一社会信用代码")
    expect(code).to_be_focused()
    expect(page.get_by_text("统一社会信用代码不正确：应为18位，且校验位相符。")).to_be_visible()
    expect(page.get_by_label("诉求内容")).to_have_value(BODY)
    expect(page.get_by_label("企业名称")).to_have_value("澜川市拾光咖啡有限公司")
    code.fill(NEW_CREDIT_CODE)
    press(page, "提交诉求")
    expect(page.get_by_role("heading", level=1)).to_have_text("已登记")
    petition = Petition.objects.get()
    expect(page.locator(".filed-code")).to_have_text(petition.query_code)
    assert petition.petitioner.enterprise == Enterprise.objects.get(credit_code=NEW_CREDIT_CODE)
    page.get_by_role("link", name="登记下一件").click()
    expect(page.get_by_label("哪家企业来电或来访？")).to_be_focused()


@pytest.mark.parametrize("width", BOTH_WIDTHS)
def test_a_liaison_scans_an_events_code_signs_in_and_files(width: int, stage: Stage, open_window: OpenWindow) -> None:
    where = occasion(stage)
    stage.cast.lin.set_password("a-long-password")
    stage.cast.lin.save()
    page = open_window(width=width).open(f"/petitions/report/?from={where.key}")
    sign_in(page, "lin", "a-long-password")
    expect(page.get_by_text("来自：企业咖啡时 · 制造业配套专场")).to_be_visible()
    fill_report(page)
    press(page, "提交诉求")
    expect_note(page, "诉求已提交，编号")
    assert Petition.objects.get().occasion == where

    sun = open_window(stage.cast.sun, width=width).open("/")
    go(sun, "走访与活动")
    sun.get_by_role("link", name=re.compile("制造业配套专场")).click()
    expect(sun.get_by_role("link", name=re.compile(TITLE))).to_be_visible()
