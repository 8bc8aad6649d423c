"""The overview, the report and the awards as workbooks: every table is a sheet, with real types, for its readers."""

from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.test import Client
from openpyxl import Workbook, load_workbook

from departments.models import Department
from scores.awards import confirm_award, evidence
from scores.models import AwardKind
from tests.cast import Cast, Stage
from tests.pages.conftest import SignIn, statements
from tests.scores.facts import AFTER_SEPTEMBER, SEPTEMBER, facts
from tests.scores.figures import LOW, a_september, frozen_september

OVERVIEW, REPORT, AWARDS = (f"/scores/{name}/?month=2026-09" for name in ("overview", "report", "awards"))
HEAD_OF_RATES = ("指标", "比率", "分子", "分母", "95%下限", "95%上限", "比上月", "变化下限", "变化上限", "变化明显")


def workbook(client: Client, address: str) -> Workbook:
    answer = client.get(f"{address}&as=xlsx")
    assert answer.status_code == 200
    return load_workbook(BytesIO(answer.content))


def sheets(client: Client, address: str) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of each sheet, the head first, by its name without the month."""
    book = workbook(client, address)
    return {sheet.title.removesuffix(" 2026-09"): list(sheet.values) for sheet in book}  # type: ignore[union-attr]


# ---- the overview ---------------------------------------------------------------------------------------------------


def test_every_number_of_the_leaders_screen(stage: Stage, sign_in: SignIn) -> None:
    stage.reported()
    stage.reported(is_confidential=True)
    stage.resolved()
    a_september(stage.cast)
    facts(1, stage.cast.branch, **LOW)
    with time_machine.travel(AFTER_SEPTEMBER, tick=False):
        written = {name: sheets(sign_in(getattr(stage.cast, name)), OVERVIEW) for name in ("chen", "wei")}
        screen = sign_in(stage.cast.wei).get(OVERVIEW).context["tiles"]
    assert list(written["wei"]) == ["总览", "全市比率", "部门名单"]
    head, *tiles = written["wei"]["总览"]
    assert head == ("指标", "当月", "上月", "目前")
    assert tiles[0] == ("收到诉求", 2, 0, None)  # the confidential one is not the leader's to know of
    assert written["chen"]["总览"][1] == ("收到诉求", 3, 0, None)
    assert ("待企业评价", None, None, 1) in tiles
    assert [tile[0] for tile in tiles] == [tile.label for tile in screen]
    assert [tile[1] if tile[3] is None else tile[3] for tile in tiles] == [tile.number for tile in screen]


def test_the_citys_rates_with_how_they_moved(cast: Cast, sign_in: SignIn) -> None:
    a_september(cast)
    facts(20, cast.lead, month=SEPTEMBER.replace(month=8))
    book = workbook(sign_in(cast.wei), OVERVIEW)
    head, _response, _resolution, satisfaction = book["全市比率 2026-09"].values
    assert head == HEAD_OF_RATES
    # 44 of 60 after 20 of 20: the difference's lower end is −√(0.1236² + 0²) below it.
    assert satisfaction[:4] == ("满意率", pytest.approx(44 / 60), 44, 60)
    assert satisfaction[6:] == (pytest.approx(44 / 60 - 1), pytest.approx(-0.3898, abs=5e-4), satisfaction[8], True)
    assert satisfaction[8] < 0
    assert [book["全市比率 2026-09"].cell(4, column).number_format for column in (2, 5, 6, 7)] == ["0.0%"] * 4


def test_a_month_before_that_is_empty_leaves_its_cells_empty(cast: Cast, sign_in: SignIn) -> None:
    a_september(cast)
    assert sheets(sign_in(cast.wei), OVERVIEW)["全市比率"][3][6:] == (None, None, None, None)


def test_the_first_and_last_departments_and_whoever_was_rated_low(cast: Cast, sign_in: SignIn) -> None:
    a_september(cast)
    facts(1, cast.branch, **LOW)
    Department.objects.filter(pk=cast.support.pk).update(short_name="=1+1")
    head, *rows = sheets(sign_in(cast.chen), OVERVIEW)["部门名单"]
    assert head == ("名单", "名次", "部门", "得分", "差评数")
    assert [row[:3] for row in rows[:3]] == [
        ("得分靠前", 1, "经信局"),
        ("得分靠前", 2, "=1+1"),
        ("得分靠前", 2, str(cast.other_department)),
    ]
    assert isinstance(rows[0][3], float)
    assert [row[4] for row in rows] == [None] * 3 + [8, 8, 1]
    assert rows[-1][:4] == ("差评最多", None, str(cast.branch), None)
    assert workbook(sign_in(cast.chen), OVERVIEW)["部门名单 2026-09"]["C3"].data_type == "s"


# ---- the report -----------------------------------------------------------------------------------------------------


def test_every_table_and_chart_of_the_report(cast: Cast, sign_in: SignIn) -> None:
    a_september(cast)
    client = sign_in(cast.feng)
    written = sheets(client, REPORT)
    assert list(written) == ["部门排名", "全市比率", "满意度构成", "全市近12个月", "申诉与剔除"]
    assert written["部门排名"] == sheets(client, "/scores/?month=2026-09")["部门排名"]
    assert written["全市比率"][0] == HEAD_OF_RATES
    _head, best, *_others, worst = written["满意度构成"]
    assert best[:4] == ("非常满意", pytest.approx(44 / 60), 44, 60)
    assert (worst[0], worst[2:4], len(written["满意度构成"])) == ("非常不满意", (16, 60), 6)
    head, first, *_months, last = written["全市近12个月"]
    assert head[:4] == ("月份", "计分件数", "响应率", "响应率分子")
    assert first == ("2025-10", 0, *(None, 0, 0, None, None) * 3)
    assert last[:2] + last[12:15] == ("2026-09", 60, pytest.approx(44 / 60), 44, 60)
    assert written["申诉与剔除"][1] == ("误评", 0, 0, 0)


# ---- the awards -----------------------------------------------------------------------------------------------------


@pytest.fixture
def given(stage: Stage) -> Stage:
    """The lead's award, for two cycles of a petition that has a title like a formula."""
    cast = stage.cast
    frozen_september(cast, number=stage.rated(title="=SUM(1)货款被拖欠").number)
    known = list(evidence(AwardKind.PILOT, SEPTEMBER, cast.lead)[:2])
    chosen: dict[str, Any] = {"month": SEPTEMBER, "kind": "pilot", "department": cast.lead}
    chosen |= {"facts": [row.pk for row in known], "reason": "=件件满意", "by": cast.chen, "now": AFTER_SEPTEMBER}
    confirm_award(**chosen)
    return stage


def test_a_supervisor_has_the_shortlist_too_with_the_petitions_behind_it(given: Stage, sign_in: SignIn) -> None:
    client = sign_in(given.cast.chen)
    written = sheets(client, AWARDS)
    assert list(written) == ["月度奖项", "候选名单", "依据的办理"]
    confirmed = datetime(2026, 10, 13, 17, 30)  # noqa: DTZ001  # workbooks know no zones
    assert written["月度奖项"][1:] == [("领航奖", "经信局", "=件件满意", "陈督查", confirmed, 2)]
    head, pilot, snail = written["候选名单"]
    assert pilot[:3] + pilot[4:7] + pilot[-2:] == ("领航奖", "经信局", 1, 1, 20, 20, 10, True)
    assert (snail[0], snail[9:12], snail[-1]) == ("蜗牛奖", (0.4, 8, 20), False)
    assert len(head) == len(pilot) == 16
    behind = written["依据的办理"]
    assert [row[:3] for row in behind[1:3]] == [("月度奖项", "领航奖", "经信局")] * 2
    assert {row[4] for row in behind[1:]} == {"=SUM(1)货款被拖欠"}
    assert len(behind) == 1 + 2 + 10 + 10
    book = workbook(client, AWARDS)
    assert (book["月度奖项 2026-09"]["C2"].data_type, book["依据的办理 2026-09"]["E2"].data_type) == ("s", "s")


def test_others_have_what_is_published_and_petitions_they_may_know_of(given: Stage, sign_in: SignIn) -> None:
    for name, number in {"wei": 2, "wu": 2, "feng": 0}.items():
        written = sheets(sign_in(getattr(given.cast, name)), AWARDS)
        assert list(written) == ["月度奖项", "依据的办理"]
        assert written["月度奖项"][1][5] == 2
        assert len(written["依据的办理"]) == 1 + number


# ---- who, and for how many statements -------------------------------------------------------------------------------

# As the pages: what a workbook does without is the tabs, the months to choose from, and the unread notices.
COSTS = {OVERVIEW: 18, REPORT: 9, AWARDS: 9}


@pytest.mark.parametrize("address", COSTS)
def test_a_workbook_reads_what_its_page_does(address: str, given: Stage, sign_in: SignIn) -> None:
    client = sign_in(given.cast.chen)
    assert statements(client, f"{address}&as=xlsx") == COSTS[address] < statements(client, address)


@pytest.mark.parametrize("name", ["lin", "sun", "chu", "sysadmin"])
def test_nobody_else_gets_one(name: str, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(getattr(cast, name))
    assert [client.get(f"{address}&as=xlsx").status_code for address in COSTS] == [403] * 3


def test_a_department_gets_no_overview(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.wu).get(f"{OVERVIEW}&as=xlsx").status_code == 403
