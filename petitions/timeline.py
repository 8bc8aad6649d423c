"""What happened to a petition, as its reader may know it. This module decides whose name is shown with each event."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from accounts.models import User
from petitions.models import (
    EventKind,
    Petition,
    Rating,
)
from petitions.permissions import can_see_anonymous, can_see_internal, can_see_petitioner
from record.models import Event

# Ratings and what follows from them. If a rating is anonymous, departments do not read who took these steps.
OF_RATINGS = (
    *(EventKind.RATE, EventKind.CHANGE_RATING, EventKind.RECTIFY, EventKind.CANCEL_RECTIFY, EventKind.REFER_RATING),
)


@dataclass(frozen=True)
class Entry:
    """An event of a petition as its reader may know it.

    shown_by  the name of whoever did it; "" when the reader may not know
    other     the number of the other petition that the event is about; "" when there is none the reader may know of
    """

    event: Event
    shown_by: str
    other: str


def timeline(petition: Petition, user: User) -> list[Entry]:
    """The petition's events that the user may read, oldest first.

    The enterprise does not get internal events. On a confidential petition the name of whoever asked is hidden from
    those who may not know it. One statement; one more for people of departments once the petition was rated, and one
    more when an event is about another petition.
    """
    events = petition.events.select_related("by", "department").order_by("id")
    return as_known(events if can_see_internal(user) else events.filter(is_public=True), petition, user)


def as_known(events: Iterable[Event], petition: Petition, user: User) -> list[Entry]:
    """Return these events of the petition as the user may know them, in their order. At most two statements more.

    Whose name is shown is decided by the actor: whoever spoke for the enterprise is named to those who may know who
    asked, and to no department where a rating is anonymous; everybody else is named.
    """
    is_known = can_see_petitioner(petition, user)
    shown = list(events)
    hides_raters = not can_see_anonymous(user) and any(event.kind in OF_RATINGS for event in shown)
    is_anonymous = hides_raters and _was_rated_anonymously(petition)
    others = _known_numbers(user, {event.data["other"] for event in shown if "other" in event.data})

    def shown_by(event: Event) -> str:
        if not event.is_by_enterprise:
            return str(event.by)
        # An event about another petition may be the act of whoever asked there; their name must not show here.
        is_of_this_one = is_known and "other" not in event.data
        is_shown = is_of_this_one and not (is_anonymous and event.kind in OF_RATINGS)
        return str(event.by) if is_shown else ""

    return [Entry(event, shown_by(event), others.get(event.data.get("other", ""), "")) for event in shown]


def _known_numbers(user: User, numbers: Collection[str]) -> dict[str, str]:
    """Return the numbers of petitions that the user may know of, each as key and value. One statement at most."""
    if not numbers:
        return {}
    rows = Petition.objects.visible_to(user).filter(number__in=numbers)
    return {number: number for number in rows.values_list("number", flat=True)}


def _was_rated_anonymously(petition: Petition) -> bool:
    return Rating.objects.filter(assignment__petition=petition, is_anonymous=True).exists()
