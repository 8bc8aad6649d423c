"""Nothing typed is lost: the session ends, the network goes, a tab is closed, two windows write one form."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from drafts.models import Draft
from files.models import StoredFile
from petitions.models import Petition, State
from tests.browser.checks import overflowing, violations
from tests.browser.chromium import BOTH_WIDTHS, WIDE, OpenWindow, Window
from tests.cast import Stage
from tests.files.uploads import PDF, picture
from tests.journeys.steps import open_verb, press
from tests.petitions.verbs import stored

pytestmark = pytest.mark.browser

PASSWORD = "Whistle-2026!"
# What a browser and htmx write on the console when the network is cut.
CUT = re.compile("ERR_INTERNET_DISCONNECTED|htmx:(afterRequest|sendError)")
FILES = ["付款协议.pdf", "现场.png"]
ANSWER = "已协调整车厂分三期付清货款，首期本周五到账。"


@pytest.fixture
def zhou(stage: Stage) -> User:
    stage.cast.zhou.set_password(PASSWORD)
    stage.cast.zhou.save(update_fields=["password"])
    return stage.cast.zhou


@pytest.fixture
def petition(stage: Stage) -> Petition:
    stage.now = timezone.now() - timedelta(hours=6)
    return stage.checked_in()


def end_sessions() -> None:
    """What a night does to a tab that was left open."""
    Session.objects.all().delete()


def sign_in_again(page: Page, user: User) -> None:
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("写的内容都还在这一页")).to_be_visible()
    dialog.get_by_label("用户名").fill(user.username)
    dialog.get_by_label("密码").fill(PASSWORD)
    dialog.get_by_role("button", name="登录").click()
    expect(dialog).to_be_hidden()


def kept(page: Page, text: str = ANSWER) -> None:
    """Wait until the server has the text in a draft."""
    for _try in range(200):
        if any(text in str(draft.typed) for draft in Draft.objects.all()):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"no draft with {text}")


def writing(window: Window, petition: Petition) -> Page:
    """Open the answer on the petition's page and write it."""
    page = window.open(f"/petitions/{petition.number}/")
    open_verb(page, "办结答复")
    page.get_by_label("已解决").check()
    page.get_by_label("公开答复").fill(ANSWER)
    return page


def attaching(page: Page) -> Page:
    """Attach the two files, and wait until they are uploaded."""
    page.get_by_label("附件").set_input_files(
        [
            {"name": FILES[0], "mimeType": "application/pdf", "buffer": PDF},
            {"name": FILES[1], "mimeType": "image/png", "buffer": picture(size=(640, 480))},
        ]
    )
    expect(page.locator(".file-item input")).to_have_count(2)
    return page


def attached(petition: Petition) -> list[str]:
    return list(petition.attachments.order_by("pk").values_list("stored__name", flat=True))


@pytest.mark.parametrize("width", BOTH_WIDTHS)
def test_overnight(width: int, petition: Petition, zhou: User, open_window: OpenWindow) -> None:
    window = open_window(zhou, width=width)
    page = attaching(writing(window, petition))
    end_sessions()
    press(page, "办结并答复企业")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert (overflowing(page), violations(page)) == ([], [])
    sign_in_again(page, zhou)
    expect(page.get_by_text("已重新登录，写的内容都还在")).to_be_visible()
    expect(page.get_by_label("公开答复")).to_have_value(ANSWER)
    assert stored(petition).state == State.ASSIGNED
    press(page, "办结并答复企业")
    expect(page.get_by_role("status").filter(has_text="企业")).to_be_visible()
    assert stored(petition).state == State.RESOLVED
    assert attached(petition) == FILES
    assert not Draft.objects.exists()


def test_a_form_on_a_page_of_its_own_too(stage: Stage, open_window: OpenWindow) -> None:
    stage.cast.lin.set_password(PASSWORD)
    stage.cast.lin.save(update_fields=["password"])
    page = open_window(stage.cast.lin).open("/petitions/report/")
    page.get_by_label("标题").fill("整车厂拖欠货款八个月")
    page.get_by_label("诉求内容").fill("去年供货的货款至今未付，多次催要没有结果。")
    page.get_by_label("求助").check()
    end_sessions()
    press(page, "提交诉求")
    sign_in_again(page, stage.cast.lin)
    expect(page.get_by_label("标题")).to_have_value("整车厂拖欠货款八个月")
    press(page, "提交诉求")
    expect(page.get_by_text("诉求已提交")).to_be_visible()
    assert Petition.objects.filter(title="整车厂拖欠货款八个月").count() == 1


@pytest.mark.parametrize("width", BOTH_WIDTHS)
def test_the_network_goes_and_comes_back(width: int, petition: Petition, zhou: User, open_window: OpenWindow) -> None:
    window = open_window(zhou, width=width)
    page = attaching(writing(window, petition))
    window.context.set_offline(True)
    press(page, "办结并答复企业")
    expect(page.get_by_text("没有连上服务器，还没有提交")).to_be_visible()
    assert overflowing(page) == []
    expect(page.get_by_label("公开答复")).to_have_value(ANSWER)
    window.context.set_offline(False)
    expect(page.get_by_text("网络已恢复")).to_be_visible()
    press(page, "办结并答复企业")
    expect(page.get_by_role("status").filter(has_text="企业")).to_be_visible()
    assert stored(petition).state == State.RESOLVED
    assert attached(petition) == FILES
    window.troubles[:] = [one for one in window.troubles if not CUT.search(one)]


def test_a_tab_that_was_closed_is_offered_its_draft(petition: Petition, zhou: User, open_window: OpenWindow) -> None:
    page = attaching(writing(open_window(zhou), petition))
    kept(page)
    kept(page, StoredFile.objects.get(name=FILES[1]).key)
    page.close()
    page = open_window(zhou).open(f"/petitions/{petition.number}/")
    open_verb(page, "办结答复")
    offer = page.get_by_text(re.compile("有一份今天 .*自动保存的草稿"))
    expect(offer).to_be_visible()
    for width in (WIDE, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert (overflowing(page), violations(page)) == ([], [])
    press(page, "恢复")
    expect(page.get_by_label("公开答复")).to_have_value(ANSWER)
    expect(page.get_by_label("已解决")).to_be_checked()
    for name in FILES:
        expect(page.locator(".file-item").filter(has_text=name)).to_be_visible()
    press(page, "办结并答复企业")
    expect(page.get_by_role("status").filter(has_text="企业")).to_be_visible()
    assert attached(petition) == FILES
    assert not Draft.objects.exists()


def test_a_draft_can_be_thrown_away(petition: Petition, zhou: User, open_window: OpenWindow) -> None:
    kept(writing(open_window(zhou), petition))
    page = open_window(zhou).open(f"/petitions/{petition.number}/resolve/")
    press(page, "丢弃")
    expect(page.get_by_text("自动保存的草稿")).to_be_hidden()
    page.reload()
    expect(page.get_by_label("公开答复")).to_have_value("")
    expect(page.get_by_text("自动保存的草稿")).to_be_hidden()
    assert not Draft.objects.exists()


def test_two_windows_on_one_form_the_later_wins_with_a_word(
    petition: Petition, zhou: User, open_window: OpenWindow
) -> None:
    two = open_window(zhou).open(f"/petitions/{petition.number}/resolve/")
    two.wait_for_load_state("networkidle")  # it has asked for a draft, and there was none
    one = writing(open_window(zhou), petition)
    kept(one)
    two.get_by_label("公开答复").fill("第二个窗口里写的答复。")
    expect(two.get_by_text("另一个窗口里也在写这一页")).to_be_visible()
    draft = Draft.objects.get()
    assert dict(draft.typed)["public_answer"] == "第二个窗口里写的答复。"
    one.get_by_label("公开答复").fill(ANSWER + "后续会跟进。")
    expect(one.get_by_text("另一个窗口里也在写这一页")).to_be_visible()
    draft.refresh_from_db()
    assert dict(draft.typed)["public_answer"] == ANSWER + "后续会跟进。"
    assert dict(draft.typed)["outcome"] == "solved"


def test_leaving_with_what_is_not_kept_yet_asks_first(petition: Petition, zhou: User, open_window: OpenWindow) -> None:
    window = open_window(zhou)
    page = writing(window, petition)
    kept(page)
    asked: list[str] = []

    def answer(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]
        dialog.accept()  # type: ignore[attr-defined]

    page.on("dialog", answer)
    window.open("/petitions/queue/")
    assert asked == []
    page = writing(window, petition)
    window.open("/petitions/queue/")
    assert asked == ["beforeunload"]
