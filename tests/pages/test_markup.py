"""What holds for every page, walked as every role: well-formed, nothing inline (a strict content security policy will
hold), one heading, every control with a label, every id once, no dead links; and CSS that old browsers read.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.test.html import Element

from accounts.models import User
from petitions.models import Petition, State
from tests.cast import Cast, Stage
from tests.pages.addresses import all_pages_of
from tests.pages.conftest import SignIn
from tests.pages.html import attributes, elements, links, parse

VENDOR = Path(settings.BASE_DIR) / "ui" / "static" / "vendor"
PEOPLE = ["lin", "qian", "sun", "zhou", "wu", "zheng", "chen", "chu", "wei"]
INLINE = ("style", "hx-on")


@pytest.fixture
def full(stage: Stage) -> list[Petition]:
    """A petition in every state, one of them confidential and with a file."""
    filed = [stage.in_state(state) for state in State.values]
    file = SimpleUploadedFile("合同.txt", b"1")
    return [*filed, stage.assigned(with_support=True, is_confidential=True, files=[file])]


def inline(element: Element) -> Iterator[str]:
    """Yield what a content security policy without unsafe-inline would stop."""
    named = attributes(element)
    yield from (name for name in named if name.startswith(("on", *INLINE)))
    if element.name == "style" or (element.name == "script" and "src" not in named):
        yield f"<{element.name}>"
    yield from (name for name in ("href", "src", "action") if named.get(name, "").startswith("javascript:"))


def unlabelled(page: Element) -> Iterator[str]:
    """Yield the controls that nothing names."""
    everything = list(elements(page))
    labelled = {attributes(element).get("for") for element in everything if element.name == "label"}
    within = {id(inner) for element in everything if element.name == "label" for inner in elements(element)}
    for element in everything:
        named = attributes(element)
        is_control = element.name in ("input", "select", "textarea") and named.get("type") not in ("hidden", "submit")
        is_named = named.get("id") in labelled or "aria-label" in named or id(element) in within
        if is_control and not is_named:
            yield named.get("name", "?")


def faults(answer: Any) -> list[str]:
    page = parse(answer)
    everything = list(elements(page))
    ids = Counter(attributes(element)["id"] for element in everything if "id" in attributes(element))
    found = [f"inline {what}" for element in everything for what in inline(element)]
    found += [f"id {name} {times} times" for name, times in ids.items() if times > 1]
    found += [f"no label for {name}" for name in unlabelled(page)]
    headings = [element for element in everything if element.name == "h1"]
    return found + ([] if len(headings) == 1 else [f"{len(headings)} h1"])


def walk(client: Client, addresses: list[str]) -> tuple[list[tuple[str, str]], set[str]]:
    """Open the pages, each once; return their faults and where their links lead beside these pages."""
    found: list[tuple[str, str]] = []
    leads: set[str] = set()
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        found += [(address, fault) for fault in faults(answer)]
        leads |= {link.partition("#")[0] for link in links(answer) if link.startswith("/")}
    return found, leads - {*addresses}


@pytest.mark.parametrize("name", PEOPLE)
def test_no_page_has_a_fault_and_no_link_is_dead(name: str, full: list[Petition], cast: Cast, sign_in: SignIn) -> None:
    user: User = getattr(cast, name)
    client = sign_in(user)
    found, leads = walk(client, all_pages_of(user))
    assert not found
    for link in leads:
        answer = client.get(link, follow=True)
        answer.getvalue()
        assert answer.status_code == 200, link


def test_pages_for_nobody_and_errors_have_no_fault_either(cast: Cast, sign_in: SignIn) -> None:
    lin = sign_in(cast.lin)
    forged = Client(enforce_csrf_checks=True).post("/accounts/sign-in/", {})
    answers = [
        Client().get("/accounts/sign-in/"),
        lin.get("/no-such-page/"),
        lin.get("/petitions/to-dispatch/"),
        forged,
    ]
    assert [answer.status_code for answer in answers] == [200, 404, 403, 403]
    assert [fault for answer in answers for fault in faults(answer)] == []


def test_a_fault_is_found() -> None:
    bad = """<div id="a" style="top:0"><p id="a" onclick="x()"><a href="javascript:x()"></a></p><input name="n">
    <script>x()</script><style>p{}</style></div>"""
    assert faults(HttpResponse(bad)) == [
        "inline style",
        "inline onclick",
        "inline href",
        "inline <script>",
        "inline <style>",
        "id a 2 times",
        "no label for n",
        "0 h1",
    ]


@pytest.mark.parametrize("name", ["tabler.min.css"])
@pytest.mark.parametrize("modern", ["color-mix(", "oklch(", "@layer", "sourceMappingURL"])
def test_vendored_css_is_read_by_old_browsers(name: str, modern: str) -> None:
    assert modern not in (VENDOR / name).read_text()


def test_our_css_is_read_by_old_browsers_too() -> None:
    css = (VENDOR.parent / "site.css").read_text()
    assert not re.search(r"color-mix\(|oklch\(|@layer|@container|:has\(|&\s*[.{:]", css)
