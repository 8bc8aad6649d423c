"""Every page, endpoint and admin page with an address at which it answers, and one request of one of the five."""

import json
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.contrib import admin
from django.core.serializers.json import DjangoJSONEncoder
from django.core.signals import got_request_exception
from django.db import transaction
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import URLPattern, reverse

from tests.access.matrix import cells
from tests.access.routes import address, routes
from tests.access.world import STAGES, World, body
from tests.hostile.noted import noting
from tests.pages.html import form_values

ROLES = {"liaison": "lin", "handler": "zhou", "dispatcher": "sun", "supervisor": "chen", "sysadmin": "sysadmin"}
LOOKUPS = ("", "__in", "__gt", "__isnull", "__regex", "__range", "__year", "__gte", "__len", "__no_such")


class Place(NamedTuple):
    """Something that answers: its route, its address, what a valid POST holds, and more names that it reads."""

    route: str
    at: str
    typed: dict[str, Any]
    names: tuple[str, ...] = ()

    @property
    def is_api(self) -> bool:
        return self.route.startswith("api:")


class Asker:
    """Somebody of the five who asks for everything; what is asked is taken back, and each 5xx is kept in `faults`."""

    def __init__(self, world: World, role: str) -> None:
        self.world, self.by = world, world.people[ROLES[role]]
        assert self.by
        self.by.is_staff = role == "sysadmin"
        self.by.save()
        self.client = world.client(self.by)
        self.client.raise_request_exception = False
        self.faults: list[str] = []
        self.count = 0

    def ask(self, method: str, at: str, label: str = "", **sent: Any) -> Any:
        """Make the request and take back what it did. Returns the answer, None where the client itself gave up."""
        raised: list[str] = []

        def note(sender: Any, request: Any, **_more: Any) -> None:
            raised.append(repr(sys.exception())[:200])

        got_request_exception.connect(note)
        self.count += 1
        try:
            with transaction.atomic():
                answer = self.client.generic(method, at, **sent)
                transaction.set_rollback(True)
            answer.getvalue() if answer.streaming else None
        finally:
            got_request_exception.disconnect(note)
        if answer.status_code >= 500:
            self.faults.append(f"{answer.status_code} {method} {at[:120]} {label}: {' '.join(raised)}")
        return answer

    def send(self, at: str, data: dict[str, Any], label: str, *, is_json: bool = False) -> Any:
        """POST the fields as a browser or a program would."""
        if is_json:
            return self.ask("POST", at, label, data=json.dumps(data, cls=DjangoJSONEncoder), content_type=JSON)
        clean = {name: value for name, value in data.items() if value is not None}
        return self.ask("POST", at, label, data=encode_multipart(BOUNDARY, clean), content_type=MULTIPART_CONTENT)

    def names(self, place: Place) -> tuple[Any, list[str]]:
        """Ask for the place as it is meant; return the answer, and the names that it reads of the query."""
        with noting() as read:
            answer = self.ask("GET", place.at)
        return answer, sorted({*read, *place.names} - NOT_OURS)

    def fields(self, place: Place, shown: Any) -> tuple[dict[str, Any], list[str]]:
        """Return what a valid POST to the place holds, and the names that it reads."""
        typed = place.typed or (
            form_values(shown) if shown.status_code == 200 and "html" in shown["Content-Type"] else {}
        )
        with noting() as read:
            self.send(place.at, typed, "as meant", is_json=place.is_api)
        return typed, sorted({*read, *typed} - NOT_OURS)


JSON = "application/json"
NOT_OURS = {"csrfmiddlewaretoken", "_method"}  # the middleware's, and the REST framework's


def places(world: World) -> Iterator[Place]:
    """Every place of the product."""
    yield from _routes(world)
    yield from _admin(world)


def _routes(world: World) -> Iterator[Place]:
    stages = {name: stage for (name, method), (stage, _row) in cells().items() if method == "POST"}
    for name, parameters in routes().items():
        stage = stages[name] if stages[name] in STAGES else "reported"
        petition = world.petition(stage, is_confidential=False)
        yield Place(name, address(name, parameters, petition), body(world, name, petition))


def _admin(world: World) -> Iterator[Place]:
    for pattern in _patterns(admin.site.get_urls()):
        name, parameters = f"admin:{pattern.name}", pattern.pattern.regex.groupindex
        known: dict[str, Any] = {
            "app_label": "regions",
            "content_type_id": 1,
            "url": "x",
            "id": world.cast.lin.pk,
            "year": 2026,
        }
        if "object_id" in parameters or "id" in parameters:
            known["object_id"] = _first_row(pattern.name)
        if pattern.name:
            yield Place(name, reverse(name, kwargs={key: known[key] for key in parameters}), {}, _lookups(pattern.name))


def _patterns(found: list[Any]) -> Iterator[URLPattern]:
    for one in found:
        if isinstance(one, URLPattern):
            yield one
        else:
            yield from _patterns(one.url_patterns)


def _tables(route: str | None) -> Iterator[Any]:
    for model in admin.site._registry:
        if (route or "").startswith(f"{model._meta.app_label}_{model._meta.model_name}_"):
            yield model


def _first_row(route: str | None) -> Any:
    return next((model._default_manager.values_list("pk", flat=True).first() for model in _tables(route)), None) or 1


def _lookups(route: str | None) -> tuple[str, ...]:
    """The filters that Django's lists take besides those shown: every column with every lookup."""
    if not (route or "").endswith("_changelist"):
        return ()
    columns = [field.name for model in _tables(route) for field in model._meta.concrete_fields]
    return tuple(f"{column}{lookup}" for column in columns for lookup in LOOKUPS)
