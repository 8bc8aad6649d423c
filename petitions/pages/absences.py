"""Absences (外出): who is out of office and who the substitute is. The person enters them, or their head."""

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

from accounts.models import User
from departments.absences import Leave, absences_of, end_absence, enter_absence, may_enter_for
from departments.models import Department, people_of
from petitions.pages.fields import PersonField
from petitions.pages.queue import DepartmentView
from ui.fields import date_field
from ui.refusals import show_field_errors
from verbs.refusals import InvalidInput, NotPermitted


class AbsenceForm(forms.Form):
    user = PersonField(label=gettext_lazy("谁外出"))
    substitute = PersonField(label=gettext_lazy("谁代办"), help_text=gettext_lazy("只能选这些天都在的同事。"))
    first_date = date_field(gettext_lazy("第一天"))
    last_date = date_field(gettext_lazy("最后一天"))
    note = forms.CharField(
        label=gettext_lazy("说明"), required=False, help_text=gettext_lazy("如出差、休假，本部门可见。")
    )

    def __init__(self, *args: Any, may_be_away: QuerySet[User], colleagues: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        away: Any = self.fields["user"]
        stand_in: Any = self.fields["substitute"]
        away.offer(may_be_away)
        stand_in.offer(colleagues)


class Absences(DepartmentView):
    """Lists who of the person's departments is out of office now or later, with the form to enter another absence."""

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
