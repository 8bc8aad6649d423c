"""Every route of the URLconf by name, and its address for one petition. Static files and the admin are left out:
static files are for everybody, and the admin has a table of its own (test_admin.py).
"""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from departments.models import Absence
from enterprises.models import Occasion
from notices.models import Notice
from petitions.models import IntegrityFlag, Petition, ReplyTemplate, SavedFilter
from petitions.ratings.links import token_for
from scores.models import Appeal, CycleFact
from surveys.models import Survey, SurveyCall
from tests.cast import LIN_CREDIT_CODE


def routes() -> dict[str, set[str]]:
    """Return every route's name (`namespace:name`) and the parameters of its address."""
    found: dict[str, set[str]] = {}
    for name, parameters in _walk(get_resolver(), "", set()):
        assert name not in found, f"two routes are called {name}"
        found[name] = parameters
    return found


def _walk(node: URLResolver, namespace: str, above: set[str]) -> Iterator[tuple[str, set[str]]]:
    for child in node.url_patterns:
        parameters = above | set(child.pattern.regex.groupindex)
        if isinstance(child, URLPattern):
            yield f"{namespace}{child.name or child.pattern}", parameters
        elif child.namespace != "admin":
            deeper = f"{namespace}{child.namespace}:" if child.namespace else namespace
            yield from _walk(child, deeper, parameters)


def address(name: str, parameters: set[str], petition: Petition) -> str:
    """Return the route's address for the petition, or what belongs to it: its first attachment, a notice that Lin got
    of it, a channel of notices, its order, its lead's clock; of the survey and of integrity flags the only one."""
    known: dict[str, Any] = {
        "number": petition.number,
        "credit_code": LIN_CREDIT_CODE,
        "channel": "webhook",
        "page": "list",
        "kind": "pilot",
        "promise": "resolve_department",
        "department": "jingxin",
    }
    values = {key: known[key] if key in known else _asked(name, key, petition) for key in parameters}
    return reverse(name, kwargs=values)


def _asked(name: str, parameter: str, petition: Petition) -> Any:
    """Return what only the database knows, and ask it for nothing else: this is done for every request."""
    if parameter == "token":
        return token_for(petition, User.objects.get(username="lin"))
    rows, field = _rows(name, parameter, petition)
    return rows.values_list(field, flat=True).first()


def _rows(name: str, parameter: str, petition: Petition) -> tuple[Any, str]:
    belonging: dict[str, tuple[Any, str]] = {
        "key": (Notice.objects.filter(event__in=petition.events, recipient__username="lin", channel="inbox"), "key"),
        "occasion": (Occasion.objects, "key"),
        "order": (petition.orders, "number"),
        "call": (SurveyCall.objects, "pk"),
        "month": (Survey.objects, "month"),
    }
    if name.startswith("files:"):
        return petition.attachments, "stored__key"
    if parameter in belonging:
        return belonging[parameter]
    if name == "limits:explain":
        return petition.clocks.filter(promise="resolve_department"), "pk"
    things: dict[str, Any] = {
        "flag": IntegrityFlag.objects,
        "fact": CycleFact.objects.filter(appeal__isnull=True).order_by("-month", "pk"),
        "appeal": Appeal.objects.filter(decision="pending"),
        "absence": Absence.objects,
        "filter": SavedFilter.objects,
        "template": ReplyTemplate.objects,
    }
    return things.get(name.rpartition("_")[2], petition.attachments), "pk"
