"""How one clock was computed, day by day."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.vary import vary_on_headers

from accounts.requests import SignedIn
from limits.promises import UnknownPromise, table_of
from limits.queries import readings


@method_decorator(vary_on_headers("HX-Request"), name="dispatch")
class ExplainClock(View):
    """Shows the clock's rule, calendar, pauses and the minutes of each day; for htmx without the page around them."""

    def get(self, request: SignedIn, promise: str, pk: int) -> HttpResponse:
        user = request.user
        try:
            table = table_of(promise)
        except UnknownPromise as unknown:
            raise Http404 from unknown
        clocks = table.readable(user).filter(promise=promise, pk=pk).select_related("department", "rule", table.path)
        read = readings(clocks, timezone.now(), with_levels=False)
        if not read:
            raise Http404
        subject = read[0].clock
        for name in table.path.split("__"):
            subject = getattr(subject, name)
        template = "limits/explanation.html#explanation" if request.htmx else "limits/explanation.html"
        return render(request, template, {"subject": subject, "reading": read[0]})
