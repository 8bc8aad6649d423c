"""Dispatch: assignments with their limits, what the dispatcher may classify, and what is refused."""

from datetime import date, datetime, time
from typing import Any

import pytest

from departments.models import Category, Department
from petitions.dispatch import Placement, dispatch_petition
from petitions.errors import WrongState
from petitions.models import Assignment, Petition
from petitions.templatetags.petitions import event_detail
from petitions.wording import word_notice
from tests.cast import Cast, Stage, due_of
from tests.moments import SHANGHAI, TUESDAY_10AM
from tests.petitions.verbs import kinds, last_event, stored
from verbs.refusals import InvalidInput

CHOOSE, CATEGORY_CLOSED = "请选择一项。", "这个类别已停用，请重新选择。"


def office_closes(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(17, 30), SHANGHAI)


def dispatch(stage: Stage, petition: Petition, **changes: Any) -> Petition:
    placement = Placement(**({"lead": stage.cast.lead} | changes))
    return dispatch_petition(petition=petition, by=stage.cast.sun, placement=placement, now=stage.tick())


def test_dispatch_writes_one_assignment_per_department_and_one_event(stage: Stage) -> None:
    petition = dispatch(stage, stage.reported(), supports=[stage.cast.support], note=" 请会同税务局核实 ")
    assert (petition.state, petition.assigned_at, petition.cycle) == ("assigned", stage.now, 1)
    assert stored(petition).assigned_at == stage.now
    rows = list(petition.assignments.order_by("pk").values_list("department", "part", "cycle", "dispatched_at"))
    assert rows == [
        (stage.cast.lead.pk, "lead", 1, stage.now),
        (stage.cast.support.pk, "support", 1, stage.now),
    ]
    event = last_event(petition)
    assert (event.kind, event.text, event.department) == ("dispatch", "请会同税务局核实", stage.cast.lead)
    assert event.data == {"supports": [stage.cast.support.pk]}


def test_limits_run_from_dispatch_and_a_support_has_a_day_less(stage: Stage) -> None:
    stage.now = TUESDAY_10AM
    petition = dispatch(stage, stage.reported(), supports=[stage.cast.support])
    lead, support = petition.assignments.order_by("pk")
    # Reported and dispatched on Tuesday, 8 September 2026: five working days, and four.
    assert due_of(lead) == office_closes("2026-09-15")
    assert due_of(support) == office_closes("2026-09-14")


def test_the_dispatcher_may_classify_anew_and_the_limit_follows(stage: Stage) -> None:
    complex_one = Category.objects.create(
        code="funds.credit", name="融资", parent=stage.cast.category.parent, service_level="complex"
    )
    petition = dispatch(stage, stage.reported(kind="consult"), category=complex_one, kind="complaint", urgency="urgent")
    petition = stored(petition)
    assert (petition.category, petition.kind, petition.urgency) == (complex_one, "complaint", "urgent")
    assert due_of(petition.assignments.get()) == office_closes("2026-09-29")


def test_what_the_dispatcher_leaves_out_stays_as_filed(stage: Stage) -> None:
    petition = stored(dispatch(stage, stage.reported(kind="complaint", urgency="pressing")))
    assert (petition.category, petition.kind, petition.urgency) == (stage.cast.category, "complaint", "pressing")


@pytest.mark.parametrize(
    ("make", "sentences"),
    [
        (lambda cast: {"kind": "order"}, {"kind": CHOOSE}),
        (lambda cast: {"urgency": "now"}, {"urgency": CHOOSE}),
        (lambda cast: {"category": cast.category.parent}, {"category": CATEGORY_CLOSED}),
        (lambda cast: {"supports": [cast.lead]}, {"supports": "主办部门不能同时是协办部门。"}),
        (lambda cast: {"supports": [cast.support, cast.support]}, {"supports": "协办部门有重复。"}),
        (lambda cast: {"note": "长" * 2001}, {"note": "最多2000个字，现在是2001个。"}),
        (
            lambda cast: {"kind": "order", "supports": [cast.lead], "category": cast.category.parent},
            {"kind": CHOOSE, "supports": "主办部门不能同时是协办部门。", "category": CATEGORY_CLOSED},
        ),
    ],
)
def test_bad_fields_get_a_sentence_each_and_nothing_is_written(
    stage: Stage, make: Any, sentences: dict[str, str]
) -> None:
    petition = stage.reported()
    with pytest.raises(InvalidInput) as refusal:
        dispatch(stage, petition, **make(stage.cast))
    assert refusal.value.fields == sentences
    assert (stored(petition).state, Assignment.objects.count(), kinds(petition)) == ("reported", 0, ["report"])


def _many(cast: Cast, count: int) -> list[Department]:
    return [
        Department.objects.create(
            code=f"d{n}", short_name=f"第{n}局", name=f"澜川市第{n}局", level="city", region=cast.city
        )
        for n in range(count)
    ]


def test_at_most_eight_departments_support(stage: Stage) -> None:
    units, petition = _many(stage.cast, 9), stage.reported()
    with pytest.raises(InvalidInput) as refusal:
        dispatch(stage, petition, supports=units)
    assert refusal.value.fields == {"supports": "协办部门最多8个。"}
    assert dispatch(stage, petition, supports=units[:8]).assignments.count() == 9


def test_a_closed_department_gets_nothing(stage: Stage) -> None:
    Department.objects.filter(pk__in=[stage.cast.lead.pk, stage.cast.support.pk]).update(is_active=False)
    lead, support = (Department.objects.get(pk=unit.pk) for unit in (stage.cast.lead, stage.cast.support))
    with pytest.raises(InvalidInput) as refusal:
        dispatch(stage, stage.reported(), lead=lead, supports=[support])
    assert refusal.value.fields == {
        "lead": "这个部门已停用，请重新选择。",
        "supports": "协办部门中有已停用的部门。",
    }


def test_a_petition_without_a_category_gets_one_before_it_goes(stage: Stage) -> None:
    petition = stage.reported(category=None)
    with pytest.raises(InvalidInput) as refusal:
        dispatch(stage, petition)
    assert refusal.value.fields == {"category": "派单前请先选定类别。"}
    assert dispatch(stage, petition, category=stage.cast.category).state == "assigned"


def test_a_category_that_was_closed_since_it_was_filed_is_refused(stage: Stage) -> None:
    petition = stage.reported()
    Category.objects.filter(pk=stage.cast.category.pk).update(is_active=False)
    with pytest.raises(InvalidInput) as refusal:
        dispatch(stage, petition)
    assert refusal.value.fields == {"category": CATEGORY_CLOSED}


def test_imported_letters_go_without_a_category_and_have_the_ordinary_limit(stage: Stage) -> None:
    petition = stage.reported(by=stage.cast.system, channel="import", category=None, enterprise=None)
    petition = dispatch(stage, petition)
    assert due_of(petition.assignments.get()) == office_closes("2026-09-15")


def test_the_second_click_is_refused_and_writes_nothing(stage: Stage) -> None:
    petition = dispatch(stage, stage.reported())
    with pytest.raises(WrongState, match="办理中"):
        dispatch(stage, petition, lead=stage.cast.support)
    assert (petition.assignments.count(), kinds(petition)) == (1, ["report", "dispatch"])


def test_a_changed_kind_or_urgency_is_in_the_record_and_everybody_concerned_reads_it(stage: Stage) -> None:
    petition = stage.reported(kind="help", urgency="normal")
    petition = dispatch(stage, petition, kind="consult", urgency="urgent")
    event = petition.events.get(kind="dispatch")
    assert event.data["changed"] == {"kind": ["help", "consult"], "urgency": ["normal", "urgent"]}
    said = "诉求类型由“求助”改为“咨询” · 紧急程度由“一般”改为“紧急”"
    assert event_detail(event) == said
    for reader in (stage.cast.lin, stage.cast.zhou):
        assert said in word_notice(event, petition, reader=reader, is_visible=True, is_outside=False).lines


@pytest.mark.parametrize("same", [{}, {"kind": "help", "urgency": "normal"}])
def test_what_stays_is_not_said_to_have_changed(same: dict[str, str], stage: Stage) -> None:
    petition = stage.reported(kind="help", urgency="normal")
    petition = dispatch(stage, petition, **same)
    event = petition.events.get(kind="dispatch")
    assert (petition.kind, petition.urgency) == ("help", "normal")
    assert "changed" not in event.data
    assert event_detail(event) == ""
    assert "" not in word_notice(event, petition, reader=stage.cast.lin, is_visible=True, is_outside=False).lines
