"""Reply templates: the pages on which heads keep them, and the press that puts one into an answer."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from accounts.models import Role, User
from petitions import queries
from petitions.models import ReplyTemplate
from petitions.office.reply_templates import Draft, drop_template, filled, keep_template, kept_by
from petitions.pages.department_forms import TemplateForm
from petitions.pages.forms import AnswerForm
from petitions.permissions import RULES, relation_to
from ui.refusals import show_field_errors
from verbs.refusals import InvalidInput


class KeeperView(View):
    """Base of what a head of a department opens."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        user: Any = request.user
        if not user.has_role(Role.HEAD):
            raise PermissionDenied
        self.user: User = user
        self.rows = ReplyTemplate.objects.filter(department__in=kept_by(user)).select_related("department")
        return super().dispatch(request, *args, **kwargs)


class Templates(KeeperView):
    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "petitions/reply_templates.html", {"rows": self.rows})


class AddTemplate(KeeperView):
    """A new template; with a key, a changed one."""

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
    """The answer's first fields again, the template's text after what was typed (htmx). Nothing is saved."""

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        user: Any = request.user
        petition = get_object_or_404(queries.listed(user), number=number)
        relation = relation_to(petition, user)
        if not (RULES["resolve"](relation) or RULES["answer_support"](relation)):
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
