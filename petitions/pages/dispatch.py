"""The dispatcher's pages: what waits, and where a petition goes."""

import json
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.models import Role
from departments.models import Department, fallback_of, lead_for
from petitions import queries
from petitions.dispatch import Placement, dispatch_petition
from petitions.models import Kind, Part, Petition, SendBack, Urgency
from petitions.pages.forms import CategoryField, DispatchForm, departments_to_lead
from petitions.pages.petition import JOINS
from petitions.pages.verb_page import VerbPage
from petitions.permissions import possible_verbs
from petitions.proposals.proposing import Proposal, Proposals, propose
from petitions.search.similar import similar_petitions
from regions.desks import desks_of
from ui.paging import page_of


class Inbox(View):
    """Petitions that wait for a department, urgent ones first, then the oldest."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if not user.has_role(Role.DISPATCHER):
            raise PermissionDenied
        has_desks_below = bool(desks_of(user).below)
        show = "below" if has_desks_below and request.GET.get("show") == "below" else ""
        page = page_of(queries.inbox(user, is_below=bool(show)), request.GET.get("page"))
        counts = queries.inbox_counts(user) if has_desks_below else {}
        context = {"page": page, "now": timezone.now(), "show": show, "has_desks_below": has_desks_below}
        return render(request, "petitions/inbox.html", context | {"counts": counts})


class DispatchPage(VerbPage):
    verb = "dispatch"
    form_class = DispatchForm
    title = _("派单")
    submit_label = _("派单")
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
        """The supports that went with the lead who sent the petition back: they are asked again unless one leads."""
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
            "joins": JOINS.intersection(possible_verbs(self.petition, self.relation)),
            "proposals": proposals,
            "choices": [(proposal, self._fill(proposal, proposals)) for proposal in proposals.departments],
            "fallback": fallback,
            "fallback_fill": json.dumps({"lead": [str(fallback.pk)]}) if fallback else "",
            **elsewhere(form, self.user),
            "proposed_kind": Kind(proposals.kind).label,
            "proposed_urgency": Urgency(proposals.urgency).label,
        }

    def _fill(self, proposal: Proposal, proposals: Proposals) -> str:
        """Return what the form holds when the proposal is taken, for site.js; "" for one that is another desk's."""
        if not desks_of(self.user).covers(proposal.department.region_id):
            return ""
        supports = [str(unit.pk) for unit in proposals.supports if proposals.is_joint and unit != proposal.department]
        values = {"lead": [str(proposal.department.pk)], "supports": supports}
        return json.dumps(values | {"kind": [proposals.kind], "urgency": [proposals.urgency]})


def elsewhere(form: Any, user: Any) -> dict[str, Any]:
    """Name the department that leads the category where the desk may not dispatch to it."""
    lead: Department | None = form.initial.get("lead")
    return {"lead_elsewhere": lead if lead and not desks_of(user).covers(lead.region_id) else None}


class ProposedLead(View):
    """The lead field again, with the department that leads the chosen category (htmx)."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        user: Any = request.user
        if not user.has_role(Role.DISPATCHER):
            raise PermissionDenied
        petition = get_object_or_404(queries.listed(user), number=number)
        try:
            category = CategoryField(required=False).clean(request.GET.get("category"))
        except ValidationError:
            category = None
        lead = lead_for(category, petition.region_id) if category else None
        form = DispatchForm(initial={"lead": lead}, petition=petition, by=user)
        context = {"form": form, "petition": petition, **elsewhere(form, user)}
        return render(request, "petitions/dispatch.html#lead", context)
