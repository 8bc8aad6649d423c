"""A rating may be changed for twelve hours and is then locked, by the verb and by the database."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from petitions.errors import WrongState
from petitions.models import IntegrityFlag, Petition, Rating
from petitions.ratings.rating import CHANGEABLE_FOR, Judgement, Origin, change_rating
from petitions.ratings.window import lock_due_ratings
from petitions.reopening import reopen_petition
from scores.models import CycleFact
from tests.cast import Stage
from tests.faults.threads import together
from tests.petitions.flags import flagged
from tests.petitions.ratings import LOW, change, lock, rate, rated_low
from tests.petitions.verbs import last_event, stored
from verbs.refusals import AlreadyDone, InvalidInput, NotPermitted


def test_a_rating_is_changed_and_the_event_keeps_both(stage: Stage) -> None:
    petition = change(stage, stage.rated(), level=3, is_solved="partly", text=" 付了一半 ", is_anonymous=True)
    rating = Rating.objects.get()
    assert (rating.level, rating.is_solved, rating.text, rating.is_anonymous) == (3, "partly", "付了一半", True)
    assert (rating.changed_at, rating.rated_at, rating.locked_at) == (stage.now, stage.now - timedelta(hours=1), None)
    event, unit = last_event(petition), str(stage.cast.lead.pk)
    assert (event.kind, event.data) == (
        "change_rating",
        {"cycle": 1, "levels": {unit: 3}, "solved": {unit: "partly"}, "before": {unit: 5}},
    )


def test_until_the_last_moment_and_not_after(stage: Stage) -> None:
    petition = stage.rated()
    end = stage.now + CHANGEABLE_FOR
    assert change(stage, petition, now=end - timedelta(microseconds=1), level=4).state == "rated"
    with pytest.raises(AlreadyDone, match="评价已锁定"):
        change(stage, petition, now=end, level=3)
    assert Rating.objects.get().level == 4


def test_the_same_moment_locks(stage: Stage) -> None:
    stage.rated()
    end = stage.now + CHANGEABLE_FOR
    assert lock_due_ratings(now=end - timedelta(microseconds=1)) == 0
    assert [lock_due_ratings(now=end), lock_due_ratings(now=end)] == [1, 0]
    assert Rating.objects.get().locked_at == end
    assert CycleFact.objects.get().closed_at == Rating.objects.get().rated_at


def test_a_locked_rating_is_refused_by_the_database_too(stage: Stage) -> None:
    stage.rated()
    lock(stage)
    for change_it in (lambda: Rating.objects.update(level=1, text="改"), lambda: Rating.objects.all().delete()):
        with pytest.raises(DatabaseError, match="locked"), transaction.atomic():
            change_it()


def test_a_low_rating_is_locked_while_it_is_being_put_right(stage: Stage) -> None:
    petition = rated_low(stage)
    assert lock(stage) == 1
    assert CycleFact.objects.get().level == 2
    with pytest.raises(AlreadyDone, match="评价已锁定"):
        change(stage, petition)


def test_nobody_else_changes_it(stage: Stage) -> None:
    petition = stage.rated(by=stage.cast.qian)
    for name in ("qian", "zhou", "wu", "sun", "chen", "mallory"):
        with pytest.raises(NotPermitted):
            change(stage, petition, by=getattr(stage.cast, name), level=4)


def test_what_was_not_rated_has_nothing_to_change(stage: Stage) -> None:
    with pytest.raises(WrongState):
        change(stage, stage.resolved())
    with pytest.raises(AlreadyDone):
        change(stage, stage.checked_in())


def test_a_change_is_checked_as_a_rating_is(stage: Stage) -> None:
    petition = stage.rated()
    (key,) = stage.judgements(petition)
    with pytest.raises(InvalidInput) as refusal:
        change(stage, petition, level=1, text=" ")
    assert refusal.value.fields == {f"{key}-text": "不满意时请选择原因或写一句话，便于整改。"}
    good = {key + 1: Judgement(level=5, is_solved="yes")}
    with pytest.raises(InvalidInput) as refusal:
        change_rating(petition=petition, by=stage.cast.lin, judgements=good, now=stage.tick())
    assert set(refusal.value.fields) == {"ratings"}


def test_starting_again_locks_what_was_rated(stage: Stage) -> None:
    petition = stage.rated()
    petition = reopen_petition(petition=petition, by=stage.cast.lin, reason="问题又出现了", now=stage.tick())
    assert (petition.state, petition.cycle) == ("assigned", 2)
    assert Rating.objects.get().locked_at == stage.now
    assert list(CycleFact.objects.values_list("ending", "level")) == [("rated", 5)]


def test_many_are_locked_at_once_the_oldest_first(stage: Stage) -> None:
    petitions = [stage.rated() for _number in range(3)]
    late = stage.tick(timedelta(days=2))
    assert lock_due_ratings(now=late, limit=2) == 2
    locked = Rating.objects.filter(locked_at__isnull=False).values_list("assignment__petition", flat=True)
    assert set(locked) == {petition.pk for petition in petitions[:2]}
    assert lock_due_ratings(now=late, limit=2) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_close_each_cycle_once(stage: Stage) -> None:
    for _number in range(6):
        stage.rated()
    late = stage.tick(timedelta(days=2))
    closed = together(2, lambda _worker: lock_due_ratings(now=late))
    assert (sum(closed) >= 6, CycleFact.objects.count()) == (True, 6)
    assert lock_due_ratings(now=late) == 0


@pytest.mark.django_db(transaction=True)
def test_a_change_and_the_lock_never_disagree(stage: Stage) -> None:
    petition = stage.rated()
    end = stage.now + CHANGEABLE_FOR
    before_end = end - timedelta(seconds=1)

    def race(worker: int) -> Petition | int | None:
        if worker:
            return lock_due_ratings(now=end)
        try:
            return change(stage, petition, now=before_end, **LOW)
        except (AlreadyDone, InvalidInput):
            return None

    together(2, race)
    lock_due_ratings(now=end)
    assert CycleFact.objects.get().level == Rating.objects.get().level
    assert stored(petition).state == ("assigned" if Rating.objects.get().level == 2 else "rated")


@pytest.mark.parametrize("level", [1, 3])
def test_a_change_from_the_departments_own_network_is_flagged(level: int, stage: Stage) -> None:
    stage.cast.lead.networks = ["10.1.0.0/16"]
    stage.cast.lead.save()
    petition = rate(stage, stage.resolved(), level=level, text="未到账")
    assert ("own_network", "jingxin") not in flagged(stage)
    change(stage, petition, origin=Origin(address="10.1.2.3"))
    assert ("own_network", "jingxin") in flagged(stage)
    assert IntegrityFlag.objects.get(kind="own_network").event.kind == "change_rating"
