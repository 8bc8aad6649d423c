"""A second low rating: the list of those that wait for a supervisor, and the page that decides one."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from accounts.models import Role
from accounts.requests import SignedIn
from petitions.models import Petition, RatingReferral, ReferralDecision
from petitions.offered import offered_on
from petitions.pages.verb_page import VerbPage
from petitions.ratings.rectification import JUDGE_RATING, judge_rating
from ui.fields import long_text
from ui.paging import page_of
from verbs.inputs import REASON_MIN


class JudgeRatingForm(forms.Form):
    is_again = forms.TypedChoiceField(
        label=gettext_lazy("处理意见"),
        choices=[("yes", gettext_lazy("再次整改")), ("no", gettext_lazy("不再整改"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    why = long_text(gettext_lazy("理由"), least=REASON_MIN, help_text=gettext_lazy("企业和承办部门都能看到。"))


class JudgeRatingPage(VerbPage):
    verb = JUDGE_RATING
    form_class = JudgeRatingForm
    submit = gettext_lazy("提交意见")
    done = gettext_lazy("处理意见已提交。")
    warning = gettext_lazy("再次整改的，原承办部门重新开始一轮整改时限；不再整改的，评价照常计分。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return judge_rating(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class Referrals(View):
    """Lists second low ratings: in one tab those that wait, the oldest first; in the other all, the newest first."""

    def get(self, request: SignedIn) -> HttpResponse:
        user = request.user
        if not user.has_role(Role.SUPERVISOR):
            raise PermissionDenied
        rows = RatingReferral.objects.select_related("petition__petitioner__enterprise", "decided_by")
        waiting = rows.filter(decision=ReferralDecision.PENDING)
        show = "all" if request.GET.get("show") == "all" else "open"
        shown = rows.order_by("-referred_at", "-pk") if show == "all" else waiting.order_by("referred_at", "pk")
        page = page_of(shown, request.GET.get("page"))
        petitions = [referral.petition for referral in page.rows]
        judged = offered_on(petitions, user, timezone.now(), [JUDGE_RATING])
        context = {
            "tabs": [("open", _("待处理"), waiting.count(), True), ("all", _("全部"), None, False)],
            "show": show,
            "page": page,
            "judgeable": {key for key, verbs in judged.items() if verbs},
        }
        return render(request, "petitions/referrals.html", context)
