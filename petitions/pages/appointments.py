"""Appointments (预约) of a department with the enterprise: the pages of their verbs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from petitions.appointments import (
    CONFIRM_APPOINTMENT,
    MOVE_APPOINTMENT,
    PROPOSE_APPOINTMENT,
    confirm_appointment,
    move_appointment,
    propose_appointment,
)
from petitions.models import Assignment, Petition
from petitions.models.assignment import AppointmentMethod
from petitions.pages.department import DepartmentVerbPage
from petitions.pages.fields import DepartmentVerbForm
from petitions.pages.verb_page import VerbPage
from ui.fields import long_text, moment_field


class ProposeAppointmentForm(DepartmentVerbForm):
    method = forms.ChoiceField(
        label=_("方式"), choices=AppointmentMethod.choices, widget=forms.RadioSelect, initial=AppointmentMethod.VISIT
    )
    at = moment_field(_("时间"), step=300)
    text = long_text(_("说明"), required=False, rows=3, help_text=_("谁来、请企业准备什么。企业看得到。"))


class AppointmentForm(forms.Form):
    """Base of the forms about an appointment. It says which one, with the time that was shown: `seen` in what it
    returns, so that nobody agrees to a time that the department has changed meanwhile.
    """

    appointment = forms.CharField(label=_("哪一次预约"))

    def __init__(
        self, *args: Any, assignments: Sequence[Assignment] = (), known: Sequence[Assignment] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.departments = {str(part.department_id): part.department for part in known}
        offered = [(_shown(part), f"{part.department} · {part.appointment}") for part in assignments]
        field: Any = self.fields["appointment"]
        field.widget = forms.Select(choices=offered) if len(offered) > 1 else forms.HiddenInput()
        field.initial = offered[0][0] if offered else None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        key, _at, time = values.pop("appointment", "").partition("@")
        try:
            values |= {"department": self.departments[key], "seen": datetime.fromisoformat(time)}
        except (KeyError, ValueError):
            self.add_error("appointment", _("请重新选择预约。"))
        return values


def _shown(part: Assignment) -> str:
    assert part.appointment_at is not None
    return f"{part.department_id}@{part.appointment_at.isoformat()}"


class MoveAppointmentForm(AppointmentForm):
    at = moment_field(_("时间"), step=300)
    text = long_text(_("说明"), required=False, rows=3, help_text=_("部门看得到。"))


class ProposeAppointmentPage(DepartmentVerbPage):
    verb = PROPOSE_APPOINTMENT
    form_class = ProposeAppointmentForm
    submit = _("提交预约")
    done = _("预约已提交，等待企业确认。")

    @property
    def warning(self) -> Any:
        is_new = any(part.checked_in_at is None for part in self.verb.choosable(self.it))
        return _("还没有报到的，提交预约即报到。") if is_new else ""

    def run(self, *, form: Any, now: datetime) -> Petition:
        return propose_appointment(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class AppointmentPage(VerbPage):
    """Base of the pages of verbs about an appointment. If there is only one, the form has no choice, but names it."""

    def form_arguments(self) -> dict[str, Any]:
        return {"assignments": self.verb.choosable(self.it), "known": self.it.parts}

    @property
    def warning(self) -> Any:
        parts = self.verb.choosable(self.it)
        return f"{parts[0].department} · {parts[0].appointment}" if len(parts) == 1 else ""


class ConfirmAppointmentPage(AppointmentPage):
    verb = CONFIRM_APPOINTMENT
    form_class = AppointmentForm
    done = _("预约已确认，部门会收到通知。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        department, seen = form.cleaned_data["department"], form.cleaned_data["seen"]
        return confirm_appointment(petition=self.petition, by=self.user, at=seen, department=department, now=now)


class MoveAppointmentPage(AppointmentPage):
    verb = MOVE_APPOINTMENT
    form_class = MoveAppointmentForm
    submit = _("提交新的时间")
    done = _("新的时间已告知部门。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        values = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
        return move_appointment(petition=self.petition, by=self.user, now=now, **values)
