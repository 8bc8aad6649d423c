"""A dispatcher's pages besides the dispatch itself: hand over to another desk, take a dispatch back, review what was
dispatched automatically.
"""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.models import Role
from petitions import queries
from petitions.desks import delegate_down, escalate_up
from petitions.models import Petition
from petitions.pages.forms import ReasonForm
from petitions.pages.verb_page import VerbPage
from petitions.undo import undo_dispatch
from regions.desks import desks_below
from regions.models import Region
from ui.fields import long_text
from ui.paging import page_of


class EscalateUpPage(VerbPage):
    verb = "escalate_up"
    form_class = ReasonForm
    title = _("提请上级派单")
    submit_label = _("提请上级")
    done = _("已提请上级派单台派单，时限照常计算。")
    warning = _("由上级派单台派单；派单时限和企业等待时限照常计算，本派单台仍可查看。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return escalate_up(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class DelegateDownForm(forms.Form):
    """Regions are known; offered are the desks below the person's own, and the verb says so of any other."""

    desk = forms.ModelChoiceField(Region.objects.all(), label=_("下级派单台"), empty_label=_("请选择"))
    note = long_text(_("说明"), required=False, rows=3, help_text=_("企业看不到。"))

    def __init__(self, *args: Any, desks: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["desk"].choices = [("", _("请选择")), *((desk.pk, str(desk)) for desk in desks)]  # type: ignore[attr-defined]


class DelegateDownPage(VerbPage):
    verb = "delegate_down"
    form_class = DelegateDownForm
    title = _("下放派单")
    submit_label = _("下放")
    done = _("已下放给下级派单台，时限照常计算。")
    warning = _("由下级派单台派单；派单时限和企业等待时限照常计算，您仍可查看，也可以收回自己派。")

    def form_arguments(self) -> dict[str, Any]:
        desks = desks_below(self.user).exclude(pk=self.petition.desk_id)
        return {"desks": desks, "initial": {"desk": self.petition.region_id}}

    def run(self, *, form: Any, now: datetime) -> Petition:
        return delegate_down(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class UndoDispatchPage(VerbPage):
    verb = "undo_dispatch"
    form_class = ReasonForm
    title = _("撤回派单")
    submit_label = _("撤回派单")
    done = _("派单已撤回，诉求回到待派单。")
    warning = _("各承办部门的时限随之终止，不计退单；企业等待时限照常计算。")
    is_dangerous = True

    def run(self, *, form: Any, now: datetime) -> Petition:
        return undo_dispatch(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class AutoDispatched(View):
    """What was dispatched automatically, today's or all, newest first, for dispatchers to look through."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if not user.has_role(Role.DISPATCHER):
            raise PermissionDenied
        now = timezone.now()
        show = "all" if request.GET.get("show") == "all" else ""
        rows = queries.auto_dispatched(user, None if show else timezone.localdate(now))
        page = page_of(rows, request.GET.get("page"))
        return render(request, "petitions/auto_dispatched.html", {"page": page, "show": show, "now": now})
