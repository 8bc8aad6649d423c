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
    expect(page.locator("main .state")).to_have_text(state)


def fill_report(page: Page, *, title: str = TITLE, body: str = BODY) -> None:
    page.get_by_label("标题").fill(title)
    page.get_by_label("诉求内容").fill(body)
    page.get_by_label("求助").check()
    page.get_by_label("联系电话").fill("13800000001")


def dispatch(page: Page, lead: str, *supports: str) -> None:
    """Choose a department that leads and tick those that support it."""
    page.get_by_label("主办部门").select_option(label=lead)
    for support in supports:
        page.get_by_label("查找协办部门").fill(support)
        page.get_by_label(support, exact=True).check()
    press(page, "派单")


def answer(form: Locator, outcome: str, text: str) -> None:
    form.get_by_label(outcome).check()
    form.get_by_label("公开答复").fill(text)
