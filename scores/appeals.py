"""The verbs of appeals (申诉): a department asks that a fact, or its rating, is not counted; a supervisor decides.

A supervisor may also exclude a fact without an appeal. A fact can be appealed against or excluded only once, and only
until its month may be frozen.
Two reasons are about the rating alone (OF_THE_RATING): for these the cycle still counts, and only its rating does not.
Nobody decides about a fact of a department that they work in. The fact itself stays as it was written.
Source: domain, scores per department; docs/adr/0020-facts-and-frozen-months.md.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User
from departments.models import Membership
from scores.freezing import check_month_is_open
from scores.models import OF_THE_RATING, Appeal, AppealDecision, AppealReason, CycleFact
from verbs.inputs import NOTE_MAX, REASON_MIN, Problems
from verbs.refusals import AlreadyDone, NotPermitted


def appeal_fact(*, fact: CycleFact, by: User, reason: str, text: str, now: datetime) -> Appeal:
    """Ask, as a head of the fact's department, that a supervisor excludes the fact or its rating from the score.

    reason  a value of AppealReason; one of OF_THE_RATING is refused for a fact without a rating
    text    4 to 2000 characters
    Raises  InvalidInput (reason, text), NotPermitted, AlreadyDone, TooLate
    """
    text = _checked(fact, reason, text)
    with transaction.atomic():
        fact = _locked(fact)
        if not (by.has_role(Role.HEAD) and _is_member(by, fact)):
            raise NotPermitted()
        check_can_ask(fact, now)
        return Appeal.objects.create(fact=fact, month=fact.month, reason=reason, text=text, asked_by=by, asked_at=now)


def exclude_fact(*, fact: CycleFact, by: User, reason: str, text: str, now: datetime) -> Appeal:
    """Exclude the fact or its rating from the score, as a supervisor, without an appeal of the department.

    What is stored is an appeal that the supervisor asked and accepted at once. `reason` and `text` as in appeal_fact.
    Raises  InvalidInput (reason, text), NotPermitted, AlreadyDone (also while a department's appeal waits), TooLate
    """
    text = _checked(fact, reason, text)
    with transaction.atomic():
        fact = _locked(fact)
        _check_may_decide(by, fact)
        check_can_ask(fact, now)
        return Appeal.objects.create(
            fact=fact,
            month=fact.month,
            reason=reason,
            text=text,
            asked_by=by,
            asked_at=now,
            decision=AppealDecision.ACCEPTED,
            decided_by=by,
            decided_at=now,
            decided_why=text,
        )


def decide_appeal(*, appeal: Appeal, by: User, is_accepted: bool, why: str, now: datetime) -> Appeal:
    """Accept or refuse an appeal, as a supervisor. An accepted appeal excludes the fact or its rating from the score.

    why     4 to 2000 characters
    Raises  InvalidInput (why), NotPermitted, AlreadyDone, TooLate
    """
    problems = Problems()
    why = problems.text("why", why, least=REASON_MIN, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        fact = _locked(appeal.fact)
        appeal = Appeal.objects.select_for_update(no_key=True).get(pk=appeal.pk)
        _check_may_decide(by, fact)
        check_can_decide(appeal, now)
        appeal.decision = AppealDecision.ACCEPTED if is_accepted else AppealDecision.REFUSED
        appeal.decided_by, appeal.decided_at, appeal.decided_why = by, now, why
        appeal.save(update_fields=["decision", "decided_by", "decided_at", "decided_why"])
        return appeal


def _locked(fact: CycleFact) -> CycleFact:
    """Return the fact with its row locked.

    A freezing that begins now waits for this transaction; this transaction waits for a freezing that has begun
    (scores/freezing.py).
    """
    return CycleFact.objects.select_for_update(no_key=True).get(pk=fact.pk)


def _is_member(by: User, fact: CycleFact) -> bool:
    return Membership.objects.filter(user=by, department=fact.department_id).exists()


def _check_may_decide(by: User, fact: CycleFact) -> None:
    if not by.has_role(Role.SUPERVISOR) or _is_member(by, fact):
        raise NotPermitted()


def check_can_ask(fact: CycleFact, now: datetime) -> None:
    """Raise TooLate when the fact's month is not open any more, AlreadyDone when the fact has an appeal already."""
    check_month_is_open(fact.month, now)
    if Appeal.objects.filter(fact=fact).exists():
        raise AlreadyDone(_("这条计分记录已经申诉或剔除过，每条只能一次。"))


def check_can_decide(appeal: Appeal, now: datetime) -> None:
    """Raise TooLate when the appeal's month is not open any more, AlreadyDone when the appeal is decided."""
    check_month_is_open(appeal.month, now)
    if appeal.decision != AppealDecision.PENDING:
        raise AlreadyDone(_("这件申诉已经裁定。"))


def _checked(fact: CycleFact, reason: str, text: str) -> str:
    """Return the cleaned text; raise InvalidInput with every wrong field."""
    problems = Problems()
    problems.choice("reason", reason, AppealReason.values)
    has_rating = reason not in OF_THE_RATING or fact.level is not None
    problems.need("reason", has_rating, _("这一轮没有评价，不能以误评或恶意差评为由。"))
    text = problems.text("text", text, least=REASON_MIN, most=NOTE_MAX)
    problems.raise_if_any()
    return text
