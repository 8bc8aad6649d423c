"""What people type about limits, as forms: extension, hold, supervision orders. They only parse."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from departments.models import Department
from petitions.ledgers import DAYS_MOST
from petitions.models import Decision, Extension, Hold, SendBack
from petitions.pages.forms import DepartmentVerbForm
from ui.fields import date_field, long_text


class AskExtensionForm(DepartmentVerbForm):
    days = forms.IntegerField(
        label=_("延长几个工作日"),
        widget=forms.NumberInput(attrs={"min": 1, "max": DAYS_MOST}),
        help_text=_("1到10天。"),
    )
    reason = long_text(_("延期理由"), help_text=_("同意延期后，企业可以看到理由。"))


class AskHoldForm(DepartmentVerbForm):
    reason = long_text(_("挂账理由"), help_text=_("在等什么、等谁。同意挂账后，企业可以看到理由。"))
    review_date = date_field(_("复核日期"), help_text=_("到这一天要重新看一次能不能恢复办理。"))


class RequestField(forms.ModelChoiceField):
    """One extension or hold; the choice says all that has to be known for a decision."""

    widget = forms.RadioSelect

    def label_from_instance(self, obj: Any) -> str:
        what = (
            _("延长%(days)d个工作日") % {"days": obj.days}
            if isinstance(obj, Extension)
            else _("复核日期 %(day)s") % {"day": obj.review_date}
        )
        return f"{obj.assignment.department} · {what} · {obj.reason}"


class RequestForm(forms.Form):
    """Base of the forms about one request of the petition; the only one is chosen beforehand.

    known    the requests the person may name, decided ones too: what another decided meanwhile is told by the verb
    offered  those that can be chosen
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
    note = long_text(_("审批意见"), required=False, rows=3, help_text=_("不同意时请写明原因。"))


class ReviewHoldForm(RequestForm):
    text = long_text(_("等待的事项有什么进展"), help_text=_("企业可以看到。"))
    review_date = date_field(_("下次复核日期"))


class ResumeForm(RequestForm):
    note = long_text(_("说明"), required=False, rows=3, help_text=_("企业可以看到。"))


class IssueOrderForm(forms.Form):
    department = forms.ModelChoiceField(Department.objects.none(), label=_("督办部门"), empty_label=None)
    text = long_text(_("督办要求"), rows=5)

    def __init__(self, *args: Any, departments: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]


class ReplyForm(forms.Form):
    text = long_text(_("回复"), rows=6, help_text=_("写明未按时办理的原因、已采取的措施和完成时间。"))


class AcceptForm(forms.Form):
    note = long_text(_("审核意见"), required=False, rows=3)


class RejectForm(forms.Form):
    note = long_text(_("退回原因"), rows=3, help_text=_("退回后回复时限重新起算。"))
