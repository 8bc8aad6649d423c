"""A petition runs past its limit: reminder, yellow card, red card, supervision order, reply, acceptance.

The sweep is the real one, by the database's clock; only the limit is moved into the past.
"""

import re

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from petitions.models import OrderState, Petition, SupervisionOrder
from tests.browser.chromium import BOTH_WIDTHS, OpenWindow
from tests.cast import HOUR, Stage
from tests.journeys.steps import TITLE, expect_note, go, open_petition, open_verb, press
from tests.limits.raised import raised_by
from tests.petitions.request_steps import limit
from tests.petitions.verbs import CALLS
from verbs import database

pytestmark = pytest.mark.browser

REMINDER, YELLOW, RED = "提醒：办理时限即将到期", "黄牌：办理时限已到期", "红牌：办理时限超时仍未完成"
REPLY = "付款方更换了财务负责人，协调中断一周。已重新约谈，本周五前答复企业。"
NOTE = "原因说明清楚，请按时答复。"


@pytest.fixture(autouse=True)
def _one_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sweep goes by the pages' clock, not by the database's."""
    monkeypatch.setattr(database, "now", timezone.now)


@pytest.fixture
def petition(stage: Stage) -> Petition:
    """One that the department signed for and called about, a few hours ago."""
    stage.now = timezone.now() - 5 * HOUR
    return CALLS["contact"](stage, stage.checked_in(), stage.cast.zhou, stage.tick())


def run_to_level(petition: Petition, level: int) -> None:
    """Move the limit back until it reached the level a moment ago, and let the sweep come by twice."""
    clock = limit(petition)
    reached = clock.alarm_times[clock.alarm_levels.index(level)]
    back = reached - timezone.now()
    clock.started_at -= back
    clock.due_at = clock.due_at and clock.due_at - back
    clock.alarm_times = [at - back for at in clock.alarm_times]
    clock.next_alarm_at = clock.next_alarm_at and clock.next_alarm_at - back
    clock.save()
    for _sweep in range(2):
        call_command("sweep", verbosity=0)


def expect_notices(page: Page, **counts: int) -> None:
    """The inbox has each of these sentences so many times."""
    go(page, "通知")
    for name, count in counts.items():
        sentence = {"reminder": REMINDER, "yellow": YELLOW, "red": RED, "order": "收到督办单"}[name]
        expect(page.locator("main .petition-row").filter(has_text=sentence)).to_have_count(count)


def expect_cards(page: Page, *cards: str) -> None:
    """The petition's page shows each card once beside the limit, and once in the record."""
    own = page.locator(".clock").filter(has_text="办理时限")
    for card in cards:
        expect(own.locator(".mark").filter(has_text=card)).to_have_count(1)
        expect(page.locator(".timeline-list li").filter(has_text=f"办理时限 · {card}")).to_have_count(1)


@pytest.mark.parametrize("width", BOTH_WIDTHS)
def test_past_the_limit(petition: Petition, stage: Stage, open_window: OpenWindow, width: int) -> None:
    wu, chen = (open_window(user, width=width).open("/") for user in (stage.cast.wu, stage.cast.chen))
    run_to_level(petition, 1)
    expect_notices(wu, reminder=1, yellow=0)
    expect_notices(chen, reminder=0)
    run_to_level(petition, 2)
    expect_notices(wu, reminder=1, yellow=1, red=0)
    expect_notices(chen, yellow=1)
    run_to_level(petition, 3)
    expect_notices(wu, yellow=1, red=1, order=1)
    expect_notices(chen, yellow=1, red=1, order=0)

    wu_replies(wu)
    chen_accepts(chen)
    order = SupervisionOrder.objects.get()
    assert (order.state, order.reply, order.judgement) == (OrderState.CLOSED, REPLY, NOTE)
    it_prints_on_one_sheet(chen, order)


def wu_replies(page: Page) -> None:
    page.locator(".petition-row").filter(has_text=RED).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.locator("main .petition-badges .due-over").first).to_contain_text("已超时")
    expect_cards(page, "提醒", "黄牌", "红牌")
    page.get_by_role("link", name=re.compile("^DB")).click()
    form = open_verb_of_order(page, "回复", "回复督办单")
    field = form.get_by_label("回复")
    for typed in ("", "短"):
        field.fill(typed)
        press(page, "提交回复")
        expect(form.locator(".invalid-feedback")).to_be_visible()
        expect(field).to_be_focused()
        expect(field).to_have_value(typed)
    field.fill(REPLY)
    press(page, "提交回复")
    expect_note(page, "回复已提交，等待督查员审核。")
    expect(page.locator("article")).to_contain_text(REPLY)
    expect(page.get_by_role("link", name="回复", exact=True)).to_have_count(0)


def chen_accepts(page: Page) -> None:
    go(page, "通知")
    page.locator(".petition-row").filter(has_text="经信局已回复督办单").click()
    expect_cards(page, "黄牌", "红牌")
    go(page, "督办单")
    page.get_by_role("link", name=re.compile(f"^DB.*{TITLE}")).click()
    form = open_verb_of_order(page, "退回", "退回重新回复")
    form.get_by_label("退回原因").fill("短")
    press(page, "退回")
    expect(form.locator(".invalid-feedback")).to_be_visible()
    expect(form.get_by_label("退回原因")).to_have_value("短")
    form = open_verb_of_order(page, "同意办结", "同意办结督办单")
    form.get_by_label("审核意见").fill(NOTE)
    form.get_by_role("button", name="同意办结").click()
    expect_note(page, "督办单已办结。")


def open_verb_of_order(page: Page, link: str, heading: str) -> Locator:
    page.get_by_role("link", name=link, exact=True).click()
    form = page.locator("form#verb-form")
    expect(form.get_by_role("heading", name=heading)).to_be_visible()
    return form


def it_prints_on_one_sheet(page: Page, order: SupervisionOrder) -> None:
    page.emulate_media(media="print")
    sheet = page.locator("article")
    for words in (order.number, "澜川市经信局", order.text, REPLY, NOTE, "吴局长", "陈督查", "已办结"):
        expect(sheet).to_contain_text(words)
    expect(page.locator(".timeline-list")).to_be_hidden()
    expect(page.get_by_role("complementary")).to_be_hidden()
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1


def test_the_handler_is_reminded_and_an_answer_in_time_ends_it(
    petition: Petition, stage: Stage, open_window: OpenWindow
) -> None:
    zhou = open_window(stage.cast.zhou).open("/")
    run_to_level(petition, 1)
    expect_notices(zhou, reminder=1)
    go(zhou, "部门待办")
    open_petition(zhou)
    form = open_verb(zhou, "办结答复")
    form.get_by_label("已解决").check()
    form.get_by_label("公开答复").fill("经协调，整车厂承诺本月底前付清货款。")
    press(zhou, "办结并答复企业")
    expect_note(zhou, "已答复企业，等待评价。")
    assert limit(petition).next_alarm_at is None
    call_command("sweep", verbosity=0)
    assert list(raised_by(limit(petition)).values_list("level", flat=True)) == [1]
    expect(zhou.locator(".clock .due-over")).to_have_count(0)
