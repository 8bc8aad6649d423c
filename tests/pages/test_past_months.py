"""No later step changes a number of a month that is over: what a month counts has happened in it."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from limits.sweeping import sweep
from petitions.following_up import withdraw_petition
from petitions.merging import merge_petition
from petitions.models import Petition
from petitions.ratings.window import lapse_overdue_ratings, lock_due_ratings
from petitions.supports import remove_support, waive_support
from scores.models import CycleFact
from tests.cast import Stage
from tests.moments import SHANGHAI
from tests.pages.conftest import SignIn
from tests.pages.html import links
from tests.petitions.send_backs import sent_back
from tests.petitions.test_who_may_do_what import ALLOWED
from tests.petitions.verbs import CALLS, REASON, ready_for, stored
from tests.petitions.verbs import STEPS as PERFORMED

PETITION = re.compile(r"/petitions/\d{14}[\dX]/")
EARLY_IN_SEPTEMBER = datetime(2026, 9, 10, 9, tzinfo=SHANGHAI)
LATE_IN_SEPTEMBER = datetime(2026, 9, 29, 20, tzinfo=SHANGHAI)  # the limits of what begins now end in October
LAST_OF_SEPTEMBER = datetime(2026, 9, 30, 23, tzinfo=SHANGHAI)
IN_OCTOBER = datetime(2026, 10, 8, 10, tzinfo=SHANGHAI)
IN_NOVEMBER = datetime(2026, 11, 20, 10, tzinfo=SHANGHAI)


def figures(client: Client, at: datetime) -> dict[str, Any]:
    """Return what the overview and the report say of September, with the petitions behind each tile of the month."""
    with time_machine.travel(at, tick=False):
        page = client.get("/scores/overview/?month=2026-09").context
        shown = {name: page[name] for name in ("rates", "best", "worst", "low")}
        for tile in page["tiles"]:
            if tile.before is not None:
                behind = sorted(link for link in links(client.get(tile.address)) if PETITION.fullmatch(link))
                assert len(behind) == tile.number
                shown[tile.label] = (tile.number, tile.before, behind)
        report = client.get("/scores/report/?month=2026-09").context
    names = ("rows", "rates", "levels", "trend", "appeals", "ranked", "unranked")
    return shown | {f"report: {name}": report[name] for name in names} | {"city": report["scores"].city}


def end_september(stage: Stage) -> None:
    """Let the jobs do what is due until the month's last evening."""
    assert stage.now < LAST_OF_SEPTEMBER
    stage.now = LAST_OF_SEPTEMBER
    lock_due_ratings(now=stage.now)
    sweep(now=stage.now)


def jobs(stage: Stage) -> None:
    """Let the jobs do what is due until November."""
    stage.now = IN_NOVEMBER
    sweep(now=stage.now)
    lapse_overdue_ratings(now=stage.now)
    lock_due_ratings(now=stage.now)


def cases() -> Iterator[tuple[str, str, str]]:
    """Yield each verb and state with the first person who can use it there.

    Not a changed rating: it is changed within its twelve hours, and so may be the last evening's.
    """
    head, *lines = [[cell.strip() for cell in line.split("|")] for line in ALLOWED.strip().splitlines()]
    for verb, *cells in lines:
        for state, people in zip(head[1:], cells, strict=True):
            if people and verb != "change_rating":
                yield verb, state, people.split()[0].replace("holders", "zhou")


@pytest.mark.parametrize(("verb", "state", "name"), list(cases()))
def test_no_verb_changes_a_month_that_is_over(verb: str, state: str, name: str, stage: Stage, sign_in: SignIn) -> None:
    stage.now = EARLY_IN_SEPTEMBER
    stage.rated()
    stage.now = LATE_IN_SEPTEMBER
    petition = ready_for(verb, state, stage)
    end_september(stage)
    client = sign_in(stage.cast.chen)
    before = figures(client, IN_OCTOBER)
    CALLS[verb](stage, petition, getattr(stage.cast, name), IN_OCTOBER)
    jobs(stage)
    assert figures(client, IN_NOVEMBER) == before


# ---- what took place in September, and what follows from it in October ----------------------------------------------


def without_its_support(stage: Stage) -> Petition:
    petition = stage.checked_in(with_support=True)
    by, department = stage.cast.chen, stage.cast.support
    remove_support(petition=petition, by=by, department=department, reason=REASON, now=stage.tick())
    return petition


def without_waiting_for_its_support(stage: Stage) -> Petition:
    petition = stage.checked_in(with_support=True)
    by, department = stage.cast.chen, stage.cast.support
    waive_support(petition=petition, by=by, department=department, reason=REASON, now=stage.tick())
    return petition


def taken_back(stage: Stage) -> Petition:
    return sent_back(stage, stage.assigned())


def merged(stage: Stage) -> Petition:
    return merge_petition(petition=stage.reported(), into=stage.assigned(), by=stage.cast.sun, now=stage.tick())


STEPS: dict[str, tuple[Callable[[Stage], Petition], list[tuple[str, str]]]] = {
    "answered, reopened, answered and rated": (
        lambda stage: stage.resolved(),
        [("reopen", "lin"), ("check_in", "zhou"), ("resolve", "zhou"), ("rate", "lin")],
    ),
    "rated, reopened and withdrawn": (lambda stage: stage.rated(), [("reopen", "lin"), ("withdraw", "lin")]),
    "answered, reopened and sent back": (lambda stage: stage.resolved(), [("reopen", "lin"), ("take_back", "sun")]),
    "without its support": (without_its_support, [("resolve", "zhou"), ("rate", "lin")]),
    "its support waived, withdrawn": (without_waiting_for_its_support, [("withdraw", "lin")]),
    "taken back and withdrawn": (taken_back, [("withdraw", "lin")]),
    "taken back, dispatched, answered and rated": (
        taken_back,
        [
            *[("dispatch", "sun"), ("check_in", "zhou"), ("check_in", "zheng"), ("answer_support", "zheng")],
            *[("resolve", "zhou"), ("rate", "lin")],
        ],
    ),
    "merged and taken back": (merged, [("unmerge", "sun")]),
}


@pytest.mark.parametrize("what", STEPS)
def test_no_chain_of_steps_changes_it_either(what: str, stage: Stage, sign_in: SignIn) -> None:
    begin, steps = STEPS[what]
    stage.now = EARLY_IN_SEPTEMBER
    petition = begin(stage)
    end_september(stage)
    clients = [sign_in(reader) for reader in (stage.cast.chen, stage.cast.wei)]
    before = [figures(client, IN_OCTOBER) for client in clients]
    stage.now = IN_OCTOBER
    for verb, name in steps:
        PERFORMED[verb](stage, stored(petition), getattr(stage.cast, name), stage.tick())
    assert [figures(client, stage.now) for client in clients] == before
    jobs(stage)
    assert [figures(client, IN_NOVEMBER) for client in clients] == before


def test_a_petition_counts_in_each_month_in_which_it_was_answered(stage: Stage, sign_in: SignIn) -> None:
    stage.now = EARLY_IN_SEPTEMBER
    petition = stage.resolved()
    stage.now = IN_OCTOBER
    for verb, name in (("reopen", "lin"), ("check_in", "zhou"), ("resolve", "zhou"), ("reopen", "lin")):
        CALLS[verb](stage, stored(petition), getattr(stage.cast, name), stage.tick())
    client = sign_in(stage.cast.chen)
    for month, days in (("2026-09", "since=2026-09-01&until=2026-09-30"), ("2026-10", "since=2026-10-01")):
        (tile,) = [
            tile for tile in client.get(f"/scores/overview/?month={month}").context["tiles"] if tile.label == "办结答复"
        ]
        assert tile.number == 1
        assert petition.get_absolute_url() in links(client.get(f"/petitions/?dated=answered&{days}"))


def test_a_part_that_ended_early_counts_when_its_cycle_closes(stage: Stage) -> None:
    stage.now = EARLY_IN_SEPTEMBER
    petition = without_its_support(stage)
    stage.now = IN_OCTOBER
    withdraw_petition(petition=petition, by=stage.cast.lin, reason=REASON, now=stage.now)
    fact = CycleFact.objects.get(department=stage.cast.support)
    assert (fact.ending, fact.closed_at.month, fact.month) == ("taken_back", 9, date(2026, 10, 1))


def test_a_card_that_is_raised_late_is_of_the_month_in_which_it_was_raised(stage: Stage, sign_in: SignIn) -> None:
    stage.now = EARLY_IN_SEPTEMBER
    stage.assigned()
    sweep(now=IN_OCTOBER)
    client = sign_in(stage.cast.chen)
    with time_machine.travel(IN_OCTOBER, tick=False):
        tiles = client.get("/scores/overview/?month=2026-10").context["tiles"]
    assert [(tile.number, tile.before) for tile in tiles if tile.label in ("黄牌诉求", "红牌诉求")] == [(1, 0), (1, 0)]
