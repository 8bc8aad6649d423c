"""Auto-dispatch against a dispatcher, against itself, and its undo against the answer: real threads, one outcome each.

The negative control takes the row lock away; then the database's own constraints are what stops a second dispatch.
"""

from collections import Counter
from collections.abc import Callable

import pytest
from django.db import DatabaseError

from petitions.check_in import check_in_department
from petitions.models import AutoDecision, Petition
from petitions.models.visibility import PetitionQuerySet
from petitions.proposals.auto_dispatch import auto_dispatch
from record.models import Event
from tests.cast import Stage
from tests.faults.reconcile import broken
from tests.faults.threads import together
from tests.petitions.automatic import switch_on
from tests.petitions.verbs import CALLS, kinds
from tests.slow import slow
from verbs.refusals import Refusal

PETITIONS, THREADS = 12, 4

pytestmark = pytest.mark.django_db(transaction=True)


def attempt(act: Callable[[], object]) -> str:
    try:
        act()
    except (Refusal, DatabaseError) as refusal:
        return type(refusal).__name__
    return ""


def dispatches() -> Counter[int]:
    events = Event.objects.filter(kind="dispatch")
    return Counter(events.values_list("subject_id", flat=True))


def raced(stage: Stage) -> list[str]:
    """Let half of the threads dispatch by hand, petition by petition, and the others by themselves."""
    petitions = [stage.reported() for _place in range(PETITIONS)]
    now = stage.tick()

    def worker(index: int) -> list[str]:
        if index % 2:
            return [attempt(lambda: auto_dispatch(now=now, most=1)) for _petition in petitions]
        return [
            attempt(lambda petition=petition: CALLS["dispatch"](stage, petition, stage.cast.sun, now))  # type: ignore[misc]
            for petition in petitions
        ]

    return [result for results in together(THREADS, worker) for result in results]


def test_a_dispatcher_and_the_job_dispatch_a_petition_once(stage: Stage) -> None:
    switch_on(stage)
    results = raced(stage)
    assert set(results) <= {"", "WrongState"}
    assert set(dispatches().values()) == {1}
    assert len(dispatches()) == PETITIONS
    by_itself = Event.objects.filter(kind="dispatch", by=stage.cast.system).values("subject_id")
    assert set(AutoDecision.objects.values_list("petition", flat=True)) == {row["subject_id"] for row in by_itself}
    assert broken() == []


@slow("a negative control: many rounds until two collide, 2 to 8 s")
def test_without_the_row_lock_they_meet_in_the_constraints(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: nobody waits for the other, so somebody is stopped by the database."""
    switch_on(stage)
    monkeypatch.setattr(PetitionQuerySet, "select_for_update", lambda petitions, **_how: petitions)
    results = [result for _round in range(3) for result in raced(stage)]
    assert "IntegrityError" in results


def test_the_job_twice_at_once_decides_each_petition_once(stage: Stage) -> None:
    switch_on(stage)
    for _place in range(PETITIONS):
        stage.reported()
    now = stage.tick()
    counts = together(THREADS, lambda _index: auto_dispatch(now=now))
    counts.append(auto_dispatch(now=now))  # whoever found all in other hands left the rest
    assert sum(counts) == PETITIONS == AutoDecision.objects.count()
    assert set(dispatches().values()) == {1}
    assert broken() == []


def test_an_undo_and_the_answer_have_one_winner(stage: Stage) -> None:
    switch_on(stage)
    for _place in range(PETITIONS):
        stage.reported()
    assert auto_dispatch(now=stage.tick()) == PETITIONS
    petitions = list(Petition.objects.order_by("pk"))
    for petition in petitions:
        check_in_department(petition=petition, by=stage.cast.zhou, now=stage.tick())
    now = stage.tick()

    def worker(index: int) -> list[str]:
        verb, by = (("undo_dispatch", stage.cast.sun), ("resolve", stage.cast.zhou))[index % 2]
        return [
            attempt(lambda petition=petition: CALLS[verb](stage, petition, by, now))  # type: ignore[misc]
            for petition in petitions
        ]

    results = [result for rows in together(THREADS, worker) for result in rows]
    assert results.count("") == PETITIONS
    assert set(results) <= {"", "WrongState", "NotPermitted"}
    ends = [kinds(petition)[-1] for petition in petitions]
    assert set(ends) <= {"undo_dispatch", "resolve"}
    assert all(len(kinds(petition)) == 4 for petition in petitions)
    assert broken() == []
