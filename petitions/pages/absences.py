"""Out of office: who is away and who stands in; entered by the person, or by a head of the department."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.absences import Leave, absences_of, end_absence, enter_absence, may_enter_for
from departments.models import Department, people_of
from petitions.pages.department_forms import AbsenceForm
from petitions.pages.queue import DepartmentView
from ui.refusals import show_field_errors
from verbs.refusals import InvalidInput, NotPermitted


class Absences(DepartmentView):
    """Who of the departments is away or will be, and the form for another absence."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._shown(request, self._form(), 200)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request.POST)
        if form.is_valid():
            try:
                enter_absence(leave=Leave(**form.cleaned_data), by=self.user, today=timezone.localdate())
            except InvalidInput as problem:
                show_field_errors(form, problem)
            else:
                messages.success(request, _("已登记，这些天的诉求由代办人办理。"))
                return redirect("petitions:absences")
        return self._shown(request, form, 422)

    def _form(self, data: Any = None) -> AbsenceForm:
        today = timezone.localdate()
        return AbsenceForm(
            data,
            initial={"user": self.user.pk, "first_date": today, "last_date": today},
            may_be_away=may_enter_for(self.user),
            colleagues=people_of(Department.objects.of(self.user)),
        )

    def _shown(self, request: HttpRequest, form: AbsenceForm, status: int) -> HttpResponse:
        today = timezone.localdate()
        own = set(may_enter_for(self.user).values_list("pk", flat=True))
        rows = [(row, row.first_date <= today, row.user_id in own) for row in absences_of(self.user, today)]
        return render(request, "petitions/absences.html", {"rows": rows, "form": form}, status=status)


class EndAbsence(DepartmentView):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        today = timezone.localdate()
        absence = get_object_or_404(absences_of(self.user, today), pk=pk)
        try:
            end_absence(absence=absence, by=self.user, today=today)
        except NotPermitted as refusal:
            raise PermissionDenied from refusal
        messages.success(request, _("外出已结束。"))
        return redirect("petitions:absences")
