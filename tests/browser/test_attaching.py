"""Files in a form: uploaded as soon as they are chosen, shown, taken off, tried again; the form waits for them."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from files.models import StoredFile
from petitions.models import Petition
from tests.browser.checks import overflowing, violations
from tests.browser.chromium import BOTH_WIDTHS, OpenWindow, Window
from tests.cast import Stage
from tests.files.uploads import EXE, PDF, picture
from tests.journeys.steps import fill_report, press

pytestmark = pytest.mark.browser

UPLOADS = "**/files/"


def file(name: str = "合同.pdf", content: bytes = PDF) -> Any:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def reporting(window: Window) -> Page:
    page = window.open("/petitions/report/")
    fill_report(page)
    return page


def choose(page: Page, *files: Any) -> None:
    page.get_by_label("附件").set_input_files(list(files))


def items(page: Page, *names: str) -> None:
    """Expect these files to be uploaded and attached, in this order."""
    expect(page.locator(".file-item:has(input) .file-name > span:first-of-type")).to_have_text(list(names))


def names_of(petition: Petition) -> list[str]:
    return list(petition.attachments.order_by("pk").values_list("stored__name", flat=True))


@pytest.mark.parametrize("width", BOTH_WIDTHS)
def test_what_was_chosen_stays_when_another_field_is_wrong(width: int, stage: Stage, open_window: OpenWindow) -> None:
    page = reporting(open_window(stage.cast.lin, width=width))
    choose(page, file(), file("现场.png", picture(size=(640, 480))))
    items(page, "合同.pdf", "现场.png")
    assert (overflowing(page), violations(page)) == ([], [])
    page.get_by_label("标题").fill("")
    press(page, "提交诉求")
    expect(page.get_by_text("还没有提交")).to_be_visible()
    items(page, "合同.pdf", "现场.png")
    width_of_preview = "() => document.querySelector('.file-item img').naturalWidth"
    page.wait_for_function(width_of_preview)
    page.get_by_label("标题").fill("整车厂拖欠货款八个月")
    press(page, "提交诉求")
    expect(page.get_by_text("诉求已提交")).to_be_visible()
    assert names_of(Petition.objects.get()) == ["合同.pdf", "现场.png"]
    assert StoredFile.objects.count() == 2  # nothing was uploaded twice


def test_one_is_taken_off(stage: Stage, open_window: OpenWindow) -> None:
    page = reporting(open_window(stage.cast.lin))
    choose(page, file(), file("回单.pdf"))
    items(page, "合同.pdf", "回单.pdf")
    page.get_by_role("button", name="移除 合同.pdf").click()
    items(page, "回单.pdf")
    expect(page.get_by_label("附件")).to_be_focused()
    choose(page, file("协议.pdf"))
    items(page, "回单.pdf", "协议.pdf")
    press(page, "提交诉求")
    expect(page.get_by_text("诉求已提交")).to_be_visible()
    assert names_of(Petition.objects.get()) == ["回单.pdf", "协议.pdf"]
    assert not StoredFile.objects.filter(name="合同.pdf").exists()


def test_what_is_refused_is_said_at_once_and_does_not_go_along_unseen(stage: Stage, open_window: OpenWindow) -> None:
    page = reporting(open_window(stage.cast.lin))
    choose(page, file("病毒.exe", EXE), file(), *[file(f"{number}.pdf") for number in range(9)])
    expect(page.get_by_role("alert").filter(has_text="不支持这种类型")).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="一次最多9个附件")).to_have_count(2)
    expect(page.locator(".file-item input")).to_have_count(8)


def test_the_form_waits_for_its_files(stage: Stage, open_window: OpenWindow) -> None:
    page = reporting(open_window(stage.cast.lin))
    held: list[Route] = []
    page.route(UPLOADS, lambda route: held.append(route))
    choose(page, file())
    expect(page.get_by_role("progressbar")).to_be_visible()
    press(page, "提交诉求")
    expect(page.get_by_text("附件还在上传，传完后自动提交")).to_be_visible()
    assert not Petition.objects.exists()
    held[0].continue_()
    expect(page.get_by_text("诉求已提交")).to_be_visible()
    assert names_of(Petition.objects.get()) == ["合同.pdf"]


def test_an_upload_that_failed_is_tried_again(stage: Stage, open_window: OpenWindow) -> None:
    window = open_window(stage.cast.lin)
    page = reporting(window)
    page.route(UPLOADS, lambda route: route.abort())
    choose(page, file())
    expect(page.get_by_role("alert").filter(has_text="没有传上")).to_be_visible()
    assert (overflowing(page), violations(page)) == ([], [])
    page.unroute(UPLOADS)
    press(page, "重试")
    items(page, "合同.pdf")
    press(page, "提交诉求")
    expect(page.get_by_text("诉求已提交")).to_be_visible()
    assert names_of(Petition.objects.get()) == ["合同.pdf"]
    window.troubles[:] = [one for one in window.troubles if not re.search("ERR_FAILED", one)]


def test_a_session_that_ended_before_the_upload(stage: Stage, open_window: OpenWindow) -> None:
    from tests.browser.test_nothing_typed_is_lost import PASSWORD, end_sessions, sign_in_again

    stage.cast.lin.set_password(PASSWORD)
    stage.cast.lin.save(update_fields=["password"])
    page = reporting(open_window(stage.cast.lin))
    end_sessions()
    choose(page, file())
    sign_in_again(page, stage.cast.lin)
    items(page, "合同.pdf")
    press(page, "提交诉求")
    expect(page.get_by_text("诉求已提交")).to_be_visible()
    assert names_of(Petition.objects.get()) == ["合同.pdf"]
