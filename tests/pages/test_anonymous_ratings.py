"""An anonymous rating: departments read that it was given, not which, nor by whom; of a low one the ticked reasons."""

from typing import Any

import pytest

from notices.models import Notice
from tests.cast import Stage
from tests.pages.conftest import SignIn
from tests.petitions.ratings import LOW, rate

SECRET = "我们换过三个经办人，都说不知道"
HIDDEN = "企业已评价，选择了对承办部门匿名。"


def shown(sign_in: SignIn, user: Any, number: str) -> str:
    return str(sign_in(user).get(f"/petitions/{number}/").content.decode())


@pytest.mark.parametrize("name", ["zhou", "wu", "zheng"])
def test_nobody_of_a_department_reads_it(name: str, stage: Stage, sign_in: SignIn) -> None:
    petition = stage.resolved(with_support=True)
    rate(stage, petition, level=3, is_solved="partly", text=SECRET, is_anonymous=True)
    page = shown(sign_in, getattr(stage.cast, name), petition.number)
    assert HIDDEN in page
    for word in ("基本满意", "部分解决", SECRET):
        assert word not in page
    events = sign_in(getattr(stage.cast, name)).get(f"/api/v1/petitions/{petition.number}/events/").json()
    assert [event["by"] for event in events if event["kind"] == "rate"] == [None]
    answer = sign_in(getattr(stage.cast, name)).get(f"/api/v1/petitions/{petition.number}/").json()
    assert [part["rating"] for part in answer["assignments"]] == [None, None]


@pytest.mark.parametrize("name", ["lin", "chen", "wei", "sun"])
def test_everybody_else_who_sees_the_petition_does(name: str, stage: Stage, sign_in: SignIn) -> None:
    petition = stage.resolved()
    rate(stage, petition, level=3, text=SECRET, is_anonymous=True)
    page = shown(sign_in, getattr(stage.cast, name), petition.number)
    assert ("基本满意" in page, SECRET in page, "对承办部门匿名" in page) == (True, True, True)


def test_what_has_to_be_put_right_is_said_by_the_ticked_reasons_alone(stage: Stage, sign_in: SignIn) -> None:
    petition = rate(stage, stage.resolved(), **{**LOW, "text": SECRET, "is_anonymous": True})
    assert petition.events.get(kind="rectify").text == "办理太慢"
    page = shown(sign_in, stage.cast.zhou, petition.number)
    assert ("办理太慢" in page, SECRET in page, "不满意" in page.replace("企业不满意", "")) == (True, False, False)
    assert Notice.objects.filter(event__kind="rectify", recipient=stage.cast.zhou).exists()
    for notice in sign_in(stage.cast.zhou).get("/notices/").content.decode().splitlines():
        assert SECRET not in notice


def test_one_that_is_not_anonymous_is_read_by_the_department(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.resolved()
    rate(stage, petition, level=3, text=SECRET)
    assert SECRET in shown(sign_in, stage.cast.zhou, petition.number)
