"""The department's pages: the queue by time left, and what it does with one petition."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.models import Role
from petitions import queries
from petitions.check_in import check_in_department
from petitions.dispatch import send_back_petition
from petitions.handling import record_contact, record_progress
from petitions.models import Part, Petition
from petitions.pages.forms import AnswerForm, CheckInForm, ContactForm, ProgressForm, SendBackForm
from petitions.pages.paging import page_of
from petitions.pages.verb_page import VerbPage
from petitions.resolution import Answer, answer_support, resolve_petition


class Queue(View):
    """What the person's departments owe, by time left."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if not user.has_role(Role.HANDLER, Role.HEAD):
            raise PermissionDenied
        rows, now = queries.queue(user), timezone.now()
        show = request.GET.get("show", "")
        if show == "new":
            rows = rows.filter(checked_in_at__isnull=True)
        elif show == "overdue":
            rows = rows.filter(due_at__lt=now)  # type: ignore[misc]
        return render(
            request,
            "petitions/queue.html",
            {
                "page": page_of(rows, request.GET.get("page")),
                "show": show,
                "counts": queries.queue_counts(user, now),
                "now": now,
            },
        )


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


class AnswerSupportPage(DepartmentVerbPage):
    verb = "answer_support"
    part = Part.SUPPORT
    form_class = AnswerForm
    title = _("协办答复")
    submit_label = _("提交协办答复")
    done = _("协办答复已提交给主办部门。")
    warning = _("提交后不能修改。办结前只有主办部门和督查能看到。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return answer_support(petition=self.petition, by=self.user, now=now, **_answer_of(form))


class ResolvePage(DepartmentVerbPage):
    verb = "resolve"
    part = Part.LEAD
    form_class = AnswerForm
    title = _("办结答复")
    submit_label = _("办结并答复企业")
    done = _("已答复企业，等待评价。")
    warning = _("提交后企业即可看到答复并评价，不能修改。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return resolve_petition(petition=self.petition, by=self.user, now=now, **_answer_of(form))


class SendBackPage(DepartmentVerbPage):
    verb = "send_back"
    part = Part.LEAD
    form_class = SendBackForm
    title = _("退单")
    submit_label = _("退回受理员")
    done = _("已退回受理员重新派单。")
    warning = _("每个部门对一件诉求只能退一次，退单计入部门记录。")
    is_dangerous = True

    def run(self, *, form: Any, now: datetime) -> Petition:
        return send_back_petition(petition=self.petition, by=self.user, now=now, **form.cleaned_data)
