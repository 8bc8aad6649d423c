"""R4: every wake-up is delivered five times, to several workers at once; every level is raised once.

Short by default; in full: R4_MESSAGES=2000. As many limits come due while the messages arrive. The negative control
takes the protection off, and the same reconciliation finds what was raised twice.
"""

import os
from uuid import uuid4

import pytest

from tests.faults.due import add_due, raised
from tests.faults.house import House, wait_until
from tests.faults.reconciliation import differences, summary, wait_until_drained
from tests.slow import slow

MESSAGES = int(os.environ.get("R4_MESSAGES", "100"))
TIMES = 5
WORKERS = 3
DUE_A_SECOND = 100


def deliver_again_and_again(house: House, app: str, messages: int) -> None:
    """Let as many limits come due as messages arrive, each message several times; return when all were consumed."""
    workers = [house.start_worker(app) for _place in range(WORKERS)]
    assert wait_until(lambda: all(map(house.mark, workers))), "the workers do not start"
    add_due(house, messages, last=messages / DUE_A_SECOND)
    ids, broker = [str(uuid4()) for _message in range(messages)], house.redis()
    with house.celery() as celery:
        for key in ids * TIMES:
            celery.send_task("limits.tasks.sweep", task_id=key)
        assert wait_until(lambda: not broker.llen("celery") and not broker.hlen("unacked"), 60 + messages)
        # The last limits may have come due after the last message.
        wait_until(lambda: raised(house) >= messages, messages / DUE_A_SECOND)
        celery.send_task("limits.tasks.sweep")
        wait_until_drained(house)


@pytest.mark.timeout(300 + MESSAGES)
def test_repeated_messages_have_one_effect(house: House) -> None:
    deliver_again_and_again(house, "tests.faults.worker", MESSAGES)
    found = differences(house, house.now())
    print(f"R4: {MESSAGES} messages x {TIMES}: {raised(house)} levels raised; {summary(found)}")
    assert (raised(house), found) == (MESSAGES, [])


@slow("a negative control with processes of its own, 5 to 10 s")
def test_without_protection_they_have_several(house: House) -> None:
    """The negative control."""
    house.unprotect()
    deliver_again_and_again(house, "tests.faults.unsafe", 60)
    found = differences(house, house.now())
    print(f"R4 without protection: {raised(house)} levels raised of 60; {summary(found)}")
    assert {("doubled", "escalation"), ("doubled", "event")} <= {(row.how, row.what) for row in found}
