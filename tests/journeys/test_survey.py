"""The third-party survey: a supervisor draws, an evaluator calls twice and records, the gap appears for the leader."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from petitions.ratings.window import lock_due_ratings
from surveys.models import Survey
from tests.browser.chromium import BOTH_WIDTHS, OpenWindow
from tests.cast import Cast, Stage
from tests.journeys.steps import TITLE, expect_note, go, open_petition, press

pytestmark = pytest.mark.browser


@pytest.fixture
def month(cast: Cast) -> str:
    """A month before the last one, in which one petition was rated 5; the pages read the real clock."""
    day = timezone.localtime().replace(day=1) - timedelta(days=45)
    stage = Stage(cast, day.replace(day=7, hour=10, minute=0))
    stage.rated(is_confidential=True)
    lock_due_ratings(now=stage.tick(timedelta(days=1)))
    return f"{day:%Y-%m}"


@pytest.mark.parametrize("width", BOTH_WIDTHS)
def test_a_sample_is_drawn_called_and_compared(width: int, month: str, cast: Cast, open_window: OpenWindow) -> None:
    supervisor = open_window(cast.chen, width=width).open("/")
    go(supervisor, "第三方测评")
    supervisor.get_by_label("月份").fill(month)
    supervisor.get_by_label("随机种子").fill("公开摇号")
    press(supervisor, "抽样")
    expect_note(supervisor, "已抽样1件，分给测评员。")
    expect(supervisor.get_by_text("公开摇号")).to_be_visible()

    evaluator = open_window(cast.chu, width=width).open("/")
    expect(evaluator.get_by_role("heading", level=1)).to_have_text("电话测评")
    open_petition(evaluator)
    expect(evaluator.get_by_role("link", name="13800000001")).to_be_visible()
    evaluator.get_by_label("无人接听").check()
    press(evaluator, "记录")
    expect_note(evaluator, "已记录：再次拨打。")
    expect(evaluator.get_by_text(TITLE)).to_have_count(0)
    evaluator.get_by_role("link", name="再次拨打").click()
    expect(evaluator.get_by_text("已拨 1 次")).to_be_visible()
    open_petition(evaluator)
    evaluator.get_by_label("已接通，完成测评").check()
    evaluator.get_by_label("不满意", exact=True).check()
    evaluator.get_by_label("未解决", exact=True).check()
    evaluator.get_by_label("备注").fill("款项仍未到账")
    press(evaluator, "记录")
    expect_note(evaluator, "已记录：已完成。")

    assert Survey.objects.get().calls.get().attempts.count() == 2
    leader = open_window(cast.wei, width=width).open("/")
    go(leader, "第三方测评")
    leader.get_by_role("link", name="评价差距").click()
    row = leader.get_by_role("row", name="经信局")
    for figure in ("5.00", "2.00", "+3.00", "0.0%", "0 / 1"):  # one pair has no interval
        expect(row.get_by_text(figure, exact=True)).to_be_visible()
