"""A confidential petition: its department sees the problem but not who asked, whatever else its people are."""

from typing import Any

import pytest

from accounts.models import Role, User
from enterprises.models import Assistant, Liaison
from petitions.following_up import supplement_petition
from petitions.handling import record_progress
from petitions.permissions import can_see_internal, can_see_petitioner
from petitions.timeline import timeline
from tests.cast import Cast, Stage, person
from tests.petitions.verbs import CALLS

# Of those who see the petition at all.
MAY_KNOW_WHO_ASKED = {"liaison", "assistant", "dispatcher", "supervisor", "system"}
READ_INTERNAL_NOTES = {"dispatcher", "handler", "head", "supervisor", "leader"}


@pytest.mark.parametrize("role", Role.values)
def test_who_asked_is_known_to_these_roles_only(role: str, stage: Stage) -> None:
    user = stage.cast.users[role]
    secret, plain = stage.reported(is_confidential=True), stage.reported()
    assert can_see_petitioner(secret, user) == (role in MAY_KNOW_WHO_ASKED)
    assert can_see_petitioner(plain, user)
    assert can_see_internal(user) == (role in READ_INTERNAL_NOTES)


@pytest.mark.parametrize("extra", ["liaison", "assistant"])
@pytest.mark.parametrize("role", ["handler", "head", "leader"])
def test_a_second_role_does_not_tell_a_department_who_asked(role: str, extra: str, stage: Stage) -> None:
    petition = stage.assigned(is_confidential=True)
    user = person("dual", "部门的人，也为另一企业办事", role, extra, department=stage.cast.lead)
    Liaison.objects.create(user=user, enterprise=stage.cast.other_enterprise)
    Assistant.objects.create(user=user).enterprises.add(stage.cast.other_enterprise)
    assert not can_see_petitioner(petition, user)
    assert "林晓" not in names(stage, user, is_confidential=True)


def test_a_liaison_who_also_works_for_a_department_reads_no_internal_notes() -> None:
    assert not can_see_internal(User(roles=["liaison", "handler"]))


def names(stage: Stage, user: User, **changes: Any) -> list[str]:
    """File, supplement, dispatch, work and answer; return who the timeline says did it, in its order."""
    cast, petition = stage.cast, stage.reported(**changes)
    supplement_petition(petition=petition, by=cast.lin, text="补充合同", now=stage.tick())
    for verb, by in (("dispatch", cast.sun), ("urge", cast.lin), ("check_in", cast.zhou), ("check_in", cast.zheng)):
        CALLS[verb](stage, petition, by, stage.tick())
    record_progress(petition=petition, by=cast.zhou, text="正在核对", is_public=True, now=stage.tick())
    for verb, by in (("answer_support", cast.zheng), ("resolve", cast.zhou), ("rate", cast.lin)):
        petition = CALLS[verb](stage, petition, by, stage.tick())
    return [entry.shown_by for entry in timeline(petition, user)]


WITH = ["林晓", "林晓", "孙派单", "林晓", "周经办", "郑协办", "周经办", "郑协办", "周经办", "林晓"]
WITHOUT = ["" if name == "林晓" else name for name in WITH]


@pytest.mark.parametrize(("who", "is_known"), [("zhou", False), ("wu", False), ("sun", True), ("chen", True)])
def test_the_timeline_leaves_out_who_asked(stage: Stage, who: str, is_known: bool) -> None:
    assert names(stage, getattr(stage.cast, who), is_confidential=True) == (WITH if is_known else WITHOUT)
    assert names(stage, getattr(stage.cast, who)) == WITH


def test_a_liaison_who_left_is_still_not_named(stage: Stage) -> None:
    cast: Cast = stage.cast
    petition = stage.assigned(is_confidential=True)
    User.objects.filter(pk=cast.lin.pk).update(roles=[])
    assert [entry.shown_by for entry in timeline(petition, cast.zhou)] == ["", "孙派单"]
