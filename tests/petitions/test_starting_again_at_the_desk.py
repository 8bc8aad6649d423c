"""What a closed department has answered goes to the desk when it starts again (petitions/returning.py)."""

import pytest

from departments.closing import close_department
from departments.models import Department
from petitions.dispatch import Placement, dispatch_petition
from petitions.models import State
from petitions.ratings.rating import rate_petition
from tests.cast import Stage
from tests.faults.reconcile import broken
from tests.petitions.group_steps import parts, running, told
from tests.petitions.ratings import LOW
from tests.petitions.verbs import CALLS, ONWARD, kinds, stored


def close(stage: Stage, department: Department | None = None) -> Department:
    department = department or stage.cast.lead
    return close_department(department=department, by=stage.cast.sysadmin, now=stage.tick(), is_to_desk=True)


@pytest.mark.parametrize("state", ["resolved", "rated", "closed"])
def test_what_it_answered_goes_to_the_desk_when_it_is_reopened(stage: Stage, state: str) -> None:
    petition = stage.assigned(with_support=True)
    for step, name in ONWARD[state]:
        CALLS[step](stage, petition, getattr(stage.cast, name), stage.tick())
    close(stage)
    assert stored(petition).state == state
    CALLS["reopen"](stage, petition, stage.cast.lin, stage.tick())
    petition = stored(petition)
    assert (petition.state, petition.cycle, parts(petition)) == (State.REPORTED, 2, [])
    assert running(petition) == {"resolve_enterprise", "dispatch"}
    assert kinds(petition)[-2:] == ["reopen", "close_department"]
    assert "sun" in told("close_department", petition)
    placement = Placement(lead=stage.cast.other_department)
    dispatch_petition(petition=petition, by=stage.cast.sun, placement=placement, now=stage.tick())
    assert broken() == []


def test_a_closed_support_is_not_asked_again(stage: Stage) -> None:
    petition = stage.resolved(with_support=True)
    close(stage, stage.cast.support)
    CALLS["reopen"](stage, petition, stage.cast.lin, stage.tick())
    petition = stored(petition)
    assert [(department, part) for department, part, *_rest in parts(petition)] == [(stage.cast.lead, "lead")]


def test_what_is_rated_low_goes_to_the_desk_to_be_put_right(stage: Stage) -> None:
    petition = stage.resolved()
    close(stage)
    judgements = stage.judgements(petition, **LOW)
    rate_petition(petition=petition, by=stage.cast.lin, judgements=judgements, now=stage.tick())
    petition = stored(petition)
    assert (petition.state, petition.cycle, parts(petition)) == (State.REPORTED, 2, [])
    assert kinds(petition)[-2:] == ["rectify", "close_department"]
    placement = Placement(lead=stage.cast.other_department)
    dispatch_petition(petition=petition, by=stage.cast.sun, placement=placement, now=stage.tick())
    assert "rectify" in running(petition)
    assert broken() == []
