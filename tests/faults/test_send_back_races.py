"""Two offices, or an office and a department, at one petition at the same moment: one of them wins, the other is told.

Each race runs several times on real PostgreSQL; the negative control takes the row lock away and must see what it
prevents.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.db import DatabaseError

from petitions.arbitration import decide_send_back
from petitions.dispatch import Placement, dispatch_petition
from petitions.models import Assignment, Petition, SendBack
from petitions.models.visibility import PetitionQuerySet
from petitions.resolution import resolve_petition
from tests.cast import Stage, person
from tests.faults.reconcile import broken
from tests.faults.threads import together
from tests.petitions.send_backs import asked
from tests.slow import slow
from verbs.refusals import Refusal

TIMES = 6
Act = Callable[[datetime], Petition]
Race = tuple[Petition, list[Act]]


def approval_against_resolve(stage: Stage) -> Race:
    petition = stage.checked_in()
    send_back = asked(stage, petition)
    return petition, [
        lambda now: decide_send_back(send_back=send_back, by=stage.cast.sun, decision="approved", now=now),
        lambda now: resolve_petition(petition=petition, by=stage.cast.zhou, answer=stage.answer(), now=now),
    ]


def two_dispatchers_decide(stage: Stage) -> Race:
    petition = stage.checked_in()
    send_back, other = asked(stage, petition), person(f"sun{petition.pk}", "另一派单员", "dispatcher")
    note = "清单写明由你局主办"
    return petition, [
        lambda now: decide_send_back(send_back=send_back, by=stage.cast.sun, decision="approved", now=now),
        lambda now: decide_send_back(send_back=send_back, by=other, decision="refused", note=note, now=now),
    ]


def two_dispatchers_dispatch(stage: Stage) -> Race:
    petition, other = stage.reported(), person(f"sun{Petition.objects.count()}", "另一派单员", "dispatcher")
    to_one, to_other = Placement(lead=stage.cast.lead), Placement(lead=stage.cast.other_department)
    return petition, [
        lambda now: dispatch_petition(petition=petition, by=stage.cast.sun, placement=to_one, now=now),
        lambda now: dispatch_petition(petition=petition, by=other, placement=to_other, now=now),
    ]


RACES = [approval_against_resolve, two_dispatchers_decide, two_dispatchers_dispatch]


def run(race: Callable[[Stage], Race], stage: Stage) -> Iterator[tuple[Petition, int]]:
    """Run the race TIMES over; yield the petition as it is then, and how many got through."""
    for _time in range(TIMES):
        petition, acts = race(stage)
        now = stage.tick()

        def attempt(worker: int, acts: list[Act] = acts, now: datetime = now) -> bool:
            try:
                acts[worker](now)
            except (Refusal, DatabaseError):
                return False
            return True

        through = sum(together(len(acts), attempt))
        yield Petition.objects.get(pk=petition.pk), through


@pytest.mark.parametrize("race", RACES)
@pytest.mark.django_db(transaction=True)
def test_one_wins_and_the_petition_is_whole(race: Callable[[Stage], Race], stage: Stage) -> None:
    for petition, through in run(race, stage):
        assert through == 1
        live = Assignment.objects.live().filter(petition=petition)
        assert live.count() == (0 if petition.state == "reported" else 1)
        decisions = set(SendBack.objects.filter(assignment__petition=petition).values_list("decision", flat=True))
        assert decisions <= {"reported": {"approved"}, "assigned": {"refused"}, "resolved": {"lapsed"}}[petition.state]
    assert broken() == []


@slow("a negative control: many rounds until two collide, 2 to 8 s")
@pytest.mark.django_db(transaction=True)
def test_without_the_row_lock_both_win(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: a green result here would mean that the test above cannot fail."""
    monkeypatch.setattr(PetitionQuerySet, "select_for_update", lambda petitions, **_how: petitions)
    outcomes = [through for race in RACES[:2] for _petition, through in run(race, stage)]
    assert 2 in outcomes
