"""The rating window: 15 calendar days after the day of the answer, over at midnight; lapsing twice changes nothing."""

from datetime import datetime, timedelta
from threading import Event

import pytest
from django.db import connection, transaction

from petitions.errors import WrongState
from petitions.models import Petition
from petitions.ratings.rating import rate_petition
from petitions.ratings.window import lapse_overdue_ratings, lapse_petition
from petitions.reopening import reopen_petition
from petitions.tasks import lapse
from tests.cast import Stage
from tests.faults.threads import together
from tests.moments import SHANGHAI, moment
from tests.petitions.verbs import kinds, last_event, stored


def answered_at(stage: Stage, text: str) -> Petition:
    stage.now = moment(text) - 4 * timedelta(hours=1)  # report, dispatch, check in, answer: an hour each
    petition = stage.resolved()
    assert petition.resolved_at == moment(text)
    return petition


@pytest.mark.parametrize("answered", ["2026-09-08 00:00:00", "2026-09-08 10:00:00", "2026-09-08 23:59:59"])
def test_the_fifteenth_day_still_counts_and_the_next_midnight_lapses(stage: Stage, answered: str) -> None:
    petition = answered_at(stage, answered)
    assert lapse_overdue_ratings(now=moment("2026-09-23 23:59:59.999999")) == 0
    assert stored(petition).state == "resolved"
    midnight = moment("2026-09-24 00:00:00")
    assert lapse_overdue_ratings(now=midnight) == 1
    after = stored(petition)
    assert (after.state, after.closed_reason, after.closed_at) == ("closed", "lapsed", midnight)
    assert after.resolved_at == moment(answered)
    event = last_event(petition)
    assert (event.kind, event.by, event.at, event.from_state) == ("lapse", stage.cast.system, midnight, "resolved")


def test_the_window_is_the_offices_midnight_whatever_zone_the_clock_speaks(stage: Stage) -> None:
    answered_at(stage, "2026-09-08 10:00:00")
    utc_evening = datetime.fromisoformat("2026-09-23T15:59:59+00:00")
    assert lapse_overdue_ratings(now=utc_evening) == 0
    assert lapse_overdue_ratings(now=utc_evening + timedelta(seconds=1)) == 1


def test_a_job_that_comes_late_closes_it_at_the_end_of_its_window(stage: Stage) -> None:
    petition = answered_at(stage, "2026-09-08 10:00:00")
    assert lapse_overdue_ratings(now=moment("2026-10-08 09:00:00")) == 1
    assert stored(petition).closed_at == last_event(petition).at == moment("2026-09-24 00:00:00")


def test_the_second_run_closes_nothing(stage: Stage) -> None:
    petition = answered_at(stage, "2026-09-08 10:00:00")
    late = moment("2026-10-08 09:00:00")
    assert [lapse_overdue_ratings(now=late), lapse_overdue_ratings(now=late)] == [1, 0]
    assert kinds(petition).count("lapse") == 1


def test_only_what_waits_for_a_rating_lapses(stage: Stage) -> None:
    for state in ("reported", "assigned", "rated", "closed"):
        stage.in_state(state)
    reopen_petition(petition=stage.resolved(), by=stage.cast.lin, reason="货款仍未到账", now=stage.tick())
    assert lapse_overdue_ratings(now=stage.tick(timedelta(days=90))) == 0


def test_the_limit_is_a_batch_the_oldest_first(stage: Stage) -> None:
    petitions = [stage.resolved() for _ in range(3)]
    late = stage.tick(timedelta(days=30))
    assert lapse_overdue_ratings(now=late, limit=2) == 2
    assert [stored(petition).state for petition in petitions] == ["closed", "closed", "resolved"]
    assert lapse_overdue_ratings(now=late, limit=2) == 1


def test_until_it_lapses_it_can_still_be_rated(stage: Stage) -> None:
    petition = stage.resolved()
    stage.tick(timedelta(days=20))
    judgements = stage.judgements(petition)
    assert rate_petition(petition=petition, by=stage.cast.lin, judgements=judgements, now=stage.now).state == "rated"
    with pytest.raises(WrongState):
        lapse_petition(petition=petition, by=stage.cast.system, now=stage.tick())


def test_the_periodic_job_goes_by_the_databases_clock(stage: Stage) -> None:
    stage.now = datetime.now(SHANGHAI) - timedelta(days=40)
    old = stage.resolved()
    stage.now = datetime.now(SHANGHAI) - timedelta(days=5)
    new = stage.resolved()
    lapse()
    assert (stored(old).state, stored(new).state) == ("closed", "resolved")


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_close_each_petition_once(stage: Stage) -> None:
    petitions = [stage.resolved() for _ in range(6)]
    late = stage.tick(timedelta(days=30))
    closed = together(2, lambda _worker: lapse_overdue_ratings(now=late))
    assert sum(closed) == len(petitions)
    assert [kinds(petition).count("lapse") for petition in petitions] == [1] * len(petitions)


@pytest.mark.django_db(transaction=True)
def test_a_petition_that_another_worker_holds_is_left_to_it(stage: Stage) -> None:
    held, free = stage.resolved(), stage.resolved()
    late, locked, done = stage.tick(timedelta(days=30)), Event(), Event()

    def work(worker: int) -> int:
        with transaction.atomic(), connection.cursor() as cursor:
            # Waiting for the other's lock would be an error, not a pause.
            cursor.execute("SET LOCAL lock_timeout = '5s'")
            if worker == 0:
                list(Petition.objects.select_for_update(of=("self",), no_key=True).filter(pk=held.pk))
                locked.set()
                return int(done.wait(30))
            locked.wait(30)
            try:
                return lapse_overdue_ratings(now=late)
            finally:
                done.set()

    assert together(2, work) == [1, 1]
    assert [stored(petition).state for petition in (held, free)] == ["resolved", "closed"]
