"""Inside a department: the head hands three petitions to Zhou at one press; Zhou is away, so the substitute checks
them in at one press and answers one with a template. On a wide screen and on a phone."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from petitions.models import Assignment, Petition, State
from tests.browser.checks import overflowing, violations
from tests.browser.chromium import BOTH_WIDTHS_SLOWLY, OpenWindow
from tests.cast import HOUR, Stage, person
from tests.journeys.steps import expect_note, go, open_petition, open_verb, press

pytestmark = pytest.mark.browser

TITLES = ["货款拖欠八个月", "厂区道路积水", "专项资金没有到账"]
TYPED = "林经理您好："


def tick_all(page: Page, ticked: int) -> None:
    page.get_by_label("全选本页").check()
    expect(page.locator("[data-tick-count]")).to_have_text(f"{ticked} / {ticked}")


def expect_outcomes(page: Page, sentence: str) -> None:
    """Every row of the last step says so."""
    expect(page.locator(".outcomes .is-done")).to_have_count(len(TITLES))
    expect(page.locator(".outcomes .is-done").filter(has_text=sentence)).to_have_count(len(TITLES))


@pytest.mark.parametrize("width", BOTH_WIDTHS_SLOWLY)
def test_handed_over_stood_in_for_and_answered(stage: Stage, open_window: OpenWindow, width: int) -> None:
    stage.now = timezone.now() - 4 * HOUR
    xu = person("xu", "徐科员", "handler", department=stage.cast.lead)
    petitions = [stage.assigned(title=title) for title in TITLES]
    wu, zhou = open_window(stage.cast.wu, width=width).open("/"), open_window(stage.cast.zhou, width=width).open("/")
    wu_writes_a_template(wu)
    wu_hands_over(wu)
    zhou_leaves(zhou)
    stand_in = open_window(xu, width=width).open("/")
    xu_checks_in(stand_in)
    xu_looks_at_the_board(stand_in)
    xu_answers(stand_in)
    rows = Assignment.objects.filter(petition__in=petitions)
    assert {row.handler for row in rows} == {stage.cast.zhou}
    assert all(row.checked_in_at for row in rows)
    answered = rows.get(answered_at__isnull=False)
    assert Petition.objects.get(pk=answered.petition_id).state == State.RESOLVED
    assert (answered.answered_by, answered.outcome) == (xu, "explained")
    assert re.fullmatch(rf"{TYPED}\s+关于“{TITLES[0]}”，澜川市经信局已经答复。", answered.public_answer)


def wu_writes_a_template(page: Page) -> None:
    go(page, "答复模板")
    page.get_by_role("link", name="新增模板").first.click()
    page.get_by_label("名称").fill("已经答复")
    page.get_by_label("答复内容").fill("关于“{题目}”，{部门}已经答复。")
    page.get_by_label("办理结果").select_option(label="解释说明")
    press(page, "保存")
    expect(page.locator(".invalid-feedback")).to_contain_text("不认识{题目}")
    page.get_by_label("答复内容").fill("关于“{标题}”，{部门}已经答复。")
    press(page, "保存")
    expect_note(page, "模板已保存。")


def wu_hands_over(page: Page) -> None:
    go(page, "部门待办")
    page.get_by_role("link", name="未分配 3").click()
    expect(page.get_by_role("button", name="批量指定经办人")).to_be_disabled()
    tick_all(page, 3)
    page.get_by_label("经办人", exact=True).select_option(label="周经办")
    press(page, "批量指定经办人")
    expect_note(page, "选中3件，办成3件。")
    expect_outcomes(page, "已交给周经办。")
    expect(page.get_by_role("link", name="未分配 0")).to_be_visible()


def zhou_leaves(page: Page) -> None:
    go(page, "通知")
    expect(page.locator("main .petition-row").filter(has_text="请您经办这件诉求")).to_have_count(3)
    go(page, "外出代办")
    page.get_by_label("谁代办").select_option(label="周经办")
    page.get_by_label("说明").fill("出差")
    press(page, "登记")
    expect(page.locator(".invalid-feedback")).to_contain_text("代办人不能是本人")
    expect(page.get_by_label("说明")).to_have_value("出差")
    page.get_by_label("谁代办").select_option(label="徐科员")
    press(page, "登记")
    expect_note(page, "已登记")
    expect(page.get_by_text("周经办外出，徐科员代办")).to_be_visible()


def xu_checks_in(page: Page) -> None:
    go(page, "部门待办")
    page.get_by_role("link", name="我的 3").click()
    expect(page.get_by_text("徐科员 代 周经办")).to_have_count(3)
    page.get_by_role("link", name="保存这个筛选").click()
    page.get_by_label("名称").fill("手上的")
    press(page, "保存")
    expect(page.locator(".chip[aria-current]")).to_have_text("手上的")
    tick_all(page, 3)
    press(page, "批量报到")
    expect_outcomes(page, "已报到。")
    assert (overflowing(page), violations(page)) == ([], [])


def xu_looks_at_the_board(page: Page) -> None:
    page.get_by_role("link", name="时限看板").click()
    expect(page.locator(".board-card")).to_have_count(3)
    expect(page.get_by_text("未报到")).to_have_count(0)
    assert (overflowing(page), violations(page)) == ([], [])


def xu_answers(page: Page) -> None:
    open_petition(page, TITLES[0])
    form = open_verb(page, "办结答复")
    form.get_by_label("公开答复").fill(TYPED)
    form.get_by_role("button", name="已经答复").click()
    expect(form.get_by_label("公开答复")).to_have_value(re.compile(rf"^{TYPED}\s+关于“{TITLES[0]}”"))
    expect(form.get_by_label("解释说明")).to_be_checked()
    assert (overflowing(page), violations(page)) == ([], [])
    press(page, "办结并答复企业")
    expect_note(page, "已答复企业，等待评价。")
