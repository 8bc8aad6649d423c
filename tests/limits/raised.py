"""The levels that were raised, for whoever asks in a test: by a clock of any room, or about a petition."""

from limits.models import Clock, Escalation
from limits.models.escalation import EscalationQuerySet
from petitions.models import SUBJECT, Petition


def raised_by(clock: Clock) -> EscalationQuerySet:
    return Escalation.objects.filter(promise=clock.promise, clock_key=clock.pk)


def raised_about(petition: Petition) -> EscalationQuerySet:
    return Escalation.objects.of_keys(SUBJECT, [petition.pk])
