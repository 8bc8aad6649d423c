"""Networks of a department, as the administrator types them."""

from typing import Any

import pytest
from django.contrib import admin
from django.forms import model_to_dict
from django.test import RequestFactory

from departments.models import Department
from tests.cast import Cast

TYPED = [
    ("10.1.0.0/16, 2001:db8::/32", ["10.1.0.0/16", "2001:db8::/32"]),
    ("", []),
    ("10.1.0.1/16", None),
    ("10.1.0.0/16, 内网", None),
]


@pytest.mark.parametrize(("typed", "kept"), TYPED)
def test_networks_are_typed_in_the_admin(typed: str, kept: list[str] | None, cast: Cast) -> None:
    request = RequestFactory().get("/")
    request.user = cast.sysadmin
    form_class: Any = admin.site._registry[Department].get_form(request, cast.lead, change=True)
    values = {key: value for key, value in model_to_dict(cast.lead).items() if value is not None}
    values |= {"aliases": "工信局", "networks": typed}
    form = form_class(values, instance=cast.lead)
    if kept is None:
        assert set(form.errors) == {"networks"}
    else:
        assert form.is_valid(), form.errors
        assert form.save().networks == kept
