"""Writing events: the one place that knows the columns of the table of events.

A statement that writes many events at once (the sweep's) begins with INSERT and selects values in the order of INSERT.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import models

from accounts.models import User
from departments.models import Department
from record.models import Event
from record.subjects import type_of

INSERT = """INSERT INTO record_event
       (subject_type, subject_id, kind, at, by_id, department_id, is_public, text, data, cycle, from_state, to_state)"""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What an event says besides its subject, its kind, its moment and who did it."""

    department: Department | None = None
    is_by_enterprise: bool = False
    is_public: bool = True
    text: str = ""
    data: Mapping[str, object] = field(default_factory=dict)
    cycle: int | None = None
    from_state: str | None = None
    to_state: str | None = None


def event_of(subject: models.Model, kind: str, *, by: User, at: datetime, said: Said) -> Event:
    """Return an event of the subject, not saved yet."""
    return Event(
        subject_type=type_of(type(subject)),
        subject_id=subject.pk,
        kind=kind,
        at=at,
        by=by,
        department=said.department,
        is_by_enterprise=said.is_by_enterprise,
        is_public=said.is_public,
        text=said.text,
        data=dict(said.data),
        cycle=said.cycle,
        from_state=said.from_state,
        to_state=said.to_state,
    )


def write_event(subject: models.Model, kind: str, *, by: User, at: datetime, said: Said) -> Event:
    """Write one event of the subject, inside the caller's transaction. One statement."""
    event = event_of(subject, kind, by=by, at=at, said=said)
    event.save(force_insert=True)
    return event
