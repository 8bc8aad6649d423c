"""What is stored equals what the events say, over every way a cycle ends; and a difference is found (can fail)."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from figures.verifying import differences
from petitions.following_up import withdraw_petition
from petitions.linking import link_petition, unlink_petition
from petitions.models import Petition
from petitions.ratings.rectification import judge_rating
from petitions.reopening import reopen_petition
from petitions.resolution import resolve_petition
from petitions.supports import remove_support, waive_support
from scores.models import CycleFact
from tests.cast import Stage
from tests.petitions.ratings import LOW, change, lock, put_right, rate, rated_low
from tests.petitions.send_backs import sent_back
from tests.petitions.verbs import stored


def reopened(stage: Stage) -> Petition:
    return reopen_petition(petition=stage.resolved(), by=stage.cast.lin, reason="货款仍未到账", now=stage.tick())


def withdrawn(stage: Stage) -> Petition:
    petition = stage.checked_in(with_support=True)
    return withdraw_petition(petition=petition, by=stage.cast.lin, reason="已自行解决", now=stage.tick())


def without_its_support(stage: Stage) -> Petition:
    petition = stage.checked_in(with_support=True)
    support, by, why = stage.cast.support, stage.cast.chen, "不再需要协办"
    remove_support(petition=petition, by=by, department=support, reason=why, now=stage.tick())
    resolve_petition(petition=petition, by=stage.cast.zhou, answer=stage.answer(), now=stage.tick())
    return rate(stage, petition)


def without_waiting_for_its_support(stage: Stage) -> Petition:
    petition = stage.checked_in(with_support=True)
    support, by, why = stage.cast.support, stage.cast.chen, "主办已一并答复"
    waive_support(petition=petition, by=by, department=support, reason=why, now=stage.tick())
    resolve_petition(petition=petition, by=stage.cast.zhou, answer=stage.answer(), now=stage.tick())
    return rate(stage, petition)


def grouped(stage: Stage) -> Petition:
    parent = stage.checked_in()
    others = [stage.reported(by=stage.cast.mallory, enterprise=stage.cast.other_enterprise) for _one in range(2)]
    for child in others:
        link_petition(petition=child, parent=parent, by=stage.cast.sun, now=stage.tick())
        if child == others[0]:
            unlink_petition(petition=stored(child), by=stage.cast.sun, now=stage.tick())
    resolve_petition(petition=parent, by=stage.cast.zhou, answer=stage.answer(), now=stage.tick())
    rate(stage, stored(others[1]), by=stage.cast.mallory, level=3)
    return rate(stage, parent)


def judged(stage: Stage, *, is_again: bool) -> Petition:
    petition = rate(stage, put_right(stage, rated_low(stage)), **LOW)
    return judge_rating(petition=petition, by=stage.cast.chen, is_again=is_again, why="部门已尽责", now=stage.tick())


WAYS: dict[str, Callable[[Stage], Petition]] = {
    "rated": lambda stage: stage.rated(with_support=True),
    "lapsed": lambda stage: stage.lapsed(),
    "reopened": reopened,
    "reopened after lapse": lambda stage: reopen_petition(
        petition=stage.lapsed(), by=stage.cast.lin, reason="问题又出现了", now=stage.tick()
    ),
    "reopened after rating": lambda stage: reopen_petition(
        petition=stage.rated(), by=stage.cast.lin, reason="问题又出现了", now=stage.tick()
    ),
    "withdrawn": withdrawn,
    "withdrawn at the desk": lambda stage: withdraw_petition(
        petition=sent_back(stage, stage.assigned()), by=stage.cast.lin, reason="已自行解决", now=stage.tick()
    ),
    "without its support": without_its_support,
    "without waiting for its support": without_waiting_for_its_support,
    "rectified": lambda stage: rate(stage, put_right(stage, rated_low(stage)), level=4),
    "changed": lambda stage: change(stage, stage.rated(), level=3),
    "changed for the better": lambda stage: change(stage, rated_low(stage)),
    "changed and low again": lambda stage: change(stage, change(stage, rated_low(stage)), **LOW),
    "twice low, again": lambda stage: judged(stage, is_again=True),
    "twice low, concluded": lambda stage: judged(stage, is_again=False),
    "grouped": grouped,
}


@pytest.mark.parametrize("way", WAYS)
def test_the_events_say_what_is_stored(way: str, stage: Stage) -> None:
    WAYS[way](stage)
    lock(stage)
    assert CycleFact.objects.exists()
    assert list(differences()) == []


def test_over_all_of_them_and_in_batches(stage: Stage) -> None:
    for way in WAYS.values():
        way(stage)
    lock(stage)
    assert list(differences(batch=3)) == []


def tamper(change_it: str) -> None:
    """Change what nobody can: with the database's guards off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("scores_cyclefact", "petitions_rating"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(change_it)


FACT = "UPDATE scores_cyclefact SET"


@pytest.mark.parametrize(
    ("change_it", "fields"),
    [
        (f"{FACT} level = 4", ["level"]),
        (f"{FACT} is_solved = 'no'", ["is_solved"]),
        (f"{FACT} is_answer_on_time = false", ["is_answer_on_time"]),
        (f"{FACT} is_contact_on_time = NULL", ["is_contact_on_time"]),
        (f"{FACT} answered_at = answered_at - interval '1 second'", ["answered_at"]),
        (f"{FACT} check_in_due_at = check_in_due_at + interval '1 day'", ["check_in_due_at"]),
        (f"{FACT} month = '2026-08-01'", ["month"]),
        (f"{FACT} ending = 'lapsed', level = NULL, rated_at = NULL, is_solved = ''", ["ending", "level", "is_solved"]),
        ("UPDATE petitions_rating SET level = 1, text = '改'", []),  # ratings are read from their events
        ("UPDATE petitions_assignment SET answered_at = answered_at - interval '9 days'", []),
        ("DELETE FROM scores_cyclefact", [""]),
        (f"{FACT} assignment_key = assignment_key + 1000000", ["", ""]),
    ],
)
def test_whatever_is_changed_behind_the_verbs_is_found(stage: Stage, change_it: str, fields: list[str]) -> None:
    stage.rated()
    lock(stage)
    tamper(change_it)
    assert [difference.field for difference in differences()] == fields


def test_a_cycle_that_is_not_closed_has_no_fact(stage: Stage) -> None:
    rated_low(stage)
    stage.resolved()
    assert list(differences()) == []
    lock(stage)
    assert CycleFact.objects.count() == 1
    assert list(differences()) == []


def test_the_command_prints_each_and_ends_with_1(stage: Stage) -> None:
    stage.rated()
    lock(stage)
    out = StringIO()
    call_command("verify_scorecards", stdout=out)
    assert out.getvalue() == "0 differences\n"
    tamper(f"{FACT} level = 4")
    with pytest.raises(CommandError, match="not what happened"):
        call_command("verify_scorecards", stdout=out)
    key = CycleFact.objects.get().assignment_key
    assert out.getvalue().splitlines()[1:] == [f"assignment {key}: level is 4, expected 5", "1 differences"]
