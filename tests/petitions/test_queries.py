"""What pages and the API read: how many statements each list costs, its order, and what it leaves out."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Role, User
from petitions import queries
from petitions.following_up import supplement_petition
from petitions.handling import record_progress
from petitions.models import Petition, State
from petitions.timeline import timeline
from tests.cast import Stage
from tests.petitions.send_backs import sent_back
from tests.petitions.verbs import CALLS

Read = Callable[[Petition, User], object]


def rows(petitions: Iterable[Any]) -> list[str]:
    """Touch everything that a list row shows."""
    return [f"{row.petitioner.enterprise}{row.category}{row.region}{row.lead_name}" for row in petitions]


def only(petitions: Iterable[Any]) -> Any:
    (row,) = petitions
    return row


# What is read, by whom, statements: the same for one petition and for many.
COSTS: dict[str, tuple[Read, str, int]] = {
    "listed": (lambda petition, user: rows(queries.listed(user)), "supervisor", 1),
    "listed, liaison": (lambda petition, user: rows(queries.listed(user)), "liaison", 1),
    "listed, handler": (lambda petition, user: rows(queries.listed(user)), "handler", 1),
    "inbox": (lambda petition, user: rows(queries.to_dispatch(user)), "dispatcher", 1),
    "queue": (
        lambda petition, user: [
            f"{row.department}{row.petition.petitioner.enterprise}{row.petition.category}{row.petition.region}"
            for row in queries.queue(user)
        ],
        "handler",
        1,
    ),
    "timeline": (
        lambda petition, user: [f"{entry.event.department}{entry.shown_by}" for entry in timeline(petition, user)],
        "handler",
        2,  # was it rated anonymously?
    ),
    "parts": (
        lambda petition, user: [
            f"{row.department}{row.answered_by}{getattr(row, 'rating', None)}" for row in queries.parts(petition)
        ],
        "handler",
        1,
    ),
    "counts_by_state": (lambda petition, user: queries.counts_by_state(user), "supervisor", 1),
}


@pytest.mark.usefixtures("within_a_request")
def test_a_list_costs_the_same_however_long_it_is(
    stage: Stage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _round in range(2):
        petition = [stage.in_state(state) for state in State.values][-2]
        for name, (read, role, statements) in COSTS.items():
            queries.desks_of(stage.cast.users[role])  # kept from the request before
            with django_assert_num_queries(statements, info=name):
                found = read(petition, stage.cast.users[role])
            assert found, name


def test_every_role_may_read_every_list_and_some_find_nothing(stage: Stage) -> None:
    petition = stage.resolved(with_support=True)
    read = {role: {name: COSTS[name][0](petition, user) for name in COSTS} for role, user in stage.cast.users.items()}
    assert set(read) == set(Role.values)
    nothing = {"assistant", "evaluator", "sysadmin", "secadmin", "auditor"}
    assert {role for role in read if not read[role]["listed"]} == nothing


@pytest.mark.parametrize("state", ["assigned", "resolved", "rated"])
def test_a_row_shows_the_lead(stage: Stage, state: str) -> None:
    stage.in_state(state)
    row = only(queries.listed(stage.cast.chen))
    assert (row.lead_name, row.lead_department) == ("经信局", stage.cast.lead.pk)


def test_a_lead_that_was_taken_back_is_not_shown(stage: Stage) -> None:
    petition = stage.assigned()
    sent_back(stage, petition)
    row = only(queries.to_dispatch(stage.cast.sun))
    assert (row.lead_name, row.lead_department, row.was_sent_back) == (None, None, True)


def test_the_inbox_has_the_urgent_first_then_the_oldest(stage: Stage) -> None:
    order = ["normal", "urgent", "pressing", "normal", "urgent"]
    first, second, third, fourth, fifth = (stage.reported(urgency=urgency) for urgency in order)
    stage.assigned()
    assert list(queries.to_dispatch(stage.cast.sun)) == [second, fifth, third, first, fourth]


def test_the_queue_has_the_departments_own_open_parts_by_time_left(stage: Stage) -> None:
    late = stage.assigned(with_support=True)
    early = stage.assigned(kind="consult")
    for petition in (late, early):
        CALLS["check_in"](stage, petition, stage.cast.zhou, stage.tick())
        CALLS["contact"](stage, petition, stage.cast.zhou, stage.tick())
    for state in ("reported", "resolved", "rated", "closed"):
        stage.in_state(state)
    assert [row.petition for row in queries.queue(stage.cast.zhou)] == [early, late]
    assert [row.part for row in queries.queue(stage.cast.zheng)] == ["support"]
    assert list(queries.queue(stage.cast.feng)) == []
    assert list(queries.queue(stage.cast.chen)) == []


def test_what_was_withdrawn_or_answered_leaves_the_queue(stage: Stage) -> None:
    withdrawn = stage.assigned()
    CALLS["withdraw"](stage, withdrawn, stage.cast.lin, stage.tick())
    answered = stage.checked_in(with_support=True)
    CALLS["answer_support"](stage, answered, stage.cast.zheng, stage.tick())
    assert [row.petition for row in queries.queue(stage.cast.zhou)] == [answered]
    assert list(queries.queue(stage.cast.zheng)) == []


def test_the_enterprise_reads_what_is_public_and_nothing_internal(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    for is_public, text in ((True, "已约付款方"), (False, "对方资金紧张")):
        record_progress(petition=petition, by=stage.cast.zhou, text=text, is_public=is_public, now=stage.tick())
    CALLS["answer_support"](stage, petition, stage.cast.zheng, stage.tick())
    shown = {
        user: [entry.event.kind for entry in timeline(petition, getattr(stage.cast, user))]
        for user in ("lin", "qian", "zhou", "chen")
    }
    public = ["report", "dispatch", "check_in", "check_in", "progress"]
    assert shown["lin"] == shown["qian"] == public
    assert shown["zhou"] == shown["chen"] == [*public, "progress", "answer_support"]


def test_parts_has_the_newest_cycle_first_and_those_taken_back_too(stage: Stage) -> None:
    petition = stage.resolved(with_support=True)
    CALLS["reopen"](stage, petition, stage.cast.lin, stage.tick())
    sent_back(stage, petition)
    shown = [(row.cycle, row.part, row.is_open) for row in queries.parts(petition)]
    assert shown == [(2, "lead", False), (2, "support", False), (1, "lead", False), (1, "support", False)]


def test_every_state_is_counted_also_where_there_is_none(stage: Stage) -> None:
    stage.resolved()
    supplement_petition(petition=stage.reported(), by=stage.cast.lin, text="补充合同", now=stage.tick())
    counts = {"reported": 1, "assigned": 0, "resolved": 1, "rated": 0, "closed": 0}
    assert queries.counts_by_state(stage.cast.lin) == counts
    assert queries.counts_by_state(stage.cast.mallory) == dict.fromkeys(counts, 0)


def test_due_to_lapse_is_by_the_answers_age(stage: Stage) -> None:
    older = stage.resolved()
    between = stage.tick(timedelta(days=1))
    stage.resolved()
    assert list(queries.due_to_lapse(between)) == [older]
