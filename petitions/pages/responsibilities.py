"""The responsibility catalogue (职责清单): what each department answers for, for whoever dispatches or sends back."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.models import Role
from accounts.requests import SignedIn
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
    """Lists the matters in use, by department. They can be narrowed by words and to one department."""

    def get(self, request: SignedIn) -> HttpResponse:
        user = request.user
        if not user.has_role(*READERS):
            raise PermissionDenied
        form = CatalogueForm(request.GET)
        rows = Responsibility.objects.none()
        if form.is_valid():  # an invalid field finds nothing and says why beside itself
            rows = Responsibility.objects.in_use().that_mention(form.cleaned_data["q"])
            if form.cleaned_data["department"]:
                rows = rows.filter(department=form.cleaned_data["department"])
        context = {"form": form, "page": page_of(rows, request.GET.get("page"))}
        return render(request, "petitions/responsibilities.html", context)
