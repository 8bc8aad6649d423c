"""What tests of sending share: a clock that goes when told, a channel for somebody, a notice that waits."""

from datetime import datetime, timedelta

from accounts.models import User
from notices.models import Notice, Subscription
from petitions.models import Petition
from record.models import Event
from record.writing import Said, event_of
from tests.moments import TUESDAY_10AM


class Dial:
    """A clock for the sender; `on` moves it."""

    def __init__(self, now: datetime = TUESDAY_10AM) -> None:
        self.now = now

    def __call__(self) -> datetime:
        # A robot's messages are told apart by their moment, as with a clock that runs.
        self.now += timedelta(microseconds=1)
        return self.now

    def on(self, **step: float) -> None:
        self.now += timedelta(**step)


def subscribe(user: User, channel: str, address: str, **more: str) -> Subscription:
    return Subscription.objects.create(user=user, channel=channel, address=address, **more)


def waiting(petition: Petition, reader: User, channel: str, at: datetime, count: int = 1, **more: bool) -> list[Notice]:
    """Write notices to the reader about as many events of the petition, to be sent at the moment."""
    said = Said(cycle=1, from_state="assigned", to_state="assigned")
    filer = petition.petitioner.filed_by
    events = Event.objects.bulk_create(
        event_of(petition, "urge", by=filer, at=at, said=said) for _place in range(count)
    )
    return Notice.objects.bulk_create(
        Notice(
            event=event,
            recipient=reader,
            channel=channel,
            state="pending",
            created_at=at,
            next_attempt_at=at,
            **{"is_urgent": False, **more},
        )
        for event in events
    )
