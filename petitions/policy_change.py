"""Changing the policy: a new limit or a new rung of the ladder, in force from now on; nothing is overwritten.

A changed row is a new row and the end of the one before, so that every clock still finds what it was computed from.
Running clocks keep theirs, unless an administrator asks that they follow (domain: clocks). Who may: the system
administrator (petitions/admin.py), who sees no petitions.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from petitions.models import Clock, LadderStep, LimitRule
from verbs.refusals import AlreadyDone


@transaction.atomic
def change_limit(rule: LimitRule, *, now: datetime) -> LimitRule:
    """Put the unsaved rule in force in place of the one for the same clocks."""
    same = ("clock_kind", "petition_kind", "urgency", "service_level")
    _end(LimitRule.objects.filter(**{name: getattr(rule, name) for name in same}), now)
    rule.valid_from = now
    rule.save()
    return rule


@transaction.atomic
def change_step(step: LadderStep, *, now: datetime) -> LadderStep:
    """Put the unsaved rung in force in place of the one at the same level."""
    _end(LadderStep.objects.filter(clock_kind=step.clock_kind, level=step.level), now)
    step.valid_from = now
    step.save()
    return step


def _end(rows: QuerySet[Any], now: datetime) -> None:
    rows.filter(valid_until__isnull=True).update(valid_until=now)


def end_limits(rules: QuerySet[LimitRule], *, now: datetime) -> int:
    """End special rules, so that the general one holds again. Returns how many ended.

    Raises  AlreadyDone for a general rule: every clock needs one
    """
    ending = rules.filter(valid_until__isnull=True)
    if ending.filter(petition_kind="", urgency="", service_level="").exists():
        raise AlreadyDone(_("每种时限都要有一条通用规则；请新增一条来代替它，不能只停用。"))
    return ending.update(valid_until=now)


def end_steps(steps: QuerySet[LadderStep], *, now: datetime) -> int:
    """End rungs: clocks that start from now on climb without them. Returns how many ended."""
    return steps.filter(valid_until__isnull=True).update(valid_until=now)


def leave_rules(rules: QuerySet[LimitRule], *, now: datetime) -> int:
    """Ask that clocks which run by these ended rules follow the rules in force; done by petitions/recomputing.py.

    Returns how many clocks that will be
    """
    ended = rules.filter(valid_until__isnull=False)
    ended.filter(left_at__isnull=True).update(left_at=now)
    return Clock.objects.running().filter(rule__in=ended.values("pk")).count()
