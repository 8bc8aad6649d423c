"""The leader's screen, heat map, equity, awards and report: what they say, to whom, and in how many statements."""

from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.test import Client
from openpyxl import load_workbook

from departments.models import Membership
from limits.models import Card
from limits.sweeping import sweep
from scores.models import Award
from tests.cast import Cast, Stage, person
from tests.limits.raised import raised_about
from tests.pages.conftest import SignIn, statements
from tests.pages.html import attributes, elements, errors_beside_fields, form_values, links, parse, text, with_class
from tests.scores.facts import AFTER_SEPTEMBER, SEPTEMBER, facts
from tests.scores.figures import LOW, a_september, frozen_september

MONTH = "?month=2026-09"
AWARDS, REPORT = f"/scores/awards/{MONTH}", f"/scores/report/{MONTH}"
CONFIRM = f"/scores/awards/pilot/jingxin/confirm/{MONTH}"


def rows(answer: Any) -> list[list[Any]]:
    """The workbook's rows, the head first."""
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet
    return [[cell.value for cell in row] for row in sheet.rows]


# ---- the leader's screen --------------------------------------------------------------------------------------------


def tiles(client: Client) -> dict[str, tuple[str, str]]:
    """Each tile's number and where it leads, by its label."""
    page = parse(client.get(f"/scores/overview/{MONTH}"))
    found = {}
    for tile in (element for element in elements(page) if "tile" in attributes(element).get("class", "").split()):
        (label,), (number,) = with_class(tile, "tile-label"), with_class(tile, "number")
        found[label] = (number, attributes(tile).get("href", "").replace("&amp;", "&"))
    return found


@pytest.fixture
def september(stage: Stage) -> Stage:
    """Petitions of each kind; one of them is confidential, one's limit has long passed."""
    stage.reported()
    stage.reported(is_confidential=True)
    stage.resolved()
    late = stage.checked_in()
    sweep(now=stage.now.replace(day=30))
    stage.now = AFTER_SEPTEMBER
    assert {card for card in raised_about(late).values_list("card", flat=True)} >= {Card.RED}
    return stage


def test_each_number_is_that_of_the_list_it_leads_to(september: Stage, sign_in: SignIn) -> None:
    with time_machine.travel(AFTER_SEPTEMBER, tick=False):
        for user, reported in ((september.cast.chen, "4"), (september.cast.wei, "3")):
            client = sign_in(user)
            found = tiles(client)
            assert (found["收到诉求"][0], found["办结答复"][0], found["待企业评价"][0]) == (reported, "1", "1")
            assert found["红牌诉求"][0] != "0"
            for label, (number, address) in found.items():
                if address.startswith("/petitions/?"):
                    assert len(with_class(parse(client.get(address)), "petition-row")) == int(number), label


def test_the_first_and_the_last_departments_and_whoever_was_rated_low(cast: Cast, sign_in: SignIn) -> None:
    a_september(cast)
    facts(1, cast.branch, **LOW)  # too few to be ranked
    context = sign_in(cast.wei).get(f"/scores/overview/{MONTH}").context
    assert [card.department for card in context["best"]] == [cast.lead, cast.support, cast.other_department]
    assert context["worst"] == []
    assert [(card.department, number) for card, number in context["low"]] == [
        (cast.support, 8),
        (cast.other_department, 8),
        (cast.branch, 1),
    ]


def test_it_is_the_leaders_home_and_nobody_elses(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.wei).get("/")["Location"] == "/scores/overview/"
    assert sign_in(cast.chen).get("/")["Location"] == "/petitions/"


def test_a_month_without_anything_says_so(cast: Cast, sign_in: SignIn) -> None:
    page = text(parse(sign_in(cast.wei).get("/scores/overview/")))
    assert "上月没有可比的数据" in page
    assert "本月没有差评" in page


# ---- heat map and equity --------------------------------------------------------------------------------------------


def test_a_cell_is_shaded_by_its_rate_and_pale_with_few_cycles(cast: Cast, sign_in: SignIn) -> None:
    a_september(cast)
    facts(4, cast.branch, category=cast.category)
    context = sign_in(cast.wei).get(f"/scores/heat-map/{MONTH}").context
    cells = {
        department: [(cell.rate.met, cell.rate.of, cell.shade) for cell in line] for department, line in context["rows"]
    }
    assert [str(column) for column in context["columns"]] == ["资金与账款", "None"]
    assert cells[cast.lead] == [(20, 20, 5), (20, 20, 5), (0, 0, 0)]
    assert cells[cast.support] == [(12, 20, 2), (12, 12, 5), (0, 8, 1)]  # 0.6 is the second class's
    assert [cell.is_few for cell in dict(context["rows"])[cast.branch]] == [True, True, True]


def test_a_category_opens_to_its_second_level_and_an_unknown_one_is_nowhere(cast: Cast, sign_in: SignIn) -> None:
    a_september(cast)
    client = sign_in(cast.chen)
    first = client.get(f"/scores/heat-map/{MONTH}&rate=answer")
    (opened,) = [link for link in links(first) if "category=" in link]
    assert {"month=2026-09", "rate=answer", "category=funds"} == set(
        opened.removeprefix("?").replace("&amp;", "&").split("&")
    )
    context = client.get(f"/scores/heat-map/{MONTH}&rate=answer&category=funds").context
    assert context["columns"] == [cast.category]
    assert [department for department, _line in context["rows"]] == [cast.lead, cast.support]
    for code in ("nothing", "funds.arrears"):
        assert client.get(f"/scores/heat-map/{MONTH}&category={code}").status_code == 404


def test_the_heat_map_as_a_workbook(cast: Cast, sign_in: SignIn) -> None:
    type(cast.lead).objects.filter(pk=cast.lead.pk).update(short_name="=1+1")
    a_september(cast)
    answer = sign_in(cast.chen).get(f"/scores/heat-map/{MONTH}&as=xlsx")
    head, first, *_rest = rows(answer)
    assert head[:8] == ["部门", "类别", "计分件数", "满意率", "分子", "分母", "下限", "上限"]
    assert first[:6] == ["=1+1", "资金与账款", 20, 1.0, 20, 20]
    assert first[6] == pytest.approx(20 / (20 + 3.841459), abs=1e-6)


def test_equity_marks_only_what_chance_hardly_explains(cast: Cast, sign_in: SignIn) -> None:
    a_september(cast)
    page = sign_in(cast.wei).get(f"/scores/equity/{MONTH}")
    shown = dict(page.context["shown"])
    sizes = {
        group.label: (rate.met, rate.of, others.met, others.of, gap.is_clear)
        for group, rate, others, gap in shown["企业规模"]
    }
    # Large: the lead's 20 of 20. Small: the support's late 12 of 12, and 12 of 20. Unknown: the support's low ones.
    assert sizes == {
        "大型": (20, 20, 24, 40, True),
        "小型": (24, 32, 20, 28, False),
        "不详": (0, 8, 44, 52, True),
    }
    assert with_class(parse(page), "mark-urgent") == ["明显较低"] * 2
    assert [group.label for group, *_numbers in shown["成立年限"]] == ["不详"]


def test_equity_as_a_workbook(cast: Cast, sign_in: SignIn) -> None:
    a_september(cast)
    head, large, *_rest = rows(sign_in(cast.chen).get(f"/scores/equity/{MONTH}&as=xlsx"))
    assert head[:3] + head[8:11] == ["划分", "企业", "计分件数", "与其余相差", "相差下限", "相差上限"]
    assert large[:6] == ["企业规模", "大型", 20, 1.0, 20, 20]
    assert large[8] == pytest.approx(0.4)


@pytest.mark.parametrize(("span", "cycles"), [("1", 60), ("3", 61), ("12", 62), ("x", 60)])
def test_a_span_ends_with_the_month(span: str, cycles: int, cast: Cast, sign_in: SignIn) -> None:
    a_september(cast)
    facts(1, cast.lead, month=SEPTEMBER.replace(month=7))
    facts(1, cast.lead, month=SEPTEMBER.replace(month=10, year=2025))
    facts(1, cast.lead, month=SEPTEMBER.replace(month=10))
    shown = sign_in(cast.wei).get(f"/scores/equity/{MONTH}&span={span}").context["shown"]
    assert sum(group.own.cycles for group, *_numbers in dict(shown)["所有制"]) == cycles


# ---- awards and the report ------------------------------------------------------------------------------------------


def test_a_supervisor_confirms_and_everybody_reads_it(stage: Stage, sign_in: SignIn) -> None:
    cast, petition = stage.cast, stage.rated()
    frozen_september(cast, number=petition.number)
    client = sign_in(cast.chen)
    assert CONFIRM in links(client.get(AWARDS))
    typed = form_values(client.get(CONFIRM))
    assert len(typed["facts"]) == 10
    wrong = client.post(CONFIRM, typed | {"reason": "好"})
    assert (wrong.status_code, set(errors_beside_fields(wrong))) == (422, {"reason"})
    assert form_values(wrong)["facts"] == typed["facts"]
    assert client.post(CONFIRM, typed | {"facts": typed["facts"][:2], "reason": "件件满意"})["Location"] == AWARDS
    award = Award.objects.get()
    assert (award.facts.count(), award.reason) == (2, "件件满意")
    twice = client.post(CONFIRM, typed | {"reason": "件件满意"})
    assert (twice.status_code, "这个奖项已经确认并公布" in twice.content.decode()) == (409, True)
    for user, sees in ((cast.wei, True), (cast.wu, True), (cast.feng, False)):
        page = sign_in(user).get(AWARDS)
        shown = text(parse(page))
        assert ("件件满意" in shown, "候选名单" in shown) == (True, False)
        assert (petition.title in shown, "另有 2 件" in shown) == (sees, not sees)
    assert "件件满意" in text(parse(sign_in(cast.feng).get(REPORT)))


def test_a_supervisor_of_the_department_is_refused(cast: Cast, sign_in: SignIn) -> None:
    frozen_september(cast)
    both = person("fang", "方兼任", "supervisor", "head", department=cast.lead)
    assert Membership.objects.filter(user=both).exists()
    client = sign_in(both)
    assert client.post(CONFIRM, form_values(client.get(CONFIRM)) | {"reason": "件件满意"}).status_code == 403
    assert client.get(CONFIRM.replace("pilot", "snail"))["Location"] == AWARDS  # it is not proposed for that one
    assert client.get(CONFIRM.replace("pilot", "whale")).status_code == 404
    assert client.get(CONFIRM.replace("jingxin", "nobody")).status_code == 404


def test_the_report_says_whether_it_stands_and_what_it_is_made_of(cast: Cast, sign_in: SignIn) -> None:
    a_september(cast)
    with time_machine.travel(AFTER_SEPTEMBER, tick=False):
        page = sign_in(cast.wei).get(REPORT)
    shown = text(parse(page))
    period = with_class(parse(page), "report-period")
    assert period == ["截至 2026-10-13 17:30 的实时数据，2026-10-13 17:30 冻结，此前可能变动。"]
    assert "全市 3 个部门共有 60 件次办理计分：企业评价 60 件次" in shown
    assert "满意率 73.3%（44/60，95%区间" in shown
    assert "非常满意 44 73.3% 61.0%–82.9%" in shown
    assert [(one.level, one.rate.met, round(one.begin, 3)) for one in page.context["levels"]] == [
        (5, 44, 0.0),
        (4, 0, 73.333),
        (3, 0, 73.333),
        (2, 0, 73.333),
        (1, 16, 73.333),
    ]
    assert [counts.cycles for _month, counts in page.context["trend"]] == [0] * 11 + [60]


# page: its statements; three of each are the session, the user and the unread notices
STATEMENTS = {
    "/scores/overview/": 22,
    "/scores/heat-map/": 9,
    "/scores/equity/": 10,
    "/scores/awards/": 11,
    "/scores/report/": 15,
}


@pytest.mark.parametrize("address", STATEMENTS)
def test_a_figure_costs_the_same_however_many_facts(address: str, stage: Stage, sign_in: SignIn) -> None:
    cast = stage.cast
    frozen_september(cast, number=stage.rated().number)
    client = sign_in(cast.chen)
    facts(1, cast.branch, month=SEPTEMBER.replace(month=8))
    few = statements(client, f"{address}{MONTH}")
    for place in range(5):
        stage.checked_in()
        facts(3, cast.branch, month=SEPTEMBER.replace(month=8), enterprise_size=f"s{place}")
    assert few == statements(client, f"{address}{MONTH}") == STATEMENTS[address]
