"""The tables of who answers, for what and on which days; one subject a file."""

from departments.models.calendar import AnnouncedDay, AnnouncedYear, CalendarVersion, DayException
from departments.models.category import Category, CategoryLead, fallback_of, lead_for
from departments.models.department import Absence, Department, Level, Membership, mark_closed, people_of
from departments.models.responsibility import Responsibility, RoutingModel

__all__ = [
    "Absence",
    "AnnouncedDay",
    "AnnouncedYear",
    "CalendarVersion",
    "Category",
    "CategoryLead",
    "DayException",
    "Department",
    "Level",
    "Membership",
    "Responsibility",
    "RoutingModel",
    "fallback_of",
    "lead_for",
    "mark_closed",
    "people_of",
]
