"""All addresses: pages, API, admin. Names of pages end in the verb (docs/glossary.md)."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from config import navigation

urlpatterns = [
    path("", navigation.home, name="home"),
    path("healthz/", navigation.healthz, name="healthz"),
    path("", include("petitions.urls")),
    path("surveys/", include("surveys.urls")),
    path("api/", include("petitions.api.urls")),
    path("accounts/", include("accounts.urls")),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),  # the sign-in page has it too
    path("admin/", admin.site.urls),
]
