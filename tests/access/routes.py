"""Every route of the URLconf by name, and its address for one petition. Static files and the admin are left out:
static files are for everybody, and the admin has a table of its own (test_admin.py).
"""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from departments.models import Absence
from enterprises.models import Occasion
from petitions.models import IntegrityFlag, Notice, Petition, ReplyTemplate, SavedFilter
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
    """Return the route's address for the petition, or what belongs to it: its first attachment, a notice, a channel of
    notices, its order, its lead's clock; of the survey and of integrity flags the only one."""
    values: dict[str, Any] = {"number": petition.number}
    values["pk"] = values["id"] = petition.attachments.values_list("pk", flat=True).first()
    if "key" in parameters:  # the notice of it that Lin got
        notices = Notice.objects.filter(event__petition=petition, recipient__username="lin", channel="inbox")
        values["key"] = notices.values_list("key", flat=True).first()
    if name == "petitions:clock":
        values["pk"] = petition.clocks.filter(kind="resolve_department").values_list("pk", flat=True).first()
    values["credit_code"] = LIN_CREDIT_CODE
    values["occasion"] = Occasion.objects.values_list("key", flat=True).first()
    values["order"] = petition.orders.values_list("number", flat=True).first()
    values["channel"] = "webhook"
    values["page"] = "list"
    values |= {"kind": "pilot", "department": "jingxin"}
    if "token" in parameters:
        values["token"] = token_for(petition, User.objects.get(username="lin"))
    values["call"] = SurveyCall.objects.values_list("pk", flat=True).first()
    values["month"] = Survey.objects.values_list("month", flat=True).first()
    values["department"] = "jingxin"
    things: dict[str, Any] = {
        "flag": IntegrityFlag.objects,
        "fact": CycleFact.objects.filter(appeal__isnull=True).order_by("-month", "pk"),
        "appeal": Appeal.objects.filter(decision="pending"),
        "absence": Absence.objects,
        "filter": SavedFilter.objects,
        "template": ReplyTemplate.objects,
    }
    for thing, rows in things.items():
        if name.endswith(f"_{thing}"):
            values["pk"] = rows.values_list("pk", flat=True).first()
    return reverse(name, kwargs={key: values[key] for key in parameters})
