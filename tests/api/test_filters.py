"""Every way to narrow the list, each with a petition that it keeps and one that it leaves out."""

from datetime import timedelta

import pytest
import time_machine
from rest_framework.test import APIClient

from departments.models import Category
from petitions.models import Petition
from petitions.reporting import report_petition
from regions.models import Region
from tests.api.conftest import SignIn, attrs
from tests.cast import Cast, Stage
from tests.moments import TUESDAY_10AM


def found(client: APIClient, **parameters: str) -> list[str]:
    answer = client.get("/api/v1/petitions/", parameters)
    assert answer.status_code == 200, answer.content.decode()
    return [row["title"] for row in answer.json()["results"]]


@pytest.fixture
def three(stage: Stage, cast: Cast) -> dict[str, Petition]:
    """One petition that differs from the other two in everything."""
    group = Category.objects.create(code="land", name="用地")
    land = Category.objects.create(code="land.use", name="用地审批", parent=group, service_level="complex")
    other = stage.report_form(
        title="另一件",
        kind="consult",
        urgency="urgent",
        category=land,
        region=cast.district,
        enterprise=cast.other_enterprise,
    )
    made = {
        "first": stage.assigned(title="第一件"),
        "second": stage.reported(title="第二件"),
        "other": report_petition(report=other, by=cast.mallory, now=stage.tick()),
    }
    park = Region.objects.create(code="gaoxin", name="高新区", kind="park", parent=cast.city)
    made["second"].other_regions.add(park)
    return made


@pytest.mark.parametrize(
    ("parameter", "value", "expected"),
    [
        ("state", "assigned", ["第一件"]),
        ("kind", "consult", ["另一件"]),
        ("urgency", "urgent", ["另一件"]),
        ("category", "land.use", ["另一件"]),
        ("category", "land", ["另一件"]),
        ("category", "funds", ["第二件", "第一件"]),
        ("region", "linjiang", ["另一件"]),
        ("region", "gaoxin", ["第二件"]),  # which concerns it
        ("department", "jingxin", ["第一件"]),
        ("department", "shuiwu", []),
        ("enterprise", "919901021881433010", ["另一件"]),
        ("enterprise", "919901000000000000", []),
        ("q", "另一", ["另一件"]),
        ("q", "20260908000002", ["第二件"]),
        ("reported_after", (TUESDAY_10AM + timedelta(hours=4)).isoformat(), ["另一件"]),
        ("reported_before", (TUESDAY_10AM + timedelta(hours=3)).isoformat(), ["第一件"]),
    ],
)
def test_a_filter_keeps_what_fits(
    three: dict[str, Petition], cast: Cast, sign_in: SignIn, parameter: str, value: str, expected: list[str]
) -> None:
    assert found(sign_in(cast.chen), **{parameter: value}) == expected


def test_filters_narrow_together(three: dict[str, Petition], cast: Cast, sign_in: SignIn) -> None:
    assert found(sign_in(cast.chen), category="funds", state="reported") == ["第二件"]
    assert found(sign_in(cast.chen), category="funds", kind="consult") == []


def test_overdue_is_any_running_limit_or_the_one_that_is_named(
    three: dict[str, Petition], cast: Cast, sign_in: SignIn
) -> None:
    chen = sign_in(cast.chen)
    with time_machine.travel(TUESDAY_10AM + timedelta(hours=1), tick=False):
        assert found(chen, overdue="true") == []
        assert len(found(chen, overdue="false")) == 3
    with time_machine.travel(TUESDAY_10AM + timedelta(days=20), tick=False):
        assert found(chen, overdue="true") == ["另一件", "第二件", "第一件"]
        assert found(chen, overdue="true", limit="dispatch") == ["另一件", "第二件"]
        assert found(chen, overdue="true", limit="resolve_department") == ["第一件"]
        assert found(chen, overdue="false", limit="resolve_department") == ["另一件", "第二件"]
        assert found(chen, overdue="true", department=cast.lead.code) == ["第一件"]
        (row,) = chen.get("/api/v1/petitions/", {"overdue": "true", "limit": "resolve_department"}).json()["results"]
        assert (row["due_promise"], row["due_department"]["code"]) == ("resolve_department", cast.lead.code)
        assert row["due_at"].endswith("+08:00")
        (row,) = chen.get("/api/v1/petitions/", {"overdue": "false", "limit": "dispatch"}).json()["results"]
        assert row["due_promise"] is None
        # It holds it, but its own limit for the answer was never late: it is a support's.
        assert found(chen, overdue="true", department=cast.lead.code, limit="support") == []
        assert found(sign_in(cast.lin), overdue="true", limit="check_in") == []


def test_a_withdrawn_petition_is_not_overdue(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = stage.assigned()
    client = sign_in(cast.lin)
    client.post(f"/api/v1/petitions/{petition.number}/withdraw/", {"reason": "问题已解决"}, format="json")
    with time_machine.travel(TUESDAY_10AM + timedelta(days=20), tick=False):
        assert found(sign_in(cast.chen), overdue="true") == []


def test_an_empty_parameter_is_a_mistake_not_everything(cast: Cast, sign_in: SignIn) -> None:
    empty = {"state": "", "q": "", "category": "", "overdue": "", "page_size": ""}
    assert attrs(sign_in(cast.chen).get("/api/v1/petitions/", empty)) == set(empty)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("state", "lost"),
        ("kind", "CONSULT"),
        ("category", "none.such"),
        ("category", "a\x00b"),
        ("region", "none-such"),
        ("department", "none-such"),
        ("reported_after", "yesterday"),
        ("reported_before", "2026-13-01T00:00:00"),
        ("reported_before", "0001-01-01T00:00:00+23:59"),
        ("reported_before", "9999-12-31T23:59:59-23:59"),
        ("reported_after", "0001-01-01"),
        ("reported_after", "0001-01-01T00:00:00Z"),
        ("reported_after", "1989-12-31T23:59:59+08:00"),
        ("reported_before", "2101-01-01T00:00:00+08:00"),
        ("overdue", "maybe"),
        ("q", "x" * 101),
        ("q", "a\x00b"),
        ("page_size", "0"),
        ("page_size", "101"),
        ("page_size", "9" * 5000),
        ("cursor", "nonsense"),
    ],
)
def test_a_filter_with_nonsense_is_refused_by_name(cast: Cast, sign_in: SignIn, parameter: str, value: str) -> None:
    assert attrs(sign_in(cast.chen).get("/api/v1/petitions/", {parameter: value})) == {parameter}


@pytest.mark.parametrize("value", ["", "1", "True", " ", "yes"])
def test_a_yes_or_no_is_true_or_false_and_nothing_else(value: str, stage: Stage, sign_in: SignIn) -> None:
    at = f"/api/v1/petitions/{stage.reported().number}/similar/"
    client = sign_in(stage.cast.sun)
    assert attrs(client.get(at, {"ended": value})) == {"ended"}
    assert client.get(at, {"ended": "true"}).status_code == client.get(at).status_code == 200
