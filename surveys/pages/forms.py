"""What people type about the survey, as forms. They only parse."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from petitions.models import IsSolved, Level
from surveys.models import Result
from surveys.queries import evaluators
from surveys.sampling import SEED_MAX
from ui.fields import long_text


class AttemptForm(forms.Form):
    """One attempt. Nothing is preselected: neither the result nor the rating (政务服务“好差评”)."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    result = forms.ChoiceField(label=_("这次拨打的结果"), choices=Result.choices, widget=forms.RadioSelect)
    level = forms.TypedChoiceField(
        label=_("企业对答复满意吗？"),
        choices=Level.choices,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("接通后照企业的原话记录，不提示、不解释。"),
    )
    is_solved = forms.ChoiceField(
        label=_("问题解决了吗？"), choices=IsSolved.choices, required=False, widget=forms.RadioSelect
    )
    call_back_at = forms.DateTimeField(
        label=_("约定时间"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}),
        help_text=_("仅“约好再打”时填写。"),
    )
    remarks = long_text(_("备注"), required=False, rows=3)


class MonthField(forms.DateField):
    """A month, typed as year-month; its value is the first day."""

    widget = forms.DateInput(format="%Y-%m", attrs={"type": "month"})
    input_formats = ["%Y-%m"]


class DrawForm(forms.Form):
    month = MonthField(label=_("月份"))
    seed = forms.CharField(label=_("随机种子"), required=False, max_length=SEED_MAX)

    def __init__(self, data: Any = None, *, last_month: date) -> None:
        super().__init__(data, initial={"month": last_month})


class HandCallForm(forms.Form):
    to = forms.ModelChoiceField(User.objects.none(), label=_("交给"), empty_label=_("请选择测评员"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        field.queryset = evaluators()
