"""The small lists a client needs before it can file or dispatch."""

from typing import Any

import pytest

from regions.models import Region
from tests.api.conftest import SignIn
from tests.cast import Cast


def test_categories_in_two_levels(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.lin).get("/api/v1/categories/").json() == [
        {"code": "funds", "name": "资金与账款", "parent": None, "is_choosable": False},
        {"code": "funds.arrears", "name": "拖欠中小企业账款", "parent": "funds", "is_choosable": True},
    ]


def test_what_is_no_longer_used_is_not_offered(cast: Cast, sign_in: SignIn) -> None:
    for row in (cast.category, cast.support):
        row.is_active = False
        row.save()
    client = sign_in(cast.sun)
    assert [row["code"] for row in client.get("/api/v1/categories/").json()] == ["funds"]
    assert "shuiwu" not in [row["code"] for row in client.get("/api/v1/departments/").json()]


def test_departments_with_their_place(cast: Cast, sign_in: SignIn) -> None:
    rows = {row["code"]: row for row in sign_in(cast.sun).get("/api/v1/departments/").json()}
    assert rows["linjiang-jingxin"] == {
        "code": "linjiang-jingxin",
        "name": "临江区经信局",
        "level": "district",
        "region": "linjiang",
        "parent": "linjiang-gov",
    }


def test_regions(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.lin).get("/api/v1/regions/").json() == [
        {"code": "lanchuan", "name": "澜川市", "kind": "city", "parent": None, "is_staffed": True},
        {"code": "linjiang", "name": "临江区", "kind": "district", "parent": "lanchuan", "is_staffed": True},
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("lin", ["青禾机械"]), ("qian", ["青禾机械"]), ("mallory", ["远帆物流"]), ("zhou", []), ("chen", [])],
)
def test_enterprises_one_files_for(cast: Cast, sign_in: SignIn, name: str, expected: list[str]) -> None:
    rows = sign_in(getattr(cast, name)).get("/api/v1/enterprises/").json()
    assert [row["short_name"] for row in rows] == expected


def test_names_in_the_readers_language(cast: Cast, sign_in: SignIn) -> None:
    rows = sign_in(cast.lin).get("/api/v1/regions/", headers={"Accept-Language": "en"}).json()
    assert [row["name"] for row in rows] == ["Lanchuan City", "Linjiang District"]


def test_who_am_i(cast: Cast, sign_in: SignIn) -> None:
    me = sign_in(cast.zhou).get("/api/v1/me/").json()
    assert me["departments"] == [{"code": "jingxin", "name": "经信局"}]
    assert me["colleagues"] == [{"username": "zhou", "name": "周经办"}, {"username": "wu", "name": "吴局长"}]


def test_where_somebody_dispatches(cast: Cast, sign_in: SignIn) -> None:
    Region.objects.create(code="gaoxin", name="高新区", kind="park", parent=cast.city)
    rows = sign_in(cast.sun).get("/api/v1/regions/").json()
    assert {row["code"]: row["is_staffed"] for row in rows} == {"lanchuan": True, "linjiang": True, "gaoxin": False}


@pytest.mark.parametrize("name", ["categories", "departments", "regions", "enterprises", "me"])
def test_a_lookup_costs_at_most_four_statements(
    cast: Cast, sign_in: SignIn, django_assert_max_num_queries: Any, name: str
) -> None:
    client = sign_in(cast.zhou)
    with django_assert_max_num_queries(4):
        assert client.get(f"/api/v1/{name}/").status_code == 200
