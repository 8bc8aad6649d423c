"""The desk's pages: find who phones or walks in, file for them, and tell them their number."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.vary import vary_on_headers

from accounts.models import Role
from enterprises.finding import CODE, find_enterprises
from enterprises.models import Enterprise
from petitions import queries
from petitions.intake import report_for_new_enterprise
from petitions.models import Petition
from petitions.occasion_queries import liaisons_of, open_occasion, open_petitions
from petitions.pages.intake_forms import IntakeForm, NewCallerForm
from petitions.permissions import can_see_petitioner
from petitions.reporting import Report, report_petition
from petitions.search.similar import already_asked
from ui.refusals import show_refusal
from verbs.refusals import Refusal


class AtDesk(View):
    """Base: dispatchers only; `?from=` is the occasion they sit at, kept from page to page."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.user: Any = request.user
        self.key = request.GET.get("from", "")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not self.user.has_role(Role.DISPATCHER):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def query(self, **more: str) -> str:
        """The end of the next page's address."""
        values = {name: value for name, value in {"from": self.key, **more}.items() if value}
        return f"?{urlencode(values)}" if values else ""


@method_decorator(vary_on_headers("HX-Request"), name="dispatch")
class FindCaller(AtDesk):
    """One field; the enterprises that fit come up while it is typed, each with what it has open."""

    def get(self, request: HttpRequest) -> HttpResponse:
        typed = request.GET.get("q", "")[:100]
        found = find_enterprises(typed)
        petitions = open_petitions(found, self.user) if found else {}
        context = {
            "typed": typed,
            "found": [(enterprise, petitions[enterprise.pk]) for enterprise in found],
            "key": self.key,
            "occasion": open_occasion(self.key),
            "query": self.query(),
            "query_for_new": self.query(typed=typed.strip()),
        }
        template = "petitions/intake.html#results" if request.htmx else "petitions/intake.html"  # type: ignore[attr-defined]
        return render(request, template, context)


class ReportAtDesk(AtDesk):
    """Base of the two forms; a second click of the same form is the same petition."""

    enterprise: Enterprise | None = None

    def form(self, *data: Any) -> IntakeForm:
        raise NotImplementedError

    def run(self, form: Any, report: Report, now: datetime) -> Petition:
        raise NotImplementedError

    def get(self, request: HttpRequest, **_address: str) -> HttpResponse:
        return self.shown(request, self.form(), 200)

    def post(self, request: HttpRequest, **_address: str) -> HttpResponse:
        form = self.form(request.POST, request.FILES)
        if not form.is_valid():
            return self.shown(request, form, 422)
        try:
            petition = self.run(form, Report(**form.report_values()), timezone.now())
        except Refusal as problem:
            return self.shown(request, form, show_refusal(form, problem))
        return redirect(reverse("petitions:filed", args=[petition.number]) + self.query())

    def shown(self, request: HttpRequest, form: IntakeForm, status: int) -> HttpResponse:
        known = self.enterprise
        typed = (form.data.get("title", ""), form.data.get("body", ""))
        caller = known.credit_code if known else ""
        context = {
            "asked": already_asked(*typed, self.user, caller=caller) if form.is_bound else None,
            "follow": form.data.get("follow"),
            "form": form,
            "enterprise": known,
            "petitions": open_petitions([known], self.user)[known.pk] if known else [],
            "back": reverse("petitions:intake") + self.query(),
        }
        return render(request, "petitions/intake_report.html", context, status=status)

    def source(self) -> str:
        """What the form begins with: the occasion they sit at, as long as it is open."""
        occasion = open_occasion(self.key)
        return occasion.key if occasion else ""


class ReportForKnown(ReportAtDesk):
    """The form for an enterprise that was found."""

    enterprise: Enterprise

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.user.has_role(Role.DISPATCHER):
            known = Enterprise.objects.select_related("region")
            self.enterprise = get_object_or_404(known, credit_code=kwargs["credit_code"])
        return super().dispatch(request, *args, **kwargs)

    def form(self, *data: Any) -> IntakeForm:
        known = self.enterprise
        initial = {"region": known.region_id, "contact_name": known.contact_name, "contact_phone": known.contact_phone}
        return IntakeForm(*data, user=self.user, occasion=self.source(), initial=initial)

    def run(self, form: Any, report: Report, now: datetime) -> Petition:
        return report_petition(report=replace(report, enterprise=self.enterprise), by=self.user, now=now)


class ReportForNew(ReportAtDesk):
    """The form for an enterprise that is not in the register: entered and filed for in one step."""

    def form(self, *data: Any) -> IntakeForm:
        typed = self.request.GET.get("typed", "")
        is_code = CODE.fullmatch(typed.upper()) is not None
        initial = {"credit_code" if is_code else "name": typed}
        return NewCallerForm(*data, user=self.user, occasion=self.source(), initial=initial)

    def run(self, form: Any, report: Report, now: datetime) -> Petition:
        registration = form.registration()
        return report_for_new_enterprise(registration=registration, report=report, by=self.user, now=now)


class Filed(AtDesk):
    """What the desk says to the caller: the number, and the query code where nobody of the enterprise is told."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        petition = get_object_or_404(queries.listed(self.user), number=number)
        if not can_see_petitioner(petition, self.user):
            raise Http404
        enterprise = petition.petitioner.enterprise
        context = {
            "petition": petition,
            "enterprise": enterprise,
            "told": liaisons_of(enterprise) if enterprise else [],
            "again": reverse("petitions:intake") + self.query(),
        }
        return render(request, "petitions/filed.html", context)
