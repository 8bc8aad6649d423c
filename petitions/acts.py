"""An act on a petition: who does what to it, and when. An act writes the petition's events and tells people of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from departments.models import Department
from notices.telling import tell
from petitions.models import Channel, Petition
from record.models import Event
from record.writing import Said, write_event


@dataclass(kw_only=True)
class Act:
    """What a person does with one petition at one moment.

    from_state         the petition's state before the act
    is_for_enterprise  whether the person speaks for the enterprise, not the government: decides who reads the name
    """

    petition: Petition
    by: User
    now: datetime
    from_state: str
    is_for_enterprise: bool = False

    @property
    def by_office(self) -> User | None:
        """The person, None when they speak for the enterprise: for columns that departments read."""
        return None if self.is_for_enterprise else self.by

    def on(self, other: Petition) -> "Act":
        """Return the same person's act, at the same moment, on another petition."""
        side = self.is_for_enterprise
        return Act(petition=other, by=self.by, now=self.now, from_state=other.state, is_for_enterprise=side)

    def note(
        self,
        kind: str,
        *,
        department: Department | None = None,
        text: str = "",
        data: Mapping[str, object] | None = None,
        is_public: bool = False,
    ) -> Event:
        """Write an event with the petition's present cycle and state, and tell nobody of it. One statement."""
        said = Said(
            department=department,
            is_by_enterprise=self.is_for_enterprise,
            is_public=is_public,
            text=text,
            data=data or {},
            cycle=self.petition.cycle,
            from_state=self.from_state,
            to_state=self.petition.state,
        )
        return write_event(self.petition, kind, by=self.by, at=self.now, said=said)

    def announce(self, event: Event, *, only: Sequence[str] | None = None) -> None:
        """Tell people of an event of the petition; nobody if the petition was imported, for its events are years old.

        only  the groups to tell, of those that the kind of event tells; None tells all of them
        """
        if self.petition.channel != Channel.IMPORT:
            tell([event], now=self.now, only=only)
