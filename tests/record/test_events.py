"""Events of anything: what the table refuses, which kinds a room may write, and what nobody registered."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from petitions.models import SUBJECT, EventKind
from record.models import Event
from record.subjects import UnknownSubject, kinds_of, label_of
from record.writing import Said, write_event
from regions.models import Region
from tests.cast import Stage
from tests.moments import TUESDAY_10AM

WHOLE = {"cycle": 1, "from_state": "reported", "to_state": "reported"}


def written(stage: Stage, kind: str = "urge", **changes: object) -> Event:
    petition = stage.reported()
    said = Said(**(WHOLE | changes))  # type: ignore[arg-type]
    return write_event(petition, kind, by=stage.cast.lin, at=TUESDAY_10AM, said=said)


def test_an_event_is_found_by_its_subject_alone(stage: Stage) -> None:
    petition, other = stage.reported(), stage.assigned()
    assert [event.kind for event in Event.objects.of(petition)] == ["report"]
    assert {event.subject_id for event in Event.objects.of(petition, other)} == {petition.pk, other.pk}
    assert Event.objects.of_keys("something else", [petition.pk]).count() == 0


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"cycle": None}, id="no cycle"),
        pytest.param({"from_state": None}, id="no state before"),
        pytest.param({"to_state": None}, id="no state after"),
        pytest.param({"to_state": "lost"}, id="no state"),
    ],
)
def test_an_event_of_a_petition_is_whole(changes: dict[str, object], stage: Stage) -> None:
    with pytest.raises(IntegrityError, match="event_of_petition_whole"), transaction.atomic():
        written(stage, **changes)


def test_a_petition_has_the_kinds_of_its_room_and_no_other(stage: Stage) -> None:
    assert kinds_of(SUBJECT) == EventKind.values
    for kind in EventKind.values:
        assert written(stage, kind).get_kind_display() == str(EventKind(kind).label)
    with pytest.raises(IntegrityError, match="event_of_petition_whole"), transaction.atomic():
        written(stage, "gossip")


def test_what_nobody_registered_has_no_events(stage: Stage) -> None:
    with pytest.raises(UnknownSubject, match="Region"):
        write_event(stage.cast.city, "urge", by=stage.cast.lin, at=TUESDAY_10AM, said=Said())
    with pytest.raises(UnknownSubject):
        Event.objects.of(Region(), User())
    with pytest.raises(UnknownSubject, match="a rumour"):
        label_of("a rumour", "urge")
