"""The board: every part in the column of its time left, capped, with a way to the rest."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from petitions.office import worklist
from petitions.office.handover import hand_over
from tests.cast import Stage, due_of
from tests.pages.conftest import SignIn
from tests.pages.html import Element, attributes, elements, links, parse, text, with_class
from tests.petitions.request_steps import DUE, running_hold
from tests.petitions.verbs import CALLS

HOUR = timedelta(hours=1)

BOARD = "/petitions/board/"


def column(answer: Any, name: str) -> Element:
    return next(one for one in elements(parse(answer)) if f"board-{name}" in attributes(one).get("class", "").split())


def titles(answer: Any, name: str) -> list[str]:
    return with_class(column(answer, name), "petition-title")


def test_an_empty_board_says_so(stage: Stage, sign_in: SignIn) -> None:
    client = sign_in(stage.cast.zhou)
    assert with_class(parse(client.get(BOARD)), "empty-title") == ["没有待办的诉求"]
    assert with_class(parse(client.get(BOARD, {"show": "mine"})), "empty-title") == ["这里没有诉求"]
    assert sign_in(stage.cast.lin).get(BOARD).status_code == 403


# The limit ends on Tuesday the 15th at 17:30; the weekend before it counts for nothing.
MOMENTS = {
    "four working days before": (timedelta(days=6), "later"),
    "Friday before the weekend": (timedelta(days=4), "soon"),
    "the day before": (timedelta(days=1), "soon"),
    "the same morning": (timedelta(hours=8), "today"),
    "the last minute": (timedelta(minutes=1), "today"),
    "a minute late": (timedelta(minutes=-1), "over"),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_part_stands_in_the_column_of_its_time_left(moment: str, stage: Stage, sign_in: SignIn) -> None:
    before, expected = MOMENTS[moment]
    petition = stage.checked_in(title="货款")
    CALLS["contact"](stage, petition, stage.cast.zhou, stage.tick())
    assert due_of(petition.assignments.get()) == DUE
    with time_machine.travel(DUE - before, tick=False):
        client = sign_in(stage.cast.zhou)
        answer = client.get(BOARD)
        rows = client.get("/petitions/queue/", {"due": expected})
    assert {name: titles(answer, name) for name in worklist.COLUMNS if titles(answer, name)} == {expected: ["货款"]}
    assert len(with_class(parse(rows), "petition-row")) == 1
    card = with_class(column(answer, expected), "board-card")[0]
    for shown in (petition.number, "经信局 · 主办", "办理时限", "经办人 周经办"):
        assert shown in card


def test_the_nearest_limit_decides_and_is_named(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.assigned(title="货款")
    due = petition.clocks.get(promise="check_in").due_at
    client = sign_in(stage.cast.zhou)
    for at, name, said in ((due - HOUR, "today", "剩余 1小时"), (due + HOUR, "over", "已超时")):
        with time_machine.travel(at, tick=False):
            (card,) = with_class(column(client.get(BOARD), name), "board-card")
        for shown in ("报到时限", said, "未报到", "未分配"):
            assert shown in card, name


def test_what_rests_stands_apart(stage: Stage, sign_in: SignIn) -> None:
    resting = stage.checked_in(title="等批复")
    CALLS["contact"](stage, resting, stage.cast.zhou, stage.tick())
    running_hold(stage, resting)
    with time_machine.travel(stage.now, tick=False):
        answer = sign_in(stage.cast.zhou).get(BOARD)
    assert titles(answer, "held") == ["等批复"]
    assert "经办人 周经办" in with_class(column(answer, "held"), "board-card")[0]


def test_more_than_fit_are_counted_and_lead_to_the_queue(
    stage: Stage, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worklist, "CARDS", 2)
    for place in range(5):
        petition = stage.assigned(title=f"第{place}件")
    hand_over(petition=petition, by=stage.cast.wu, to=stage.cast.zhou, now=stage.now)
    with time_machine.travel(stage.now, tick=False):
        answer, own = (sign_in(stage.cast.zhou).get(BOARD, {"show": show}) for show in ("", "mine"))
    assert titles(answer, "soon") == ["第0件", "第1件"]
    assert with_class(column(answer, "soon"), "board-more") == ["还有 3 件"]
    assert "/petitions/queue/?due=soon" in links(answer)
    assert text(column(own, "soon")).startswith("2个工作日内 1 第4件")
    assert not with_class(parse(own), "board-more")


def test_nobody_sees_another_departments_board(stage: Stage, sign_in: SignIn) -> None:
    stage.assigned(title="货款")
    assert with_class(parse(sign_in(stage.cast.feng).get(BOARD)), "empty-title")


def test_who_asked_in_confidence_is_not_on_it(stage: Stage, sign_in: SignIn) -> None:
    stage.assigned(is_confidential=True)
    assert "青禾机械" not in sign_in(stage.cast.zhou).get(BOARD).content.decode()
