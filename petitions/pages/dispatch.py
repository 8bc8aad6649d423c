"""The dispatcher's pages: the petitions that wait for dispatch, and the dispatch of one."""

import json
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.models import Role, User
from accounts.requests import SignedIn
from departments.models import Department, fallback_of, lead_for
from petitions import queries
from petitions.clocks.nearest import RunningLimits, readings
from petitions.dispatch import DISPATCH, Placement, dispatch_petition
from petitions.linking import LINK
from petitions.merging import MERGE
from petitions.models import (
    Kind,
    Part,
    Petition,
    SendBack,
    Urgency,
)
from petitions.offered import offered, offered_on
from petitions.pages.fields import CategoryField, DepartmentField, DepartmentsField
from petitions.pages.verb_page import VerbPage
from petitions.proposals.proposing import Proposal, Proposals, propose
from petitions.search.similar import similar_petitions
from regions.desks import desks_of
from regions.models import Region
from ui.fields import long_text
from ui.paging import page_of


class DispatchForm(forms.Form):
    category = CategoryField(label=_("类别"), empty_label=_("请选择"))
    kind = forms.ChoiceField(label=_("诉求类型"), choices=Kind.choices)
    urgency = forms.ChoiceField(label=_("紧急程度"), choices=Urgency.choices)
    lead = DepartmentField(label=_("主办部门"), empty_label=_("请选择"))
    supports = DepartmentsField(label=_("协办部门"), required=False)
    other_regions = forms.ModelMultipleChoiceField(
        Region.objects.none(),
        label=_("还涉及哪些区域"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("勾选区域的派单台也能看到这件诉求。"),
    )
    note = long_text(_("派单说明"), required=False, rows=3, help_text=_("承办部门和企业都能看到。"))

    def __init__(self, *args: Any, petition: Petition, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Region.objects.exclude(pk=petition.region_id).exclude(parent__isnull=True)
        other_regions: Any = self.fields["other_regions"]
        other_regions.queryset = others
        lead: Any = self.fields["lead"]
        lead.queryset = departments_to_lead(by, lead.queryset)
        for name, now in (("kind", petition.get_kind_display()), ("urgency", petition.get_urgency_display())):
            self.fields[name].help_text = _("现为“%(now)s”，系统的建议不会改动这一项。") % {"now": now}


def departments_to_lead(by: User, departments: QuerySet[Department]) -> QuerySet[Department]:
    """Return those of the departments that the dispatcher's desk may make the lead; the city's desk may choose any.

    This only narrows what the form offers: the verb checks the lead itself.
    """
    desks = desks_of(by)
    return departments.filter(region__in=desks.branch) if desks.branch and not desks.is_city else departments


# The verbs that are offered beside each similar petition.
JOINS = (MERGE, LINK)


class ToDispatch(View):
    """Lists the petitions that wait for dispatch: the most urgent first, of the same urgency by the nearest limit.

    By default those of the dispatcher's own desks; with `?show=below` those of the desks below.
    """

    def get(self, request: SignedIn) -> HttpResponse:
        user = request.user
        if not user.has_role(Role.DISPATCHER):
            raise PermissionDenied
        has_desks_below = bool(desks_of(user).below)
        show = "below" if has_desks_below and request.GET.get("show") == "below" else ""
        page = page_of(queries.to_dispatch(user, is_below=bool(show)), request.GET.get("page"))
        counts = queries.to_dispatch_counts(user) if has_desks_below else {}
        now = timezone.now()
        sent = offered_on(page.rows, user, now, [DISPATCH])
        context = {"page": page, "now": now, "show": show, "has_desks_below": has_desks_below}
        context["limits"] = readings(RunningLimits(user).nearest(page.rows), now)
        context["dispatchable"] = {key for key, verbs in sent.items() if verbs}
        return render(request, "petitions/to_dispatch.html", context | {"counts": counts})


class DispatchPage(VerbPage):
    verb = DISPATCH
    form_class = DispatchForm
    done = _("已派单，承办部门的时限从现在起算。")
    template_name = "petitions/dispatch.html"
    sent_back: SendBack | None = None

    def form_arguments(self) -> dict[str, Any]:
        petition = self.petition
        self.sent_back = queries.last_return(petition)
        lead = self.sent_back.proposed if self.sent_back else None
        if lead is None and petition.category:
            lead = lead_for(petition.category, petition.region_id)
        return {
            "petition": petition,
            "by": self.user,
            "initial": {
                "other_regions": petition.other_regions.all(),
                "category": petition.category_id,
                "kind": petition.kind,
                "urgency": petition.urgency,
                "lead": lead,
                "supports": self._former_supports(lead),
            },
        }

    def _former_supports(self, lead: Department | None) -> list[int]:
        """Return the supports whose parts ended when the lead sent the petition back, except the new lead.

        The form has them chosen beforehand.
        """
        if self.sent_back is None:
            return []
        ended = self.petition.assignments.filter(part=Part.SUPPORT, ended_at=self.sent_back.decided_at)
        return [unit for unit in ended.values_list("department", flat=True) if lead is None or unit != lead.pk]

    def run(self, *, form: Any, now: datetime) -> Petition:
        placement = Placement(**form.cleaned_data)
        return dispatch_petition(petition=self.petition, by=self.user, placement=placement, now=now)

    def context(self, form: Any) -> dict[str, Any]:
        proposals = propose(self.petition)
        fallback = departments_to_lead(self.user, fallback_of(self.petition.region_id)).first()
        return super().context(form) | {
            "sent_back": self.sent_back,
            "similar": similar_petitions(self.petition, self.user),
            "joins": [verb.name for verb in offered(self.it, JOINS)],
            "proposals": proposals,
            "choices": [(proposal, self._fill(proposal, proposals)) for proposal in proposals.departments],
            "fallback": fallback,
            "fallback_fill": json.dumps({"lead": [str(fallback.pk)]}) if fallback else "",
            **elsewhere(form.initial.get("lead"), self.user),
            "proposed_kind": Kind(proposals.kind).label,
            "proposed_urgency": Urgency(proposals.urgency).label,
        }

    def _fill(self, proposal: Proposal, proposals: Proposals) -> str:
        """Return, as JSON, the departments that site.js puts into the form when the proposal is chosen.

        Kind and urgency are not among them: a person chose them. It is "" for a department to which only another desk
        may dispatch.
        """
        if not desks_of(self.user).covers(proposal.department.region_id):
            return ""
        supports = [str(unit.pk) for unit in proposals.supports if proposals.is_joint and unit != proposal.department]
        return json.dumps({"lead": [str(proposal.department.pk)], "supports": supports})


def elsewhere(lead: Department | None, user: Any) -> dict[str, Any]:
    """Return for the template the lead that is proposed, and the same again if only another desk may dispatch to it."""
    is_elsewhere = lead is not None and not desks_of(user).covers(lead.region_id)
    return {"proposed_lead": lead, "lead_elsewhere": lead if is_elsewhere else None}


class ProposedLead(View):
    """Renders the form's lead field again (htmx), with the lead of the category that was just chosen.

    `lead` is what stands in the field, `proposed` what was proposed there last. Where they differ, a person chose the
    lead: it stays, and the lead of the category is only named.
    """

    def get(self, request: SignedIn, number: str) -> HttpResponse:
        user = request.user
        if not user.has_role(Role.DISPATCHER):
            raise PermissionDenied
        petition = get_object_or_404(queries.listed(user), number=number)
        category = _cleaned(CategoryField(required=False), request.GET.get("category"))
        lead = lead_for(category, petition.region_id) if category else None
        form = DispatchForm(petition=petition, by=user)
        chosen = _cleaned(form.fields["lead"], request.GET.get("lead"))
        if chosen and str(chosen.pk) == request.GET.get("proposed"):
            chosen = None
        form.initial["lead"] = chosen or lead
        named = lead if chosen and chosen != lead else None
        context = {"form": form, "petition": petition, "lead_named": named, **elsewhere(lead, user)}
        return render(request, "petitions/dispatch.html#lead", context)


def _cleaned(field: forms.Field, value: str | None) -> Any:
    """Return the row that the value names, None where it names none that the field offers."""
    try:
        return field.clean(value)
    except ValidationError:
        return None
