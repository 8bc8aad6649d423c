"""Rating: the enterprise's own form, changing it, the link and QR code for somebody else of it, and what a supervisor
does with a second low one."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

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
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache

from accounts.addresses import AddressThrottle, address_of
from accounts.models import Role
from petitions import queries
from petitions.models import Assignment, Petition, RatingReferral, ReferralDecision, Via
from petitions.pages.rating_forms import Judgements, JudgeRatingForm
from petitions.pages.verb_page import VerbPage
from petitions.permissions import RULES, Relation, relation_to
from petitions.ratings.links import first_words, open_link, token_for
from petitions.ratings.rating import Origin, change_rating, changeable_ratings, rate_petition
from petitions.ratings.rectification import judge_rating
from ui.paging import page_of
from verbs.refusals import InvalidInput, NotPermitted, Refusal


class JudgementsPage(VerbPage):
    """Base of the pages with one block per department that answered; all are given in one step."""

    template_name = "petitions/rate.html"

    give: ClassVar[Callable[..., Petition]]

    def assignments(self) -> list[Assignment]:
        """Return what is judged."""
        raise NotImplementedError

    def run(self, *, form: Any, now: datetime) -> Petition:
        origin = Origin(address=address_of(self.request))
        return self.give(petition=self.petition, by=self.user, judgements=form.judgements, now=now, origin=origin)

    def form(self, data: Any = None, files: Any = None) -> Any:
        return Judgements(self.assignments(), data)

    def show_refusal(self, form: Any, problem: Refusal) -> int:
        return int(form.show_refusal(problem))


def ratings_offered(petition: Petition, relation: Relation, now: datetime) -> set[str]:
    """Return the verbs about a rating that the person can use on the petition now. A statement for each that may be."""
    offered = set()
    if RULES["change_rating"](relation) and petition.allows("change_rating") and changeable_ratings(petition, now):
        offered.add("change_rating")
    if RULES["judge_rating"](relation) and petition.allows("judge_rating"):
        offered |= {"judge_rating"} if petition.referrals.filter(decision=ReferralDecision.PENDING).exists() else set()
    return offered


class RatePage(JudgementsPage):
    verb = "rate"
    give = staticmethod(rate_petition)
    title = gettext_lazy("评价")
    submit_label = gettext_lazy("提交评价")
    done = gettext_lazy("感谢评价，您的意见计入部门成绩。")
    warning = gettext_lazy("12小时内可以修改，之后锁定。不满意的，部门要在5个工作日内整改并再次答复。")

    def assignments(self) -> list[Assignment]:
        return answered_parts(self.petition)


class ChangeRatingPage(JudgementsPage):
    verb = "change_rating"
    give = staticmethod(change_rating)
    title = gettext_lazy("修改评价")
    submit_label = gettext_lazy("提交修改")
    done = gettext_lazy("评价已修改。")
    warning = gettext_lazy("修改前后的评价都会留在办理记录中。改为满意的，尚未答复的整改随之撤销。")

    def assignments(self) -> list[Assignment]:
        return [rating.assignment for rating in changeable_ratings(self.petition, timezone.now())]


class RatingQrCode(View):
    """The link to hand on inside the enterprise, as an address and as a QR code."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        user: Any = request.user
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
    """The rating of whoever has the link. It shows the title's first words and the departments, nothing else."""

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
        """Whoever is signed in rates by their own right alone: nobody of the department, no filer on behalf."""
        user: Any = request.user
        if user.is_authenticated and not RULES["rate"](relation_to(self.petition, user)):
            raise NotPermitted(_("您已用不能评价的账号登录：本部门的人和代为提交的人不能评价。"))

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


class JudgeRatingPage(VerbPage):
    verb = "judge_rating"
    form_class = JudgeRatingForm
    title = gettext_lazy("处理再次差评")
    submit_label = gettext_lazy("提交意见")
    done = gettext_lazy("处理意见已提交。")
    warning = gettext_lazy("再次整改的，原承办部门重新开始一轮整改时限；不再整改的，评价照常计分。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return judge_rating(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class Referrals(View):
    """Petitions that were rated low again: those that wait, the oldest first; then all."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if not user.has_role(Role.SUPERVISOR):
            raise PermissionDenied
        rows = RatingReferral.objects.select_related("petition__petitioner__enterprise", "decided_by")
        waiting = rows.filter(decision=ReferralDecision.PENDING)
        show = "all" if request.GET.get("show") == "all" else "open"
        shown = rows.order_by("-referred_at", "-pk") if show == "all" else waiting.order_by("referred_at", "pk")
        context = {
            "tabs": [("open", _("待处理"), waiting.count(), True), ("all", _("全部"), None, False)],
            "show": show,
            "page": page_of(shown, request.GET.get("page")),
        }
        return render(request, "petitions/referrals.html", context)


def answered_parts(petition: Petition) -> list[Assignment]:
    """Return what is rated in the petition's cycle: the departments' parts that were answered. One statement."""
    answered = petition.current_assignments().filter(answered_at__isnull=False)
    return list(answered.select_related("department", "rating"))
