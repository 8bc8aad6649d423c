"""A real Chromium for the tests, one a session, and windows of signed-in people in it.

A window notes what a user would never see: errors on the console, scripts that failed, files that were not there.
Without a Chromium these tests are skipped with the line that installs it.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests.slow import slow

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
HOW_TO_GET_IT = "no Chromium here: apt-get install chromium fonts-noto-cjk (or CHROMIUM=/path/to/one)"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE, PHONE = 1366, 390
WIDTHS = (WIDE, PHONE)
# The narrow one is where things do not fit.
BOTH_WIDTHS = [PHONE, pytest.param(WIDE, marks=slow("the same steps where things fit, 3 to 15 s each"))]
# For journeys through many people's pages; the loop's own, from whistle to rating, is not among them.
BOTH_WIDTHS_SLOWLY = [pytest.param(width, marks=slow("15 s and more, in windows of many")) for width in (PHONE, WIDE)]
PATIENCE = 20_000  # milliseconds a page may take on a machine that is busy with other tests
# What Chromium writes on the console for an answer that is meant: the form with its errors, a refused step.
MEANT = (
    *(f"status of {code}" for code in (401, 403, 404, 409, 410, 422)),
    "Error Code 401",  # htmx's own word for it
)


@dataclass
class Window:
    """One person's window."""

    page: Page
    context: BrowserContext
    address: str
    status: int = 0
    troubles: list[str] = field(default_factory=list)
    asked: set[Request] = field(default_factory=set)  # what the page has asked for and not been answered yet

    def leave(self) -> None:
        """Close the window when all is answered; what a page sends as it closes does not arrive."""
        tries = 0
        while self.asked and not self.page.is_closed() and tries < PATIENCE // 50:
            self.page.wait_for_timeout(50)
            tries += 1
        self.context.set_offline(True)
        self.context.close()

    def open(self, path: str) -> Page:
        """Go to a page of the site by its path; `status` is what the site answered."""
        answer = self.page.goto(self.address + path)
        self.status = answer.status if answer else 0
        return self.page

    def note_troubles(self) -> None:
        """Write down from now on what goes wrong behind the page."""
        self.page.on("request", lambda request: self.asked.add(request))
        for end in ("requestfinished", "requestfailed"):
            self.page.on(end, lambda request: self.asked.discard(request))  # type: ignore[call-overload]
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        self.page.on("response", self._note_response)

    def _note_console(self, message: ConsoleMessage) -> None:
        is_meant = any(words in message.text for words in MEANT)
        if message.type in ("error", "warning") and not is_meant:
            self.troubles.append(f"console: {message.text}")

    def _note_response(self, response: Response) -> None:
        is_part = response.request.resource_type not in ("document", "xhr", "fetch")
        if response.status >= 500 or (response.status >= 400 and is_part):
            self.troubles.append(f"{response.status}: {response.url}")


OpenWindow = Callable[..., Window]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the system's Chromium; pytest-playwright starts it once a session."""
    if not Path(CHROMIUM).exists():
        pytest.skip(HOW_TO_GET_IT)
    # The browser's event loop lives in this thread, and Django would refuse to read the database beside it.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    expect.set_options(timeout=PATIENCE)
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ARGUMENTS}


@pytest.fixture
def open_window(browser: Browser, live_server: LiveServer, transactional_db: None) -> Iterator[OpenWindow]:
    """Return a function that opens a window for a user (signed in; None: not), at a width in pixels.

    When the test is over, everything that went wrong behind the pages fails it.
    """
    windows: list[Window] = []

    def opened(user: User | None = None, *, width: int = WIDE) -> Window:
        is_phone = width < 768
        context = browser.new_context(
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": 844 if is_phone else 768},
            is_mobile=is_phone,
            has_touch=is_phone,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        if user:
            client = Client()
            client.force_login(user)
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        window = Window(page=context.new_page(), context=context, address=live_server.url)
        window.note_troubles()
        windows.append(window)
        return window

    yield opened
    troubles = [trouble for window in windows for trouble in window.troubles]
    for window in windows:
        window.leave()
    if troubles:
        pytest.fail("\n".join(troubles))
