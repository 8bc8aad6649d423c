"""A walk-in and two departments: the lead asks to send it back, another takes over, both answer, one answer goes out.

Also: a refused request goes to a supervisor, and a support is let off so that the lead can resolve.
"""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from petitions.models import Petition
from tests.browser.chromium import BOTH_WIDTHS_SLOWLY, OpenWindow
from tests.cast import HOUR, Stage, person
from tests.journeys.steps import (
    TITLE,
    answer,
    ask_send_back,
    decide_send_back,
    dispatch,
    expect_badge,
    expect_note,
    file_for_walk_in,
    go,
    open_verb,
    press,
    say,
)
from tests.slow import slow

pytestmark = pytest.mark.browser

BASIS = "本市部门职责清单第12条：由教体局负责。"
SUPPORT_ANSWER = "发票与完税情况已核实。"
ANSWER = "教体局已协调学校付款，货款将于本月底前付清。"


@pytest.fixture
def petition(stage: Stage) -> Petition:
    """Reported an hour ago; the pages read the real clock."""
    stage.now = timezone.now() - HOUR
    return stage.reported(is_confidential=True)


def check_in(page: Page) -> None:
    """In the department's queue or on the petition's page, as it is now."""
    page.reload()
    press(page, "报到")
    expect_note(page, "已报到。")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


@pytest.mark.parametrize("width", BOTH_WIDTHS_SLOWLY)
def test_one_sends_back_another_takes_over_and_one_answer_goes_out(
    width: int, stage: Stage, open_window: OpenWindow
) -> None:
    dispatcher = open_window(stage.cast.sun, width=width).open("/")
    file_for_walk_in(dispatcher, "lcsqh", is_confidential=True)
    dispatcher.get_by_role("link", name="派单", exact=True).click()
    dispatcher.get_by_label("类别").select_option(label="拖欠中小企业账款")
    dispatch(dispatcher, "经信局", "税务局")
    petition = Petition.objects.get()

    head = open_window(stage.cast.wu, width=width).open(f"/petitions/{petition.number}/")
    ask_send_back(head, "不属于本部门职责", BASIS, "教体局")
    expect_badge(head, "办理中")  # first-responsible until the decision
    check_in(head)
    say(head, "请税务局先核对发票。", to="税务局")

    support = open_window(stage.cast.zheng, width=width).open("/")
    check_in(support)
    expect(support.get_by_text("请税务局先核对发票。")).to_be_visible()

    go(dispatcher, "退单裁决")
    expect(dispatcher.get_by_text(BASIS)).to_be_visible()
    dispatcher.get_by_role("link", name="裁决", exact=True).click()
    decide_send_back(dispatcher, "同意")
    # The dispatch form is next, with what was proposed and who supported before.
    expect(dispatcher.get_by_text("建议承办：教体局")).to_be_visible()
    expect(dispatcher.get_by_label("主办部门")).to_have_value(str(stage.cast.other_department.pk))
    expect(dispatcher.get_by_label("税务局", exact=True)).to_be_checked()
    press(dispatcher, "派单")
    expect_badge(dispatcher, "办理中")

    lead = open_window(stage.cast.feng, width=width).open("/")
    check_in(lead)
    check_in(support)
    lead.reload()
    reported_in = lead.locator(".parts tbody tr")
    expect(reported_in).to_have_count(2)
    expect(reported_in.locator("td:nth-child(2) .step-good")).to_have_count(2)
    answer(open_verb(support, "协办答复"), "已解决", SUPPORT_ANSWER)
    press(support, "提交协办答复")
    expect_note(support, "协办答复已提交给主办部门。")
    lead.reload()
    answer(open_verb(lead, "办结答复"), "已解决", ANSWER)
    press(lead, "办结并答复企业")
    expect_note(lead, "已答复企业，等待评价。")

    liaison = open_window(stage.cast.lin, width=width).open(f"/petitions/{petition.number}/")
    expect(liaison.get_by_text(ANSWER)).to_be_visible()
    for inner in (BASIS, "请税务局先核对发票。", "退单"):
        expect(liaison.get_by_text(inner)).to_have_count(0)
    expect(liaison.locator(".parts")).not_to_contain_text("经信局")


@slow("15 s and more, in windows of many")
def test_a_refusal_is_disputed_and_a_supervisor_lets_a_support_off(
    stage: Stage, petition: Petition, open_window: OpenWindow
) -> None:
    xu = person("xu", "徐局长", "head", department=stage.cast.support)
    dispatcher = open_window(stage.cast.sun).open(f"/petitions/{petition.number}/dispatch/")
    dispatch(dispatcher, "经信局", "税务局")
    support = open_window(xu).open(f"/petitions/{petition.number}/")
    ask_send_back(support, "其他原因", "货款纠纷不涉及税收。")
    dispatcher.reload()
    open_verb(dispatcher, "裁决退单")
    decide_send_back(dispatcher, "不同意", "请先核对发票，再说明是否涉税。")
    expect_note(dispatcher, "退单申请已裁决。")

    support.reload()
    expect(support.get_by_text("请先核对发票，再说明是否涉税。").first).to_be_visible()
    open_verb(support, "提出退单争议").get_by_label("争议理由").fill("发票早已核对，确不涉税。")
    press(support, "提交督查员裁决")
    expect_note(support, "已提交督查员裁决")

    supervisor = open_window(stage.cast.chen).open("/")
    go(supervisor, "退单裁决")
    supervisor.get_by_role("link", name="裁决", exact=True).click()
    decide_send_back(supervisor, "不同意", "仍由你局协办，视情免于答复。")
    expect_note(supervisor, "退单申请已裁决。")
    open_verb(supervisor, "免于协办答复").get_by_label("原因").fill("经核实不涉及税收。")
    press(supervisor, "免于答复")
    expect_note(supervisor, "主办部门可以办结")
    expect(supervisor.locator(".parts").get_by_text("免于答复")).to_be_visible()
    go(supervisor, "退单裁决")
    supervisor.get_by_role("link", name="退单统计").click()
    expect(supervisor.locator(".counts tbody tr")).to_contain_text("税务局")

    lead = open_window(stage.cast.zhou).open("/")
    check_in(lead)
    answer(open_verb(lead, "办结答复"), "已解决", ANSWER)
    press(lead, "办结并答复企业")
    expect_note(lead, "已答复企业，等待评价。")
