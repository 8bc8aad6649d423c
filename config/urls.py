"""All addresses: pages, API, admin. The address of a verb's page ends in the verb (docs/glossary.md)."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.i18n import set_language

from config import navigation
from petitions.api.document import Document, Page
from petitions.api.endpoint import NoSuchEndpoint

api: list[Any] = [
    path("v1/", include("petitions.api.urls")),
    path("v1/", include("figures.api.urls")),
    path("schema/", Document.as_view(), name="schema"),
    path("docs/", Page.as_view(url_name="api:schema"), name="docs"),
    # Also for addresses without the slash at the end: Django would redirect, and a redirected POST arrives as a GET.
    re_path("", NoSuchEndpoint.as_view(), name="no_such_endpoint"),
]

urlpatterns = [
    path("", navigation.home, name="home"),
    path("healthz/", navigation.healthz, name="healthz"),
    path("", include("petitions.urls")),
    path("limits/", include("limits.urls")),
    path("notices/", include("notices.urls")),
    path("scores/", include("figures.urls")),
    path("surveys/", include("surveys.urls")),
    path("drafts/", include("drafts.urls")),
    path("files/", include("files.urls")),
    path("api/", include((api, "api"))),
    path("accounts/", include("accounts.urls")),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),  # the sign-in page has it too
    path("admin/", admin.site.urls),
]
