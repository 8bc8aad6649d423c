"""R9 and R2: the broker is restarted again and again, or is away.

R9: after each restart, gentle or by SIGKILL, with its data or without, the worker consumes again. R2: while it is away
a plain looping sweeper raises what comes due. Short by default; in full: R9_RESTARTS=20 R2_DUE=600 R2_SECONDS=60. The
negative control has no sweeper, and then nothing is raised until the broker is back.
"""

import os
import time

import pytest
import redis

from tests.faults.due import add_due, lags, raised
from tests.faults.house import House, wait_until
from tests.faults.reconciliation import differences, summary, wait_until_drained
from tests.slow import slow

RESTARTS = int(os.environ.get("R9_RESTARTS", "3"))
DUE = int(os.environ.get("R2_DUE", "30"))
SECONDS = float(os.environ.get("R2_SECONDS", "3"))
MOST_SECONDS = 60.0
# What the worker still has in its hands when the broker dies is done by then.
PROBE_SECONDS = 1.0


def raises(house: House, count: int, seconds: float = MOST_SECONDS) -> bool:
    """Return whether so many levels come to be raised in time."""
    return wait_until(lambda: raised(house) >= count, seconds)


def start_worker_and_beat(house: House) -> None:
    house.start_worker()
    house.start_beat()
    add_due(house, 1)
    assert raises(house, 1), "the worker does not start"


@pytest.mark.timeout(300 + RESTARTS * MOST_SECONDS)
def test_a_worker_consumes_again_after_each_restart(house: House) -> None:
    start_worker_and_beat(house)
    times: list[float] = []
    for place in range(RESTARTS):
        began, pid = time.monotonic(), house.record("valkey")["pid"]
        house.kill_broker(wipe=place % 2 == 1, gently=place % 3 == 0)
        add_due(house, 1, first=PROBE_SECONDS, last=PROBE_SECONDS)
        assert raises(house, place + 2), f"not consuming after restart {place + 1}: {times}"
        times.append(time.monotonic() - began)
        assert house.record("valkey")["pid"] != pid
    found = differences(house, wait_until_drained(house))
    print(f"R9: {len(times)} of {RESTARTS}, seconds:", " ".join(f"{seconds:.1f}" for seconds in times), summary(found))
    assert found == []


@pytest.mark.timeout(300 + 2 * SECONDS)
def test_without_a_broker_the_sweeper_raises_everything(house: House) -> None:
    start_worker_and_beat(house)
    house.start_sweeper()
    with house.broker_down():
        add_due(house, DUE, last=SECONDS)
        assert raises(house, DUE + 1, SECONDS + MOST_SECONDS)
        with pytest.raises(redis.ConnectionError):
            house.redis().ping()
    count, median, p99, most = lags(house)
    found = differences(house, house.now())
    print(f"R2: {count} raised without a broker, lag p50 {median:.1f} p99 {p99:.1f} max {most:.1f} s; {summary(found)}")
    assert found == []
    assert most <= MOST_SECONDS


@slow("a negative control with processes of its own, 5 to 10 s")
@pytest.mark.timeout(300 + 2 * SECONDS)
def test_without_broker_and_sweeper_nothing_is_raised(house: House) -> None:
    """The negative control; once the broker is back, the worker catches up."""
    start_worker_and_beat(house)
    with house.broker_down():
        add_due(house, DUE, first=PROBE_SECONDS, last=PROBE_SECONDS)
        assert not raises(house, 2, PROBE_SECONDS + SECONDS)
    assert raises(house, DUE + 1)
