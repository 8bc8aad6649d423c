"""The enterprise's pages: file a petition, my petitions, and what can be done with one of them."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.models import Role
from enterprises.models import Occasion
from petitions import queries
from petitions.models import BODY_MAX, TITLE_MAX, Channel, Petition, State
from petitions.occasion_queries import open_occasion
from petitions.pages.filters import SearchForm
from petitions.pages.forms import ReasonForm, ReportForm, SupplementForm, UrgeForm
from petitions.pages.petition_lists import petition_page
from petitions.pages.verb_page import VerbPage
from petitions.reporting import Report, report_petition, supplement_petition, urge_petition, withdraw_petition
from petitions.resolution import reopen_petition
from petitions.search import finding
from petitions.search.similar import already_asked
from petitions.search.words import Query
from ui.refusals import show_refusal
from verbs.refusals import Refusal

GONE = _("二维码上的活动已结束登记或不存在，诉求不记入该活动。")


class MyPetitions(View):
    """The petitions of the person's enterprises, newest first, with a tab per state."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
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
        finding.add_excerpts(page.rows, query or Query(), user)
        counts = queries.counts_by_state(user)
        return render(
            request,
            "petitions/mine.html",
            {
                "page": page,
                "form": form,
                "words": query.words if query else (),
                "chosen": chosen,
                "tabs": [(value, label, counts[value]) for value, label in State.choices],
                "total": sum(counts.values()),
                "now": timezone.now(),
            },
        )


class ReportPetition(View):
    """The form that files a petition; a second click of the same form is the same petition.

    `?from=` is what the QR code of an occasion adds: the occasion's key, kept through signing in. A
    dispatcher, who sits at the occasion, is led to the desk's form.
    """

    user: Any
    key: str
    occasion: Occasion | None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.user = request.user
        self.key = request.GET.get("from", "")
        if not self.user.has_role(Role.LIAISON, Role.ASSISTANT):
            if self.key and self.user.has_role(Role.DISPATCHER):
                return redirect(f"{reverse('petitions:intake')}?{urlencode({'from': self.key})}")
            raise PermissionDenied
        self.occasion = open_occasion(self.key)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._shown(request, ReportForm(user=self.user), 200)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ReportForm(request.POST, request.FILES, user=self.user)
        if not form.is_valid():
            return self._shown(request, form, 422)
        is_assistant = not self.user.has_role(Role.LIAISON)
        channel = Channel.ASSISTANT if is_assistant else Channel.WEB
        try:
            petition = report_petition(
                report=Report(channel=channel, occasion=self.occasion, **form.cleaned_data),
                by=self.user,
                now=timezone.now(),
            )
        except Refusal as problem:
            return self._shown(request, form, show_refusal(form, problem))
        messages.success(request, _("诉求已提交，编号 %(number)s。") % {"number": petition.number})
        if self.key and self.occasion is None:
            messages.warning(request, GONE)
        return redirect("petitions:show", number=petition.number)

    def _shown(self, request: HttpRequest, form: ReportForm, status: int) -> HttpResponse:
        typed = (form.data.get("title", ""), form.data.get("body", ""))
        asked = already_asked(*typed, self.user) if form.is_bound else None
        gone = GONE if self.key and self.occasion is None else ""
        context = {
            "form": form,
            "occasion": self.occasion,
            "gone": gone,
            "asked": asked,
            "follow": form.data.get("follow"),
        }
        return render(request, "petitions/report.html", context, status=status)


class AlreadyAsked(View):
    """What is like the text that somebody is typing, for the report page (htmx); a POST because texts are long.

    `caller`, when the desk types: for whom, by credit code; empty for an enterprise that is new.
    """

    def post(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        caller = request.POST.get("caller")
        if not user.has_role(*((Role.LIAISON, Role.ASSISTANT) if caller is None else (Role.DISPATCHER,))):
            raise PermissionDenied
        title, body = (request.POST.get(name, "")[:most] for name, most in (("title", TITLE_MAX), ("body", BODY_MAX)))
        asked = already_asked(title, body, user, caller=caller and caller.replace("\x00", ""))
        context = {"asked": asked, "follow": request.POST.get("follow")}
        return render(request, "petitions/_already_asked.html", context)


class SupplementPage(VerbPage):
    verb = "supplement"
    form_class = SupplementForm
    title = _("补充材料")
    submit_label = _("提交补充")
    done = _("补充内容已提交。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return supplement_petition(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class UrgePage(VerbPage):
    verb = "urge"
    form_class = UrgeForm
    title = _("催办")
    submit_label = _("催办")
    done = _("已催办，承办部门会收到提醒。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return urge_petition(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class WithdrawPage(VerbPage):
    verb = "withdraw"
    form_class = ReasonForm
    title = _("撤回诉求")
    submit_label = _("确认撤回")
    done = _("诉求已撤回。")
    warning = _("撤回后诉求即关闭，不能恢复；如仍需帮助要重新提交。")
    is_dangerous = True

    def run(self, *, form: Any, now: datetime) -> Petition:
        return withdraw_petition(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class ReopenPage(VerbPage):
    verb = "reopen"
    form_class = ReasonForm
    title = _("重新办理")
    submit_label = _("要求重新办理")
    done = _("已退回原承办部门重新办理。")
    warning = _("原承办部门将开始新一轮办理，本轮答复会保留。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return reopen_petition(petition=self.petition, by=self.user, now=now, **form.cleaned_data)
