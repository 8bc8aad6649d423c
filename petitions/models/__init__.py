"""The tables of a petition's life, one model a file."""

from petitions.models.assignment import Assignment, Outcome, Part
from petitions.models.attachment import Attachment
from petitions.models.event import EventKind, PetitionEvent
from petitions.models.number import DailyNumber
from petitions.models.petition import (
    BODY_MAX,
    FACT_STATES,
    STATE_FIELDS,
    TITLE_MAX,
    Channel,
    ClosedReason,
    Kind,
    Petition,
    State,
    Urgency,
)
from petitions.models.petitioner import Petitioner
from petitions.models.rating import IsSolved, Level, Rating, ReasonTag

__all__ = [
    "BODY_MAX",
    "FACT_STATES",
    "STATE_FIELDS",
    "TITLE_MAX",
    "Assignment",
    "Attachment",
    "Channel",
    "ClosedReason",
    "DailyNumber",
    "EventKind",
    "IsSolved",
    "Kind",
    "Level",
    "Outcome",
    "Part",
    "Petition",
    "PetitionEvent",
    "Petitioner",
    "Rating",
    "ReasonTag",
    "State",
    "Urgency",
]
