"""The enterprise has the last word: low, put right, and rated again; by a link on somebody else's phone; never by the
department."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from petitions.models import Petition, Rating, State
from tests.browser.chromium import PHONE, OpenWindow
from tests.cast import Stage
from tests.journeys.steps import answer, expect_badge, expect_note, open_verb, press
from tests.petitions.verbs import stored

pytestmark = pytest.mark.browser

PUT_RIGHT = "已上门道歉，付款方今日付清，附银行回单。"


@pytest.fixture
def resolved(stage: Stage) -> Petition:
    """Answered within the last hours, by the pages' own clock."""
    stage.now = timezone.now() - timedelta(hours=5)
    return stage.resolved()


def rate(page: Page, level: str, solved: str, text: str = "") -> None:
    page.get_by_label(level, exact=True).check()
    page.get_by_label(solved, exact=True).check()
    if text:
        page.get_by_label("想说的话").fill(text)
    press(page, "提交评价")


def test_low_put_right_and_rated_better(resolved: Petition, stage: Stage, open_window: OpenWindow) -> None:
    here = f"/petitions/{resolved.number}/"
    lin = open_window(stage.cast.lin, width=PHONE).open(here)
    lin.get_by_role("link", name="评价", exact=True).click()
    rate(lin, "不满意", "未解决")
    expect(lin.get_by_text("不满意时请选择原因或写一句话，便于整改。")).to_be_visible()
    expect(lin.get_by_label("不满意", exact=True)).to_be_checked()  # nothing that was chosen is lost
    lin.get_by_label("办理太慢").check()
    rate(lin, "不满意", "未解决", "承诺的日子过了，货款还没有到账。")
    expect_note(lin, "感谢评价")
    expect_badge(lin, "办理中")
    expect(lin.get_by_role("link", name="修改评价")).to_be_visible()

    zhou = open_window(stage.cast.zhou).open(here)
    record = zhou.locator(".timeline-list li").filter(has_text="差评整改")
    expect(record).to_contain_text("承诺的日子过了，货款还没有到账。")
    expect(zhou.get_by_text("整改时限").first).to_be_visible()
    press(zhou, "报到")
    answer(open_verb(zhou, "办结答复"), "已解决", PUT_RIGHT)
    press(zhou, "办结并答复企业")
    expect_note(zhou, "已答复企业，等待评价。")

    lin.goto(lin.url)
    lin.get_by_role("link", name="评价", exact=True).click()
    rate(lin, "满意", "已解决")
    expect_badge(lin, "已评价")
    ratings = lin.locator(".card-answer .rating")
    expect(ratings).to_have_count(2)
    expect(ratings.first).to_contain_text("满意 · 已解决")
    expect(ratings.last).to_contain_text("不满意 · 未解决")


def test_by_a_link_on_somebody_elses_phone(resolved: Petition, stage: Stage, open_window: OpenWindow) -> None:
    lin = open_window(stage.cast.lin).open(f"/petitions/{resolved.number}/rate/")
    lin.get_by_role("link", name="请同事扫码评价").click()
    expect(lin.get_by_role("img", name="打开评价表单的二维码")).to_be_visible()
    address = lin.locator(".rating-address a").get_attribute("href")
    assert address

    window = open_window(width=PHONE)  # nobody is signed in there
    boss = window.open(urlsplit(address).path)
    expect(boss.get_by_text("整车厂拖欠…")).to_be_visible()
    expect(boss.get_by_text(resolved.number)).to_have_count(0)
    rate(boss, "基本满意", "部分解决")
    expect(boss.get_by_role("status")).to_contain_text("感谢评价")
    assert (stored(resolved).state, Rating.objects.get().via) == (State.RATED, "link")
    again = window.open(urlsplit(address).path)
    expect(again.get_by_role("alert")).to_contain_text("链接不能再次使用")
    assert window.status == 410


def test_the_department_cannot(resolved: Petition, stage: Stage, open_window: OpenWindow) -> None:
    lin = open_window(stage.cast.lin).open(f"/petitions/{resolved.number}/rate/qr-code/")
    address = urlsplit(lin.locator(".rating-address a").get_attribute("href") or "").path

    window = open_window(stage.cast.zhou)
    zhou = window.open(f"/petitions/{resolved.number}/")
    expect(zhou.get_by_role("link", name="评价", exact=True)).to_have_count(0)
    zhou = window.open(f"/petitions/{resolved.number}/rate/")
    expect(zhou.get_by_text("您没有办理这一步的权限。")).to_be_visible()
    zhou = window.open(address)
    expect(zhou.get_by_role("alert")).to_contain_text("您登录的账号不能评价这件诉求")
    assert (window.status, Rating.objects.count()) == (403, 0)
