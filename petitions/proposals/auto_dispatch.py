"""Dispatch by itself (自动派单): petitions of switched-on categories whose first proposal is sure enough.

Off by default, a switch for each category. Only what no person has touched, once, and only the plain case: one
department, the one that the category names, no hurry. All else waits for a dispatcher, who may also take back what was
done here (petitions/undo.py). How sure a proposal is: Advice.confidence; the figures: docs/adr/0018.
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

BATCH = 100  # decisions a run: a few seconds
# What may have happened to a petition that nobody has touched: it was filed, the ladder went on.
UNTOUCHED = (EventKind.REPORT, EventKind.ESCALATE)
REASON_LENGTH = 200


class Decision(NamedTuple):
    """What was made of a petition, and of which proposals."""

    outcome: AutoOutcome
    proposals: Proposals

    @property
    def because(self) -> Sequence[str]:
        return [reason[:REASON_LENGTH] for each in self.proposals.departments[:1] for reason in each.because]


def switch_auto_dispatch(switch: AutoDispatch, *, by: User, now: datetime) -> AutoDispatch:
    """Save a category's switch with who set it and when. What was decided before stays as it was."""
    switch.switched_by, switch.switched_at = by, now
    switch.save()
    return switch


def auto_dispatch(*, now: datetime, most: int = BATCH) -> int:
    """Decide for the petitions that wait, oldest first; one transaction for each. Returns how many were dispatched.

    Safe to repeat and to run twice at once: a petition is claimed with SKIP LOCKED and decided once (unique petition).
    now  aware datetime, the database's clock
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
    """Decide for the oldest petition that waits for it; None when none is left, or all are in other hands.

    Returns whether it was dispatched
    """
    with transaction.atomic():
        claimed = _waiting().select_for_update(of=("self",), no_key=True, skip_locked=True).values_list("pk").first()
        if claimed is None:
            return None
        # Read anew under the lock: what another decided or did while the claim was looked for is seen now.
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


def _decide(petition: Petition) -> Decision:
    category, proposals = petition.category, propose(petition)
    assert category is not None  # its switch is on
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
    return Decision(refused, proposals)


def _dispatch(petition: Petition, decision: Decision, by: User, now: datetime) -> Decision:
    """Dispatch to the first proposed department; a petition that the verb refuses is left to a person."""
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
