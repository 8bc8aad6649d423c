"""Similar petitions: what is compared, what is shown to whom, what is followed; and the command on a file."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from petitions.models import Petition
from petitions.reporting import report_petition
from petitions.search.likeness import Letters, Rarity, compare, vector_of
from petitions.search.similar import already_asked, similar_petitions
from tests.cast import Stage
from tests.petitions.verbs import CALLS
from tests.shared_data import shared_data

ARREARS = {"title": "整车厂拖欠货款八个月", "body": "去年供货的货款至今未付，合计126万元，多次催要没有结果。"}
ARREARS_TOO = {"title": "货款被整车厂拖欠", "body": "给整车厂供货，货款拖了大半年没有付，催要多次，请协调付款。"}
SCHOOL = {"title": "员工子女入学", "body": "新招的技术人员的孩子要转学到高新区，学位紧张，请问怎么报名。"}
HEAT = {"title": "园区供暖温度不够", "body": "进入冬季以来厂房供暖只有十度，设备受冻，热力公司说管网老化。"}


@pytest.fixture
def others(stage: Stage) -> dict[str, Petition]:
    """Open petitions of the other enterprise, none of them about arrears but one."""
    cast, made = stage.cast, {}
    for name, text in (("school", SCHOOL), ("arrears", ARREARS_TOO), ("heat", HEAT)):
        form = stage.report_form(enterprise=cast.other_enterprise, **text)
        made[name] = report_petition(report=form, by=cast.mallory, now=stage.tick())
    return made


def test_a_letter_is_most_like_itself_and_unlike_another_matter() -> None:
    rarity = Rarity({})
    arrears, too, school = (vector_of(text["title"], text["body"], rarity) for text in (ARREARS, ARREARS_TOO, SCHOOL))
    assert compare(arrears, arrears).score == 1.0
    assert compare(arrears, too).score == compare(too, arrears).score > 2 * compare(arrears, school).score
    assert {"货款", "拖欠"} <= set(compare(arrears, too).because)
    assert compare(vector_of("", "！", rarity), arrears).score == 0.0


def test_rare_words_weigh_more() -> None:
    rarity = Rarity({"货款": 0.01, "我司": 0.9})
    assert rarity.weight("货款") > rarity.weight("我司") > 0
    assert rarity.weight("没见过") > rarity.weight("货款")


def test_the_dispatcher_gets_the_open_ones_ranked_with_the_words(stage: Stage, others: dict[str, Petition]) -> None:
    petition = stage.reported(**ARREARS)
    (first, *rest) = similar_petitions(petition, stage.cast.sun)
    assert first.petition == others["arrears"]
    assert 0.1 < first.score < 1
    assert {"货款", "整车厂"} <= set(first.because)
    assert petition not in [like.petition for like in (first, *rest)]
    assert all(like.score < first.score / 2 for like in rest)


def test_what_was_answered_is_left_out_unless_asked_for(stage: Stage) -> None:
    ended = stage.resolved(**ARREARS_TOO)
    petition = stage.reported(**ARREARS)
    assert similar_petitions(petition, stage.cast.sun) == []
    (like,) = similar_petitions(petition, stage.cast.sun, with_ended=True)
    assert like.petition == ended
    CALLS["reopen"](stage, ended, stage.cast.lin, stage.tick())
    assert [like.petition for like in similar_petitions(petition, stage.cast.sun)] == [ended]


def test_whoever_files_reads_of_others_only_what_is_harmless(stage: Stage, others: dict[str, Petition]) -> None:
    asked = already_asked(*ARREARS.values(), stage.cast.lin)
    (group,) = asked.others
    assert (asked.own, group.category, group.kind, group.state, group.enterprises) == (
        [],
        stage.cast.category,
        "help",
        "reported",
        1,
    )
    told = repr(asked)
    secrets = [others["arrears"].number, others["arrears"].title, "远帆", "货款", "整车厂"]
    assert [secret for secret in secrets if secret in told] == []
    own = already_asked(*ARREARS.values(), stage.cast.mallory)
    assert ([like.petition for like in own.own], own.others) == ([others["arrears"]], [])


def test_a_confidential_petition_of_somebody_else_is_not_even_counted(stage: Stage) -> None:
    stage.reported(is_confidential=True, **ARREARS_TOO)
    assert not already_asked(*ARREARS.values(), stage.cast.mallory)
    assert already_asked(*ARREARS.values(), stage.cast.lin).own


def test_too_little_text_is_compared_with_nothing(stage: Stage, others: dict[str, Petition]) -> None:
    assert not already_asked("货款", "整车厂", stage.cast.lin)


def test_who_follows_is_noted_for_the_dispatcher(stage: Stage, others: dict[str, Petition]) -> None:
    cast = stage.cast
    petition = stage.reported(follow=True, **ARREARS)
    assert petition.events.get().data == {"similar_to": [others["arrears"].number]}
    (first, *_rest) = similar_petitions(petition, cast.sun)
    assert (first.petition, first.is_followed) == (others["arrears"], True)
    CALLS["withdraw"](stage, others["arrears"], cast.mallory, stage.tick())
    (first, *_rest) = similar_petitions(petition, cast.sun)
    assert (first.petition, first.is_followed, first.score) == (others["arrears"], True, 0.0)
    assert not any(like.is_followed for like in similar_petitions(stage.reported(**ARREARS), cast.sun))


ROWS: list[dict[str, Any]] = [
    {"id": "a", **ARREARS},
    {"id": "b", **SCHOOL},
    {"id": "c", **ARREARS_TOO},
    {"id": "d", "title": "㐂", "body": ""},
]


def test_the_command_compares_the_rows_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "letters.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in ROWS), encoding="utf-8")
    call_command("find_similar", file=path, json=True, top=1)
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["id"] for answer in answers] == ["a", "b", "c", "d"]
    assert [answer["similar"][0]["id"] for answer in answers if answer["id"] in "ac"] == ["c", "a"]
    assert set(answers[0]["similar"][0]) == {"id", "score", "because"}
    assert answers[3]["similar"] == []
    call_command("find_similar", file=path, top=1)
    assert capsys.readouterr().out.splitlines()[0].startswith("a  c 0.")


def test_every_twin_of_the_development_set_is_in_the_top_three() -> None:
    rows = [json.loads(line) for line in shared_data("enterprise.jsonl").read_text(encoding="utf-8").splitlines()]
    letters, places = (
        Letters([(row["title"], row["body"]) for row in rows]),
        {row["id"]: n for n, row in enumerate(rows)},
    )
    twins = [(places[row["id"]], places[row["duplicate_of"]]) for row in rows if row["duplicate_of"]]
    assert twins
    for one, other in twins:
        assert other in [place for place, _like in letters.similar(one, 3)]
        assert one in [place for place, _like in letters.similar(other, 3)]
