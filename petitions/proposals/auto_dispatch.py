"""Automatic dispatch (自动派单) of petitions in switched-on categories whose first proposal is sure enough.

Each category has a switch, off by default. Each petition is decided once, and only while no person has touched it. Only
a plain petition is dispatched: it is not urgent, one department is enough, and that department is the category's lead
if the category has one. Every other petition waits for a dispatcher, who may also take an automatic dispatch back
(petitions/undo.py). How sure a proposal is: Advice.confidence; the figures: docs/adr/0018.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from departments.models import lead_for
from petitions.dispatch import Placement, dispatch_petition
from petitions.models import (
    SUBJECT,
    AutoDecision,
    AutoDispatch,
    AutoOutcome,
    Channel,
    EventKind,
    Petition,
    State,
    Urgency,
)
from petitions.proposals.proposing import Proposals, propose
from record.models import Event
from verbs.refusals import Refusal

BATCH = 100  # decisions in one run; they take a few seconds
# A petition that no person has touched has no other events: it was filed, and its clocks reached levels of the ladder.
UNTOUCHED = (EventKind.REPORT, EventKind.ESCALATE)
REASON_LENGTH = 200


class Verdict(NamedTuple):
    """What was decided for a petition, and the proposals on which the decision rests."""

    outcome: AutoOutcome
    proposals: Proposals

    @property
    def because(self) -> Sequence[str]:
        return [reason[:REASON_LENGTH] for each in self.proposals.departments[:1] for reason in each.because]


def switch_auto_dispatch(switch: AutoDispatch, *, by: User, now: datetime) -> AutoDispatch:
    """Save a category's switch, with who set it and when. Petitions that were decided before stay decided."""
    switch.switched_by, switch.switched_at = by, now
    switch.save()
    return switch


def auto_dispatch(*, now: datetime, most: int = BATCH) -> int:
    """Decide for the petitions that wait, oldest first; one transaction for each. Returns how many were dispatched.

    Safe to repeat and to run twice at once: a petition is claimed with SKIP LOCKED and decided once (unique petition).
    now   aware datetime, the database's clock
    most  at most so many petitions are decided in one run
    """
    system = User.objects.system()
    dispatched = 0
    for _place in range(most):
        is_dispatched = _decide_next(by=system, now=now)
        if is_dispatched is None:
            break
        dispatched += is_dispatched
    return dispatched


def _decide_next(*, by: User, now: datetime) -> bool | None:
    """Decide for the oldest petition that waits for a decision and that nobody else has locked.

    Returns whether it was dispatched; None when there is no such petition
    """
    with transaction.atomic():
        claimed = _waiting().select_for_update(of=("self",), no_key=True, skip_locked=True).values_list("pk").first()
        if claimed is None:
            return None
        # Read again under the lock: now it shows what somebody else decided or did before the lock was taken.
        petition = _waiting().select_related("category__auto_dispatch").filter(pk=claimed[0]).first()
        if petition is None:
            return False
        decision = _decide(petition)
        if decision.outcome == AutoOutcome.DISPATCHED:
            decision = _dispatch(petition, decision, by, now)
        AutoDecision.objects.create(
            petition=petition,
            decided_at=now,
            outcome=decision.outcome,
            confidence=decision.proposals.confidence,
            because=decision.because,
        )
        return decision.outcome == AutoOutcome.DISPATCHED


def _waiting() -> QuerySet[Petition]:
    touched = Event.objects.filter(subject_type=SUBJECT, subject_id=OuterRef("pk")).exclude(kind__in=UNTOUCHED)
    return (
        Petition.objects.filter(state=State.REPORTED, category__auto_dispatch__is_on=True, automatic__isnull=True)
        .exclude(channel=Channel.IMPORT)
        .exclude(Exists(touched))
        .order_by("reported_at", "pk")
    )


def _decide(petition: Petition) -> Verdict:
    category, proposals = petition.category, propose(petition)
    assert category is not None  # the petitions that wait have a category, whose switch is on
    lead = lead_for(category, petition.region_id)
    first = proposals.departments[0].department if proposals.departments else None
    reasons = {
        AutoOutcome.URGENT: Urgency.URGENT in (petition.urgency, proposals.urgency),
        AutoOutcome.NO_PROPOSAL: first is None,
        AutoOutcome.JOINT: proposals.is_joint,
        AutoOutcome.OTHER_LEAD: lead not in (None, first),
        AutoOutcome.NOT_SURE: proposals.confidence < category.auto_dispatch.minimum_confidence,
    }
    refused = next((outcome for outcome, holds in reasons.items() if holds), AutoOutcome.DISPATCHED)
    return Verdict(refused, proposals)


def _dispatch(petition: Petition, decision: Verdict, by: User, now: datetime) -> Verdict:
    """Dispatch to the first proposed department. If the verb refuses, the outcome says so and a person dispatches."""
    placement = Placement(
        lead=decision.proposals.departments[0].department,
        confidence=decision.proposals.confidence,
        because=decision.because,
    )
    try:
        dispatch_petition(petition=petition, by=by, placement=placement, now=now)
    except Refusal:
        return decision._replace(outcome=AutoOutcome.REFUSED)
    return decision
