"""The list of all petitions, with filters: for supervisors, dispatchers, leaders and people of departments.

Everybody finds only the petitions that they may know of.
"""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.vary import vary_on_headers

from accounts.models import Role
from accounts.requests import SignedIn
from petitions.clocks.nearest import readings
from petitions.models import SavedPage
from petitions.pages.filters import PetitionFilter
from petitions.pages.petition_lists import petition_page
from petitions.pages.saved_filters import chips
from petitions.search import finding


# Without Vary, the browser's back button shows what htmx fetched from the same address: rows without the page around.
@method_decorator(vary_on_headers("HX-Request"), name="dispatch")
class PetitionList(View):
    def get(self, request: SignedIn) -> HttpResponse:
        user = request.user
        if not user.has_role(Role.SUPERVISOR, Role.DISPATCHER, Role.LEADER, Role.HANDLER, Role.HEAD):
            raise PermissionDenied
        filters = PetitionFilter(request.GET, request=request)
        template = "petitions/list.html#rows" if request.htmx else "petitions/list.html"
        page, query = petition_page(filters.found(), request.GET.get("page"), user), filters.query
        now = timezone.now()
        context = {"filters": filters, "page": page, "words": query.words, "now": now}
        context["limits"] = readings(filters.limits.nearest(page.rows), now)
        context["excerpts"] = finding.excerpts(page.rows, query, user)
        context |= chips(request, SavedPage.LIST)
        return render(request, template, context)
