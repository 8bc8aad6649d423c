"""The poster's QR code as a phone meets it: read from the picture of the printed page by a decoder of another make."""

import io
from itertools import groupby

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page
from pytest_django import Settings

from tests.browser.chromium import OpenWindow
from tests.cast import Stage
from tests.occasions import occasion

pytestmark = pytest.mark.browser

CSS_MM = 96 / 25.4
QUIET = 4


def picture(page: Page) -> Image.Image:
    """The code as it is drawn, with its quiet zone."""
    return Image.open(io.BytesIO(page.locator(".poster-code svg").screenshot())).convert("L")


def runs(line: list[int]) -> list[int]:
    """The lengths of light and dark along a line of pixels."""
    return [len(list(run)) for _shade, run in groupby(line, key=lambda value: value < 128)]


@pytest.mark.parametrize("width", [1366, 390])
def test_the_code_leads_to_the_form_with_the_source(
    width: int, stage: Stage, open_window: OpenWindow, settings: Settings
) -> None:
    settings.SITE_URL = "https://shaoying.example.gov.cn"
    where = occasion(stage)
    page = open_window(stage.cast.sun, width=width).open(f"/occasions/{where.key}/poster/")
    (code,) = zxingcpp.read_barcodes(picture(page))
    assert code.format == zxingcpp.BarcodeFormat.QRCode
    assert code.text == f"https://shaoying.example.gov.cn/petitions/report/?from={where.key}"


def test_without_a_name_of_the_site_the_code_has_the_address_in_use_and_the_page_says_so(
    stage: Stage, open_window: OpenWindow
) -> None:
    where = occasion(stage)
    window = open_window(stage.cast.sun)
    page = window.open(f"/occasions/{where.key}/poster/")
    (code,) = zxingcpp.read_barcodes(picture(page))
    assert code.text == f"{window.address}/petitions/report/?from={where.key}"
    assert page.get_by_text("没有设置SITE_URL").is_visible()


def test_it_prints_dark_on_white_with_its_quiet_zone_on_one_sheet(stage: Stage, open_window: OpenWindow) -> None:
    where = occasion(stage, name="名" * 60, place="地" * 100, host="主" * 100)
    page = open_window(stage.cast.sun).open(f"/occasions/{where.key}/poster/")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": round(170 * CSS_MM), "height": 1000})  # A4 without its margins
    drawn = picture(page)
    assert drawn.width / CSS_MM >= 30
    assert drawn.getextrema() == (0, 255)
    middle = [drawn.getpixel((x, drawn.height // 2)) for x in range(drawn.width)]
    top = [drawn.getpixel((drawn.width // 2, y)) for y in range(drawn.height)]
    module = min(runs(middle))
    assert drawn.getpixel((0, 0)) == drawn.getpixel((drawn.width - 1, drawn.height - 1)) == 255
    # The finder pattern begins behind the quiet zone; a row through the middle may begin even later.
    assert min(runs(middle)[0], runs(middle)[-1], runs(top)[0], runs(top)[-1]) >= (QUIET - 0.5) * module
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
