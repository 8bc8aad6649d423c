"""What people do on the pages, by what they read there: the words on a button, the label of a field."""

import re

from playwright.sync_api import Locator, Page, expect

TITLE = "整车厂拖欠货款八个月"
BODY = "我公司去年供货的货款至今未付，合计126万元，多次催要没有结果，请帮助协调。"


def sign_in(page: Page, username: str, password: str) -> None:
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def go(page: Page, entry: str) -> None:
    """Follow an entry of the sidebar; on a phone it is behind the menu's button."""
    page.wait_for_load_state()  # before its style sheet has come, a page wider than a phone's shows the button too
    menu = page.get_by_role("button", name="打开菜单")
    if menu.is_visible():
        menu.click()
    page.get_by_role("navigation").or_(page.get_by_role("complementary")).get_by_role("link", name=entry).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(entry)


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).click()


def open_verb(page: Page, label: str) -> Locator:
    """Click a verb on the petition's page and return the form that comes up beside it."""
    page.get_by_role("link", name=label, exact=True).click()
    form = page.locator("form#verb-form")
    expect(form.get_by_role("heading", name=label)).to_be_visible()
    return form


def open_petition(page: Page, title: str = TITLE) -> None:
    page.get_by_role("link", name=re.compile(title)).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def expect_note(page: Page, sentence: str) -> None:
    """The page says that it is done."""
    expect(page.get_by_role("status").filter(has_text=sentence)).to_be_visible()


def expect_badge(page: Page, state: str) -> None:
    expect(page.locator("main .state").first).to_have_text(state)


def fill_report(page: Page, *, title: str = TITLE, body: str = BODY) -> None:
    page.get_by_label("标题").fill(title)
    page.get_by_label("诉求内容").fill(body)
    page.get_by_label("求助").check()
    page.get_by_label("联系电话").fill("13800000001")


def file_for_walk_in(page: Page, initials: str, *, is_confidential: bool = False) -> None:
    """At the intake: find the enterprise by the initials of its pinyin, and file what its visitor says."""
    go(page, "受理登记")
    page.get_by_label("哪家企业来电或来访？").press_sequentially(initials)
    page.locator("#results .petition-row").get_by_role("link", name="登记诉求").click()
    page.get_by_label("来源").select_option(label="走访")
    page.get_by_label("联系人").fill("林晓")
    fill_report(page)
    if is_confidential:
        page.get_by_label("对承办部门保密企业身份").check()
    press(page, "提交诉求")
    expect(page.get_by_role("heading", level=1)).to_have_text("已登记")


def dispatch(page: Page, lead: str, *supports: str) -> None:
    """Choose a department that leads and tick those that support it."""
    page.get_by_label("主办部门").select_option(label=lead)
    for support in supports:
        page.get_by_label("查找协办部门").fill(support)
        page.get_by_label(support, exact=True).check()
    press(page, "派单")
    expect_note(page, "已派单")


def answer(form: Locator, outcome: str, text: str) -> None:
    form.get_by_label(outcome).check()
    form.get_by_label("公开答复").fill(text)


def ask_send_back(page: Page, reason: str, basis: str, proposed: str = "") -> None:
    """Ask to send the petition back that the page shows."""
    form = open_verb(page, "申请退单")
    form.get_by_label(reason).check()
    form.get_by_label("职责依据").fill(basis)
    if proposed:
        form.get_by_label("建议承办部门").select_option(label=proposed)
    press(page, "提交退单申请")
    expect_note(page, "退单申请已提交；裁决前仍由本部门负责办理。")


def decide_send_back(page: Page, decision: str, note: str = "") -> None:
    """Fill in the form of the decision, which the page shows, and send it."""
    form = page.locator("form#verb-form")
    form.get_by_label(decision, exact=True).check()
    form.get_by_label("审批意见").fill(note)
    press(page, "提交裁决")


def say(page: Page, text: str, to: str = "") -> None:
    """Say something in the departments' thread on the petition's page."""
    thread = page.locator("#thread")
    if to:
        thread.get_by_label("对谁说").select_option(label=to)
    thread.get_by_label("发言").fill(text)
    press(page, "发言")
    expect_note(page, "已发言")
    expect(thread.get_by_text(text)).to_be_visible()
