"""Pages keep to the order of the rooms too: the templates, tag libraries and addresses that they name.

Looked for in every template's tags, and templates and addresses also in the strings of a room's Python files. A name
that is put together when the page is made is not seen, but for an address that begins with its namespace.
An address belongs to the room whose urls.py lists it; addresses without a namespace are everybody's.
"""

import re
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import NamedTuple

import pytest
from django.template.base import Lexer, TokenType
from django.urls import URLResolver, get_resolver

from config.architecture_doc import linter
from tests.repository.rooms import ORDER, ROOT, Order, Reference, files, listed, place, texts, upward


class Names(NamedTuple):
    """Whose the templates, tag libraries and addresses are: name → room."""

    templates: Mapping[str, str]
    libraries: Mapping[str, str]
    addresses: Mapping[str, str]

    def owners(self, text: str) -> set[str]:
        """Return the room whose template or address the text names; of an address's beginning, all it may lead to."""
        known = self.templates.get(text.partition("#")[0]) or self.addresses.get(text)
        if known:
            return {known}
        return {room for name, room in self.addresses.items() if ":" in text and name.startswith(text)}


def addresses(resolver: URLResolver, room: str, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the names of addresses that have a namespace, each with the room that lists it."""
    if isinstance(resolver.urlconf_name, ModuleType):
        room = resolver.urlconf_name.__name__.partition(".")[0]
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, room, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        elif prefix and pattern.name:
            yield prefix + pattern.name, room


def names() -> Names:
    """Return what the rooms and config have."""
    rooms = linter()["root_packages"]
    folders = [(room, ROOT / room / "templates") for room in rooms]
    tags = [(room, path.stem) for room in rooms for path in (ROOT / room).glob("templatetags/*.py")]
    return Names(
        {str(path.relative_to(folder)): room for room, folder in folders for path in folder.rglob("*.*")},
        {library: room for room, library in tags if library != "__init__"},
        {name: room for name, room in addresses(get_resolver(), "") if room in ORDER.layer},
    )


def in_template(text: str, known: Names) -> Iterator[tuple[int, str, str]]:
    """Yield line, name and room of what a template's tags name."""
    for token in Lexer(text).tokenize():
        if token.token_type in (TokenType.BLOCK, TokenType.VAR):
            for word in re.findall(r"""["']([^"']+)["']""", token.contents):
                yield from ((token.lineno, word, owner) for owner in known.owners(word))
        if token.token_type == TokenType.BLOCK and token.contents.startswith("load "):
            words = token.contents.rpartition(" from ")[2].split()
            yield from ((token.lineno, word, known.libraries[word]) for word in words if word in known.libraries)


def in_python(code: str, known: Names) -> Iterator[tuple[int, str, str]]:
    """Yield line, name and room of the templates and addresses that the strings of Python code name."""
    for text in texts(code):
        yield from ((text.line_of(text.text), text.text, owner) for owner in known.owners(text.text))


def references(known: Names) -> Iterator[Reference]:
    """Yield every place in the rooms' templates and Python files that names something of these."""
    python = [(room, path, in_python(code, known)) for room in ORDER.layer for path, code in files(room, "*.py")]
    templates = [
        (room, path, in_template(text, known)) for room in ORDER.layer for path, text in files(room, "templates/**/*.*")
    ]
    for room, path, found in (*python, *templates):
        for line, what, owner in found:
            yield Reference(room, owner, place(path, line), what)


# ---- what is there ------------------------------------------------------------------------------------------------


def test_pages_name_what_is_of_the_same_room_or_a_lower_one() -> None:
    known = names()
    assert all(known)
    found = list(references(known))
    assert any(reference.room != reference.owner for reference in found)
    wrong = upward(ORDER, found)
    assert not wrong, listed(wrong)


# ---- what would be found ------------------------------------------------------------------------------------------

SAMPLE = Names(
    {"upper/show.html": "upper", "base.html": "lower"},
    {"figures": "upper", "plain": "lower"},
    {"upper:show": "upper", "upper:list": "upper", "lower:sign_in": "lower"},
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("\n{% load i18n figures plain %}", [(2, "figures", "upper"), (2, "plain", "lower")]),
        ("{% load plain other from figures %}", [(1, "figures", "upper")]),
        (
            '{% extends "base.html" %}\n{% include "upper/show.html" %}',
            [(1, "base.html", "lower"), (2, "upper/show.html", "upper")],
        ),
        ("{% include 'upper/show.html#rows' with a=1 %}", [(1, "upper/show.html#rows", "upper")]),
        ("<a href=\"{% url 'upper:show' pk=1 as there %}\">", [(1, "upper:show", "upper")]),
        ('upper:show, "base.html" {# {% load figures %} #}{{ load }}{% include part %}{% url there %}', []),
    ],
)
def test_what_a_template_names_would_be_found(text: str, found: list[tuple[int, str, str]]) -> None:
    assert list(in_template(text, SAMPLE)) == found


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('return redirect(\n    "upper:show", pk=1)', [(2, "upper:show", "upper")]),
        ('reverse(f"upper:{verb}")', [(1, "upper:", "upper")]),
        ('template_name = "upper/show.html"', [(1, "upper/show.html", "upper")]),
        ('"""upper:show"""\nprint("upper:", "upper", ":", "12:show", "show")  # upper:list', [(2, "upper:", "upper")]),
    ],
)
def test_what_python_names_would_be_found(code: str, found: list[tuple[int, str, str]]) -> None:
    assert list(in_python(code, SAMPLE)) == found


def test_what_leads_upward_would_be_reported() -> None:
    found = [
        Reference("lower", owner, f"a.html:{line}", what)
        for line, what, owner in in_template('{% extends "base.html" %}{% load figures %}', SAMPLE)
    ]
    assert listed(upward(Order(["upper", "lower"]), found)) == "a.html:1 names figures of upper"
