"""Rating without signing in: the link and QR code to hand on inside the enterprise, and the page they open."""

from typing import Any

import segno
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from accounts.addresses import AddressThrottle, address_of
from accounts.requests import SignedIn, signed_in
from petitions import queries
from petitions.models import Via
from petitions.pages.rating import Judgements, RatePage, answered_parts
from petitions.permissions import relation_to
from petitions.ratings.links import first_words, open_link, token_for
from petitions.ratings.rating import (
    RATE,
    Origin,
    rate_petition,
)
from verbs.refusals import InvalidInput, NotPermitted, Refusal


class RatingQrCode(View):
    """The link to hand on inside the enterprise, as an address and as a QR code."""

    def get(self, request: SignedIn, number: str) -> HttpResponse:
        user = request.user
        petition = get_object_or_404(queries.listed(user), number=number)
        token = token_for(petition, user)
        if token is None:
            raise PermissionDenied
        path = reverse("petitions:rate_by_link", args=[token])
        address = settings.SITE_URL + path if settings.SITE_URL else request.build_absolute_uri(path)
        code = segno.make_qr(address, error="m").svg_inline(border=4, dark="#000", light="#fff", omitsize=True)
        return render(request, "petitions/rating_qr.html", {"petition": petition, "address": address, "code": code})


class LinkThrottle(AddressThrottle):
    scope = "rating_link"


@method_decorator([login_not_required, never_cache], name="dispatch")
class RateByLink(View):
    """The page on which whoever has the link rates. Of the petition it shows only the title's first words and which
    departments answered."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not LinkThrottle().allow_request(request, self):
            return self._said(request, _("打开得太频繁，请几分钟后再试。"), 429)
        try:
            self.petition, self.liaison = open_link(kwargs["token"], now=timezone.now())
            self._check_visitor(request)
        except Refusal as problem:
            return self._said(request, str(problem), problem.status)
        return super().dispatch(request, *args, **kwargs)

    def _check_visitor(self, request: HttpRequest) -> None:
        """Check that a visitor who is signed in may rate the petition with their own account, too.

        Only a liaison of the enterprise may, unless they work in a department with a part in the petition or filed it
        on behalf. Whoever is not signed in passes.
        Raises  NotPermitted
        """
        user = signed_in(request).user
        if user.is_authenticated and not RATE.rule(relation_to(self.petition, user)):
            raise NotPermitted(_("您登录的账号不能评价这件诉求，请退出登录后再打开这个链接。"))

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self._shown(request, Judgements(answered_parts(self.petition)), 200)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        form = Judgements(answered_parts(self.petition), request.POST)
        if not form.is_valid():
            return self._shown(request, form, 422)
        origin = Origin(via=Via.LINK, address=address_of(request))
        try:
            rate_petition(
                petition=self.petition, by=self.liaison, judgements=form.judgements, now=timezone.now(), origin=origin
            )
        except InvalidInput as problem:
            return self._shown(request, form, form.show_refusal(problem))
        except Refusal as problem:
            return self._said(request, str(problem), problem.status)
        return self._said(request, _("感谢评价，您的意见计入部门成绩。"), 200)

    def _shown(self, request: HttpRequest, form: Judgements, status: int) -> HttpResponse:
        context = {"form": form, "words": first_words(self.petition.title), "warning": RatePage.warning}
        return render(request, "petitions/rate_by_link.html", context, status=status)

    def _said(self, request: HttpRequest, sentence: str, status: int) -> HttpResponse:
        context = {"sentence": sentence, "is_done": status == 200}
        return render(request, "petitions/rate_by_link.html", context, status=status)
