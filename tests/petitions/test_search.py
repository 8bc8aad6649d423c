"""Search: by which words a petition is found, by whom, and that the index follows what happens."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from petitions.errors import IndexIsOld
from petitions.following_up import supplement_petition
from petitions.handling import record_progress
from petitions.models import Petition, SearchText
from petitions.models.search_text import VERSION
from petitions.queries import listed_by_key
from petitions.resolution import answer_support
from petitions.search import finding, index, token_shares
from petitions.search.words import marked, parse
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


WRITTEN = [
    ("东部产业园三期厂房", "东部产业\n园三 期厂\u200b房"),
    ("人力资源", "请⼈⼒资源部门协调解决"),
    ("資金鏈", "因此资金链已经断裂，请协调"),
    ("资金链", "因此資金鏈已經斷裂，請協調"),
    ('"绿色通道"', "开通“绿色通道”，请尽快办理"),
    ("ＧＢ５００１６", "按GB50016验收，仍未通过"),
    ("（２０２６）12号", "澜政发(2026)12号文件要求办理"),
    ("20260908", "合同签于20260908，至今未付"),
    ("202609080000001234", "订单202609080000001234至今未付"),
]


@pytest.mark.parametrize(("text", "body"), WRITTEN)
def test_it_is_found_however_it_is_written_and_marked_where_it_stands(text: str, body: str, stage: Stage) -> None:
    petition = stage.reported(title="另有一件事情", body=f"请看{body}")
    query = parse(text)
    for user in (stage.cast.chen, stage.cast.lin):
        assert petition in find(text, user)
        shown = finding.excerpts([petition], query, user)[petition.pk]
        assert "<mark>" in marked(shown, query.words)


def test_what_looks_like_a_number_finds_the_petition_of_that_number_and_the_texts_that_hold_it(stage: Stage) -> None:
    named = stage.assigned()
    telling = stage.assigned(body=f"与诉求{named.number}是同一件事，请一并办理")
    other = stage.assigned()
    for user in (stage.cast.chen, stage.cast.zhou, stage.cast.lin):
        assert find(named.number, user) == [telling, named]
        assert find(named.number[:8], user) == [other, telling, named]
        assert find(named.number, user, before=(telling.reported_at, telling.pk)) == [named]
    assert find(named.number, stage.cast.mallory) == []
    waiting = Petition.objects.filter(state="reported")
    assert find(named.number, stage.cast.chen, waiting) == []


def test_a_number_in_an_answer_that_is_not_published_is_found_by_the_departments_only(stage: Stage) -> None:
    cast = stage.cast
    petition = stage.checked_in(with_support=True)
    answer = stage.answer(public_answer="款项见凭证20250101之后附件")
    answer_support(petition=petition, by=cast.zheng, answer=answer, now=stage.tick())
    assert find("20250101", cast.zhou) == [petition]
    assert find("20250101", cast.lin) == []


def test_an_index_of_other_rules_is_refused_in_one_sentence_until_it_is_written_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    petition = stage.reported()
    monkeypatch.setattr(token_shares, "_kept", {})
    for version in (0, VERSION + 1):
        SearchText.objects.update(version=version)
        monkeypatch.setattr(token_shares, "_kept", {})
        for text in ("货款", petition.number):
            with pytest.raises(IndexIsOld, match="搜索索引正在更新，暂时不能搜索，请稍后再试。"):
                finding.asked(text)
        assert index.refresh() == 1
        assert index.refresh() == 0
        monkeypatch.setattr(token_shares, "_kept", {})
        assert find("货款", stage.cast.chen) == [petition]
        assert finding.asked("货款").words == ("货款",)


def test_whether_the_index_is_old_is_read_with_the_shares_and_kept(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(token_shares, "_kept", {})
    with CaptureQueriesContext(connection) as asked:
        finding.asked("货款")
        finding.asked("货款")
    assert len(asked) == 1
    with CaptureQueriesContext(connection) as asked:
        index.refresh()
    assert len(asked) == 1


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
        assert finding.excerpts(rows, parse("金丝雀"), user)[rows[0].pk] == shown


def test_a_search_is_one_statement_and_its_page_two_more(stage: Stage, cast: Cast) -> None:
    stage.assigned()
    token_shares.analysed_shares()  # read now, and kept
    costs = {}
    for name, user in (("chen", cast.chen), ("zhou", cast.zhou), ("lin", cast.lin)):
        with CaptureQueriesContext(connection) as asked:
            rows = listed_by_key(finding.found(Petition.objects.all(), parse("货款"), user)[0:26], user)
            finding.excerpts(rows, parse("货款"), user)
        costs[name] = len(asked)
    assert costs == {"chen": 3, "zhou": 5, "lin": 3}


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
    rows = SearchText.objects.order_by("pk").values("pk", "text", "folded", "unpublished", "reported_at")
    before = list(rows)
    SearchText.objects.filter(petition=petitions[0]).delete()
    SearchText.objects.filter(petition=petitions[1]).update(version=0, text="")
    for expected in ("2 petitions indexed", "0 petitions indexed"):
        call_command("index_petitions", batch=1)
        assert capsys.readouterr().out.strip() == expected
    assert (
        list(SearchText.objects.order_by("pk").values("pk", "text", "folded", "unpublished", "reported_at")) == before
    )
