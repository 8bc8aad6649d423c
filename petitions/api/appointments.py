"""The verbs about appointments (预约) over HTTP. The appointment itself is read with the petition's assignments."""

from typing import Any

from rest_framework import serializers

from petitions.api.bodies import DepartmentCode, ForDepartment
from petitions.api.fields import Choice, Moment, Text
from petitions.api.verbs import VerbEndpoint, endpoint_of
from petitions.appointments import (
    APPOINTED_AHEAD,
    CONFIRM_APPOINTMENT,
    MOVE_APPOINTMENT,
    PROPOSE_APPOINTMENT,
    confirm_appointment,
    move_appointment,
    propose_appointment,
)
from petitions.models import Petition
from petitions.models.assignment import AppointmentMethod
from verbs.inputs import NOTE_MAX

WHEN = f"In the future, at most {APPOINTED_AHEAD.days} days from now."


class ProposeAppointmentBody(ForDepartment):
    method = Choice(choices=AppointmentMethod.choices)
    at = Moment(help_text=WHEN)
    text = Text(least=0, most=NOTE_MAX, default="", help_text="Who comes, what should be at hand.")


class OfAppointment(serializers.Serializer):
    department = DepartmentCode(
        required=False, help_text="Whose appointment it is; needed only where several departments have one."
    )


class MoveAppointmentBody(OfAppointment):
    at = Moment(help_text=WHEN)
    text = Text(least=0, most=NOTE_MAX, default="", help_text="The department reads it.")


class ConfirmAppointmentBody(OfAppointment):
    at = Moment(help_text="The time that is agreed to, as the assignment shows it.")


@endpoint_of(PROPOSE_APPOINTMENT, ProposeAppointmentBody)
class ProposeAppointment(VerbEndpoint):
    """Say when the department calls or visits. A department that has not checked in yet is checked in by this."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return propose_appointment(petition=petition, by=self.user, now=self.now, **values)


@endpoint_of(CONFIRM_APPOINTMENT, ConfirmAppointmentBody)
class ConfirmAppointment(VerbEndpoint):
    """Agree to the time that a department has named."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return confirm_appointment(petition=petition, by=self.user, now=self.now, **values)


@endpoint_of(MOVE_APPOINTMENT, MoveAppointmentBody)
class MoveAppointment(VerbEndpoint):
    """Name another time for the appointment, as the enterprise. The new time counts as agreed."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return move_appointment(petition=petition, by=self.user, now=self.now, **values)
