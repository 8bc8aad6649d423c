"""What the enterprise does with a petition it has filed: the pages of its verbs."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from files.pages.fields import FilesField
from files.pages.taking_up import TakesFiles
from petitions.following_up import (
    SUPPLEMENT,
    URGE,
    WITHDRAW,
    supplement_petition,
    urge_petition,
    withdraw_petition,
)
from petitions.models import (
    Petition,
)
from petitions.pages.fields import ReasonForm
from petitions.pages.verb_page import VerbPage
from petitions.reopening import REOPEN, reopen_petition
from ui.fields import long_text


class SupplementForm(forms.Form):
    text = long_text(_("补充内容"))
    files = FilesField()  # type: ignore[assignment]


class UrgeForm(forms.Form):
    text = long_text(_("想对承办部门说的话"), required=False, rows=3)


class SupplementPage(TakesFiles, VerbPage):
    verb = SUPPLEMENT
    form_class = SupplementForm
    submit = _("提交补充")
    done = _("补充内容已提交。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return supplement_petition(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class UrgePage(VerbPage):
    verb = URGE
    form_class = UrgeForm
    done = _("已催办，承办部门会收到提醒。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return urge_petition(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class WithdrawPage(VerbPage):
    verb = WITHDRAW
    form_class = ReasonForm
    submit = _("确认撤回")
    done = _("诉求已撤回。")
    warning = _("撤回后诉求即关闭，不能恢复；如仍需帮助要重新提交。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return withdraw_petition(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class ReopenPage(VerbPage):
    verb = REOPEN
    form_class = ReasonForm
    submit = _("要求重新办理")
    done = _("已退回原承办部门重新办理。")
    warning = _("原承办部门将开始新一轮办理，本轮答复会保留。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return reopen_petition(petition=self.petition, by=self.user, now=now, **form.cleaned_data)
