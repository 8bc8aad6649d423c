"""Files of a form over the end of a session, in a draft, and with another person in the same browser."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from drafts.keeping import keep_draft
from drafts.models import Draft
from files.models import StoredFile
from petitions.models import Petition
from tests.browser.attaching import choose, file, items, names_of, reporting, set_password
from tests.browser.chromium import OpenWindow
from tests.browser.test_nothing_typed_is_lost import end_sessions, sign_in_again
from tests.cast import Stage
from tests.files.uploads import PDF, upload
from tests.journeys.steps import press

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("status", [500, 401, None])
def test_a_draft_keeps_its_files_when_they_cannot_be_shown(
    status: int | None, stage: Stage, open_window: OpenWindow
) -> None:
    stored = stage.uploaded(upload("合同.pdf", PDF), upload("回单.pdf", PDF))
    typed = [("title", "整车厂拖欠货款八个月"), *(("files", one.key) for one in stored), ("files", "gone")]
    keep_draft(form="/petitions/report/", typed=typed, by=stage.cast.lin, now=timezone.now())
    window = open_window(stage.cast.lin)
    page = window.open("/petitions/report/")
    ask_for_lines = re.compile(r"/files/\?key=")
    if status == 401:
        set_password(stage.cast.lin)
        end_sessions()
    else:
        page.route(ask_for_lines, lambda route: route.fulfill(status=status) if status else route.abort())
    press(page, "恢复")
    if status == 401:
        sign_in_again(page, stage.cast.lin)
        items(page, "合同.pdf", "回单.pdf")
        expect(page.get_by_text("草稿里的一个附件已被清理")).to_be_visible()
        return
    else:
        expect(page.get_by_text("草稿里的附件没有显示出来，它还在")).to_have_count(3)
    page.get_by_label("诉求内容").fill("我公司去年供货的货款至今未付，多次催要没有结果。")
    for _try in range(100):
        kept = dict_of(Draft.objects.get())
        if "body" in kept and kept["body"] != [""]:
            break
        page.wait_for_timeout(100)
    assert kept["files"] == [*(one.key for one in stored), "gone"]
    page.unroute(ask_for_lines)
    page.get_by_role("button", name="重试").first.click()
    items(page, "合同.pdf", "回单.pdf")
    expect(page.get_by_text("草稿里的一个附件已被清理")).to_be_visible()
    window.troubles[:] = [one for one in window.troubles if not re.search("ERR_FAILED|status of 500|^500", one)]


def dict_of(draft: Draft) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in draft.typed:
        found.setdefault(name, []).append(value)
    return found


def test_another_person_in_the_same_browser_gets_nothing_of_the_page(stage: Stage, open_window: OpenWindow) -> None:
    """The assistant's page stays open; the liaison signs in, in another tab."""
    window = open_window(stage.cast.qian)
    page = reporting(window)
    client = Client()
    client.force_login(stage.cast.lin)
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}
    window.context.add_cookies([{**cookie, "url": window.address}])  # type: ignore[list-item]
    choose(page, file())
    expect(page.get_by_role("alert").filter(has_text="登录已过期")).to_be_visible()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert not StoredFile.objects.exists()
    assert not Draft.objects.filter(writer=stage.cast.lin).exists()


def test_a_session_that_ended_before_the_upload(stage: Stage, open_window: OpenWindow) -> None:
    set_password(stage.cast.lin)
    page = reporting(open_window(stage.cast.lin))
    end_sessions()
    choose(page, file())
    sign_in_again(page, stage.cast.lin)
    items(page, "合同.pdf")
    press(page, "提交诉求")
    expect(page.get_by_text("诉求已提交")).to_be_visible()
    assert names_of(Petition.objects.get()) == ["合同.pdf"]
