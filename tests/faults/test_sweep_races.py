"""An answer and a sweep at one clock, real threads, real PostgreSQL: the level was reached before the stop, or never.

Both orders are forced: one transaction stays open until the other is done or waits for it. Then many at once, short by
default; the full form: SWEEP_RACES=400. Each protection is taken away in turn, and the same reconciliation finds it.
"""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.models import DateTimeField, Value

from limits import clocks, sweeping
from limits.models import Escalation
from petitions.models import Petition
from petitions.resolution import resolve_petition
from petitions.supervision.registering import CLOCKS
from tests.cast import Stage
from tests.faults.threads import BARRIER_SECONDS, somebody_waits, together
from tests.limits.raised import raised_by
from tests.petitions.request_steps import DUE, limit

RACES = int(os.environ.get("SWEEP_RACES", "16"))
RESOLVERS, SWEEPERS = 4, 2
JUST_BEFORE, JUST_AFTER = DUE - timedelta(seconds=1), DUE + timedelta(seconds=1)
LONG_AFTER = DUE + timedelta(days=60)

# A level that was reached and has no escalation of that moment, or one that was not and has; the same of its events.
DIFFERENCES = """
SELECT clock.petition_id, clock.promise, place.level, place.at, clock.stopped_at, escalation.at, count(event.id)
  FROM petitions_clock clock
 CROSS JOIN unnest(clock.alarm_levels, clock.alarm_times) AS place (level, at)
  LEFT JOIN limits_escalation escalation
    ON escalation.promise = clock.promise AND escalation.clock_key = clock.id AND escalation.level = place.level
  LEFT JOIN record_event event
    ON event.subject_type = 'petition' AND event.subject_id = clock.petition_id
   AND event.kind = 'escalate' AND event.at = place.at
   AND event.data ->> 'clock' = clock.id::text AND event.data ->> 'level' = place.level::text
 GROUP BY clock.id, place.level, place.at, escalation.at
HAVING (place.at <= least(%s, clock.stopped_at)) <> (escalation.at IS NOT NULL)
    OR escalation.at <> place.at OR count(event.id) <> count(escalation.at)
"""


def differences(until: datetime = LONG_AFTER) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENCES, [until])
        return list(cursor.fetchall())


def overlapping(first: Callable[[], object], second: Callable[[], object]) -> None:
    """Run first in a transaction that stays open until second, started after it, is done or waits for it."""
    entered, leave = Event(), Event()

    def holding() -> None:
        with transaction.atomic():
            try:
                first()
            finally:
                entered.set()
            leave.wait(BARRIER_SECONDS)

    def apart(act: Callable[[], object]) -> None:
        try:
            act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(apart, holding)]
        entered.wait(BARRIER_SECONDS)
        running.append(pool.submit(apart, second))
        end = time.monotonic() + BARRIER_SECONDS
        while not (running[1].done() or somebody_waits()) and time.monotonic() < end:
            time.sleep(0.01)
        leave.set()
        for one in running:
            one.result(BARRIER_SECONDS)


class Race:
    """One petition that is about to be late, and what is done to it at the same time."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.petition = stage, stage.checked_in()
        self.sweep(JUST_BEFORE)

    def resolve(self, now: datetime) -> None:
        answer(self.stage, self.petition, now)

    def sweep(self, now: datetime) -> None:
        sweeping.sweep(now=now)

    def levels(self) -> list[int]:
        return list(raised_by(limit(self.petition)).order_by("level").values_list("level", flat=True))


def answer(stage: Stage, petition: Petition, now: datetime) -> None:
    resolve_petition(petition=petition, by=stage.cast.zhou, answer=stage.answer(), now=now)


@pytest.fixture
def race(transactional_db: None, stage: Stage) -> Race:
    return Race(stage)


def without_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    lock, kept = "FOR NO KEY UPDATE OF clock, subject SKIP LOCKED", sweeping.statement(CLOCKS)
    assert lock in kept
    # Never through SWEEP: the statement made of it is kept in memory, and tests that come later would sweep without it.
    monkeypatch.setattr(sweeping, "statement", lambda _table: kept.replace(lock, ""))


def test_the_sweep_comes_first_and_the_answer_is_not_dated_before_the_card(race: Race) -> None:
    overlapping(lambda: race.sweep(JUST_AFTER), lambda: race.resolve(JUST_BEFORE))
    race.sweep(LONG_AFTER)
    assert (race.levels(), limit(race.petition).stopped_at) == ([1, 2], DUE)
    assert differences() == []


def test_the_answer_comes_first_and_nothing_is_raised(race: Race) -> None:
    overlapping(lambda: race.resolve(JUST_BEFORE), lambda: race.sweep(JUST_AFTER))
    race.sweep(LONG_AFTER)
    assert race.levels() == [1]
    assert differences() == []


def test_a_late_answer_comes_first_and_the_next_sweep_raises_it(race: Race) -> None:
    overlapping(lambda: race.resolve(JUST_AFTER), lambda: race.sweep(JUST_AFTER))
    assert race.levels() == [1]
    race.sweep(LONG_AFTER)
    assert race.levels() == [1, 2]
    assert differences() == []


def test_two_sweeps_at_once_raise_each_level_once(race: Race) -> None:
    overlapping(lambda: race.sweep(LONG_AFTER), lambda: race.sweep(LONG_AFTER))
    assert race.levels() == [1, 2, 3, 4, 5]
    assert differences() == []


def test_many_at_once(transactional_db: None, stage: Stage) -> None:
    """Several people answer while it becomes due, several sweeps go on; all read one clock."""
    petitions = [Stage(stage.cast).checked_in() for _race in range(RACES)]
    sweeping.sweep(now=DUE - timedelta(minutes=1))
    begin, left = time.monotonic(), iter(petitions)

    def now() -> datetime:
        # Slow enough that some are in time and some are not, however busy the machine is.
        answered = Petition.objects.filter(state="resolved").count()
        return DUE + timedelta(seconds=answered - RACES / 2, milliseconds=time.monotonic() - begin)

    def act(worker: int) -> None:
        if worker < SWEEPERS:
            while Petition.objects.filter(state="assigned").exists():
                sweeping.sweep(now=now(), batch=3)
            return
        for petition in left:
            answer(stage, petition, now())

    together(SWEEPERS + RESOLVERS, act)
    sweeping.sweep(now=LONG_AFTER)
    cards = Escalation.objects.filter(promise="resolve_department", level=2).count()
    print(f"{cards} of {RACES} late")
    assert 0 < cards < RACES
    assert differences() == []


def test_without_the_look_at_what_was_raised_a_card_is_newer_than_the_stop(
    race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clocks, "LAST_RAISED", Value(None, output_field=DateTimeField()))
    overlapping(lambda: race.sweep(JUST_AFTER), lambda: race.resolve(JUST_BEFORE))
    assert differences()


def test_without_the_clocks_lock_an_answer_in_time_gets_a_card(race: Race, monkeypatch: pytest.MonkeyPatch) -> None:
    without_lock(monkeypatch)
    overlapping(lambda: race.resolve(JUST_BEFORE), lambda: sweeping.sweep_batch(CLOCKS, now=JUST_AFTER))
    assert differences()


def test_without_the_clocks_lock_two_sweeps_skip_a_level(race: Race, monkeypatch: pytest.MonkeyPatch) -> None:
    without_lock(monkeypatch)
    overlapping(
        lambda: sweeping.sweep_batch(CLOCKS, now=LONG_AFTER),
        lambda: sweeping.sweep_batch(CLOCKS, now=LONG_AFTER),
    )
    race.sweep(LONG_AFTER)
    assert differences()
