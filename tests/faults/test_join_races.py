"""Two dispatchers at two petitions at the same moment, real PostgreSQL: no deadlock, no circle, nobody forgotten.

The negative control takes the locks away and must find what they prevent.
"""

from collections.abc import Callable, Iterator
from threading import Barrier, Event

import pytest
from django.db import DatabaseError, transaction
from django.db.models import F

from petitions import steps
from petitions.linking import link_petition
from petitions.merging import merge_petition
from petitions.models import Petition, State
from petitions.models.number import next_order_numbers
from petitions.models.visibility import PetitionQuerySet
from tests.cast import Stage
from tests.faults.house import wait_until
from tests.faults.reconcile import broken
from tests.faults.threads import BARRIER_SECONDS, somebody_waits, together
from tests.petitions.group_steps import dispatched
from tests.petitions.verbs import CALLS, ready_for
from tests.slow import slow
from verbs.refusals import Refusal

ROUNDS, ROUNDS_WITHOUT = 8, 24
THREADS = 4
Step = Callable[[Petition, Petition], object]


def merge_both_ways(stage: Stage) -> tuple[Petition, Petition, list[Step]]:
    first, second = stage.reported(), stage.reported()

    def merge(petition: Petition, into: Petition) -> object:
        return merge_petition(petition=petition, into=into, by=stage.cast.sun, now=stage.now)

    return first, second, [merge, lambda one, other: merge(other, one)]


def link_both_ways(stage: Stage) -> tuple[Petition, Petition, list[Step]]:
    first = stage.reported()
    second = stage.reported(by=stage.cast.mallory, enterprise=stage.cast.other_enterprise)

    def link(petition: Petition, parent: Petition) -> object:
        return link_petition(petition=petition, parent=parent, by=stage.cast.sun, now=stage.now)

    return first, second, [link, lambda one, other: link(other, one)]


def link_against_answer(stage: Stage) -> tuple[Petition, Petition, list[Step]]:
    """The second one is answered while the first one is linked to it: answered too, or refused."""
    second = ready_for("resolve", "assigned", stage)
    first = stage.reported(by=stage.cast.mallory, enterprise=stage.cast.other_enterprise)

    def link(petition: Petition, parent: Petition) -> object:
        return link_petition(petition=petition, parent=parent, by=stage.cast.sun, now=stage.now)

    return first, second, [link, lambda one, other: CALLS["resolve"](stage, other, stage.cast.zhou, stage.now)]


def linked_again_against_check_in(stage: Stage) -> tuple[Petition, Petition, list[Step]]:
    """The child is the older one: whoever joins takes it first, the verb on the parent last."""
    first = stage.reported()
    second = stage.reported(by=stage.cast.mallory, enterprise=stage.cast.other_enterprise)
    link_petition(petition=first, parent=second, by=stage.cast.sun, now=stage.tick())
    CALLS["dispatch"](stage, second, stage.cast.sun, stage.tick())

    def link(petition: Petition, parent: Petition) -> object:
        return link_petition(petition=petition, parent=parent, by=stage.cast.sun, now=stage.now)

    return first, second, [link, lambda one, other: CALLS["check_in"](stage, other, stage.cast.zhou, stage.now)]


RACES = [merge_both_ways, link_both_ways, link_against_answer, linked_again_against_check_in]


def run(
    stage: Stage, race: Callable[[Stage], tuple[Petition, Petition, list[Step]]], rounds: int = ROUNDS
) -> Iterator[list[str]]:
    """Yield what the threads got in each round: "" or the name of the refusal."""
    jobs = [race(stage) for _round in range(rounds)]
    stage.tick()
    barrier = Barrier(THREADS)

    def worker(index: int) -> list[str]:
        results = []
        for first, second, tries in jobs:
            barrier.wait(BARRIER_SECONDS)
            try:
                tries[index % len(tries)](first, second)
                results.append("")
            except (Refusal, DatabaseError) as refusal:
                results.append(type(refusal).__name__)
        return results

    for results in zip(*together(THREADS, worker), strict=True):
        yield list(results)


def wrong() -> list[str]:
    """Return petitions in a circle, below a child, or left behind by a parent that was answered."""
    circles = Petition.objects.filter(merged_into__merged_into=F("pk"))
    levels = Petition.objects.filter(parent__parent__isnull=False)
    behind = Petition.objects.filter(parent__state=State.RESOLVED, state__in=[State.REPORTED, State.ASSIGNED])
    return [str(row) for rows in (circles, levels, behind) for row in rows]


@pytest.mark.parametrize("race", RACES)
@pytest.mark.django_db(transaction=True)
def test_two_at_two_petitions(race: Callable[..., tuple[Petition, Petition, list[Step]]], stage: Stage) -> None:
    outcomes = list(run(stage, race))
    refusals = {name for results in outcomes for name in results} - {""}
    assert refusals <= {"WrongState", "AlreadyDone", "InvalidInput"}
    assert all("" in results for results in outcomes)
    if race in (merge_both_ways, link_both_ways):
        assert all(results.count("") == 1 for results in outcomes)
    assert (wrong(), broken()) == ([], [])


@pytest.mark.django_db(transaction=True)
def test_an_order_for_a_group_waits_for_a_sweep_at_a_child_before_it_takes_a_number(stage: Stage) -> None:
    """The sweep holds what it raises when it takes the numbers of its orders."""
    parent, child, _last = dispatched(stage)
    held = Event()

    def sweep_of_the_child() -> None:
        with transaction.atomic():
            Petition.objects.select_for_update(no_key=True).get(pk=child.pk)
            held.set()
            assert wait_until(somebody_waits)
            next_order_numbers(stage.now, 1)

    def order() -> None:
        assert held.wait(BARRIER_SECONDS)
        CALLS["issue_order"](stage, parent, stage.cast.chen, stage.now)

    tries = [sweep_of_the_child, order]
    together(len(tries), lambda index: tries[index]())
    assert parent.orders.count() == 1


@slow("a negative control: many rounds until two collide, 2 to 8 s")
@pytest.mark.django_db(transaction=True)
def test_without_the_locks_there_are_circles(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: a green result here would mean that the test above cannot fail."""
    monkeypatch.setattr(PetitionQuerySet, "select_for_update", lambda petitions, **_how: petitions)
    monkeypatch.setattr(steps, "_wait_for_other_joins", lambda: None)
    outcomes = list(run(stage, merge_both_ways, ROUNDS_WITHOUT))
    assert [results for results in outcomes if results.count("") > 1]
    assert wrong()
    assert broken()
