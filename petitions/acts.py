"""Who does something with a petition, and when: what every event says of itself, and the writing of one event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from departments.models import Department
from petitions.models import Channel, Petition
from petitions.notices import tell
from record.models import Event
from record.writing import Said, write_event


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
    ) -> Event:
        """Write an event of the petition as it is now. One statement. Nobody is told."""
        said = Said(
            department=department,
            is_public=is_public,
            text=text,
            data=data or {},
            cycle=self.petition.cycle,
            from_state=self.from_state,
            to_state=self.petition.state,
        )
        return write_event(self.petition, kind, by=self.by, at=self.now, said=said)

    def announce(self, event: Event, *, only: Sequence[str] | None = None) -> None:
        """Tell of an event of the petition. Nobody is told today of what an imported letter went through years ago."""
        if self.petition.channel != Channel.IMPORT:
            tell([event], now=self.now, only=only)
