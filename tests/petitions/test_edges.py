"""The database's trigger and the FSM have exactly the same edges, and events are append-only.

What the FSM allows is found by trying every transition of django_fsm on a petition in every state (closed counts
once per reason); what the trigger allows, by raw SQL that sets all paired fields as the target needs them.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django_fsm import TransitionNotAllowed, can_proceed

from notices.models import Notice
from petitions.models import STATE_FIELDS, ClosedReason, Petition, State
from record.models import Event
from tests.cast import Stage
from tests.moments import TUESDAY_10AM
from tests.petitions.verbs import kinds, stored

# A place is a state, with the reason where it is closed.
Place = tuple[str, str]
PLACES: list[Place] = [(state, "") for state in State.values if state != "closed"] + [
    ("closed", reason) for reason in ClosedReason.values
]
TRANSITIONS = {edge.name for edge in Petition._meta.get_field("state").get_all_transitions(Petition)}


def merged(stage: Stage) -> Petition:
    petition = stage.reported()
    petition.merge(into=stage.reported(), now=stage.tick())
    petition.save(update_fields=list(STATE_FIELDS))
    return petition


def at(place: Place, stage: Stage) -> Petition:
    makers: dict[str, Callable[[], Petition]] = {"merged": lambda: merged(stage), "lapsed": stage.lapsed}
    state, reason = place
    return stored(makers[reason]() if reason in makers else stage.in_state(state))


def fsm_edges(petition: Petition, other: Petition) -> set[Place]:
    """Return where the FSM lets this petition go, by doing it on copies that are not saved."""
    reached = set()
    for name in TRANSITIONS:
        copy = stored(petition)
        arguments: dict[str, Any] = {"now": TUESDAY_10AM, "into": other}
        arguments |= dict.fromkeys(("assigned_at", "resolved_at", "rated_at"), TUESDAY_10AM)
        method = getattr(copy, name)
        if can_proceed(method):
            names = method.__wrapped__.__code__.co_varnames
            method(**{key: value for key, value in arguments.items() if key in names})
            reached.add((copy.state, copy.closed_reason))
    return reached


def move(petition: Petition, place: Place, other: Petition) -> None:
    """Move the row by SQL alone, with every field that the check constraints pair with the state."""
    state, reason = place
    was_resolved = state in ("resolved", "rated") or reason == "lapsed"
    Petition.objects.filter(pk=petition.pk).update(
        state=state,
        closed_reason=reason,
        closed_at=TUESDAY_10AM if state == "closed" else None,
        merged_into=other if reason == "merged" else None,
        assigned_at=None if state == "reported" else TUESDAY_10AM,
        resolved_at=TUESDAY_10AM if was_resolved else None,
        rated_at=TUESDAY_10AM if state == "rated" else None,
    )


def sql_edges(petition: Petition, other: Petition) -> set[Place]:
    """Return where the database lets this petition go; every refusal must be the trigger's."""
    reached = set()
    for place in PLACES:
        try:
            with transaction.atomic():
                move(petition, place, other)
                reached.add(place)
                transaction.set_rollback(True)
        except DatabaseError as refusal:
            if "no edge from" not in str(refusal):
                raise
    return reached


@pytest.mark.parametrize("place", PLACES, ids="-".join)
def test_the_trigger_allows_exactly_the_edges_of_the_fsm(place: Place, stage: Stage) -> None:
    petition, other = at(place, stage), stage.reported()
    assert (petition.state, petition.closed_reason) == place
    allowed = fsm_edges(petition, other)
    assert sql_edges(petition, other) == allowed | {place}
    assert place not in allowed


def test_every_transition_was_tried_from_somewhere(stage: Stage) -> None:
    assert {
        "dispatch", "undo_dispatch", "send_back", "resolve", "rate", "reopen", "rectify", "withdraw", "lapse", "merge",
        "unmerge", "cancel_rectify",
    } == TRANSITIONS  # fmt: skip
    petition = stage.withdrawn()
    with pytest.raises(TransitionNotAllowed):
        petition.unmerge()


@pytest.mark.parametrize("state", [state for state in State.values if state != "reported"])
def test_a_petition_starts_as_reported_whoever_inserts_it(state: str, stage: Stage) -> None:
    values = {field.attname: getattr(stage.reported(), field.attname) for field in Petition._meta.concrete_fields}
    values |= {"number": "202609089999990", "state": state, "source_id": ""}
    del values["id"]
    columns, holes = ", ".join(values), ", ".join(["%s"] * len(values))
    with pytest.raises(DatabaseError, match="starts as reported"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO petitions_petition ({columns}) VALUES ({holes})", list(values.values()))
    values["state"] = "reported"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO petitions_petition ({columns}) VALUES ({holes})", list(values.values()))


def test_the_model_does_not_let_the_state_be_assigned(stage: Stage) -> None:
    with pytest.raises(AttributeError, match="state"):
        stage.reported().state = "rated"
    with pytest.raises(DatabaseError, match="starts as reported"), transaction.atomic():
        Petition.objects.create(number="1", reported_at=TUESDAY_10AM, region=stage.cast.city, state="assigned")


def delete_event(event: Event) -> None:
    """The notices that point at it go first: they would protect it, and the trigger is what has to."""
    event.notices.all().delete()
    event.delete()


def delete_events() -> None:
    Notice.objects.all().delete()
    Event.objects.all().delete()


CHANGES: dict[str, Callable[[Event], object]] = {
    "save": lambda event: event.save(),
    "update": lambda event: Event.objects.filter(pk=event.pk).update(text="从未说过"),
    "move in time": lambda event: Event.objects.filter(pk=event.pk).update(at=event.at - timedelta(days=1)),
    "delete": delete_event,
    "delete all": lambda event: delete_events(),
}


@pytest.mark.parametrize("how", CHANGES)
def test_an_event_is_never_changed_or_deleted(how: str, stage: Stage) -> None:
    petition = stage.rated()
    before = list(petition.events.order_by("id").values())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        CHANGES[how](petition.events.order_by("id")[0])
    assert list(petition.events.order_by("id").values()) == before


def delete_by_sql(petition: Petition) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        # Clocks have a guard of their own (limits/guards.py).
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE petitions_clock DISABLE TRIGGER petitions_clock_stays")
        for table in ("petitioner", "clock"):
            cursor.execute(f"DELETE FROM petitions_{table} WHERE petition_id = %s", [petition.pk])
        cursor.execute("DELETE FROM petitions_petition WHERE id = %s", [petition.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_petition_cannot_be_deleted_from_under_its_events(stage: Stage) -> None:
    petition = stage.reported()
    with pytest.raises(IntegrityError, match="DELETE refused, it has a history"):
        delete_by_sql(petition)
    assert kinds(petition) == ["report"]
