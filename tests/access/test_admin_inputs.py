"""The administration reads what is typed as verbs do: unseen signs are no text, whichever table and field."""

import pytest
from django.contrib import admin
from django.contrib.auth.forms import UsernameField
from django.db import models
from django.test import Client, RequestFactory

from accounts.models import User
from enterprises.models import Enterprise
from regions.models import Region
from tests.cast import Cast
from verbs.columns import Line, TypedText, Words

UNSEEN = "\u200b\u3164\u2800\u00ad"
ROOMS = ("accounts", "departments", "enterprises", "limits", "petitions", "regions", "scores", "surveys")


def test_every_text_of_the_administration_is_read_so(cast: Cast) -> None:
    request = RequestFactory().get("/")
    seen = 0
    for model, table in admin.site._registry.items():
        if model._meta.app_label not in ROOMS:
            continue
        for user in (cast.sysadmin, cast.secadmin):
            request.user = user
            for name, field in table.get_form(request)().fields.items():
                if not isinstance(column := _column(model, name), models.CharField | models.TextField):
                    continue
                is_code = isinstance(column, models.SlugField)
                assert column.choices or is_code or isinstance(column, Line | Words), (model, name)
                if not column.choices and not is_code and not isinstance(field, UsernameField):
                    assert isinstance(field, TypedText), (model, name)
                    seen += 1
    assert seen > 40


def _column(model: type[models.Model], name: str) -> object:
    return next((field for field in model._meta.get_fields() if field.name == name), None)


def test_no_visible_sign_is_refused(cast: Cast, client: Client) -> None:
    cast.sysadmin.is_staff = True
    cast.sysadmin.save()
    client.force_login(cast.sysadmin)
    typed = {"code": "new", "name": UNSEEN, "name_en": "New", "kind": "district", "parent": cast.city.pk}
    answer = client.post("/admin/regions/region/add/", typed)
    assert answer.context["adminform"].form.errors == {"name": ["请填写这一项。"]}
    client.post("/admin/regions/region/add/", typed | {"name": "\u202e新\u200b区\u2069"})
    assert Region.objects.get(code="new").name == "新区"


def test_items_of_a_list_are_cleaned(cast: Cast, client: Client) -> None:
    cast.sysadmin.is_staff = True
    cast.sysadmin.save()
    client.force_login(cast.sysadmin)
    lead = cast.lead
    typed = {"code": lead.code, "short_name": lead.short_name, "name": "经信\u200b局甲", "name_en": "", "level": "city"}
    typed |= {
        "region": lead.region_id,
        "parent": "",
        "aliases": "工\u200b信局,\u3164经委",
        "networks": "",
        "is_active": "on",
    }
    client.post(f"/admin/departments/department/{lead.pk}/change/", typed)
    lead.refresh_from_db()
    assert (lead.name, lead.aliases) == ("经信局甲", ["工信局", "经委"])


@pytest.mark.parametrize("name", ["\u3164", "\u115f\u1160"])
def test_a_username_needs_a_visible_sign(name: str, cast: Cast, client: Client) -> None:
    cast.secadmin.is_staff = True
    cast.secadmin.save()
    client.force_login(cast.secadmin)
    typed = {"username": name, "display_name": "无名", "phone": "", "roles": "leader"}
    typed |= {"usable_password": "false", "password1": "", "password2": ""}
    answer = client.post("/admin/accounts/user/add/", typed)
    assert answer.context["adminform"].form.errors == {"username": ["请填写这一项。"]}
    client.post("/admin/accounts/user/add/", typed | {"username": f"neu{name}", "display_name": f"新{name}人"})
    assert User.objects.get(username="neu").display_name == "新人"


def test_a_name_is_read_at_signing_in_as_when_it_was_entered(cast: Cast, client: Client) -> None:
    cast.lin.set_password("shaoying-2026")
    cast.lin.save()
    answer = client.post("/accounts/sign-in/", {"username": "lin\u200b", "password": "shaoying-2026"})
    assert answer.status_code == 302


def test_full_clean_keeps_what_was_read(cast: Cast) -> None:
    enterprise = Enterprise.objects.first()
    assert enterprise
    enterprise.name = "青\u202e禾"
    enterprise.full_clean(exclude=["pinyin"])
    assert enterprise.name == "青禾"
