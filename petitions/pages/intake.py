"""Intake (受理登记), the desk's pages: find the caller's enterprise, file for it, and tell the caller the number."""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.vary import vary_on_headers

from accounts.models import Role, User
from accounts.requests import signed_in
from enterprises.finding import CODE, find_enterprises, too_short
from enterprises.models import Enterprise, Occasion
from enterprises.registering import Registration
from files.pages.taking_up import take_up
from petitions import queries
from petitions.errors import KeyReused
from petitions.intake import report_for_new_enterprise
from petitions.models import Channel, Petition
from petitions.occasion_queries import liaisons_of, open_occasion, open_petitions, sources
from petitions.pages.reporting import PetitionForm
from petitions.permissions import can_see_petitioner
from petitions.reporting import Report, report_petition
from petitions.search.similar import already_asked
from ui.refusals import show_refusal
from verbs.codes import CODE_MAX, read_code
from verbs.refusals import Refusal
from verbs.texts import cleaned

# How an enterprise reaches the desk where no occasion is named.
CHANNELS = (Channel.PHONE, Channel.ENTERPRISE_HOME, Channel.EVENT, Channel.VISIT)


class SourceField(forms.ChoiceField):
    """Where the petition comes from: a channel, or an open occasion, whose kind decides the channel."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.error_messages["invalid_choice"] = _("这一场已结束登记，请重新选择来源。")
        self.occasions: dict[str, Occasion] = {}

    def offer(self, occasions: Iterable[Occasion]) -> None:
        """Set the options: first the channels, then these occasions by kind."""
        self.occasions = {occasion.key: occasion for occasion in occasions}
        groups: list[Any] = [(_("不属于某一场"), [(channel.value, channel.label) for channel in CHANNELS])]
        for kind in Occasion.Kind:
            rows = [(one.key, one.name) for one in self.occasions.values() if one.kind == kind]
            groups += [(kind.label, rows)] if rows else []
        self.choices = groups

    def clean(self, value: Any) -> dict[str, Any]:
        chosen = super().clean(value)
        if chosen in self.occasions:
            return {"occasion": self.occasions[chosen]}
        return {"channel": chosen}


class IntakeForm(PetitionForm):
    """A caller's petition, taken down at the desk, for an enterprise in the register. NewCallerForm is for others.

    occasion  key of the occasion that is chosen beforehand as the source, "" for none
    """

    source = SourceField(label=_("来源"), help_text=_("选了某一场，渠道随之确定。"))

    def __init__(
        self, data: Any = None, files: Any = None, *, user: User, occasion: str, initial: dict[str, Any]
    ) -> None:
        begun = {"submission_key": uuid.uuid4().hex, "source": occasion or Channel.PHONE}
        super().__init__(data, files, initial=begun | initial)
        offered = sources(user, now=timezone.now(), present=occasion)
        source: Any = self.fields["source"]
        source.offer(offered)
        self.fields["is_confidential"].label = _("对承办部门保密企业身份")

    def report_values(self) -> dict[str, Any]:
        """Return the values of the Report that is filed, except the enterprise."""
        names = PetitionForm.base_fields.keys()
        return {name: self.cleaned_data[name] for name in names} | self.cleaned_data["source"]


class NewCallerForm(IntakeForm):
    """IntakeForm with the fields that register the enterprise. Its region and contact are taken from the petition's."""

    name = forms.CharField(label=_("企业名称"))
    credit_code = forms.CharField(
        label=_("统一社会信用代码"),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "maxlength": CODE_MAX}),
    )
    size = forms.ChoiceField(label=_("规模"), choices=[("", _("请选择")), *Enterprise.Size.choices])
    ownership = forms.ChoiceField(label=_("所有制"), choices=[("", _("请选择")), *Enterprise.Ownership.choices])

    def registration(self) -> Registration:
        names = ("name", "credit_code", "size", "ownership", "region", "contact_name", "contact_phone")
        return Registration(**{name: self.cleaned_data[name] for name in names})


class AtDesk(View):
    """Base of the desk's pages, for dispatchers only.

    `?from=` is the key of the occasion at which they sit. It is kept from page to page.
    """

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.user = signed_in(request).user
        self.key = request.GET.get("from", "")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not self.user.has_role(Role.DISPATCHER):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def query(self, **more: str) -> str:
        """Return the query string for the address of another of these pages: `from`, and the values given."""
        values = {name: value for name, value in {"from": self.key, **more}.items() if value}
        return f"?{urlencode(values)}" if values else ""


@method_decorator(vary_on_headers("HX-Request"), name="dispatch")
class FindCaller(AtDesk):
    """A search field. While somebody types, the enterprises that fit appear, each with its open petitions."""

    def get(self, request: HttpRequest) -> HttpResponse:
        typed = cleaned(request.GET.get("q", "")[:100])
        found = find_enterprises(typed)
        petitions = open_petitions(found, self.user) if found else {}
        context = {
            "typed": typed,
            "too_short": too_short(typed) if typed else "",
            "found": [(enterprise, petitions[enterprise.pk]) for enterprise in found],
            "key": self.key,
            "occasion": open_occasion(self.key),
            "query": self.query(),
            "query_for_new": self.query(typed=typed),
        }
        template = "petitions/intake.html#results" if signed_in(request).htmx else "petitions/intake.html"
        return render(request, template, context)


class ReportAtDesk(AtDesk):
    """Base of the desk's two pages that file a petition. Sending the same form twice files one petition."""

    enterprise: Enterprise | None = None

    def form(self, *data: Any) -> IntakeForm:
        raise NotImplementedError

    def run(self, form: Any, report: Report, now: datetime) -> Petition:
        raise NotImplementedError

    def get(self, request: HttpRequest, **_address: str) -> HttpResponse:
        return self.shown(request, self.form(), 200)

    def post(self, request: HttpRequest, **_address: str) -> HttpResponse:
        form = self.form(request.POST, take_up(request))
        if not form.is_valid():
            return self.shown(request, form, 422)
        try:
            petition = self.run(form, Report(**form.report_values()), timezone.now())
        except Refusal as problem:
            if isinstance(problem, KeyReused):
                form.take_new_key()
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
        """Return the key of the occasion at which the dispatcher sits, as long as it is open; else ""."""
        occasion = open_occasion(self.key)
        return occasion.key if occasion else ""


class ReportForKnown(ReportAtDesk):
    """The form for an enterprise that was found in the register."""

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
    """The form for an enterprise that is not in the register: it is registered and filed for in one step."""

    def form(self, *data: Any) -> IntakeForm:
        typed = cleaned(self.request.GET.get("typed", ""))
        is_code = CODE.fullmatch(read_code(typed)) is not None
        initial = {"credit_code" if is_code else "name": typed}
        return NewCallerForm(*data, user=self.user, occasion=self.source(), initial=initial)

    def run(self, form: Any, report: Report, now: datetime) -> Petition:
        registration = form.registration()
        return report_for_new_enterprise(registration=registration, report=report, by=self.user, now=now)


class Filed(AtDesk):
    """What the desk tells the caller: the number, and the query code if the enterprise has no liaison who reads it."""

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
