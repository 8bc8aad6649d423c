"""What people type about joint handling and sending back, as forms. They only parse."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from departments.models import Department
from petitions.models import Assignment, Part, SendBack, SendBackReason
from petitions.pages.forms import DepartmentField, DepartmentVerbForm
from petitions.pages.limit_forms import DecisionForm, RequestField, RequestForm
from ui.fields import date_field, long_text


class DiscussForm(DepartmentVerbForm):
    """Something for the thread. It stands on the petition's page beside other forms, so its fields have ids of their
    own."""

    mention = forms.ModelChoiceField(
        Department.objects.all(), label=_("对谁说"), required=False, empty_label=_("各承办部门")
    )
    text = long_text(_("发言"), rows=3, help_text=_("承办部门、受理员和督查员可见，企业看不到。"))

    def __init__(self, *args: Any, parties: Sequence[Department] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "id_discuss-%s"
        field: Any = self.fields["mention"]
        field.choices = [("", field.empty_label), *((unit.pk, str(unit)) for unit in parties)]


class AddSupportForm(forms.Form):
    department = DepartmentField(label=_("协办部门"), empty_label=_("请选择"))
    note = long_text(_("请它办什么"), required=False, rows=3, help_text=_("承办部门和企业都能看到。"))


class EndSupportForm(forms.Form):
    """Take a support back, or let it off its answer; the first one is chosen beforehand.

    known  the petition's supports, also those that answered meanwhile: of them the verb tells
    owing  those that can be chosen
    """

    department = forms.ModelChoiceField(Department.objects.none(), label=_("协办部门"), empty_label=None)
    reason = long_text(_("原因"), rows=3, help_text=_("承办部门能看到，企业看不到。"))

    def __init__(self, *args: Any, known: Any, owing: Sequence[Assignment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["department"]
        field.queryset = Department.objects.filter(pk__in=known.values("department"))
        field.choices = [(part.department_id, str(part.department)) for part in owing]
        if owing:
            field.initial = owing[0].department_id


class AskSendBackForm(DepartmentVerbForm):
    reason = forms.ChoiceField(label=_("退单理由"), choices=SendBackReason.choices, widget=forms.RadioSelect)
    basis = long_text(_("职责依据"), help_text=_("写明法律、“三定”规定或本市职责清单的条款。"))
    proposed = DepartmentField(
        label=_("建议承办部门"),
        required=False,
        empty_label=_("没有建议"),
        help_text=_("不属于本部门职责或需另定主办部门时必填。"),
    )


class SendBackField(RequestField):
    def label_from_instance(self, obj: SendBack) -> str:
        part, words = obj.assignment, [obj.get_reason_display(), obj.basis]
        if obj.proposed:
            words.append(_("建议承办：%(department)s") % {"department": obj.proposed})
        return " · ".join([f"{part.department}（{part.get_part_display()}）", *map(str, words)])


class DecideSendBackForm(DecisionForm):
    request = SendBackField(SendBack.objects.none(), label=_("退单申请"), empty_label=None)
    replace = forms.BooleanField(
        label=_("同意时由建议部门接替协办"), required=False, help_text=_("建议部门的时限从现在起算。")
    )

    def __init__(self, *args: Any, offered: Sequence[SendBack], **kwargs: Any) -> None:
        super().__init__(*args, offered=offered, **kwargs)
        # Nobody takes a lead's place here: the petition goes back to the dispatcher.
        if not any(one.proposed_id and one.assignment.part == Part.SUPPORT for one in offered):
            del self.fields["replace"]


class DisputeSendBackForm(RequestForm):
    request = SendBackField(SendBack.objects.none(), label=_("未获同意的申请"), empty_label=None)
    text = long_text(_("争议理由"), help_text=_("说明为什么不认可受理员的裁决。"))


class PeriodForm(forms.Form):
    begin = date_field(_("从"))
    end = date_field(_("到"))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "begin" in values and "end" in values and values["begin"] > values["end"]:
            self.add_error("end", _("结束日期不能早于开始日期。"))
        return values
