"""The list of integrity flags: who sees it, what it shows, its filters; and the judgement of one."""

import pytest
from django.urls import reverse

from petitions.models import IntegrityFlag
from petitions.supervision.flags import raise_flags
from tests.cast import Stage
from tests.pages.conftest import SignIn, statements
from tests.petitions.flags import judged, withdrawn_after_contact

LIST = reverse("petitions:flags")


@pytest.fixture
def flags(stage: Stage) -> list[IntegrityFlag]:
    """A withdrawal after contact and an answer without contact, both of the lead's."""
    withdrawn_after_contact(stage)
    stage.resolved()
    raise_flags(now=stage.now)
    return list(IntegrityFlag.objects.order_by("kind"))


def listed(client: object, **asked: object) -> list[IntegrityFlag]:
    answer = client.get(LIST, asked)  # type: ignore[attr-defined]
    assert answer.status_code == 200
    return list(answer.context["page"].rows)


def test_a_row_says_what_was_seen_of_whom(stage: Stage, flags: list[IntegrityFlag], sign_in: SignIn) -> None:
    page = sign_in(stage.cast.chen).get(LIST).content.decode()
    said = (
        "部门联系企业1小时后，企业撤回诉求。",
        "这一轮没有联系企业的记录就办结。",
        "经信局",
        flags[0].petition.number,
    )
    assert [word for word in said if word not in page] == []


def test_the_filters_narrow_and_the_open_ones_come_first(
    stage: Stage, flags: list[IntegrityFlag], sign_in: SignIn
) -> None:
    chen, (uncontacted, withdrawn) = sign_in(stage.cast.chen), flags
    judged(stage, withdrawn)
    assert listed(chen) == [uncontacted]
    assert listed(chen, outcome="dismissed") == [withdrawn]
    assert set(listed(chen, outcome="")) == set(flags)
    assert listed(chen, kind="withdrawn_after_contact", outcome="open") == []
    assert listed(chen, kind="withdrawn_after_contact") == [withdrawn]
    assert set(listed(chen, department=stage.cast.lead.pk)) == set(flags)
    assert listed(chen, department=stage.cast.support.pk) == []
    assert listed(chen, kind="gossip") == []


@pytest.mark.parametrize("name", ["lin", "sun", "zhou", "wu", "chu", "wei", "sysadmin"])
def test_nobody_else_learns_of_flags(name: str, stage: Stage, flags: list[IntegrityFlag], sign_in: SignIn) -> None:
    client = sign_in(getattr(stage.cast, name))
    assert client.get(LIST).status_code == 403
    assert client.get(reverse("petitions:judge_flag", args=[flags[0].pk])).status_code == 403
    for flag in flags:
        answer = client.get(f"/petitions/{flag.petition.number}/")
        assert flag.get_kind_display() not in answer.content.decode()


def test_judging_once_and_again(stage: Stage, flags: list[IntegrityFlag], sign_in: SignIn) -> None:
    chen, page = sign_in(stage.cast.chen), reverse("petitions:judge_flag", args=[flags[0].pk])
    assert chen.get(page).status_code == 200
    assert chen.post(page, {"outcome": "confirmed"}).status_code == 422
    typed = {"outcome": "confirmed", "why": "企业表示没有人联系过"}
    assert "核查结果已记录" in chen.post(page, typed, follow=True).content.decode()
    assert chen.post(page, typed).status_code == 409
    assert "企业表示没有人联系过" in chen.get(LIST, {"outcome": "confirmed"}).content.decode()


def test_the_list_costs_the_same_however_long(stage: Stage, flags: list[IntegrityFlag], sign_in: SignIn) -> None:
    chen = sign_in(stage.cast.chen)
    few = statements(chen, LIST)
    for _place in range(3):
        withdrawn_after_contact(stage)
    raise_flags(now=stage.now)
    assert few == statements(chen, LIST) == 5
