"""The pages that add a support, remove one, and waive one's answer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from departments.models import Department
from petitions.models import Assignment, Part, Petition
from petitions.pages.fields import DepartmentField
from petitions.pages.verb_page import RefusedFirst, VerbPage
from petitions.supports import ADD_SUPPORT, REMOVE_SUPPORT, WAIVE_SUPPORT, add_support, remove_support, waive_support
from ui.fields import long_text
from verbs.inputs import REASON_MIN


class AddSupportForm(forms.Form):
    department = DepartmentField(label=_("协办部门"), empty_label=_("请选择"))
    note = long_text(_("请它办什么"), required=False, rows=3, help_text=_("承办部门和企业都能看到。"))


class EndSupportForm(forms.Form):
    """The form that removes a support, or waives its answer. The first support is chosen beforehand.

    known  parts whose departments the field accepts, also those answered meanwhile: the verb says why it refuses
    owing  parts that are shown to choose from: their supports owe an answer
    """

    department = forms.ModelChoiceField(Department.objects.none(), label=_("协办部门"), empty_label=None)
    reason = long_text(_("原因"), least=REASON_MIN, rows=3, help_text=_("承办部门能看到，企业看不到。"))

    def __init__(self, *args: Any, known: Any, owing: Sequence[Assignment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["department"]
        field.queryset = Department.objects.filter(pk__in=known.values("department"))
        field.choices = [(part.department_id, str(part.department)) for part in owing]
        if owing:
            field.initial = owing[0].department_id


class AddSupportPage(VerbPage):
    verb = ADD_SUPPORT
    form_class = AddSupportForm
    done = _("已增加协办部门，它的时限从现在起算。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return add_support(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class EndSupportPage(RefusedFirst):
    """Base of the pages of the verbs about one support that owes its answer."""

    form_class = EndSupportForm

    def form_arguments(self) -> dict[str, Any]:
        known = self.petition.assignments.filter(part=Part.SUPPORT)
        return {"known": known, "owing": self.verb.choosable(self.it)}


class RemoveSupportPage(EndSupportPage):
    verb = REMOVE_SUPPORT
    done = _("已撤出协办。")
    warning = _("该部门的时限停止，办理记录保留；已经超时的仍计为超时。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return remove_support(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class WaiveSupportPage(EndSupportPage):
    verb = WAIVE_SUPPORT
    submit = _("免于答复")
    done = _("已免于协办答复，主办部门可以办结。")
    warning = _("主办部门不必等该部门答复即可办结；已经超时的仍计为超时。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return waive_support(petition=self.petition, by=self.user, now=now, **form.cleaned_data)
