"""The table of the departments that hold a petition: which steps each has taken, and whether in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from limits.reading import ClockReading
from petitions.models import ANSWER_CLOCKS, Assignment, Promise


@dataclass(frozen=True)
class PartStep:
    """One step a department has to take: when it was done, its limit, and whether it was or is late.

    The enterprise reads only the limit of the answer. A step without a limit is neither in time nor late.
    """

    done_at: datetime | None
    reading: ClockReading | None

    @property
    def is_late(self) -> bool:
        return self.reading is not None and self.reading.is_overdue

    @property
    def is_in_time(self) -> bool:
        return self.done_at is not None and self.reading is not None and not self.reading.is_overdue


@dataclass(frozen=True)
class PartRow:
    """One department's line in the table of those that hold the petition."""

    part: Assignment
    check_in: PartStep
    contact: PartStep
    answer: PartStep


def part_rows(parts: Sequence[Assignment], readings: Sequence[ClockReading]) -> list[PartRow]:
    """Return the table's lines for these parts, with the limits that the reader may know."""
    of_parts = {(getattr(one.clock, "assignment_id", None), one.clock.promise): one for one in readings}
    # A child's parts have the limits of the same departments on its parent.
    of_departments = {(one.clock.department_id, one.clock.promise): one for one in reversed(readings)}

    def step(part: Assignment, done_at: datetime | None, *kinds: str) -> PartStep:
        own = [of_parts[part.pk, kind] for kind in kinds if (part.pk, kind) in of_parts]
        if not own and part.petition.parent_id:
            known = [(part.department_id, kind) for kind in kinds]
            own = [of_departments[key] for key in known if key in of_departments]
        return PartStep(done_at, own[0] if own else None)

    return [
        PartRow(
            part,
            check_in=step(part, part.checked_in_at, Promise.CHECK_IN),
            contact=step(part, part.contacted_at, Promise.CONTACT),
            answer=step(part, part.answered_at, *ANSWER_CLOCKS),
        )
        for part in parts
    ]
