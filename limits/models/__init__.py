"""The tables of limits: rules, the ladder, levels that were reached; and the abstract clock that rooms derive from."""

from limits.models.clock import Clock, ClockPause, ClockQuerySet
from limits.models.escalation import Card, Escalation
from limits.models.rule import LadderStep, LimitRule, Unit

__all__ = ["Card", "Clock", "ClockPause", "ClockQuerySet", "Escalation", "LadderStep", "LimitRule", "Unit"]
