"""A dispatched petition waits for its desk again: the departments' open parts end, the enterprise's clock runs on.

So does a send-back that was approved (petitions/arbitration.py), and the closing of the department that leads
(petitions/closing.py, petitions/reopening.py).
"""

from django.utils.translation import gettext as _

from departments.models import Department
from petitions.acts import Act
from petitions.appointments import cancel_appointments
from petitions.clocks.starting import start_clocks
from petitions.clocks.stopping import DEPARTMENT_CLOCKS, stop_clocks
from petitions.models import EventKind, Petition, Promise, SendBack, StopReason
from petitions.steps import finish


def return_petition(act: Act, *, reason: StopReason) -> None:
    """Take the petition back from its departments. Inside the caller's transaction, the petition's row locked.

    The part of a support that has answered stays: its answer stands, whoever leads next. The caller ends the orders.
    reason  why the departments' clocks stop
    """
    petition, now = act.petition, act.now
    petition.send_back()
    open_parts = petition.current_assignments().filter(answered_at__isnull=True)
    cancel_appointments(act, open_parts.filter(appointment_at__gt=now).select_related("department"))
    open_parts.update(ended_at=now)
    stop_clocks(petition, now=now, promises=DEPARTMENT_CLOCKS, reason=reason)
    SendBack.objects.filter(assignment__petition=petition).lapse(by=act.by, now=now)
    start_clocks(petition, now=now, promises=[Promise.DISPATCH])


def return_from_closed(act: Act, *, department: Department, why: str = "") -> Petition:
    """Let the petition wait for its desk because the department that leads it is closed, and tell the desk.

    Inside the caller's transaction, the petition's row locked, its state `assigned`.
    why  the event's text; when empty, that the department is closed
    """
    why = why or _("%(department)s已停用，由派单台重新安排。") % {"department": department.usual_name}
    return_petition(act, reason=StopReason.SUPERSEDED)
    return finish(act, EventKind.CLOSE_DEPARTMENT, department=department, text=why)
