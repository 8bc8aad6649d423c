"""The tables of who answers, for what and on which days; one subject a file."""

from departments.models.award import Award, AwardKind
from departments.models.calendar import AnnouncedYear, CalendarVersion, DayException
from departments.models.category import Category, CategoryLead, fallback_of, lead_for
from departments.models.department import Absence, Department, Level, Membership, people_of
from departments.models.responsibility import Responsibility, RoutingModel
from departments.models.score import (
    OF_THE_RATING,
    Appeal,
    AppealDecision,
    AppealReason,
    CycleFact,
    Ending,
    FrozenMonth,
    Scorecard,
    ScoreFormula,
)

__all__ = [
    "OF_THE_RATING",
    "Absence",
    "AnnouncedYear",
    "Appeal",
    "AppealDecision",
    "AppealReason",
    "Award",
    "AwardKind",
    "CalendarVersion",
    "Category",
    "CategoryLead",
    "CycleFact",
    "DayException",
    "Department",
    "Ending",
    "FrozenMonth",
    "Level",
    "Membership",
    "Responsibility",
    "RoutingModel",
    "ScoreFormula",
    "Scorecard",
    "fallback_of",
    "lead_for",
    "people_of",
]
