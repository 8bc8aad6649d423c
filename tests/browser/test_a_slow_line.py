"""On a slow line a page stands there before its scripts do: what is typed into it meanwhile counts all the same."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from drafts.models import Draft
from tests.browser.chromium import OpenWindow
from tests.cast import Stage

pytestmark = pytest.mark.browser

ANSWER = "已协调整车厂分三期付清货款，首期本周五到账。"


def open_without_scripts(page: Page, address: str) -> list[Route]:
    """Open the page while its scripts are still on their way; `arrive` lets them come."""
    on_the_way: list[Route] = []
    page.route("**/*.js", lambda route: on_the_way.append(route))
    page.goto(address, wait_until="commit")
    return on_the_way


def arrive(page: Page, on_the_way: list[Route]) -> None:
    for script in on_the_way:
        script.continue_()
    page.wait_for_load_state()


def test_a_search_that_was_typed_before(stage: Stage, open_window: OpenWindow) -> None:
    window = open_window(stage.cast.sun)
    scripts = open_without_scripts(window.page, f"{window.address}/petitions/intake/")
    window.page.get_by_label("哪家企业来电或来访？").press_sequentially("lcsqh")
    assert scripts
    expect(window.page.locator("#results .petition-row")).to_have_count(0)
    arrive(window.page, scripts)
    expect(window.page.locator("#results .petition-row")).to_contain_text("澜川市青禾机械有限公司")


def test_an_answer_that_was_typed_before(stage: Stage, open_window: OpenWindow) -> None:
    stage.now = timezone.now() - timedelta(hours=6)
    petition = stage.checked_in()
    window = open_window(stage.cast.zhou)
    scripts = open_without_scripts(window.page, f"{window.address}/petitions/{petition.number}/resolve/")
    window.page.get_by_label("公开答复").fill(ANSWER)
    arrive(window.page, scripts)
    for _try in range(200):
        if Draft.objects.exists():
            break
        window.page.wait_for_timeout(100)
    assert dict(Draft.objects.get().typed)["public_answer"] == ANSWER
