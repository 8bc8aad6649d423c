"""Occasions: the list with what became of their petitions; one occasion, its form, and its poster with a QR code."""

from typing import Any

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.models import Role, User
from accounts.requests import signed_in
from enterprises.models import Occasion
from enterprises.occasions import Details, change_occasion, create_occasion, may_change
from petitions import occasion_queries
from petitions.clocks.nearest import RunningLimits, readings
from regions.desks import desks_of
from regions.models import Region
from ui.fields import moment_field
from ui.paging import page_of


class OccasionForm(forms.Form):
    kind = forms.ChoiceField(label=_("类型"), choices=Occasion.Kind.choices, widget=forms.RadioSelect)
    name = forms.CharField(label=_("名称"))
    place = forms.CharField(label=_("地点"))
    region = forms.ModelChoiceField(Region.objects.all(), label=_("所在区县或园区"), empty_label=None)
    starts_at = moment_field(_("开始时间"), required=False)
    ends_at = moment_field(_("结束时间"), required=False)
    host = forms.CharField(label=_("主办方"), required=False)
    is_open = forms.BooleanField(
        label=_("开放登记"), required=False, initial=True, help_text=_("关闭后，二维码打开的表单不再记入这一场。")
    )

    def __init__(self, data: Any = None, *, user: User, **options: Any) -> None:
        super().__init__(data, **options)
        regions: Any = self.fields["region"]
        regions.queryset = Region.objects.filter(pk__in=desks_of(user).branch)


class Readable(View):
    """Base of the pages about occasions, for people who may read them. The queries decide which a person sees."""

    user: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.user = request.user
        if not self.user.has_role(*occasion_queries.READERS):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def find(self, key: str) -> Occasion:
        return get_object_or_404(occasion_queries.occasions(self.user), key=key)


class OccasionList(Readable):
    def get(self, request: HttpRequest) -> HttpResponse:
        page = page_of(occasion_queries.occasions(self.user), request.GET.get("page"))
        figures = occasion_queries.figures(page.rows, self.user)
        context = {
            "page": page,
            "rows": [(occasion, figures[occasion.pk]) for occasion in page.rows],
            "may_write": self.user.has_role(Role.DISPATCHER),
        }
        return render(request, "petitions/occasions.html", context)


class ShowOccasion(Readable):
    def get(self, request: HttpRequest, occasion: str) -> HttpResponse:
        found = self.find(occasion)
        now = timezone.now()
        page = page_of(occasion_queries.petitions_of(found, self.user), request.GET.get("page"))
        context = {
            "occasion": found,
            "figures": occasion_queries.figures([found], self.user)[found.pk],
            "page": page,
            "limits": readings(RunningLimits(self.user).nearest(page.rows), now),
            "may_write": self.user.has_role(Role.DISPATCHER),
            "may_change": may_change(found, self.user),
            "words": (),
            "now": now,
        }
        return render(request, "petitions/occasion.html", context)


class WriteOccasion(Readable):
    """Base of the pages that create and change an occasion; dispatchers only."""

    occasion: Occasion | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        user = signed_in(request).user
        if not user.has_role(Role.DISPATCHER):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def form(self, data: Any = None) -> OccasionForm:
        raise NotImplementedError

    def run(self, values: dict[str, Any]) -> Occasion:
        raise NotImplementedError

    def get(self, request: HttpRequest, **_address: str) -> HttpResponse:
        return self.shown(request, self.form(), 200)

    def post(self, request: HttpRequest, **_address: str) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.shown(request, form, 422)
        try:
            occasion = self.run(form.cleaned_data)
        except ValidationError as problem:
            form.add_error(None, problem)
            return self.shown(request, form, 422)
        messages.success(request, _("已保存。"))
        return redirect("petitions:occasion", occasion=occasion.key)

    def shown(self, request: HttpRequest, form: OccasionForm, status: int) -> HttpResponse:
        return render(request, "petitions/occasion_form.html", {"form": form, "occasion": self.occasion}, status=status)


class CreateOccasion(WriteOccasion):
    def form(self, data: Any = None) -> OccasionForm:
        return OccasionForm(data, user=self.user)

    def run(self, values: dict[str, Any]) -> Occasion:
        kind = values.pop("kind")
        return create_occasion(kind=kind, details=Details(**values), by=self.user, now=timezone.now())


class ChangeOccasion(WriteOccasion):
    """Changes an occasion. The form leaves out the kind, because petitions already took their channel from it."""

    occasion: Occasion

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        user = signed_in(request).user
        if user.is_authenticated and user.has_role(Role.DISPATCHER):
            self.occasion = get_object_or_404(occasion_queries.occasions(user), key=kwargs["occasion"])
            if not may_change(self.occasion, user):
                raise PermissionDenied

    def form(self, data: Any = None) -> OccasionForm:
        initial = vars(self.occasion) | {"region": self.occasion.region_id}
        form = OccasionForm(data, user=self.user, initial=initial)
        del form.fields["kind"]
        return form

    def run(self, values: dict[str, Any]) -> Occasion:
        return change_occasion(occasion=self.occasion, details=Details(**values), by=self.user)


class Poster(Readable):
    """One sheet of A4 with a QR code that opens the filing form for this occasion.

    The code is dark on white, with the quiet zone of four modules that scanners need (ISO/IEC 18004); site.css prints
    it far larger than 30 mm. A quarter of the code may be lost to rain and staples (error correction Q).
    """

    def get(self, request: HttpRequest, occasion: str) -> HttpResponse:
        found = self.find(occasion)
        path = f"{reverse('petitions:report')}?from={found.key}"
        address = settings.SITE_URL + path if settings.SITE_URL else request.build_absolute_uri(path)
        code = segno.make_qr(address, error="q")
        context = {
            "occasion": found,
            "address": address,
            "is_guessed": not settings.SITE_URL,
            "code": code.svg_inline(border=4, dark="#000", light="#fff", omitsize=True),
        }
        return render(request, "petitions/poster.html", context)
