"""All petitions with filters: for supervisors, and within what they may see for dispatchers, leaders, departments."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.vary import vary_on_headers

from accounts.models import Role
from petitions.models import SavedPage
from petitions.pages.filters import PetitionFilter
from petitions.pages.petition_lists import petition_page
from petitions.pages.saved_filters import chips
from petitions.search import finding


# Without Vary the browser's back button shows what htmx fetched from the same address: rows without a page.
@method_decorator(vary_on_headers("HX-Request"), name="dispatch")
class PetitionList(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if not user.has_role(Role.SUPERVISOR, Role.DISPATCHER, Role.LEADER, Role.HANDLER, Role.HEAD):
            raise PermissionDenied
        filters = PetitionFilter(request.GET, request=request)
        template = "petitions/list.html#rows" if request.htmx else "petitions/list.html"  # type: ignore[attr-defined]
        page, query = petition_page(filters.found(), request.GET.get("page"), user), filters.query
        finding.add_excerpts(page.rows, query, user)
        context = {"filters": filters, "page": page, "words": query.words, "now": timezone.now()}
        context |= chips(request, SavedPage.LIST)
        return render(request, template, context)
