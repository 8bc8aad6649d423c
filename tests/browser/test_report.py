"""The monthly report on paper: sheets of A4, rows that stay whole, nothing cut off."""

import re

import pytest

from tests.browser.checks import overflowing
from tests.browser.chromium import OpenWindow
from tests.cast import Stage
from tests.scores.facts import facts
from tests.scores.figures import frozen_september

pytestmark = pytest.mark.browser

CSS_MM = 96 / 25.4
A4_POINTS = (595, 842)
WIDE = """
() => [...document.querySelectorAll(".report *")]
  .filter((element) => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== "inline")
  .map((element) => element.tagName + "." + element.className)
"""
BREAKING = """
() => [...document.querySelectorAll(".report tr, .bars li")]
  .filter((element) => getComputedStyle(element).breakInside !== "avoid").length
"""


def test_it_prints_on_a4_with_whole_rows_and_nothing_cut_off(stage: Stage, open_window: OpenWindow) -> None:
    unit = type(stage.cast.lead)
    long = {"level": "city", "region": stage.cast.city}
    for place in range(40):
        name = f"{place}" + "很长的名字" * 3
        facts(5, unit.objects.create(code=f"unit-{place}", short_name=name, name=name, **long))
    frozen_september(stage.cast)
    page = open_window(stage.cast.wei).open("/scores/report/?month=2026-09")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": round(170 * CSS_MM), "height": 1000})  # A4 without its margins
    assert (overflowing(page), page.evaluate(WIDE), page.evaluate(BREAKING)) == ([], [], 0)
    assert not page.locator(".score-month").is_visible()
    assert not page.locator(".tabs").first.is_visible()
    printed = page.pdf(prefer_css_page_size=True)
    sheets = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert len(sheets) == printed.count(b"/Type /Page\n") >= 3
    assert {(round(float(width)), round(float(height))) for width, height in sheets} == {A4_POINTS}
