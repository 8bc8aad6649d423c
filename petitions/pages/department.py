"""What a department does with one petition: the pages of its verbs. Its queue is in petitions/pages/queue.py."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from petitions.check_in import check_in_department
from petitions.handling import record_contact, record_progress
from petitions.models import Part, Petition, ReplyTemplate
from petitions.office.handover import hand_over
from petitions.pages.department_forms import HandOverForm
from petitions.pages.forms import AnswerForm, CheckInForm, ContactForm, ProgressForm
from petitions.pages.verb_page import RefusedFirst, VerbPage
from petitions.resolution import Answer, answer_support, resolve_petition


class DepartmentVerbPage(VerbPage):
    """A verb of one department's part; `part` narrows the assignments it can be about."""

    part = ""

    def form_arguments(self) -> dict[str, Any]:
        held = self.relation.assignments
        return {"assignments": [row for row in held if self.part in ("", row.part)]}


class CheckInPage(DepartmentVerbPage):
    verb = "check_in"
    form_class = CheckInForm
    title = _("报到")
    submit_label = _("报到")
    done = _("已报到。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return check_in_department(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class HandOverPage(DepartmentVerbPage, RefusedFirst):
    verb = "hand_over"
    form_class = HandOverForm
    title = _("指定经办人")
    submit_label = _("保存")
    done = _("经办人已指定。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return hand_over(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class ContactPage(DepartmentVerbPage):
    verb = "contact"
    form_class = ContactForm
    title = _("记录联系")
    submit_label = _("保存")
    done = _("联系情况已记录。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return record_contact(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class ProgressPage(DepartmentVerbPage):
    verb = "progress"
    form_class = ProgressForm
    title = _("记录进展")
    submit_label = _("保存")
    done = _("进展已记录。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return record_progress(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


def _answer_of(form: AnswerForm) -> dict[str, Any]:
    values = form.cleaned_data
    department = values.pop("department", None)
    return {"answer": Answer(**values), "department": department}


class AnswerPage(DepartmentVerbPage):
    """Base of the two answers: the department's templates stand above the form."""

    template_name = "petitions/answer.html"

    def context(self, form: Any) -> dict[str, Any]:
        units = [row.department_id for row in self.form_arguments()["assignments"]]
        return super().context(form) | {"templates": ReplyTemplate.objects.filter(department__in=units)}


class AnswerSupportPage(AnswerPage):
    verb = "answer_support"
    part = Part.SUPPORT
    form_class = AnswerForm
    title = _("协办答复")
    submit_label = _("提交协办答复")
    done = _("协办答复已提交给主办部门。")
    warning = _("提交后不能修改。办结前只有主办部门和督查能看到。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return answer_support(petition=self.petition, by=self.user, now=now, **_answer_of(form))


class ResolvePage(AnswerPage):
    verb = "resolve"
    part = Part.LEAD
    form_class = AnswerForm
    title = _("办结答复")
    submit_label = _("办结并答复企业")
    done = _("已答复企业，等待评价。")
    warning = _("提交后企业即可看到答复并评价，不能修改。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return resolve_petition(petition=self.petition, by=self.user, now=now, **_answer_of(form))
