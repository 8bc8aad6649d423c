"""R5: eight threads at one petition, real PostgreSQL: one winner each, no edge the FSM does not have.

Short by default; the full form: R5_PETITIONS=1000 (R5_SEED repeats an order). The negative control takes the row
lock away and must find what the lock prevents, by the same reconciliation.
"""

import os
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import cycle, islice
from threading import Barrier, Event
from typing import NamedTuple

import pytest
from django.db import DatabaseError, transaction

from departments.models import Category
from petitions.errors import WrongState
from petitions.following_up import SUPPLEMENT
from petitions.models import Petition
from petitions.models.visibility import PetitionQuerySet
from petitions.steps import begin
from tests.cast import Stage
from tests.faults.house import wait_until
from tests.faults.reconcile import broken
from tests.faults.threads import BARRIER_SECONDS, somebody_waits, together
from tests.petitions.verbs import CALLS, ready_for
from tests.slow import slow
from verbs.refusals import AlreadyDone, Refusal

SEED = int(os.environ.get("R5_SEED", random.SystemRandom().randrange(10**6)))
THREADS = 8
# How often each race is run without its lock; every petition of them would have to be lucky for the control to fail.
WITHOUT_LOCK = 5


class Race(NamedTuple):
    """Who tries what at the same moment, on a petition in this state; threads take turns in the list."""

    state: str
    tries: tuple[tuple[str, str], ...]

    @property
    def verbs(self) -> set[str]:
        return {verb for verb, _who in self.tries}


RACES = [
    Race("reported", (("dispatch", "sun"),)),
    Race("reported", (("withdraw", "lin"),)),
    Race("reported", (("merge", "sun"),)),
    Race("reported", (("merge", "sun"), ("dispatch", "sun"))),
    Race("reported", (("link", "sun"),)),
    Race("assigned", (("link", "sun"),)),
    Race("assigned", (("unlink", "sun"), ("unlink", "chen"))),
    Race("closed", (("unmerge", "sun"), ("unmerge", "chen"))),
    Race("assigned", (("check_in", "zhou"), ("check_in", "wu"))),
    Race("assigned", (("propose_appointment", "zhou"), ("propose_appointment", "wu"))),
    Race("assigned", (("confirm_appointment", "lin"),)),
    Race("assigned", (("move_appointment", "lin"),)),
    Race("assigned", (("ask_send_back", "wu"),)),
    Race("assigned", (("decide_send_back", "sun"),)),
    Race("assigned", (("dispute_send_back", "wu"),)),
    Race("assigned", (("discuss", "zhou"),)),
    Race("assigned", (("add_support", "sun"), ("add_support", "chen"))),
    Race("assigned", (("remove_support", "sun"), ("waive_support", "chen"))),
    Race("assigned", (("undo_dispatch", "sun"),)),
    Race("reported", (("escalate_up", "tang"), ("escalate_up", "sun"))),
    Race("reported", (("delegate_down", "sun"),)),
    Race("assigned", (("urge", "lin"),)),
    Race("assigned", (("hand_over", "zhou"), ("hand_over", "wu"))),
    Race("assigned", (("contact", "zhou"),)),
    Race("assigned", (("progress", "zhou"),)),
    Race("assigned", (("supplement", "lin"),)),
    Race("assigned", (("answer_support", "zheng"),)),
    Race("assigned", (("resolve", "zhou"), ("resolve", "wu"))),
    Race("assigned", (("resolve", "zhou"), ("withdraw", "lin"))),
    Race("assigned", (("ask_extension", "wu"),)),
    Race("assigned", (("decide_extension", "chen"),)),
    Race("assigned", (("ask_hold", "wu"),)),
    Race("assigned", (("decide_hold", "chen"),)),
    Race("assigned", (("review_hold", "wu"),)),
    Race("assigned", (("resume", "wu"), ("resume", "chen"))),
    Race("assigned", (("issue_order", "chen"),)),
    Race("assigned", (("reply_order", "zhou"), ("reply_order", "wu"))),
    Race("assigned", (("judge_order", "chen"),)),
    Race("resolved", (("rate", "lin"),)),
    Race("rated", (("change_rating", "lin"),)),
    Race("assigned", (("change_rating", "lin"),)),
    Race("rated", (("judge_rating", "chen"),)),
    Race("resolved", (("reopen", "lin"), ("reopen", "chen"))),
    Race("resolved", (("lapse", "system"),)),
    Race("resolved", (("rate", "lin"), ("lapse", "system"))),  # after either it may be started again
]
PETITIONS = int(os.environ.get("R5_PETITIONS", len(RACES)))
# These answer a repeat with the same petition, without a second event.
REPEATABLE = {
    *("hand_over", "contact", "progress", "supplement", "discuss", "review_hold", "change_rating"),
}
# What a loser is told; who lost the desk to a handing over has no right left.
REFUSALS = {"WrongState", "AlreadyDone"}
ONCE_LOST = {"escalate_up", "delegate_down"}


class Outcome(NamedTuple):
    """How one race ended: the events it added, and what each thread got ("" or the name of the refusal)."""

    race: Race
    events: int
    results: list[str]


def attempt(stage: Stage, petition: Petition, verb: str, who: str, now: datetime) -> str:
    try:
        CALLS[verb](stage, petition, getattr(stage.cast, who), now)
    except (Refusal, DatabaseError) as refusal:
        return type(refusal).__name__
    return ""


def run(stage: Stage, races: Iterable[Race]) -> Iterator[Outcome]:
    """Prepare every petition, then let the threads meet before each of them."""
    begins = stage.now
    jobs: list[tuple[Race, Petition, datetime]] = []
    for race in races:
        stage.now = begins  # each has a time of its own: a thousand one after the other would take months
        jobs.append((race, ready_for(race.tries[0][0], race.state, stage), stage.tick()))
    before = {petition.pk: petition.events.count() for _race, petition, _now in jobs}
    barrier = Barrier(THREADS)

    def worker(index: int) -> list[str]:
        results = []
        for race, petition, now in jobs:
            verb, who = race.tries[index % len(race.tries)]
            barrier.wait(BARRIER_SECONDS)
            results.append(attempt(stage, petition, verb, who, now))
        return results

    by_petition = zip(*together(THREADS, worker), strict=True)
    for (race, petition, _now), results in zip(jobs, by_petition, strict=True):
        yield Outcome(race, petition.events.count() - before[petition.pk], list(results))


def is_as_it_should_be(outcome: Outcome) -> bool:
    """One event, and one thread that got through, or all of them where a repeat is the same; the rest were told no."""
    refused = Counter(outcome.results)
    through = refused.pop("", 0)
    allowed = REFUSALS | ({"NotPermitted"} if outcome.race.verbs <= ONCE_LOST else set())
    winners = THREADS if outcome.race.verbs <= REPEATABLE else 1
    return outcome.events == 1 and through == winners and set(refused) <= allowed


@pytest.mark.timeout(max(300, 3 * PETITIONS))
@pytest.mark.django_db(transaction=True)
def test_one_winner_each_and_no_illegal_edge(stage: Stage) -> None:
    print(f"R5_SEED={SEED} R5_PETITIONS={PETITIONS}")
    order = list(islice(cycle(RACES), PETITIONS))
    random.Random(SEED).shuffle(order)
    outcomes = list(run(stage, order))
    assert [outcome for outcome in outcomes if not is_as_it_should_be(outcome)] == []
    assert len(outcomes) == PETITIONS
    assert broken() == []


@pytest.mark.django_db(transaction=True)
def test_a_step_that_waited_for_a_reclassification_knows_the_new_category(stage: Stage) -> None:
    petition, another = stage.reported(), Category.objects.create(code="land", name="用地", name_en="Land")
    is_held = Event()

    def act(worker: int) -> Category | None:
        with transaction.atomic():
            if worker:
                assert is_held.wait(BARRIER_SECONDS)
                return begin(petition=petition, by=stage.cast.lin, verb=SUPPLEMENT, now=stage.now).petition.category
            Petition.objects.select_for_update().get(pk=petition.pk)
            is_held.set()
            assert wait_until(somebody_waits)
            Petition.objects.filter(pk=petition.pk).update(category=another)
            return None

    assert together(2, act)[1] == another


@slow("a negative control: many rounds until two collide, 2 to 8 s")
@pytest.mark.django_db(transaction=True)
def test_without_the_row_lock_there_are_several_winners(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: a green result here would mean that the test above cannot fail."""
    monkeypatch.setattr(PetitionQuerySet, "select_for_update", lambda petitions, **_how: petitions)
    races = [race for race in RACES if race.verbs <= {"withdraw", "resolve", "urge", "check_in", "progress"}]
    outcomes = list(run(stage, races * WITHOUT_LOCK))
    assert [outcome for outcome in outcomes if outcome.events > 1]
    assert broken()


def test_every_verb_is_raced() -> None:
    assert set().union(*(race.verbs for race in RACES)) == set(CALLS)
    assert {AlreadyDone.__name__, WrongState.__name__} == REFUSALS
