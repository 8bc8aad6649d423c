"""A dispatcher's pages besides the dispatch itself: give a petition to another desk, take a dispatch back, look through
what was dispatched automatically.
"""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.models import Role
from accounts.requests import SignedIn
from petitions import queries
from petitions.desks import DELEGATE_DOWN, ESCALATE_UP, delegate_down, escalate_up
from petitions.models import Petition
from petitions.pages.fields import ReasonForm
from petitions.pages.verb_page import VerbPage
from petitions.undo import UNDO_DISPATCH, undo_dispatch
from regions.desks import desks_below
from regions.models import Region
from ui.fields import long_text
from ui.paging import page_of


class EscalateUpPage(VerbPage):
    verb = ESCALATE_UP
    form_class = ReasonForm
    submit = _("提请上级")
    done = _("已提请上级派单台派单，时限照常计算。")
    warning = _("由上级派单台派单；派单时限和企业等待时限照常计算，本派单台仍可查看。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return escalate_up(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class DelegateDownForm(forms.Form):
    """Offers the desks below the person's own. The field accepts any region; the verb refuses those not offered."""

    desk = forms.ModelChoiceField(Region.objects.all(), label=_("下级派单台"), empty_label=_("请选择"))
    note = long_text(_("说明"), required=False, rows=3, help_text=_("企业看不到。"))

    def __init__(self, *args: Any, desks: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        desk: Any = self.fields["desk"]
        desk.choices = [("", _("请选择")), *((desk.pk, str(desk)) for desk in desks)]


class DelegateDownPage(VerbPage):
    verb = DELEGATE_DOWN
    form_class = DelegateDownForm
    submit = _("下放")
    done = _("已下放给下级派单台，时限照常计算。")
    warning = _("由下级派单台派单；派单时限和企业等待时限照常计算，您仍可查看，也可以收回自己派。")

    def form_arguments(self) -> dict[str, Any]:
        desks = desks_below(self.user).exclude(pk=self.petition.desk_id)
        return {"desks": desks, "initial": {"desk": self.petition.region_id}}

    def run(self, *, form: Any, now: datetime) -> Petition:
        return delegate_down(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class UndoDispatchPage(VerbPage):
    verb = UNDO_DISPATCH
    form_class = ReasonForm
    done = _("派单已撤回，诉求回到待派单。")
    warning = _("各承办部门的时限随之终止，不计退单；企业等待时限照常计算。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return undo_dispatch(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class AutoDispatched(View):
    """Lists for dispatchers what was dispatched automatically, today or ever (`?show=all`), newest first."""

    def get(self, request: SignedIn) -> HttpResponse:
        user = request.user
        if not user.has_role(Role.DISPATCHER):
            raise PermissionDenied
        now = timezone.now()
        show = "all" if request.GET.get("show") == "all" else ""
        rows = queries.auto_dispatched(user, None if show else timezone.localdate(now))
        page = page_of(rows, request.GET.get("page"))
        return render(request, "petitions/auto_dispatched.html", {"page": page, "show": show, "now": now})
