"""My petitions: the list of a liaison or an assistant."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views import View

from accounts.models import Role
from accounts.requests import SignedIn
from petitions import queries
from petitions.clocks.nearest import RunningLimits, readings
from petitions.models import Petition, State
from petitions.pages.filters import SearchForm
from petitions.pages.petition_lists import petition_page
from petitions.search import finding
from petitions.search.words import Query


class MyPetitions(View):
    """Lists the petitions that the liaison or assistant may know of, newest first, with a search and a tab a state."""

    def get(self, request: SignedIn) -> HttpResponse:
        user = request.user
        if not user.has_role(Role.LIAISON, Role.ASSISTANT):
            raise PermissionDenied
        chosen = request.GET.get("state", "")
        form = SearchForm(request.GET)
        query = form.query
        # A search that cannot be read finds nothing and says why beside its field.
        rows = Petition.objects.none() if query is None else Petition.objects.all()
        if chosen in State.values:
            rows = rows.filter(state=chosen)
        page = petition_page(finding.found(rows, query or Query(), user), request.GET.get("page"), user)
        now = timezone.now()
        counts = queries.counts_by_state(user)
        return render(
            request,
            "petitions/mine.html",
            {
                "page": page,
                "excerpts": finding.excerpts(page.rows, query or Query(), user),
                "form": form,
                "words": query.words if query else (),
                "chosen": chosen,
                "tabs": [(value, label, counts[value]) for value, label in State.choices],
                "total": sum(counts.values()),
                "limits": readings(RunningLimits(user).nearest(page.rows), now),
                "now": now,
            },
        )
