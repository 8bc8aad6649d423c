"""What the tests of attached files do: fill a report, choose files, and look at what is attached."""

from typing import Any

from playwright.sync_api import Page, expect

from accounts.models import User
from petitions.models import Petition
from tests.browser.chromium import Window
from tests.browser.test_nothing_typed_is_lost import PASSWORD
from tests.files.uploads import PDF
from tests.journeys.steps import fill_report

UPLOADS = "**/files/"


def file(name: str = "合同.pdf", content: bytes = PDF) -> Any:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def set_password(user: User) -> None:
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])


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
