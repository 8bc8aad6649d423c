"""Files in a form: uploaded as soon as they are chosen, shown, taken off, tried again; the form waits for them."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Dialog, Route, expect

from files.models import StoredFile
from petitions.models import Petition
from tests.browser.attaching import UPLOADS, choose, file, items, names_of, reporting
from tests.browser.checks import overflowing, violations
from tests.browser.chromium import BOTH_WIDTHS, OpenWindow
from tests.browser.test_a_slow_line import arrive, open_without_scripts
from tests.cast import Stage
from tests.files.uploads import EXE, picture
from tests.journeys.steps import open_verb, press

pytestmark = pytest.mark.browser


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
    press(page, "提交诉求")
    expect(page.get_by_text("有附件没有传上，还没有提交")).to_be_visible()
    assert not Petition.objects.exists()
    for line in page.locator(".is-refused").all()[::-1]:
        line.get_by_role("button", name="移除").click()
    expect(page.get_by_text("有附件没有传上，还没有提交")).to_be_hidden()
    press(page, "提交诉求")
    expect(page.get_by_text("诉求已提交")).to_be_visible()
    assert Petition.objects.get().attachments.count() == 8


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


def test_a_click_on_a_files_name_does_not_take_it_off(stage: Stage, open_window: OpenWindow) -> None:
    page = reporting(open_window(stage.cast.lin))
    choose(page, file())
    items(page, "合同.pdf")
    page.get_by_text("合同.pdf", exact=True).click()
    press(page, "提交诉求")
    expect(page.get_by_text("诉求已提交")).to_be_visible()
    assert names_of(Petition.objects.get()) == ["合同.pdf"]


def test_taking_off_what_the_form_waits_for_calls_the_sending_off(stage: Stage, open_window: OpenWindow) -> None:
    page = reporting(open_window(stage.cast.lin))
    page.route(UPLOADS, lambda _route: None)  # for ever on its way
    choose(page, file())
    press(page, "提交诉求")
    expect(page.get_by_text("附件还在上传，传完后自动提交")).to_be_visible()
    page.get_by_role("button", name="移除 合同.pdf").click()
    expect(page.get_by_text("附件已移除，还没有提交")).to_be_visible()
    assert not Petition.objects.exists()
    press(page, "提交诉求")
    expect(page.get_by_text("诉求已提交")).to_be_visible()


def test_a_panel_is_not_left_with_a_file_on_its_way(stage: Stage, open_window: OpenWindow) -> None:
    stage.now = timezone.now() - timedelta(hours=6)
    window, asked = open_window(stage.cast.zhou), []
    page = window.open(f"/petitions/{stage.checked_in().number}/")
    open_verb(page, "办结答复")
    held: list[Route] = []
    page.route(UPLOADS, lambda route: held.append(route))
    choose(page, file())

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_role("link", name="记录联系").click()
    page.wait_for_timeout(500)
    assert asked == ["附件还在上传，现在离开会丢掉它。仍要离开吗？"]
    held[0].continue_()
    items(page, "合同.pdf")
    page.get_by_role("link", name="记录联系").click()
    expect(page.get_by_label("沟通情况")).to_be_visible()


def test_what_was_chosen_before_the_scripts_had_come_is_there(stage: Stage, open_window: OpenWindow) -> None:
    window = open_window(stage.cast.lin)
    scripts = open_without_scripts(window.page, f"{window.address}/petitions/report/")
    choose(window.page, file("早.pdf"))
    arrive(window.page, scripts)
    items(window.page, "早.pdf")
    choose(window.page, file("晚.pdf"))
    items(window.page, "早.pdf", "晚.pdf")


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
