"""The gap on its page, in its workbook, and on a department's scorecard: what it says to whom, and what is withheld."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from departments.models import Department
from surveys.models import SampleRule, Survey
from tests.cast import Stage
from tests.pages.conftest import SignIn, statements
from tests.pages.html import attributes, classes, elements, links, parse, text, with_class
from tests.surveys.steps import MONTH, drawn, told

CARD = "/scores/departments/jingxin/?month=2026-09"
GAP = reverse("surveys:gap", args=[MONTH])
WITHHELD = "为了不让人推知某家企业的评价，暂不向部门公布"
HEADING = "与第三方测评的差距"


def surveyed(stage: Stage, *differences: int, rated: int = 6) -> Survey:
    """A survey of so many ratings of 5, of which the first were told as much lower."""
    SampleRule.objects.update(least_per_stratum=rated)
    survey = drawn(stage, *[5] * rated)
    told(stage, survey, *differences)
    return survey


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(text(parse(answer)))


def pictures(answer: Any) -> dict[str, bool]:
    """What each picture says to those who do not see it, and whether its dot is filled."""
    found = {}
    for element in elements(parse(answer)):
        if "gap-picture" in classes(element):
            (dot,) = [inner for inner in elements(element) if inner.name == "circle"]
            found[attributes(element)["aria-label"]] = "is-clear" in classes(dot)
    return found


# ---- the page and its workbook --------------------------------------------------------------------------------------


def test_each_department_is_a_dot_with_its_interval(stage: Stage, sign_in: SignIn) -> None:
    """Differences 0, 1, 1, 1, 2: mean 1, s = √(2/4) = 0.7071; t(4) = 2.776, so 2.776 · 0.7071 / √5 = 0.8779."""
    surveyed(stage, 0, 1, 1, 1, 2)
    answer = sign_in(stage.cast.wei).get(GAP)
    assert pictures(answer) == {"差距 +1.00，95%区间 +0.12 至 +1.88，可比 5 件": True}
    assert with_class(parse(answer), "gap-name") == ["全市", "经信局"]
    assert with_class(parse(answer), "mark-urgent") == ["明显偏高"] * 4  # the picture's and the table's
    assert with_class(parse(answer), "gap-ticks") == ["−2 平台偏低 0 平台偏高 +2"]


def test_one_call_has_no_interval_and_none_no_picture(stage: Stage, sign_in: SignIn) -> None:
    survey, client = surveyed(stage, rated=2), sign_in(stage.cast.chen)
    empty = client.get(GAP)
    assert (pictures(empty), "没有可比的评价" in text(parse(empty))) == ({}, True)
    told(stage, survey, 2)
    assert pictures(client.get(GAP)) == {"差距 +2.00，可比 1 件，没有区间": False}


def test_an_interval_beyond_the_scale_ends_in_an_arrow(stage: Stage, sign_in: SignIn) -> None:
    surveyed(stage, 3, 2, rated=2)  # −3.85 … +8.85
    page = parse(sign_in(stage.cast.wei).get(GAP))
    arrows = [
        attributes(element)["d"]
        for element in elements(page)
        if element.name == "path" and "gap-interval" in classes(element)
    ]
    assert arrows == ["M-6 -5L0 0L-6 5"] * 2  # to the right, the city's and the department's


def test_the_workbook_has_numbers_and_no_formula(stage: Stage, sign_in: SignIn) -> None:
    surveyed(stage, 0, 1, 1, 1, 4)
    Department.objects.filter(pk=stage.cast.lead.pk).update(short_name="=1+1")
    answer = sign_in(stage.cast.wei).get(f"{GAP}?as=xlsx")
    assert answer["Content-Disposition"] == 'attachment; filename="gap-2026-09.xlsx"'
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet
    assert sheet.title == "评价差距 2026-09"
    head, city, row = sheet.values
    assert head[:5] == ("部门", "差距", "95%下限", "95%上限", "可比件数")
    assert (city[0], row[0], sheet["A3"].data_type) == ("全市", "=1+1", "s")
    # Mean 1.4, s = √(9.2 / 4) = 1.5166: 2.776 · 1.5166 / √5 = 1.8828.
    assert row[1:7] == pytest.approx((1.4, -0.4828, 3.2828, 5, 5, 3.6), abs=5e-4)
    assert row[7:] == (pytest.approx(0.8), 4, 5, 1)
    assert (sheet["H3"].number_format, sheet["K3"].number_format) == ("0.0%", "0.0%")


def test_the_workbook_is_there_for_whoever_opens_the_page(stage: Stage, sign_in: SignIn) -> None:
    surveyed(stage, rated=1)
    for name, status in {"chen": 200, "wei": 200, "wu": 403, "zhou": 403, "chu": 403, "lin": 403}.items():
        assert sign_in(getattr(stage.cast, name)).get(f"{GAP}?as=xlsx").status_code == status


# ---- on the scorecard -----------------------------------------------------------------------------------------------


def test_a_department_reads_its_own_once_it_tells_of_nobody_alone(stage: Stage, sign_in: SignIn) -> None:
    surveyed(stage, 0, 1, 1, 1, 2, rated=5)
    for name, may_open in {"chen": True, "wei": True, "wu": False, "zhou": False}.items():
        answer = sign_in(getattr(stage.cast, name)).get(CARD)
        said = text(parse(answer))
        assert f"{HEADING} " in said
        assert "+1.00 明显偏高 95%区间 +0.12 至 +1.88 可比 5 件" in said
        assert pictures(answer) == {"差距 +1.00，95%区间 +0.12 至 +1.88，可比 5 件": True}
        assert (WITHHELD in said, GAP in links(answer)) == (False, may_open)


FEW = {"four": ((0, 1, 1, 2), 4), "a call is open": ((0, 1, 1, 1, 2), 6), "all the same": ((1, 1, 1, 1, 1), 5)}


@pytest.mark.parametrize("case", FEW)
def test_what_would_tell_of_one_enterprise_is_withheld_from_the_department(
    case: str, stage: Stage, sign_in: SignIn
) -> None:
    differences, rated = FEW[case]
    surveyed(stage, *differences, rated=rated)
    for name in ("wu", "zhou"):
        answer = sign_in(getattr(stage.cast, name)).get(CARD)
        assert WITHHELD in text(parse(answer))
        assert (pictures(answer), "+1.00" in text(parse(answer)), "可比 " in text(parse(answer))) == ({}, False, False)
    said = page(sign_in(stage.cast.chen), CARD)
    assert ("+1.00" in said, WITHHELD in said, "还有回访没有结束" in said) == (True, False, rated == 6)


def test_without_a_survey_or_anybody_reached_the_card_says_nothing(stage: Stage, sign_in: SignIn) -> None:
    surveyed(stage, rated=2)
    for name in ("chen", "wu"):
        client = sign_in(getattr(stage.cast, name))
        for month in ("2026-09", "2026-08"):
            assert HEADING not in page(client, f"{CARD.partition('?')[0]}?month={month}")


def test_the_gap_costs_the_card_one_statement_however_many_calls(stage: Stage, sign_in: SignIn) -> None:
    survey, client = surveyed(stage, rated=4), sign_in(stage.cast.chen)
    none = statements(client, CARD)
    told(stage, survey, 0, 1, 2, 1)
    assert statements(client, CARD) == none
