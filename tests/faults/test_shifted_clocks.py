"""R11: workers and sweepers whose own clock is an hour ahead, an hour behind or a day ahead; the database's is right.

Nothing is raised early, nothing twice, nothing is left out. In the negative control a sweeper goes by its own clock.
"""

import os

from tests.faults.due import add_due, raised
from tests.faults.house import House, wait_until
from tests.faults.reconciliation import differences, summary
from tests.slow import slow

DUE = int(os.environ.get("R11_DUE", "60"))
SHIFTS = {"an hour ahead": 3600, "an hour behind": -3600, "a day ahead": 86400}
SECONDS = 4.0
SOON, LATER = 1800.0, 43200.0


def shifted(seconds: int) -> tuple[str, str]:
    return ("tests.faults.shifted", str(seconds))


def test_a_wrong_clock_raises_nothing_early_and_nothing_twice(house: House) -> None:
    workers = [house.start_worker(before=shifted(seconds)) for seconds in SHIFTS.values()]
    sweepers = [house.start_sweeper("--pause", "0.3", before=shifted(seconds)) for seconds in SHIFTS.values()]
    assert wait_until(lambda: all(map(house.mark, workers))), "the workers do not start"
    add_due(house, DUE, last=SECONDS)
    add_due(house, 20, first=SOON, last=SOON)
    add_due(house, 20, first=LATER, last=LATER)
    with house.celery() as celery:

        def wake() -> bool:
            celery.send_task("limits.tasks.sweep")
            return raised(house) >= DUE

        assert wait_until(wake, SECONDS + 60)
        for _place in range(30):
            wake()
        broker = house.redis()
        assert wait_until(lambda: not broker.llen("celery") and not broker.hlen("unacked"))
    found = differences(house, house.now())
    print(f"R11: {', '.join(SHIFTS)}: {raised(house)} of {DUE} raised; {summary(found)}")
    assert all(process.is_alive for process in [*workers, *sweepers])
    assert (raised(house), found) == (DUE, [])


@slow("a negative control with processes of its own, 5 to 10 s")
def test_a_sweeper_that_trusts_its_own_clock_is_early(house: House) -> None:
    """The negative control."""
    add_due(house, 20, first=SOON, last=SOON)
    house.start("tests.faults.shifted", "3600", "manage", "sweep", "--loop", FAULTS_TRUST="1")
    assert wait_until(lambda: raised(house) == 20)
    assert {row.how for row in differences(house, house.now())} == {"early"}
