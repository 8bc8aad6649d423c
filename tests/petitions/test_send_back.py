"""Returns (退单): once per department, with reason and basis; the enterprise loses nothing."""

from typing import Any

import pytest

from petitions.check_in import check_in_department
from petitions.dispatch import Placement, dispatch_petition, send_back_petition
from petitions.errors import AlreadyDone, InvalidInput, NotPermitted, WrongState
from petitions.models import Petition
from petitions.resolution import answer_support
from tests.cast import Stage, person
from tests.petitions.verbs import kinds, last_event, stored


def send_back(stage: Stage, petition: Petition, **changes: Any) -> Petition:
    values: dict[str, Any] = {
        "by": stage.cast.wu,
        "reason": "not_responsible",
        "note": "三定方案第五条，应由教体局承办",
    }
    return send_back_petition(petition=petition, now=stage.tick(), **(values | changes))


def redispatch(stage: Stage, petition: Petition, lead: str = "lead") -> Petition:
    placement = Placement(lead=getattr(stage.cast, lead))
    return dispatch_petition(petition=petition, by=stage.cast.sun, placement=placement, now=stage.tick())


def test_a_return_takes_every_part_back_and_is_not_told_to_the_enterprise(stage: Stage) -> None:
    petition = stage.assigned(with_support=True)
    send_back(stage, petition, note=" 三定方案第五条 ", proposed=stage.cast.other_department)
    after = stored(petition)
    assert (after.state, after.assigned_at, after.cycle) == ("reported", None, 1)
    assert after.reported_at == petition.reported_at
    assert [row.ended_at for row in petition.assignments.all()] == [stage.now, stage.now]
    event = last_event(petition)
    assert (event.kind, event.department, event.text) == ("send_back", stage.cast.lead, "三定方案第五条")
    assert event.data == {"reason": "not_responsible", "proposed": stage.cast.other_department.pk}
    assert not event.is_public


def test_after_a_return_the_departments_no_longer_see_it(stage: Stage) -> None:
    petition = stage.assigned(with_support=True)
    assert petition in Petition.objects.visible_to(stage.cast.zheng)
    send_back(stage, petition)
    for former in (stage.cast.zhou, stage.cast.wu, stage.cast.zheng):
        assert petition not in Petition.objects.visible_to(former)


def test_it_goes_to_another_department_in_the_same_cycle(stage: Stage) -> None:
    petition = send_back(stage, stage.assigned())
    petition = redispatch(stage, petition, "other_department")
    assert petition.assignments.live().get().department == stage.cast.other_department
    assert {row.cycle for row in petition.assignments.all()} == {1}
    assert kinds(petition) == ["report", "dispatch", "send_back", "dispatch"]


def test_a_department_returns_a_petition_once_and_the_next_department_may_too(stage: Stage) -> None:
    petition = redispatch(stage, send_back(stage, stage.assigned()))
    with pytest.raises(AlreadyDone, match="本部门已退过一次"):
        send_back(stage, petition)
    assert stored(petition).state == "assigned"
    second = stage.assigned()
    second = redispatch(stage, send_back(stage, second), "other_department")
    fang = person("fang", "方局长", "head", department=stage.cast.other_department)
    assert send_back(stage, second, by=fang).state == "reported"


def test_once_a_support_has_answered_nothing_is_returned(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    answer_support(petition=petition, by=stage.cast.zheng, answer=stage.answer(), now=stage.tick())
    with pytest.raises(AlreadyDone, match="协办单位已经答复"):
        send_back(stage, petition)
    assert petition.assignments.live().count() == 2


def test_only_the_leads_head_returns(stage: Stage) -> None:
    petition = stage.assigned(with_support=True)
    xu = person("xu", "徐局长", "head", department=stage.cast.support)
    for by in (stage.cast.zhou, stage.cast.zheng, xu, stage.cast.sun):
        with pytest.raises(NotPermitted):
            send_back(stage, petition, by=by)


def test_a_department_that_checked_in_may_still_return(stage: Stage) -> None:
    petition = stage.assigned()
    check_in_department(petition=petition, by=stage.cast.zhou, now=stage.tick())
    assert send_back(stage, petition).state == "reported"


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"reason": "too_hard"}, {"reason": "请选择一项。"}),
        ({"note": ""}, {"note": "请填写这一项。"}),
        ({"note": "不管"}, {"note": "请至少写4个字，现在是2个。"}),
        ({"note": "长" * 2001}, {"note": "最多2000个字，现在是2001个。"}),
        ({"reason": "", "note": ""}, {"reason": "请选择一项。", "note": "请填写这一项。"}),
    ],
)
def test_a_return_needs_a_listed_reason_and_its_basis(
    stage: Stage, changes: dict[str, Any], sentences: dict[str, str]
) -> None:
    petition = stage.assigned()
    with pytest.raises(InvalidInput) as refusal:
        send_back(stage, petition, **changes)
    assert refusal.value.fields == sentences
    assert (stored(petition).state, kinds(petition)) == ("assigned", ["report", "dispatch"])


def test_the_second_click_is_refused(stage: Stage) -> None:
    petition = send_back(stage, stage.assigned())
    with pytest.raises(NotPermitted):
        send_back(stage, petition)
    assert kinds(petition) == ["report", "dispatch", "send_back"]


def test_a_resolved_petition_cannot_be_returned(stage: Stage) -> None:
    petition = stage.resolved()
    with pytest.raises(WrongState):
        send_back(stage, petition)
    assert stored(petition).state == "resolved"
