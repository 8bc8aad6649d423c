"""Three enterprises with one problem: linked, dispatched once, answered at once, rated apart with different scores."""

import re

import pytest
from playwright.sync_api import Page, expect

from petitions.models import Petition, State
from tests.browser.chromium import BOTH_WIDTHS_SLOWLY, OpenWindow
from tests.cast import Stage
from tests.journeys.steps import (
    TITLE,
    answer,
    dispatch,
    expect_badge,
    expect_note,
    go,
    open_petition,
    open_verb,
    press,
)
from tests.petitions.group_steps import third_enterprise, three_reported
from tests.petitions.verbs import stored

pytestmark = pytest.mark.browser

ANSWER = "已约谈整车厂，三家供应商的货款本月底前付清。"
LEVELS = {"lin": ("非常满意", 5), "mallory": ("基本满意", 3), "cui": ("不满意", 2)}


@pytest.mark.parametrize("width", BOTH_WIDTHS_SLOWLY)
def test_handled_once_answered_to_each_rated_by_each(stage: Stage, open_window: OpenWindow, width: int) -> None:
    parent, *children = three_reported(stage)
    _enterprise, cui = third_enterprise(stage)
    sun, zhou = (open_window(user, width=width).open("/") for user in (stage.cast.sun, stage.cast.zhou))
    sun_links_and_dispatches(sun, parent, children)
    zhou_handles_once(zhou, parent, children)
    liaisons = {"lin": stage.cast.lin, "mallory": stage.cast.mallory, "cui": cui}
    for name, user in liaisons.items():
        rates(open_window(user, width=width).open("/"), *LEVELS[name])
    for petition, (_label, level) in zip((parent, *children), LEVELS.values(), strict=True):
        petition = stored(petition)
        # Who is dissatisfied has it put right, alone.
        assert petition.state == (State.RATED if level > 2 else State.ASSIGNED)
        assert [row.rating.level for row in petition.assignments.filter(cycle=1)] == [level]


def sun_links_and_dispatches(page: Page, parent: Petition, children: list[Petition]) -> None:
    for child, by_number in zip(children, (True, False), strict=True):
        go(page, "待派单")
        page.locator(".petition-row").filter(has_text=child.number).locator(".petition-title").click()
        form = open_verb(page, "关联办理")
        if by_number:
            press(page, "关联到所选诉求")
            expect(form.locator(".invalid-feedback").first).to_contain_text("请选择一件诉求")
            form.get_by_label("或输入诉求编号").fill(parent.number)
        else:
            form.get_by_label(re.compile(parent.number)).check()
        press(page, "关联到所选诉求")
        expect_note(page, "已关联，今后由牵头诉求一并办理。")
        expect(page.get_by_role("link", name=parent.number).first).to_be_visible()
        expect(page.locator(".verbs").get_by_role("link", name="派单", exact=True)).to_have_count(0)
    page.get_by_role("link", name=parent.number).first.click()
    expect(page.get_by_text("共3家企业").first).to_be_visible()
    page.locator(".verbs").get_by_role("link", name="派单", exact=True).click()
    dispatch(page, "经信局")
    expect_badge(page, "办理中")


def zhou_handles_once(page: Page, parent: Petition, children: list[Petition]) -> None:
    page.reload()
    rows = page.locator("main .petition-row")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("共3家企业")
    press(page, "报到")
    expect_note(page, "已报到。")
    # The oldest child is spoken with on its own page.
    page.get_by_role("link", name=children[0].number).first.click()
    form = open_verb(page, "记录联系")
    form.get_by_label("电话").check()
    form.get_by_label("沟通情况").fill("已向企业核对欠款金额。")
    press(page, "保存")
    expect_note(page, "联系情况已记录。")
    expect(page.get_by_role("link", name="办结答复", exact=True)).to_have_count(0)
    page.get_by_role("link", name=parent.number).first.click()
    form = open_verb(page, "办结答复")
    expect(form).to_contain_text("一并办理的3家企业")
    answer(form, "已解决", ANSWER)
    press(page, "办结并答复企业")
    expect_note(page, "已答复企业，等待评价。")
    go(page, "部门待办")
    expect(page.get_by_text("没有待办的诉求")).to_be_visible()


def rates(page: Page, label: str, level: int) -> None:
    open_petition(page, TITLE)
    expect(page.get_by_text(ANSWER)).to_be_visible()
    expect(page.get_by_text("共3家企业").first).to_be_visible()
    page.locator(".verbs").get_by_role("link", name="评价", exact=True).click()
    page.get_by_label(label, exact=True).check()
    page.get_by_label("已解决" if level > 2 else "未解决", exact=True).check()
    if level < 3:
        page.get_by_label("办理太慢").check()
    press(page, "提交评价")
    expect_badge(page, "已评价" if level > 2 else "办理中")
