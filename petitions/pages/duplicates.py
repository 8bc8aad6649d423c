"""The dispatcher's pages for duplicates: merge, link, and take either back.

The other petition is chosen from a list of likely ones, or named by its number.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from petitions import group_queries
from petitions.linking import LINK, UNLINK, link_petition, unlink_petition
from petitions.merging import MERGE, UNMERGE, merge_petition, unmerge_petition
from petitions.models import Petition
from petitions.pages.verb_page import RefusedFirst, VerbPage
from petitions.templatetags.petitions import petitioner_for
from verbs.codes import read_code
from verbs.refusals import InvalidInput, Refusal


class LikelyField(forms.ModelChoiceField):
    """A choice of petitions, each shown with title, petitioner (if the reader may know), number and state."""

    reader: Any = None

    def label_from_instance(self, petition: Any) -> str:
        state = petition.get_state_display()
        return f"{petition.title}（{petitioner_for(petition, self.reader)} · {petition.number} · {state}）"


class OtherForm(forms.Form):
    """Asks for the other petition: a likely one, or any known one by its number. If both are given, the number counts.

    likely  petitions to choose from; the first few are shown
    known   petitions that the reader may name by number
    """

    likely = LikelyField(Petition.objects.none(), required=False, widget=forms.RadioSelect, empty_label=None)
    number = forms.CharField(
        label=_("或输入诉求编号"), required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )

    def __init__(
        self, *args: Any, likely: QuerySet[Petition], known: QuerySet[Petition], reader: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        field: Any = self.fields["likely"]
        field.reader, field.label = reader, _("可能的诉求")
        rows = likely[: group_queries.CANDIDATES_MOST]
        if rows:
            field.queryset = likely.filter(pk__in=[row.pk for row in rows])
        else:
            del self.fields["likely"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        number = read_code(values.get("number", ""))
        other = self.known.filter(number=number).first() if number else values.get("likely")
        if other is None and not self.errors:
            self.add_error(
                "number", gettext("没有这个编号的诉求。") if number else gettext("请选择一件诉求，或输入它的编号。")
            )
        return {"other": other}


class JoinPage(RefusedFirst):
    """Base of the pages that merge and link. What the verb says of the other petition is shown at the number field."""

    form_class = OtherForm
    candidates: ClassVar[Callable[..., QuerySet[Petition]]]

    def form_arguments(self) -> dict[str, Any]:
        return {
            "initial": {"number": self.request.GET.get("number", "")},
            "likely": self.candidates(self.petition, self.user),
            "known": group_queries.joinable(self.user),
            "reader": self.user,
        }

    def show_refusal(self, form: Any, problem: Refusal) -> int:
        if not isinstance(problem, InvalidInput):
            return super().show_refusal(form, problem)
        for sentence in problem.fields.values():
            form.add_error("number", sentence)
        return 422


class MergePage(JoinPage):
    verb = MERGE
    submit = _("并入所选诉求")
    done = _("已合并，企业可以在并入的诉求中看到办理情况。")
    warning = _("同一企业重复提交时使用：这件诉求关闭，内容和附件在所选诉求中可以看到。可以撤销。")
    candidates = staticmethod(group_queries.merge_candidates)

    def run(self, *, form: Any, now: datetime) -> Petition:
        return merge_petition(petition=self.petition, into=form.cleaned_data["other"], by=self.user, now=now)


class LinkPage(JoinPage):
    verb = LINK
    submit = _("关联到所选诉求")
    done = _("已关联，今后由牵头诉求一并办理。")
    warning = _("多家企业反映同一问题时使用：所选诉求牵头，部门只办一次，每家企业分别收到答复、分别评价。可以解除。")
    candidates = staticmethod(group_queries.link_candidates)

    def run(self, *, form: Any, now: datetime) -> Petition:
        return link_petition(petition=self.petition, parent=form.cleaned_data["other"], by=self.user, now=now)


class UnmergePage(VerbPage):
    verb = UNMERGE
    form_class = forms.Form
    done = _("合并已撤销，诉求回到待派单。")
    warning = _("诉求回到待派单，时限从原来的起点接着计算。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return unmerge_petition(petition=self.petition, by=self.user, now=now)


class UnlinkPage(VerbPage):
    verb = UNLINK
    form_class = forms.Form
    done = _("已解除关联，这件诉求单独办理。")
    warning = _("这件诉求今后单独办理：部门的时限从现在起算，企业等待的时限接着计算。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return unlink_petition(petition=self.petition, by=self.user, now=now)
