"""Lists and single petitions: what is in them, for whom, at how many statements."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from petitions.models import Petition
from tests.api.conftest import SignIn, address, code
from tests.cast import Cast, Stage, due_of

LIST = "/api/v1/petitions/"


def test_a_row_says_where_the_petition_stands(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = stage.assigned()
    (row,) = sign_in(cast.lin).get(LIST).json()["results"]
    assert row["number"] == petition.number
    assert row["state"] == "assigned"
    assert row["lead"] == "经信局"
    assert row["due_at"] is not None
    assert row["category"] == {"code": "funds.arrears", "name": "拖欠中小企业账款"}
    assert row["enterprise"]["credit_code"] == cast.enterprise.credit_code
    assert row["closed_reason"] == ""


def test_everybody_lists_their_own(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    stage.assigned()
    stage.reported()
    seen = {name: len(sign_in(user).get(LIST).json()["results"]) for name, user in cast.users.items() if user.is_active}
    assert seen == {
        "liaison": 2,
        "assistant": 0,
        "dispatcher": 2,
        "handler": 1,
        "head": 1,
        "supervisor": 2,
        "evaluator": 0,
        "leader": 2,
        "sysadmin": 0,
        "secadmin": 0,
        "auditor": 0,
    }


@pytest.mark.parametrize("name", ["mallory", "feng", "chu", "qian", "sysadmin"])
@pytest.mark.parametrize("path", ["", "events", "attachments/1"])
def test_somebody_elses_petition_does_not_exist(
    stage: Stage, cast: Cast, sign_in: SignIn, name: str, path: str
) -> None:
    petition = stage.assigned()
    assert code(sign_in(getattr(cast, name)).get(address(petition, path)), 404) == "not_found"


@pytest.mark.parametrize("number", ["202609080000011", "1", "abc", "%00", "²" * 15, "9" * 400])
def test_no_such_number(cast: Cast, sign_in: SignIn, number: str) -> None:
    assert code(sign_in(cast.chen).get(f"/api/v1/petitions/{number}/"), 404) == "not_found"


def test_a_whole_petition_lists_its_parts_and_what_can_be_done(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    stage.now = timezone.now() - timedelta(days=2)
    petition = stage.resolved(with_support=True)
    whole = sign_in(cast.lin).get(address(petition)).json()
    assert whole["body"] == petition.body
    assert whole["query_code"] == petition.query_code
    assert whole["petitioner"]["contact_phone"] == "13800000001"
    assert whole["petitioner"]["filed_by"] == "林晓"
    assert [(part["department"]["code"], part["part"]) for part in whole["assignments"]] == [
        ("jingxin", "lead"),
        ("shuiwu", "support"),
    ]
    assert whole["assignments"][1]["answer"]["public_answer"] == stage.answer().public_answer
    assert whole["possible"] == ["rate", "reopen"]


def test_a_rating_is_shown_with_its_assignment(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = stage.rated()
    (part,) = sign_in(cast.zhou).get(address(petition)).json()["assignments"]
    assert part["rating"]["level"] == 5
    assert part["rating"]["is_solved"] == "yes"


def test_events_are_told_in_order(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = stage.resolved(with_support=True)
    events = sign_in(cast.chen).get(address(petition, "events")).json()
    assert [event["kind"] for event in events] == [
        "report",
        "dispatch",
        "check_in",
        "check_in",
        "answer_support",
        "resolve",
    ]
    assert events[1]["department"] == {"code": "jingxin", "name": "经信局"}
    assert events[1]["details"] == {}
    assert events[5]["details"] == {"outcome": "solved"}
    assert events[5]["by"] == "周经办"


def test_overdue_is_told_by_the_clock_not_by_a_flag(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = stage.assigned()
    client = sign_in(cast.lin)
    with time_machine.travel(stage.now, tick=False):
        assert client.get(address(petition)).json()["is_overdue"] is False
    later = due_of(Petition.objects.get().assignments.get())
    with time_machine.travel(later.replace(minute=59), tick=False):
        late: Any = sign_in(cast.lin).get(address(petition)).json()
    assert late["is_overdue"] is True


def test_a_list_costs_the_same_however_long(
    stage: Stage, cast: Cast, sign_in: SignIn, django_assert_num_queries: Any
) -> None:
    client = sign_in(cast.zhou)
    stage.assigned()
    with django_assert_num_queries(4):
        assert len(client.get(LIST).json()["results"]) == 1
    for _ in range(6):
        stage.assigned(with_support=True)
    with django_assert_num_queries(4):
        assert len(client.get(LIST).json()["results"]) == 7
    filters = {"category": "funds", "region": "lanchuan", "department": "jingxin"}
    with django_assert_num_queries(7):
        assert len(client.get(LIST, filters).json()["results"]) == 7


@pytest.mark.parametrize("name", ["lin", "sun", "zhou", "chen"])
def test_one_petition_costs_at_most_ten_statements(
    stage: Stage, cast: Cast, sign_in: SignIn, django_assert_max_num_queries: Any, name: str
) -> None:
    petition = stage.resolved(with_support=True)
    client = sign_in(getattr(cast, name))
    with django_assert_max_num_queries(10):
        assert client.get(address(petition)).status_code == 200
    with django_assert_max_num_queries(5):
        assert client.get(address(petition, "events")).status_code == 200
