"""A head appeals against a rating, a supervisor accepts it, the score moves; after the freeze nothing does."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from petitions.models import Petition
from scores.freezing import frozen_from
from scores.models import CycleFact
from scores.scorecard import live_month, shifted
from tests.browser.chromium import BOTH_WIDTHS, OpenWindow
from tests.cast import Stage
from tests.journeys.steps import expect_note, go, press
from tests.petitions.ratings import LOW, lock, rate
from tests.scores.facts import fact, facts

pytestmark = pytest.mark.browser

WHY = "企业来电说明点错了，附通话记录。"


@pytest.fixture
def petition(stage: Stage) -> Petition:
    """Rated low and locked, this month; beside enough others for a rank. The pages read the real clock."""
    now = timezone.now()
    stage.now = now - timedelta(days=2)
    petition = rate(stage, stage.resolved(), **LOW)
    lock(stage)
    month = CycleFact.objects.get().month
    facts(6, stage.cast.lead, month)
    facts(6, stage.cast.support, month)
    return petition


def figure(page: Page, name: str) -> str:
    """Return the number under that name on the scorecard."""
    return page.locator(".score-figures .figure").filter(has_text=name).locator("dd").inner_text().strip()


@pytest.mark.parametrize("width", BOTH_WIDTHS)
def test_an_appeal_that_is_accepted_moves_the_score(
    width: int, petition: Petition, stage: Stage, open_window: OpenWindow
) -> None:
    row = CycleFact.objects.get(petition_key=petition.pk)
    card = f"/scores/departments/{stage.cast.lead.code}/?month={row.month:%Y-%m}"
    head = open_window(stage.cast.wu, width=width).open(card)
    before = figure(head, "得分")
    head.get_by_role("row").filter(has_text="满意率").first.get_by_role("link", name="1", exact=True).last.click()
    head.get_by_role("link", name=petition.title).click()
    head.get_by_role("link", name="申诉", exact=True).click()
    press(head, "提交申诉")
    expect(head.get_by_text("还没有提交，请改正标红的内容。")).to_be_visible()
    head.get_by_label("误评").check()
    head.get_by_label("说明").fill(WHY)
    press(head, "提交申诉")
    expect_note(head, "申诉已提交，等待督查员裁定。")
    assert figure(head, "得分") == before

    supervisor = open_window(stage.cast.chen, width=width).open("/")
    go(supervisor, "部门成绩")
    supervisor.get_by_role("link", name="申诉 1").click()
    expect(supervisor.get_by_text(WHY)).to_be_visible()
    supervisor.get_by_role("link", name="裁定", exact=True).click()
    supervisor.get_by_label("成立，不计分", exact=True).check()
    supervisor.get_by_label("裁定理由").fill("已向企业核实，确系点错。")
    press(supervisor, "提交裁定")
    expect_note(supervisor, "申诉已裁定。")

    head.goto(head.url)
    assert float(figure(head, "得分")) > float(before)
    assert figure(head, "剔除评价") == "1"
    expect(head.get_by_text("已向企业核实，确系点错。")).to_be_visible()


@pytest.mark.parametrize("width", BOTH_WIDTHS)
def test_after_the_freeze_nothing_can_be_asked_for(width: int, stage: Stage, open_window: OpenWindow) -> None:
    """A month whose time is over: no link leads to an appeal, its address refuses, and freezing keeps the score."""
    month = shifted(timezone.localdate().replace(day=1), -3)
    assert timezone.now() > frozen_from(month)
    facts(6, stage.cast.lead, month)
    low = fact(stage.cast.lead, month, level=1, is_solved="no")
    score = next(card.score for card in live_month(month).cards)
    supervisor = open_window(stage.cast.chen, width=width).open(f"/scores/?month={month:%Y-%m}")
    press(supervisor, "冻结本月")
    expect_note(supervisor, f"{month:%Y-%m}的成绩已经冻结。")
    head = open_window(stage.cast.wu, width=width).open(f"/scores/facts/{low.pk}/appeal/")
    expect_note(head, "不能再申诉、裁定或剔除。")
    assert figure(head, "得分") == f"{score:.1f}"
    head.get_by_role("link", name="7", exact=True).first.click()
    expect(head.locator(".fact-steps").first).to_be_visible()
    expect(head.get_by_role("link", name="申诉", exact=True)).to_have_count(0)
