"""Base of the pages of verbs about one request of a petition: an extension, a hold, a send-back.

The person chooses the request in the form.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from petitions.models import Decision, Extension, Hold, SendBack
from petitions.pages.verb_page import RefusedFirst
from petitions.supervision import known
from ui.fields import long_text
from verbs.inputs import REASON_MIN


class RequestField(forms.ModelChoiceField):
    """A choice of extensions or holds. The label of each says all that is needed for a decision."""

    widget = forms.RadioSelect

    def label_from_instance(self, obj: Any) -> str:
        what = (
            _("延长%(days)d个工作日") % {"days": obj.days}
            if isinstance(obj, Extension)
            else _("复核日期 %(day)s") % {"day": obj.review_date}
        )
        return f"{obj.assignment.department} · {what} · {obj.reason}"


class RequestForm(forms.Form):
    """Base of the forms about one request of the petition; if only one is offered, it is chosen beforehand.

    known    all requests that the field accepts, decided ones too: so the verb can say that somebody decided meanwhile
    offered  those that are shown to choose from
    """

    request = RequestField(Extension.objects.none(), label=_("申请"), empty_label=None)

    def __init__(self, *args: Any, known: Any, offered: Sequence[Extension | Hold | SendBack], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["request"]
        field.queryset = known
        field.choices = [(one.pk, field.label_from_instance(one)) for one in offered]
        if len(offered) == 1:
            field.initial = offered[0].pk


class DecisionForm(RequestForm):
    decision = forms.ChoiceField(
        label=_("审批"),
        choices=[(Decision.APPROVED, _("同意")), (Decision.REFUSED, _("不同意"))],
        widget=forms.RadioSelect,
    )
    note = long_text(
        _("审批意见"),
        required=False,
        rows=3,
        help_text=format_lazy(_("不同意时请写明原因，至少{least}个字。"), least=REASON_MIN),
    )


class RequestPage(RefusedFirst):
    """Base of the page of a verb about one extension or hold (`model`) of the petition."""

    model: ClassVar[type[Extension] | type[Hold]]

    def known(self) -> Any:
        """Return the petition's requests that the person may know of."""
        rows: Any = known.extensions if self.model is Extension else known.holds
        return rows(self.user).filter(assignment__petition=self.petition)

    def form_arguments(self) -> dict[str, Any]:
        chosen = self.request.GET.get("request", "")
        initial = {"request": int(chosen)} if chosen.isdecimal() and len(chosen) < 10 else {}
        return {"known": self.known(), "offered": self.verb.choosable(self.it), "initial": initial}
