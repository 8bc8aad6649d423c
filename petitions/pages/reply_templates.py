"""Reply templates: the pages on which heads keep them, and the button that puts one into an answer."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from accounts.models import Role, User
from accounts.requests import SignedIn, signed_in
from departments.models import Department
from petitions import queries
from petitions.models import BODY_MAX, Outcome, ReplyTemplate
from petitions.office.reply_templates import Draft, drop_template, filled, keep_template, kept_by, known_words
from petitions.pages.department import AnswerForm
from petitions.permissions import relation_to
from petitions.resolution import ANSWER_SUPPORT, RESOLVE
from ui.fields import long_text
from ui.refusals import show_field_errors
from verbs.inputs import REASON_MIN
from verbs.refusals import InvalidInput


class TemplateForm(forms.Form):
    department = forms.ModelChoiceField(Department.objects.none(), label=gettext_lazy("部门"), empty_label=None)
    title = forms.CharField(label=gettext_lazy("名称"))
    text = long_text(gettext_lazy("答复内容"), least=REASON_MIN, most=BODY_MAX, rows=10)
    outcome = forms.ChoiceField(
        label=gettext_lazy("办理结果"),
        choices=[("", gettext_lazy("不预选")), *Outcome.choices],
        required=False,
        help_text=gettext_lazy("使用模板时一并选上；还没选时才填。"),
    )

    def __init__(self, *args: Any, departments: QuerySet[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        department: Any = self.fields["department"]
        department.queryset = departments
        self.fields["text"].help_text = _("可以写%(words)s，使用时自动填入。") % {"words": known_words()}


class KeeperView(View):
    """Base of the pages on which heads keep their departments' templates; nobody else may open them."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        user = signed_in(request).user
        if not user.has_role(Role.HEAD):
            raise PermissionDenied
        self.user: User = user
        self.rows = ReplyTemplate.objects.filter(department__in=kept_by(user)).select_related("department")
        return super().dispatch(request, *args, **kwargs)


class Templates(KeeperView):
    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "petitions/reply_templates.html", {"rows": self.rows})


class AddTemplate(KeeperView):
    """The form for a new template. ChangeTemplate is the same with a key in the address, to change that template."""

    title = gettext_lazy("新增模板")

    def template(self, pk: int | None) -> ReplyTemplate | None:
        return get_object_or_404(self.rows, pk=pk) if pk else None

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        row = self.template(pk)
        initial = (
            {"department": row.department_id, "title": row.title, "text": row.text, "outcome": row.outcome}
            if row
            else {}
        )
        return self._shown(request, TemplateForm(initial=initial, departments=kept_by(self.user)), 200)

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        row, form = self.template(pk), TemplateForm(request.POST, departments=kept_by(self.user))
        if form.is_valid():
            try:
                keep_template(draft=Draft(**form.cleaned_data), by=self.user, template=row)
            except InvalidInput as problem:
                show_field_errors(form, problem)
            else:
                messages.success(request, _("模板已保存。"))
                return redirect("petitions:reply_templates")
        return self._shown(request, form, 422)

    def _shown(self, request: HttpRequest, form: TemplateForm, status: int) -> HttpResponse:
        return render(request, "petitions/reply_template.html", {"form": form, "title": self.title}, status=status)


class ChangeTemplate(AddTemplate):
    title = gettext_lazy("修改模板")


class DropTemplate(KeeperView):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        drop_template(template=get_object_or_404(self.rows, pk=pk), by=self.user)
        messages.success(request, _("模板已删除。"))
        return redirect("petitions:reply_templates")


class FillAnswer(View):
    """Renders the first fields of the answer's form again (htmx), with the template's text below what was typed.

    Nothing is saved.
    """

    def post(self, request: SignedIn, number: str) -> HttpResponse:
        user = request.user
        petition = get_object_or_404(queries.listed(user), number=number)
        relation = relation_to(petition, user)
        if not (RESOLVE.rule(relation) or ANSWER_SUPPORT.rule(relation)):
            raise PermissionDenied
        units = [row.department_id for row in relation.assignments]
        key = request.POST.get("template", "")
        known = ReplyTemplate.objects.filter(department__in=units).select_related("department")
        template = get_object_or_404(known, pk=int(key) if key.isdecimal() and len(key) < 19 else 0)
        text = filled(template, petition=petition, now=timezone.now())
        typed = request.POST.get("public_answer", "").rstrip()
        initial = {name: request.POST.get(name, "") for name in ("department", "outcome", "planned_date")}
        initial["outcome"] = initial["outcome"] or template.outcome
        initial["public_answer"] = typed if text in typed else "\n\n".join(filter(None, [typed, text]))
        form = AnswerForm(initial=initial, assignments=relation.assignments)
        return render(request, "petitions/answer.html#fields", {"form": form})
