"""The tables of a petition's life, one model a file."""

from petitions.models.assignment import Assignment, Outcome, Part
from petitions.models.attachment import Attachment
from petitions.models.auto import DEFAULT_CONFIDENCE, AutoDecision, AutoDispatch, AutoOutcome
from petitions.models.choices import BODY_MAX, OPEN_STATES, TITLE_MAX, Channel, ClosedReason, Kind, State, Urgency
from petitions.models.clock import ANSWER_CLOCKS, Clock, ClockPause, PetitionClock, Promise, StopReason
from petitions.models.event import SUBJECT, EventKind
from petitions.models.integrity import FlagKind, FlagOutcome, IntegrityFlag
from petitions.models.number import DailyNumber
from petitions.models.order import OrderClock, OrderState, SupervisionOrder
from petitions.models.petition import STATE_FIELDS, Petition
from petitions.models.petitioner import Petitioner
from petitions.models.rating import (
    LOW_LEVELS,
    IsSolved,
    Level,
    Rating,
    RatingReferral,
    ReasonTag,
    ReferralDecision,
    Via,
)
from petitions.models.reply_template import ReplyTemplate
from petitions.models.request import Decision, Extension, Hold
from petitions.models.saved_filter import SavedFilter, SavedPage
from petitions.models.search_text import SearchText
from petitions.models.send_back import NEEDS_PROPOSAL, Arbiter, SendBack, SendBackReason

__all__ = [
    "ANSWER_CLOCKS",
    "BODY_MAX",
    "DEFAULT_CONFIDENCE",
    "LOW_LEVELS",
    "NEEDS_PROPOSAL",
    "OPEN_STATES",
    "STATE_FIELDS",
    "SUBJECT",
    "TITLE_MAX",
    "Arbiter",
    "Assignment",
    "Attachment",
    "AutoDecision",
    "AutoDispatch",
    "AutoOutcome",
    "Channel",
    "Clock",
    "ClockPause",
    "ClosedReason",
    "DailyNumber",
    "Decision",
    "EventKind",
    "Extension",
    "FlagKind",
    "FlagOutcome",
    "Hold",
    "IntegrityFlag",
    "IsSolved",
    "Kind",
    "Level",
    "OrderClock",
    "OrderState",
    "Outcome",
    "Part",
    "Petition",
    "PetitionClock",
    "Petitioner",
    "Promise",
    "Rating",
    "RatingReferral",
    "ReasonTag",
    "ReferralDecision",
    "ReplyTemplate",
    "SavedFilter",
    "SavedPage",
    "SearchText",
    "SendBack",
    "SendBackReason",
    "State",
    "StopReason",
    "SupervisionOrder",
    "Urgency",
    "Via",
]
