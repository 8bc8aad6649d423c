"""Change the policy: a new limit or a new rung of the ladder, in force from now on; nothing is overwritten.

A change adds a new row and ends the row before it, so that every clock still finds the rows it was computed from.
Running clocks keep their rule, unless an administrator asks that they follow the new one (domain: clocks). Only the
system administrator may change the policy (limits/admin.py). That person sees nothing of the subjects that the limits
are for.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from limits.models import LadderStep, LimitRule
from limits.promises import tables
from verbs.refusals import AlreadyDone


@transaction.atomic
def change_limit(rule: LimitRule, *, now: datetime) -> LimitRule:
    """Put the unsaved rule in force in place of the one with the same promise and axes."""
    _end(LimitRule.objects.filter(promise=rule.promise, axes=rule.axes), now)
    rule.valid_from = now
    rule.save()
    return rule


@transaction.atomic
def change_step(step: LadderStep, *, now: datetime) -> LadderStep:
    """Put the unsaved rung in force in place of the one at the same level."""
    _end(LadderStep.objects.filter(promise=step.promise, level=step.level), now)
    step.valid_from = now
    step.save()
    return step


def _end(rows: QuerySet[Any], now: datetime) -> None:
    rows.filter(valid_until__isnull=True).update(valid_until=now)


def end_limits(rules: QuerySet[LimitRule], *, now: datetime) -> int:
    """End special rules (those with axes), so that clocks that start from now on get a more general rule again.

    Returns how many ended; rules that had ended before are passed over
    Raises  AlreadyDone when a general rule is among them, and then none is ended: every promise needs a general rule
    """
    ending = rules.filter(valid_until__isnull=True)
    if ending.filter(axes={}).exists():
        raise AlreadyDone(_("每种时限都要有一条通用规则；请新增一条来代替它，不能只停用。"))
    return ending.update(valid_until=now)


def end_steps(steps: QuerySet[LadderStep], *, now: datetime) -> int:
    """End rungs of the ladder: clocks that start from now on do not reach these levels. Returns how many ended."""
    return steps.filter(valid_until__isnull=True).update(valid_until=now)


def leave_rules(rules: QuerySet[LimitRule], *, now: datetime) -> int:
    """Ask that clocks which still run by these ended rules follow the rules in force.

    This only marks the rules; limits/recomputing.py gives the clocks their new rules later.
    rules   those that are still in force are passed over
    Returns how many clocks will follow
    """
    ended = rules.filter(valid_until__isnull=False)
    ended.filter(left_at__isnull=True).update(left_at=now)
    return sum(table.model.objects.running().filter(rule__in=ended.values("pk")).count() for table in tables())
