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
from departments.models import lead_for
from petitions import queries
from petitions.dispatch import Placement, dispatch_petition
from petitions.models import Kind, Petition, Urgency
from petitions.pages.forms import CategoryField, DispatchForm
from petitions.pages.paging import page_of
from petitions.pages.verb_page import VerbPage
from petitions.proposals import Proposal, Proposals, propose


class Inbox(View):
    """Petitions that wait for a department, urgent ones first, then the oldest."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if not user.has_role(Role.DISPATCHER):
            raise PermissionDenied
        page = page_of(queries.inbox(user), request.GET.get("page"))
        return render(request, "petitions/inbox.html", {"page": page, "now": timezone.now()})


class DispatchPage(VerbPage):
    verb = "dispatch"
    form_class = DispatchForm
    title = _("派单")
    submit_label = _("派单")
    done = _("已派单，承办部门的时限从现在起算。")
    template_name = "petitions/dispatch.html"

    def form_arguments(self) -> dict[str, Any]:
        petition = self.petition
        lead = lead_for(petition.category, petition.region_id) if petition.category else None
        return {
            "initial": {
                "category": petition.category_id,
                "kind": petition.kind,
                "urgency": petition.urgency,
                "lead": lead and lead.pk,
            }
        }

    def run(self, *, form: Any, now: datetime) -> Petition:
        placement = Placement(**form.cleaned_data)
        return dispatch_petition(petition=self.petition, by=self.user, placement=placement, now=now)

    def context(self, form: Any) -> dict[str, Any]:
        last = self.petition.events.filter(kind="send_back").select_related("department").order_by("-id").first()
        proposed = queries.proposed_by(last) if last else None
        proposals = propose(self.petition)
        return super().context(form) | {
            "sent_back": last,
            "proposed": proposed,
            "proposals": proposals,
            "choices": [(proposal, _fill(proposal, proposals)) for proposal in proposals.departments],
            "proposed_kind": Kind(proposals.kind).label,
            "proposed_urgency": Urgency(proposals.urgency).label,
        }


def _fill(proposal: Proposal, proposals: Proposals) -> str:
    """Return what the form holds when the proposal is taken, for site.js."""
    supports = [str(unit.pk) for unit in proposals.supports if proposals.is_joint and unit != proposal.department]
    lead = [str(proposal.department.pk)]
    return json.dumps({"lead": lead, "supports": supports, "kind": [proposals.kind], "urgency": [proposals.urgency]})


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
        form = DispatchForm(initial={"lead": lead and lead.pk})
        return render(request, "petitions/dispatch.html#lead", {"form": form, "petition": petition})
