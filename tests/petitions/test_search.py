"""Search: by which words a petition is found, by whom, and that the index follows what happens."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from petitions.handling import record_progress
from petitions.models import Petition, SearchText
from petitions.queries import listed_by_key
from petitions.reporting import supplement_petition
from petitions.resolution import answer_support
from petitions.search import finding, token_shares
from petitions.search.words import parse
from tests.cast import Cast, Stage
from tests.petitions.verbs import CALLS


@pytest.fixture(autouse=True, params=["rare", "common"])
def _in_both_ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hits are put in order, or the newest looked through: both have to find the same."""
    monkeypatch.setattr(finding, "COMMON", 2.0 if request.param == "rare" else 0.0)


def find(text: str, user: User, rows: Any = None, **more: Any) -> list[Petition]:
    start = Petition.objects.all() if rows is None else rows
    return listed_by_key(finding.found(start, parse(text), user, **more)[0:50], user)


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("货款", True),
        ("整车厂 126万元", True),
        ("拖欠货款八个月", True),
        ("货款八年", False),
        ("欠款", False),
        ("催要没有", True),
        ("没有催要", False),
        ("要没有结果请帮助", False),  # a sign stands between
        ("结果，请帮助", True),
        ("１２６万", True),
        ("月我公司", False),  # not across title and body
        ("㐂㐃", False),
        ("货款_", False),
        ("货款%", False),
    ],
)
def test_every_word_has_to_occur_as_it_is_written(stage: Stage, text: str, is_found: bool) -> None:
    petition = stage.reported()
    stage.reported(title="别的事情", body="请问高新区的办事大厅周末开门吗")
    assert find(text, stage.cast.chen) == ([petition] if is_found else [])


def test_latin_words_are_found_by_their_beginning_in_any_case(stage: Stage) -> None:
    petition = stage.reported(body="按gb50016-2014验收，用的是ETC系统，仍未通过")
    chen = stage.cast.chen
    assert all(find(text, chen) == [petition] for text in ("GB50016", "50016", "gb50", "GB50016-2014", "etc系统", "ET"))
    assert [find(text, chen) for text in ("B50016", "gb50017", "tc系统")] == [[], [], []]


def test_newest_first_and_in_pages(stage: Stage) -> None:
    petitions = [stage.assigned() for _place in range(5)]
    chen, zhou = stage.cast.chen, stage.cast.zhou
    assert find("货款", chen) == find("货款", zhou) == petitions[::-1]
    keys = finding.found(Petition.objects.all(), parse("货款"), zhou)
    assert list(keys[2:4]) == [petitions[2].pk, petitions[1].pk]
    before = (petitions[2].reported_at, petitions[2].pk)
    assert find("货款", chen, before=before) == [petitions[1], petitions[0]]


def test_filters_and_department_narrow_the_hits(stage: Stage) -> None:
    cast = stage.cast
    waiting, held = stage.reported(), stage.assigned()
    assert find("货款", cast.chen, Petition.objects.filter(state="reported")) == [waiting]
    rows = Petition.objects.filter(assignments__department=cast.lead)
    assert find("货款", cast.chen, rows, department=cast.lead) == [held]
    assert find("货款", cast.chen, department=cast.other_department) == []
    assert find("货款", cast.chen, are_few=True) == [held, waiting]
    stage.resolved()
    assert find("货款", cast.chen, are_open=True) == [held, waiting]


def test_everybody_finds_among_what_they_may_know_of(stage: Stage) -> None:
    cast = stage.cast
    petition = stage.assigned(is_confidential=True)
    finders = {
        name for name in vars(cast) if isinstance(getattr(cast, name), User) and find("货款", getattr(cast, name))
    }
    assert finders == {"lin", "sun", "zhou", "wu", "chen", "system"}
    assert find(petition.number, cast.mallory) == find(petition.number[:8], cast.feng) == []
    assert find(petition.number[:8], cast.zhou) == [petition]


def test_an_answer_is_found_by_whoever_may_read_it(stage: Stage) -> None:
    cast = stage.cast
    petition = stage.checked_in(with_support=True)
    answer = stage.answer(public_answer="金丝雀答复在此", internal_note="金丝雀备注在此")
    answer_support(petition=petition, by=cast.zheng, answer=answer, now=stage.tick())
    record_progress(petition=petition, by=cast.zhou, text="金丝雀进展", is_public=False, now=stage.tick())
    assert find("金丝雀答复", cast.zhou) == find("金丝雀答复", cast.chen) == [petition]
    assert find("金丝雀", cast.lin) == find("答复在此", cast.lin) == []
    CALLS["resolve"](stage, petition, cast.zhou, stage.tick())
    assert find("金丝雀答复", cast.lin) == find("月底前付清", cast.lin) == [petition]
    CALLS["reopen"](stage, petition, cast.lin, stage.tick())
    assert find("金丝雀答复", cast.lin) == [petition]
    for user in (cast.lin, cast.zhou, cast.chen):
        assert find("金丝雀备注", user) == find("金丝雀进展", user) == []


def test_a_department_finds_no_more_what_was_taken_back_from_it(stage: Stage) -> None:
    cast = stage.cast
    petition = stage.assigned(with_support=True)
    assert find("货款", cast.zhou) == find("货款", cast.zheng) == [petition]
    CALLS["ask_send_back"](stage, petition, cast.wu, stage.tick())
    CALLS["decide_send_back"](stage, petition, cast.sun, stage.tick())
    assert find("货款", cast.zhou) == find("货款", cast.zheng) == []
    assert find("货款", cast.chen) == [petition]


def test_a_supplement_is_found(stage: Stage) -> None:
    petition = stage.assigned()
    supplement_petition(petition=petition, by=stage.cast.lin, text="附上对账单", now=stage.tick())
    assert find("对账单 整车厂", stage.cast.zhou) == [petition]


def test_open_petitions_are_marked_until_they_are_answered(stage: Stage) -> None:
    states = {state: stage.in_state(state).pk for state in ("reported", "assigned", "resolved", "rated", "closed")}
    marked = SearchText.objects.filter(tokens__holds="'@open'").values_list("petition", flat=True)
    assert set(marked) == {states["reported"], states["assigned"]}


def test_the_excerpts_hold_what_the_reader_may_read(stage: Stage) -> None:
    cast = stage.cast
    petition = stage.checked_in(with_support=True)
    answer_support(
        petition=petition, by=cast.zheng, answer=stage.answer(public_answer="货款之外的金丝雀"), now=stage.tick()
    )
    for user, shown in ((cast.zhou, "货款之外的金丝雀"), (cast.lin, "")):
        rows = [Petition.objects.get(pk=petition.pk)]
        finding.add_excerpts(rows, parse("金丝雀"), user)
        assert rows[0].excerpt == shown  # type: ignore[attr-defined]


def test_a_search_is_one_statement_and_its_page_two_more(stage: Stage, cast: Cast) -> None:
    stage.assigned()
    token_shares.analysed_shares()  # read now, and kept
    costs = {}
    for name, user in (("chen", cast.chen), ("zhou", cast.zhou), ("lin", cast.lin)):
        with CaptureQueriesContext(connection) as asked:
            rows = listed_by_key(finding.found(Petition.objects.all(), parse("货款"), user)[0:26], user)
            finding.add_excerpts(rows, parse("货款"), user)
        costs[name] = len(asked)
    assert costs == {"chen": 3, "zhou": 4, "lin": 3}


def test_how_common_a_token_is_is_asked_again_after_a_minute(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    costs = []
    for second in (0.0, token_shares.ASKED_AGAIN_SECONDS - 0.1, token_shares.ASKED_AGAIN_SECONDS):
        monkeypatch.setattr(token_shares, "monotonic", lambda second=second: second)
        with CaptureQueriesContext(connection) as asked:
            token_shares.analysed_shares()
        costs.append(len(asked))
    assert costs == [1, 0, 1]


def test_the_index_is_made_again_where_it_is_missing_or_older(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    petitions = [stage.resolved(with_support=True) for _place in range(3)]
    before = list(SearchText.objects.order_by("pk").values("pk", "text", "unpublished", "reported_at"))
    SearchText.objects.filter(petition=petitions[0]).delete()
    SearchText.objects.filter(petition=petitions[1]).update(version=0, text="")
    for expected in ("2 petitions indexed", "0 petitions indexed"):
        call_command("index_petitions", batch=1)
        assert capsys.readouterr().out.strip() == expected
    assert list(SearchText.objects.order_by("pk").values("pk", "text", "unpublished", "reported_at")) == before
