"""The desk finds an enterprise by what a caller says: which way, in which order, by which index."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from enterprises.finding import MOST, _ways, find_enterprises
from enterprises.models import Enterprise
from tests.cast import LIN_CREDIT_CODE, Cast

NAMES = {
    "澜川大全电器有限公司": ("大全电器", "0999-0100001"),
    "澜川大青食品有限公司": ("", "13800002222"),
    "临江区澜川大桥酒店": ("", ""),
    "石泓县百分百%公司": ("百分百", ""),
    "ABC（澜川）软件有限公司": ("ABC软件", ""),
}


@pytest.fixture
def register(cast: Cast) -> Cast:
    """Lin's and Mallory's enterprises, and those of NAMES; Lin can be phoned."""
    for place, (name, (short_name, phone)) in enumerate(NAMES.items()):
        Enterprise.objects.create(
            credit_code=f"91990199000000000{place}",
            name=name,
            short_name=short_name,
            contact_phone=phone,
            size="small",
            ownership="private",
            region=cast.city,
        )
    cast.lin.phone = "13800001137"
    cast.lin.save()
    return cast


def names(typed: str, **more: Any) -> list[str]:
    return [enterprise.name for enterprise in find_enterprises(typed, **more)]


QINGHE, YUANFAN = "澜川市青禾机械有限公司", "澜川市远帆物流有限公司"
DAQUAN, DAQING, BRIDGE, PERCENT, ABC = NAMES


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (LIN_CREDIT_CODE, [QINGHE]),
        (LIN_CREDIT_CODE.lower(), [QINGHE]),
        ("９１９９０１７１７４７９７３２６５Ｃ", [QINGHE]),
        ("91990171 7479 73265C", [QINGHE]),
        (LIN_CREDIT_CODE[:9], [QINGHE]),
        ("0999-0100001", [DAQUAN]),
        ("09990100001", [DAQUAN]),
        ("13800002222", [DAQING]),
        ("+86 13800002222", [DAQING]),
        ("＋８６ １３８－００００－２２２２", [DAQING]),
        ("0086 138 0000", [DAQING, QINGHE]),
        ("（0999）0100001", [DAQUAN]),
        ("0999-0100001转1", []),
        ("1380000ABCD", []),
        ("13800001137", [QINGHE]),  # its liaison's
        ("1380000", [DAQING, QINGHE]),  # the contact's own before the liaison's
        ("澜川市", [QINGHE, YUANFAN]),
        ("青禾", [QINGHE]),
        ("大全电器", [DAQUAN]),
        ("lcdq", [DAQUAN, DAQING, BRIDGE]),  # what begins with it before what has it inside
        ("LCDQDQ", [DAQUAN]),
        ("qhjx", [QINGHE]),
        ("大桥", [BRIDGE]),
        ("澜川大", [DAQUAN, DAQING, BRIDGE]),
        ("abc", [ABC]),
        ("  澜川大桥  ", [BRIDGE]),
        ("%", []),
        ("0%", []),
        ("分%", []),
        ("百%", [PERCENT]),
        ("_禾机", []),
        ("没有这家", []),
        ("", []),
        ("青", []),
        ("\x00", []),
        ("青\x00禾", [QINGHE]),
        ("'; DROP TABLE", []),
        ("x" * 5000, []),
    ],
)
def test_what_is_typed_finds(typed: str, expected: list[str], register: Cast) -> None:
    assert names(typed) == expected


def test_nothing_is_found_twice_and_not_more_than_ten(register: Cast) -> None:
    for place in range(20):
        Enterprise.objects.create(
            credit_code=f"9199018800000000{place:02}",
            name=f"澜川大{place}号店",
            short_name=f"澜川大{place}",
            size="micro",
            ownership="sole",
            region=register.city,
        )
    found = names("澜川大")
    assert (len(found), len(set(found))) == (MOST, MOST)
    assert len(set(names("91990"))) == MOST


def test_only_those_that_may_be_found(register: Cast) -> None:
    mine = Enterprise.objects.of_liaison(register.mallory)
    assert names("澜川市", among=mine) == [YUANFAN]
    assert names(LIN_CREDIT_CODE, among=mine) == []
    assert names("13800001137", among=mine) == []


@pytest.mark.parametrize(
    ("typed", "most"), [("没有这家", 2), ("zzz9", 4), ("1399", 6), ("13999999999", 3), ("91990199MA0000017H", 1)]
)
def test_it_costs_a_statement_for_each_way(typed: str, most: int, register: Cast) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert find_enterprises(typed) == []
    assert len(asked) <= most


def plan(way: Q) -> str:
    return Enterprise.objects.filter(way).order_by().explain()


@pytest.mark.parametrize(
    ("typed", "place", "indexes"),
    [
        ("9199017174", 0, ["credit_code", "_like"]),
        ("13800001137", 1, ["enterprise_by_phone"]),
        ("13800001137", 2, ["user_by_phone"]),
        ("澜川大", 0, ["enterprise_by_name", "enterprise_by_short_name"]),
        ("lcdq", 2, ["enterprise_by_initials"]),
    ],
)
def test_every_way_but_the_last_has_its_index(typed: str, place: int, indexes: list[str], register: Cast) -> None:
    ways = list(_ways(typed))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # of seven rows all are read at once
        cursor.execute("SET LOCAL enable_indexscan = off")  # the sorted list of names would do as well
    chosen = plan(ways[place][0])
    assert all(index in chosen for index in indexes), chosen
