"""Who does something with a petition, and when: what every event says of itself, and the writing of one event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from departments.models import Department
from petitions.models import Channel, Petition, PetitionEvent
from petitions.notices import tell


@dataclass
class Act:
    """What a person does with one petition at one moment. `from_state` is the petition's state before it."""

    petition: Petition
    by: User
    now: datetime
    from_state: str

    def on(self, other: Petition) -> "Act":
        """Return the same person's act, at the same moment, on another petition."""
        return Act(petition=other, by=self.by, now=self.now, from_state=other.state)

    def note(
        self,
        kind: str,
        *,
        department: Department | None = None,
        text: str = "",
        data: Mapping[str, object] | None = None,
        is_public: bool = False,
    ) -> PetitionEvent:
        """Write an event of the petition as it is now. One statement. Nobody is told."""
        return PetitionEvent.objects.create(
            petition=self.petition,
            kind=kind,
            at=self.now,
            by=self.by,
            department=department,
            cycle=self.petition.cycle,
            from_state=self.from_state,
            to_state=self.petition.state,
            is_public=is_public,
            text=text,
            data=dict(data or {}),
        )


def announce(events: Sequence[PetitionEvent], *, now: datetime, only: Sequence[str] | None = None) -> None:
    """Tell of these events of one kind. Nobody is told today of what an imported letter went through years ago."""
    tell([event for event in events if event.petition.channel != Channel.IMPORT], now=now, only=only)
