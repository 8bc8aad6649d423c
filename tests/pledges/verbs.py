from django.db import transaction
from django.db.models import F

from departments.calendars import calendar_of
from limits.clocks import Policy, stop
from limits.models import Escalation
from notices.telling import tell
from record.writing import Said, write_event
from tests.pledges.models import EventKind, Pledge, PledgeClock


@transaction.atomic
def make_pledge(*, text, department, by, now, is_large=False):
    pledge = Pledge.objects.create(text=text, department=department, is_large=is_large)
    clock = PledgeClock(pledge=pledge, promise="pledge", department=department, started_at=now)
    Policy(now, {"pledge"}).started(clock, calendar_of(department.pk)).save()
    tell([write_event(pledge, EventKind.MAKE, by=by, at=now, said=Said(department=department))], now=now)
    return pledge


@transaction.atomic
def keep_pledge(*, pledge, by, now):
    pledge = Pledge.objects.select_for_update(no_key=True).get(pk=pledge.pk)
    stop(pledge.clocks.running(), now=now, reason="done")
    tell([write_event(pledge, EventKind.KEEP, by=by, at=now, said=Said(department=pledge.department))], now=now)


def apologise(escalations, now):
    late = Escalation.objects.filter(pk__in=escalations).values("subject_id")
    return Pledge.objects.filter(pk__in=late).update(apologies=F("apologies") + 1)
