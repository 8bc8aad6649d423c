"""The pages of the verbs with which a department works on a petition. Its queue is in petitions/pages/queue.py."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from departments.models import people_of
from files.pages.fields import FilesField
from files.pages.taking_up import TakesFiles
from petitions.check_in import CHECK_IN, check_in_department
from petitions.handling import CONTACT, PROGRESS, ContactWay, record_contact, record_progress
from petitions.models import (
    BODY_MAX,
    Assignment,
    Outcome,
    Petition,
    ReplyTemplate,
)
from petitions.office.handover import HAND_OVER, hand_over
from petitions.pages.fields import DepartmentVerbForm, PersonField
from petitions.pages.verb_page import RefusedFirst, VerbPage
from petitions.resolution import ANSWER_SUPPORT, RESOLVE, Answer, answer_support, resolve_petition
from ui.fields import OnlyWhen, date_field, long_text
from verbs.inputs import REASON_MIN


class HandOverForm(DepartmentVerbForm):
    to = PersonField(label=_("经办人"))
    note = long_text(_("说明"), required=False, rows=3, help_text=_("企业看不到。"))

    def __init__(self, *args: Any, assignments: Sequence[Assignment] = (), **kwargs: Any) -> None:
        super().__init__(*args, assignments=assignments, **kwargs)
        field: Any = self.fields["to"]
        field.offer(people_of([row.department for row in assignments]))
        if len(assignments) == 1:
            field.initial = assignments[0].handler_id


class CheckInForm(DepartmentVerbForm):
    pass


class ContactForm(DepartmentVerbForm):
    way = forms.ChoiceField(label=_("联系方式"), choices=ContactWay.choices, widget=forms.RadioSelect)
    text = long_text(_("沟通情况"))


class ProgressForm(DepartmentVerbForm):
    text = long_text(_("进展"))
    is_public = forms.BooleanField(label=_("企业可见"), required=False, initial=True)


class AnswerForm(OnlyWhen, DepartmentVerbForm):
    only_when: ClassVar = {"planned_date": ("outcome", (Outcome.PLANNED,))}

    outcome = forms.ChoiceField(label=_("办理结果"), choices=Outcome.choices, widget=forms.RadioSelect)
    planned_date = date_field(_("计划完成日期"), required=False, help_text=_("仅“列入计划”时填写。"))
    public_answer = long_text(
        _("公开答复"), least=REASON_MIN, most=BODY_MAX, rows=7, help_text=_("企业看得到：做了什么、结果如何。")
    )
    internal_note = long_text(_("内部备注"), required=False, rows=3, help_text=_("企业看不到。"))
    files = FilesField()  # type: ignore[assignment]


class DepartmentVerbPage(VerbPage):
    """Base of the page of a verb about a department's part. If there are several such parts, the person chooses one."""

    def form_arguments(self) -> dict[str, Any]:
        return {"assignments": self.verb.choosable(self.it), "known": self.it.own_parts}


class CheckInPage(DepartmentVerbPage):
    verb = CHECK_IN
    form_class = CheckInForm
    done = _("已报到。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return check_in_department(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class HandOverPage(DepartmentVerbPage, RefusedFirst):
    verb = HAND_OVER
    form_class = HandOverForm
    submit = _("保存")
    done = _("经办人已指定。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return hand_over(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class ContactPage(DepartmentVerbPage):
    verb = CONTACT
    form_class = ContactForm
    submit = _("保存")
    done = _("联系情况已记录。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return record_contact(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class ProgressPage(DepartmentVerbPage):
    verb = PROGRESS
    form_class = ProgressForm
    submit = _("保存")
    done = _("进展已记录。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return record_progress(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


def _answer_of(form: AnswerForm) -> dict[str, Any]:
    values = form.cleaned_data
    department = values.pop("department", None)
    return {"answer": Answer(**values), "department": department}


class AnswerPage(TakesFiles, DepartmentVerbPage):
    """Base of the pages of the two answers. The departments' reply templates are offered above the form."""

    template_name = "petitions/answer.html"

    def context(self, form: Any) -> dict[str, Any]:
        units = [row.department_id for row in self.form_arguments()["assignments"]]
        return super().context(form) | {"templates": ReplyTemplate.objects.filter(department__in=units)}


class AnswerSupportPage(AnswerPage):
    verb = ANSWER_SUPPORT
    form_class = AnswerForm
    submit = _("提交协办答复")
    done = _("协办答复已提交给主办部门。")
    warning = _("提交后不能修改。办结前企业看不到。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return answer_support(petition=self.petition, by=self.user, now=now, **_answer_of(form))


class ResolvePage(AnswerPage):
    verb = RESOLVE
    form_class = AnswerForm
    submit = _("办结并答复企业")
    done = _("已答复企业，等待评价。")
    warning = _("提交后企业即可看到答复并评价，不能修改。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return resolve_petition(petition=self.petition, by=self.user, now=now, **_answer_of(form))
