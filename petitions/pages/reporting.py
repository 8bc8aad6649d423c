"""Filing a petition: the form and its page, and the list of similar petitions that were filed before."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.models import Role, User
from accounts.requests import SignedIn
from enterprises.models import Enterprise, Occasion
from files.pages.fields import FilesField
from files.pages.taking_up import take_up
from petitions.errors import KeyReused
from petitions.models import (
    BODY_MAX,
    TITLE_MAX,
    Channel,
    Kind,
    Urgency,
)
from petitions.occasion_queries import open_occasion
from petitions.pages.fields import CategoryField
from petitions.reporting import BODY_MIN, Report, report_petition
from petitions.search.similar import already_asked
from regions.models import Region
from ui.fields import long_text
from ui.refusals import show_refusal
from verbs.refusals import Refusal


class PetitionForm(forms.Form):
    """The fields that everybody fills in who files. The enterprise is added by the subclasses, or by their pages."""

    title = forms.CharField(
        label=_("标题"), widget=forms.TextInput(attrs={"placeholder": _("一句话说清问题"), "data-most": TITLE_MAX})
    )
    body = long_text(
        _("诉求内容"),
        least=BODY_MIN,
        most=BODY_MAX,
        rows=8,
        help_text=_("什么事、涉及哪里、已经找过谁、希望怎样解决。"),
    )
    kind = forms.ChoiceField(label=_("诉求类型"), choices=Kind.choices, widget=forms.RadioSelect)
    urgency = forms.ChoiceField(
        label=_("紧急程度"), choices=Urgency.choices, widget=forms.RadioSelect, initial=Urgency.NORMAL
    )
    category = CategoryField(
        label=_("类别"), required=False, empty_label=_("不确定，由受理员归类"), help_text=_("选对类别会更快派到部门。")
    )
    region = forms.ModelChoiceField(Region.objects.all(), label=_("所在区县或园区"), empty_label=None)
    contact_name = forms.CharField(label=_("联系人"))
    contact_phone = forms.CharField(label=_("联系电话"), required=False, widget=forms.TextInput(attrs={"type": "tel"}))
    is_confidential = forms.BooleanField(
        label=_("对承办部门保密我的身份"), required=False, help_text=_("部门只看到问题，看不到企业名称和联系方式。")
    )
    files = FilesField()  # type: ignore[assignment]
    follow = forms.BooleanField(required=False)  # shown with the similar petitions, by _already_asked.html
    submission_key = forms.CharField(widget=forms.HiddenInput)

    def take_new_key(self) -> None:
        """Let the form, shown again, file another petition: its key has filed one with another content."""
        data: Any = self.data
        self.data = data.copy()
        self.data["submission_key"] = uuid.uuid4().hex  # type: ignore[index]


class ReportForm(PetitionForm):
    enterprise = forms.ModelChoiceField(Enterprise.objects.none(), label=_("企业"), empty_label=None)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        mine = Enterprise.objects.of_liaison(user) | Enterprise.objects.of_assistant(user)
        chosen = mine.select_related("region").distinct()
        initial: dict[str, Any] = {"submission_key": uuid.uuid4().hex, "contact_name": user.display_name}
        initial["contact_phone"] = user.phone
        first = chosen.first()
        if first:
            initial |= {"enterprise": first.pk, "region": first.region_id}
        super().__init__(*args, initial=initial, **kwargs)  # type: ignore[misc]
        enterprise: Any = self.fields["enterprise"]
        enterprise.queryset = chosen


GONE = _("二维码上的活动已结束登记或不存在，诉求不记入该活动。")


class ReportPetition(View):
    """The page that files a petition. Sending the same form twice files one petition.

    The QR code of an occasion leads here with `?from=` and the occasion's key, which is kept through signing in. A
    dispatcher who follows it is at the occasion to take petitions down, and is led to the desk's form.
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
        form = ReportForm(request.POST, take_up(request), user=self.user)
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
            if isinstance(problem, KeyReused):
                form.take_new_key()
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
    """Shows what was asked already, while somebody types into a filing form (htmx). A POST because texts are long.

    It shows the enterprise's own open petitions like the text. Of other enterprises' petitions it shows only how many
    enterprises asked, by category, kind and state. The intake's form also sends `caller`: the credit code of the
    enterprise whose petitions are the own ones, empty if it is not registered yet.
    """

    def post(self, request: SignedIn) -> HttpResponse:
        user = request.user
        caller = request.POST.get("caller")
        if not user.has_role(*((Role.LIAISON, Role.ASSISTANT) if caller is None else (Role.DISPATCHER,))):
            raise PermissionDenied
        title, body = (request.POST.get(name, "")[:most] for name, most in (("title", TITLE_MAX), ("body", BODY_MAX)))
        asked = already_asked(title, body, user, caller=caller)
        context = {"asked": asked, "follow": request.POST.get("follow")}
        return render(request, "petitions/_already_asked.html", context)
