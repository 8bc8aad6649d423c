"""Answers: what they write, joint handling (the lead waits for every support), and what is refused."""

from datetime import date
from typing import Any

import pytest

from departments.models import Department
from petitions.check_in import check_in_department
from petitions.dispatch import Placement, dispatch_petition
from petitions.errors import NotCheckedIn, SupportsPending, WrongState
from petitions.models import Assignment, Outcome, Petition
from petitions.resolution import answer_support, resolve_petition
from tests.cast import Stage, person
from tests.petitions.verbs import kinds, last_event, stored
from verbs.refusals import AlreadyDone, InvalidInput, NotPermitted

TOMORROW_AND_TODAY = (date(2026, 9, 9), date(2026, 9, 8))


def part(petition: Petition, name: str = "lead") -> Assignment:
    return petition.assignments.live().get(part=name)


def resolve(stage: Stage, petition: Petition, **changes: Any) -> Petition:
    return resolve_petition(petition=petition, by=stage.cast.zhou, answer=stage.answer(**changes), now=stage.tick())


def support(stage: Stage, petition: Petition, **changes: Any) -> Petition:
    return answer_support(petition=petition, by=stage.cast.zheng, answer=stage.answer(**changes), now=stage.tick())


def test_the_leads_answer_is_written_and_told_to_the_enterprise(stage: Stage) -> None:
    petition = stage.checked_in()
    resolve(stage, petition, public_answer=" 货款本月底前付清。\n", internal_note=" 约谈过一次 ", outcome="partly")
    after = stored(petition)
    assert (after.state, after.resolved_at) == ("resolved", stage.now)
    row = part(petition)
    assert (row.answered_at, row.answered_by, row.outcome) == (stage.now, stage.cast.zhou, "partly")
    assert (row.public_answer, row.internal_note, row.planned_date) == ("货款本月底前付清。", "约谈过一次", None)
    event = last_event(petition)
    assert (event.kind, event.text, event.data, event.is_public) == (
        "resolve",
        "货款本月底前付清。",
        {"outcome": "partly"},
        True,
    )
    assert "约谈" not in str(petition.events.values_list("text", "data"))


def test_a_supports_answer_goes_to_the_lead_and_leaves_the_state(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    support(stage, petition, outcome="explained")
    assert stored(petition).state == "assigned"
    row = part(petition, "support")
    assert (row.answered_at, row.answered_by, row.outcome) == (stage.now, stage.cast.zheng, "explained")
    event = last_event(petition)
    assert (event.kind, event.department, event.is_public) == ("answer_support", stage.cast.support, False)


def test_the_lead_waits_for_every_support(stage: Stage) -> None:
    cast, petition = stage.cast, stage.reported()
    placement = Placement(lead=cast.lead, supports=[cast.support, cast.other_department])
    petition = dispatch_petition(petition=petition, by=cast.sun, placement=placement, now=stage.tick())
    for by in (cast.zhou, cast.zheng, cast.feng):
        check_in_department(petition=petition, by=by, now=stage.tick())
    for answered, pending in (((), ["税务局", "教体局"]), ((cast.zheng,), ["教体局"])):
        for by in answered:
            answer_support(petition=petition, by=by, answer=stage.answer(), now=stage.tick())
        with pytest.raises(SupportsPending, match="、".join(pending)) as refusal:
            resolve(stage, petition)
        assert refusal.value.departments == pending
        assert (stored(petition).state, part(petition).answered_at) == ("assigned", None)
    answer_support(petition=petition, by=cast.feng, answer=stage.answer(), now=stage.tick())
    assert resolve(stage, petition).state == "resolved"


def test_a_support_that_was_taken_back_holds_nobody_up(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    petition.assignments.filter(part="support").update(ended_at=stage.tick())
    assert resolve(stage, petition).state == "resolved"


@pytest.mark.parametrize("outcome", Outcome.values)
def test_every_outcome_resolves_and_only_planned_has_a_date(stage: Stage, outcome: str) -> None:
    petition = stage.checked_in()
    resolve(stage, petition, outcome=outcome, planned_date=date(2026, 12, 31))
    assert part(petition).outcome == outcome
    assert part(petition).planned_date == (date(2026, 12, 31) if outcome == "planned" else None)


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"outcome": "done"}, {"outcome": "请选择一项。"}),
        ({"public_answer": ""}, {"public_answer": "请填写这一项。"}),
        ({"public_answer": "已阅"}, {"public_answer": "请至少写4个字，现在是2个。"}),
        ({"public_answer": "长" * 5001}, {"public_answer": "最多5000个字，现在是5001个。"}),
        ({"internal_note": "长" * 2001}, {"internal_note": "最多2000个字，现在是2001个。"}),
        ({"outcome": "planned"}, {"planned_date": "列入计划的请填写计划完成日期。"}),
        (
            {"outcome": "planned", "planned_date": TOMORROW_AND_TODAY[1]},
            {"planned_date": "计划完成日期应在今天之后。"},
        ),
        (
            {"outcome": "", "public_answer": "", "internal_note": "长" * 2001},
            {
                "outcome": "请选择一项。",
                "public_answer": "请填写这一项。",
                "internal_note": "最多2000个字，现在是2001个。",
            },
        ),
    ],
)
def test_a_bad_answer_gets_a_sentence_per_field_from_lead_and_support(
    stage: Stage, changes: dict[str, Any], sentences: dict[str, str]
) -> None:
    petition = stage.checked_in(with_support=True)
    before = kinds(petition)
    for give in (resolve, support):
        with pytest.raises(InvalidInput) as refusal:
            give(stage, petition, **changes)
        assert refusal.value.fields == sentences
    assert kinds(petition) == before
    assert not petition.assignments.filter(answered_at__isnull=False).exists()


def test_tomorrow_is_far_enough_ahead_for_a_plan(stage: Stage) -> None:
    petition = stage.checked_in()
    resolve(stage, petition, outcome="planned", planned_date=TOMORROW_AND_TODAY[0])
    assert part(petition).planned_date == TOMORROW_AND_TODAY[0]


def test_nul_in_an_answer_is_taken_off(stage: Stage) -> None:
    petition = stage.checked_in()
    resolve(stage, petition, public_answer="货款\x00已付清", internal_note="\x00")
    assert (part(petition).public_answer, part(petition).internal_note) == ("货款已付清", "")


def test_a_department_checks_in_before_it_answers(stage: Stage) -> None:
    petition = stage.assigned(with_support=True)
    with pytest.raises(NotCheckedIn):
        support(stage, petition)
    petition = stage.assigned()
    with pytest.raises(NotCheckedIn):
        resolve(stage, petition)
    assert kinds(petition) == ["report", "dispatch"]


def test_a_support_answers_once(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    support(stage, petition)
    with pytest.raises(AlreadyDone, match="本部门已经答复"):
        support(stage, petition, public_answer="换一个说法再答一次")
    assert kinds(petition).count("answer_support") == 1
    assert part(petition, "support").public_answer == stage.answer().public_answer


def test_the_second_click_on_resolve_is_refused(stage: Stage) -> None:
    petition = stage.resolved()
    with pytest.raises(WrongState, match="待评价"):
        resolve(stage, petition, public_answer="换一个说法再答一次")
    assert kinds(petition).count("resolve") == 1
    assert part(petition).public_answer == stage.answer().public_answer


def test_lead_and_support_do_not_answer_for_one_another(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    with pytest.raises(NotPermitted):
        answer_support(petition=petition, by=stage.cast.zhou, answer=stage.answer(), now=stage.tick())
    with pytest.raises(NotPermitted):
        resolve_petition(petition=petition, by=stage.cast.zheng, answer=stage.answer(), now=stage.tick())


def test_a_department_named_by_somebody_else_is_not_answered_for(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    other: Department = stage.cast.support
    hua = person("hua", "华经办", "handler", department=stage.cast.lead)
    with pytest.raises(NotPermitted):
        resolve_petition(petition=petition, by=hua, answer=stage.answer(), department=other, now=stage.tick())
