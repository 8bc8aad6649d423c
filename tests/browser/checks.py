"""What a person with a phone, a magnifier or a screen reader would trip over on an open page."""

from functools import cache
from typing import Any

from django.conf import settings
from playwright.sync_api import Page

GRAVE = ("serious", "critical")
# What scrolls on its own, or is put aside on purpose, may reach over the edge.
OVERFLOWING = """
() => [...document.querySelectorAll("body *")]
  .filter((element) => {
    const box = element.getBoundingClientRect();
    const isApart = element.closest(".tabs, .tick-list, .skip-link");
    const end = Math.max(box.right, box.left + element.scrollWidth);
    return box.width > 0 && end > document.documentElement.clientWidth + 1 && !isApart;
  })
  .map((element) => element.tagName + "." + element.className)
  .slice(0, 5)
"""


@cache
def axe() -> str:
    """Return axe-core's source, which `make static` fetches."""
    source: str = (settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js").read_text()
    return source


def overflowing(page: Page) -> list[str]:
    """Return what makes the page wider than the window, outermost first."""
    is_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return (page.evaluate(OVERFLOWING) or ["the page"]) if is_wide else []


def violations(page: Page) -> list[str]:
    """Return the grave faults that axe-core finds: rule, place, and what it measured."""
    page.evaluate(axe())
    found: list[Any] = page.evaluate("axe.run({resultTypes: ['violations']}).then((result) => result.violations)")
    return [
        f"{fault['id']}: {node['target']} {node['failureSummary']}"
        for fault in found
        if fault["impact"] in GRAVE
        for node in fault["nodes"]
    ]
