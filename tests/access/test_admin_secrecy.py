"""Whoever operates the system learns from the admin neither what petitions say nor who asked."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import LogEntry
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from petitions.models import Petition
from tests.access.test_admin import KEEPERS
from tests.cast import Cast, Stage
from tests.files.uploads import PDF, upload

CANARIES = {
    "title": "金丝雀标题",
    "body": "金丝雀正文在这里写得很清楚，请协调。",
    "contact_name": "金丝雀",
    "contact_phone": "13911112222",
}
FILE = "金丝雀合同.pdf"
ROLES = ("sysadmin", "secadmin")


def staff(cast: Cast, name: str) -> Client:
    user = getattr(cast, name)
    user.is_staff = True
    user.save()
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def petition(stage: Stage) -> Petition:
    """A confidential petition that departments work on, with everything that could be read of it."""
    petition = stage.checked_in(with_support=True, is_confidential=True, files=[upload(FILE, PDF)], **CANARIES)
    assert petition.is_confidential
    return petition


def tables(name: str) -> Iterator[tuple[type[Model], str]]:
    for model in admin.site._registry:
        if KEEPERS.get(model._meta.label_lower) == name:
            yield model, f"admin:{model._meta.app_label}_{model._meta.model_name}"


def pages(name: str, client: Client) -> Iterator[tuple[str, str]]:
    """Every page of the admin about every row that this person may open, and the texts of them."""
    for model, route in tables(name):
        for row in model._default_manager.all():
            for page in ("change", "delete", "history"):
                at = reverse(f"{route}_{page}", args=[row.pk])
                yield at, client.get(at, follow=True).content.decode()
        keys = list(model._default_manager.values_list("pk", flat=True))
        at = reverse(f"{route}_changelist")
        yield at, client.get(at).content.decode()
        typed = {"action": "delete_selected", ACTION_CHECKBOX_NAME: keys}
        yield f"{at} delete_selected", client.post(at, typed, follow=True).content.decode()
    yield "index", client.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize("name", ROLES)
def test_no_page_of_the_admin_tells_of_a_petition(name: str, cast: Cast, petition: Petition) -> None:
    told = [*CANARIES.values(), FILE, petition.number, petition.query_code]
    seen = list(pages(name, staff(cast, name)))
    assert len(seen) > 20
    assert [(at, one) for at, page in seen for one in told if one in page] == []
    assert [entry for entry in LogEntry.objects.all() for one in told if one in str(entry)] == []


def test_the_page_for_deleting_names_what_the_reader_keeps_and_no_more(cast: Cast, petition: Petition) -> None:
    page = staff(cast, "sysadmin").get(reverse("admin:enterprises_enterprise_delete", args=[cast.enterprise.pk]))
    text = page.content.decode()
    assert "诉求人（这里不显示）" in text
    assert text.count("诉求人") == 1
    page = staff(cast, "sysadmin").get(reverse("admin:regions_region_delete", args=[cast.city.pk]))
    assert str(cast.lead) in page.content.decode()
    assert "诉求（这里不显示）" in page.content.decode()


@pytest.mark.parametrize("name", ROLES)
def test_no_filter_of_the_admin_asks_the_rows_that_refer_to_a_table(name: str, cast: Cast, petition: Petition) -> None:
    client, allowed, asked = staff(cast, name), [], 0
    for model, route in tables(name):
        for field in model._meta.get_fields(include_hidden=True):
            if field.auto_created and not field.concrete:
                asked += 1
                for lookup in (f"{field.name}={petition.pk}", f"{field.name}__isnull=0", f"{field.name}__pk__gt=0"):
                    answer = client.get(f"{reverse(f'{route}_changelist')}?{lookup}")
                    if answer.status_code == 200:
                        allowed.append(f"{model.__name__} {lookup}")
    assert asked > 0
    assert allowed == []


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 200),
        ("date__year=2026", 200),
        ("date__year=2026&date__month=2&date__day=28", 200),
        ("is_working__exact=1", 200),
        ("date__year=2026&date__month=2&date__day=30", 400),
        ("date__year=0", 400),
        ("date__month=13", 400),
        ("date__year=²", 400),
        ("date__range=2026-01-01", 400),
        ("source__regex=((", 400),
    ],
)
def test_lists_are_filtered_as_their_own_links_do_it(query: str, status: int, cast: Cast) -> None:
    at = reverse("admin:departments_dayexception_changelist")
    assert staff(cast, "sysadmin").get(f"{at}?{query}").status_code == status
