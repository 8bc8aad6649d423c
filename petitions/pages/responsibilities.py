"""What each department answers for (职责清单), to be looked up by whoever dispatches, sends back or judges it."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.models import Role
from departments.models import Department, Responsibility
from ui.paging import page_of

READERS = (Role.DISPATCHER, Role.HANDLER, Role.HEAD, Role.SUPERVISOR, Role.LEADER)


class CatalogueForm(forms.Form):
    q = forms.CharField(label=_("事项、关键词或依据中的词"), required=False, max_length=60)
    department = forms.ModelChoiceField(
        Department.objects.filter(matters__isnull=False).distinct(),
        label=_("部门"),
        required=False,
        empty_label=_("全部部门"),
    )


class Responsibilities(View):
    """The matters in use, by department; narrowed by words and by a department."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if not user.has_role(*READERS):
            raise PermissionDenied
        form = CatalogueForm(request.GET)
        rows = Responsibility.objects.none()
        if form.is_valid():  # what cannot be read finds nothing and says why beside its field
            rows = Responsibility.objects.in_use().that_mention(form.cleaned_data["q"])
            if form.cleaned_data["department"]:
                rows = rows.filter(department=form.cleaned_data["department"])
        context = {"form": form, "page": page_of(rows, request.GET.get("page"))}
        return render(request, "petitions/responsibilities.html", context)
