"""A rendered page as a reader meets it: what stands beside a field, what a form holds, which links there are."""

from collections.abc import Iterator
from typing import Any

from django.test.html import Element, parse_html


def parse(answer: Any) -> Element:
    """Return the page as a tree; a tag that is not closed or closed twice is an error."""
    return parse_html(answer.content.decode())


def elements(node: Any) -> Iterator[Element]:
    """Yield the element and everything in it, in reading order."""
    if isinstance(node, Element):
        yield node
        for child in node.children:
            yield from elements(child)


def attributes(element: Element) -> dict[str, str]:
    """Return the attributes; one without a value is empty."""
    return {name: value or "" for name, value in element.attributes}


def classes(element: Element) -> list[str]:
    return attributes(element).get("class", "").split()


def text(node: Any) -> str:
    """Return the text of the element without the tags."""
    if not isinstance(node, Element):
        return str(node)
    return " ".join(part for part in (text(child).strip() for child in node.children) if part)


def with_class(node: Any, name: str) -> list[str]:
    """Return the texts of the elements of that class."""
    return [text(element) for element in elements(node) if name in classes(element)]


def errors_beside_fields(answer: Any) -> dict[str, str]:
    """Return the sentence shown inside each field's own block, by the field's name."""
    found = {}
    for element in elements(parse(answer)):
        name = attributes(element).get("id", "")
        sentences = with_class(element, "invalid-feedback") if name.startswith("div_id_") else []
        if sentences:
            found[name.removeprefix("div_id_")] = " ".join(dict.fromkeys(sentences))
    return found


def form_values(answer: Any) -> dict[str, list[str]]:
    """Return what the page's form holds, as a browser would send it; files and the CSRF token left out.

    Django's reader of pages makes one space of several: texts are compared without spaces around them.
    """
    values: dict[str, list[str]] = {}
    for element in elements(parse(answer)):
        named = attributes(element)
        for value in _values(element, named):
            values.setdefault(named["name"], []).append(value)
    values.pop("csrfmiddlewaretoken", None)
    return values


def _values(element: Element, named: dict[str, str]) -> list[str]:
    if "name" not in named:
        return []
    if element.name == "textarea":
        return [text(element)]
    if element.name == "select":
        options = [attributes(option) for option in elements(element) if option.name == "option"]
        return [option["value"] for option in options if "selected" in option]
    if element.name != "input" or named.get("type") == "file":
        return []
    is_tick = named.get("type") in ("checkbox", "radio")
    if is_tick:
        return [named.get("value", "on")] if "checked" in named else []
    return [named.get("value", "")]


def links(answer: Any) -> set[str]:
    """Return the addresses the page's links lead to."""
    return {attributes(element)["href"] for element in elements(parse(answer)) if element.name == "a"}
