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
from petitions import queries
from petitions.pages.filters import PetitionFilter
from petitions.pages.paging import page_of


# Without Vary the browser's back button shows what htmx fetched from the same address: rows without a page.
@method_decorator(vary_on_headers("HX-Request"), name="dispatch")
class PetitionList(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if not user.has_role(Role.SUPERVISOR, Role.DISPATCHER, Role.LEADER, Role.HANDLER, Role.HEAD):
            raise PermissionDenied
        filters = PetitionFilter(request.GET, queryset=queries.listed(user))
        # A filter that cannot be read finds nothing and says why beside its field.
        rows = filters.qs if filters.is_valid() else queries.listed(user).none()
        template = "petitions/list.html#rows" if request.htmx else "petitions/list.html"  # type: ignore[attr-defined]
        page = page_of(rows, request.GET.get("page"))
        return render(request, template, {"filters": filters, "page": page, "now": timezone.now()})
