"""R1: nothing lost, nothing doubled, while workers, broker and PostgreSQL are killed with SIGKILL.

A driver files petitions whose limits are long over and goes on working on them; Celery workers alone raise the levels,
woken by a beat. A worker is killed when it consumes, in the middle of a batch where it can be caught there, after its
replacement was started. At the end the database is compared with the limits themselves. Short by default; in full:
R1_PETITIONS=10000 R1_WORKER_KILLS=200 R1_BROKER_KILLS=20 R1_POSTMASTER_KILLS=10 (R1_SEED repeats an order).
"""

import os
import random
import time
from collections import Counter

import pytest

from tests.faults.house import House, Process, wait_until
from tests.faults.reconciliation import differences, scored, summary, wait_until_drained, walked
from tests.slow import slow

PETITIONS = int(os.environ.get("R1_PETITIONS", "120"))
KILLS = {
    "worker": int(os.environ.get("R1_WORKER_KILLS", "5")),
    "broker": int(os.environ.get("R1_BROKER_KILLS", "2")),
    "postmaster": int(os.environ.get("R1_POSTMASTER_KILLS", "1")),
}
SEED = int(os.environ.get("R1_SEED", random.SystemRandom().randrange(10**6)))
WORKERS = 3
CATCH_SECONDS = 2.0


class Faults:
    """Workers that are killed and replaced, and the servers under them."""

    def __init__(self, house: House, seed: int, app: str = "tests.faults.worker") -> None:
        self.house, self.random, self.app = house, random.Random(seed), app
        self.workers = [house.start_worker(app) for _place in range(WORKERS)]
        self.counts: Counter[str] = Counter()

    def worker(self) -> None:
        """Kill one that consumes, in the middle of a batch if one comes soon; its replacement is there already."""
        self.workers.append(self.house.start_worker(self.app))
        assert wait_until(self.consuming), "no worker consumes"
        wait_until(self.busy, CATCH_SECONDS)
        victim = self.random.choice(self.busy() or self.consuming())
        time.sleep(self.random.random() * 0.01)
        self.counts["in a batch"] += self.house.mark(victim) == "busy"
        victim.kill()
        self.workers.remove(victim)
        self.counts["worker"] += 1

    def broker(self) -> None:
        """Kill it; every second time it loses all it knew."""
        wipe = self.counts["broker"] % 2 == 1
        self.house.kill_broker(wipe=wipe)
        self.counts["broker"] += 1
        self.counts["wiped"] += wipe

    def postmaster(self) -> None:
        self.house.kill_postmaster()
        self.counts["postmaster"] += 1

    def consuming(self) -> list[Process]:
        return [worker for worker in self.workers if worker.is_alive and self.house.mark(worker)]

    def busy(self) -> list[Process]:
        return [worker for worker in self.consuming() if self.house.mark(worker) == "busy"]


def run(house: House, faults: Faults, petitions: int, kills: dict[str, int]) -> None:
    """Let the driver go on by a share of the petitions before each kill; all kinds of kills in random order."""
    order = [kind for kind, count in kills.items() for _time in range(count)]
    faults.random.shuffle(order)
    driver = house.start("tests.faults.driver", FAULTS_SEED=str(SEED))

    def go_on(shares: int) -> int:
        """Let the driver take so many shares of the petitions; return how many petitions these are."""
        count = petitions * shares // (len(order) + 1)
        (house.desk / "allowed").write_text(str(count))
        return count

    reached = 0
    for share, kind in enumerate(order, 1):
        before, reached = max(reached, 1), go_on(share)
        wait_until_walked(house, before, driver)
        getattr(faults, kind)()
    wait_until_walked(house, go_on(len(order) + 1), driver)


def wait_until_walked(house: House, count: int, driver: Process) -> None:
    wait_until(lambda: walked(house) >= count or not driver.is_alive)
    assert walked(house) >= count, driver.log.read_text()


@pytest.mark.timeout(300 + PETITIONS)
def test_nothing_is_lost_and_nothing_doubled(house: House) -> None:
    print(f"R1_SEED={SEED} R1_PETITIONS={PETITIONS} kills {KILLS}")
    began = time.monotonic()
    faults = Faults(house, SEED)
    house.start_beat()
    run(house, faults, PETITIONS, KILLS)
    until = wait_until_drained(house)
    found = differences(house, until)
    ((raised,), (notices,)) = house.rows(
        "SELECT count(*) FROM limits_escalation UNION ALL SELECT count(*) FROM notices_notice"
    )
    print(f"R1: killed {dict(faults.counts)}; {raised} escalations, {notices} notices: {summary(found)}")
    scores = scored(house)
    print(f"R1: {scores['facts']} facts, {scores['cards']} frozen scorecards, {len(scores['differences'])} differences")
    print(f"R1: {time.monotonic() - began:.0f} s")
    assert found == []
    assert (scores["differences"], scores["facts"] > 0, scores["cards"] > 0) == ([], True, True)
    assert raised > PETITIONS
    assert {kind: faults.counts[kind] for kind in KILLS} == KILLS


@slow("a negative control with processes of its own, 5 to 10 s")
def test_without_protection_the_same_reconciliation_finds_what_was_doubled(house: House) -> None:
    """The negative control: several workers without locks, without the unique key, effects and next alarm apart."""
    house.unprotect()
    faults = Faults(house, SEED, "tests.faults.unsafe")
    assert wait_until(lambda: len(faults.consuming()) == WORKERS)
    house.start_beat()
    run(house, faults, 40, {"worker": 2})
    found = differences(house, wait_until_drained(house))
    print(f"R1 without protection: {summary(found)}")
    assert {("doubled", "escalation"), ("doubled", "event")} <= {(row.how, row.what) for row in found}
