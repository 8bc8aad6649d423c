"""What is written while a month freezes is in it or is refused; without the lock the frozen month would be wrong."""

import time
from collections.abc import Callable
from threading import Event

import pytest
from django.db import ProgrammingError, transaction

from scores import freezing
from scores.appeals import appeal_fact, exclude_fact
from scores.errors import TooLate
from scores.freezing import freeze_month
from scores.models import Appeal, AppealReason, Scorecard, ScoreFormula
from scores.scorecard import month_of
from scores.verifying import frozen_differences
from tests.cast import Cast
from tests.faults.threads import somebody_waits, together
from tests.scores.facts import AFTER_SEPTEMBER, SEPTEMBER, accepted, fact, facts, unsaved
from tests.scores.test_appeals import ASKED, IN_TIME

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 10


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not is_so() and time.monotonic() < end:
        time.sleep(0.01)


@pytest.mark.parametrize("is_locked", [True, False], ids=["locked", "control"])
def test_a_fact_whose_key_is_given_out_is_waited_for(
    cast: Cast, is_locked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fact is written, a later one is committed before it, and then somebody freezes."""
    if not is_locked:
        monkeypatch.setattr(freezing, "LOCK", "SELECT 1")
    is_written, is_frozen = Event(), Event()

    def work(worker: int) -> None:
        if worker == 0:
            with transaction.atomic():
                unsaved(cast.lead).save()
                is_written.set()
                wait_until(somebody_waits if is_locked else is_frozen.is_set)
        else:
            assert is_written.wait(SECONDS)
            facts(6, cast.lead)
            freeze_month(month=SEPTEMBER, by=cast.chen, now=AFTER_SEPTEMBER)
            is_frozen.set()

    together(2, work)
    assert month_of(SEPTEMBER).city.cycles == (7 if is_locked else 6)
    assert bool(list(frozen_differences())) is not is_locked


def test_an_exclusion_that_is_being_written_is_waited_for(cast: Cast) -> None:
    row = facts(6, cast.lead)[0]
    is_written = Event()

    def work(worker: int) -> None:
        if worker == 0:
            with transaction.atomic():
                exclude_fact(fact=row, by=cast.chen, **(ASKED | {"reason": AppealReason.NOT_RESPONSIBLE}))
                is_written.set()
                wait_until(somebody_waits)
        else:
            assert is_written.wait(SECONDS)
            freeze_month(month=SEPTEMBER, by=cast.chen, now=AFTER_SEPTEMBER)

    together(2, work)
    assert Scorecard.objects.get().counts["excluded"] == 1
    assert list(frozen_differences()) == []


def while_it_freezes(cast: Cast, act: Callable[[], object]) -> None:
    """Freeze September, act before that is committed, and commit it when whoever acts waits."""
    is_freezing = Event()

    def work(worker: int) -> None:
        if worker == 0:
            with transaction.atomic():
                freeze_month(month=SEPTEMBER, by=cast.chen, now=AFTER_SEPTEMBER)
                is_freezing.set()
                wait_until(somebody_waits)
        else:
            assert is_freezing.wait(SECONDS)
            act()

    together(2, work)


def test_an_appeal_that_comes_while_the_month_freezes_is_refused(cast: Cast) -> None:
    row = fact(cast.lead)

    def ask() -> None:
        with pytest.raises(TooLate):
            appeal_fact(fact=row, by=cast.wu, **(ASKED | {"now": IN_TIME}))

    while_it_freezes(cast, ask)
    assert not Appeal.objects.exists()


def test_an_appeal_past_the_verbs_is_refused_by_the_database(cast: Cast) -> None:
    row = fact(cast.lead)

    def write() -> None:
        with pytest.raises(ProgrammingError, match="the month is frozen"):
            accepted(row, AppealReason.NOT_RESPONSIBLE, cast.chen)

    while_it_freezes(cast, write)
    assert list(frozen_differences()) == []


def test_a_formula_that_is_changed_while_a_month_freezes_by_it_stays(cast: Cast) -> None:
    facts(6, cast.lead)

    def change() -> None:
        with pytest.raises(ProgrammingError, match="a month was frozen by it"):
            ScoreFormula.objects.update(least_cycles=100)

    while_it_freezes(cast, change)
    assert list(frozen_differences()) == []
