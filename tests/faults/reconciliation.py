"""Compare what is in the house's database with what must be in it (tests/faults/ledger_of_truth.sql)."""

import json
import re
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from tests.faults.house import House, wait_until
from tests.faults.reconcile import BROKEN, edges

LEDGER_OF_TRUTH = Path(__file__).with_name("ledger_of_truth.sql").read_text(encoding="utf-8")
# The last lines of the journal; between two petitions' ends lie fewer.
TAIL_BYTES = 400
WALKED = re.compile(r"^done (\d+) walk$", re.MULTILINE)
DUE = """
SELECT count(*) FROM (SELECT next_alarm_at FROM petitions_clock UNION ALL SELECT next_alarm_at FROM petitions_orderclock
                       UNION ALL SELECT next_alarm_at FROM pledges_pledgeclock) AS clock
 WHERE next_alarm_at <= %s
"""


class Difference(NamedTuple):
    """One thing that is not as it must be; `how` is lost, doubled, undue, early or broken."""

    how: str
    what: str
    which: str


def wait_until_drained(house: House, seconds: float = 60.0) -> datetime:
    """Wait until everything that is due at this moment was raised; return the moment."""
    until = house.now()
    assert wait_until(lambda: house.rows(DUE, [until]) == [(0,)], seconds), f"{house.rows(DUE, [until])} still due"
    return until


def differences(house: House, until: datetime) -> list[Difference]:
    """Return every difference at the moment, and every event that is no walk along the FSM's edges."""
    values = {"until": until, "journal": json.dumps(journal(house))}
    found = [Difference(*row) for row in house.rows(LEDGER_OF_TRUTH, values)]
    return found + [Difference("broken", "event", " ".join(row)) for row in house.rows(BROKEN, [edges()])]


def scored(house: House) -> dict[str, Any]:
    """Return how many facts there are once every rating is locked, and how they differ from the events."""
    verifier = house.start("tests.faults.scores")
    assert wait_until(lambda: not verifier.is_alive), "verifying takes too long"
    said: dict[str, Any] = json.loads(verifier.log.read_text().splitlines()[-1])
    return said


def journal(house: House) -> list[dict[str, object]]:
    """What the driver noted: a verb is done, or it was only asked for."""
    lines = _journal(house)
    done = {(petition, verb) for said, petition, verb in lines if said == "done"}
    return [
        {"petition": petition, "verb": verb, "is_done": (petition, verb) in done}
        for said, petition, verb in lines
        if said == "asked"
    ]


def walked(house: House) -> int:
    """How many petitions the driver has brought as far as they go; it takes them in the order of their numbers."""
    path = house.desk / "journal"
    end = path.read_bytes()[-TAIL_BYTES:].decode() if path.exists() else ""
    return max((int(number) + 1 for number in WALKED.findall(end)), default=0)


def _journal(house: House) -> list[list[str]]:
    path = house.desk / "journal"
    return [line.split() for line in path.read_text().splitlines()] if path.exists() else []


def summary(found: list[Difference]) -> str:
    """Return how many there are of each kind."""
    counts = Counter(f"{row.how} {row.what}" for row in found)
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "0 differences"
