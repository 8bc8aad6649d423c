"""Closing a department is a verb: somebody takes over, it is recorded, and it happens wholly or not at all."""

from typing import Any

import pytest

from departments import closing
from departments.closing import Closing, Work, close_department
from departments.models import CategoryLead, Department, lead_for
from record.models import Event
from tests.cast import Cast, Stage
from verbs.refusals import AlreadyDone, InvalidInput, NotPermitted


def close(stage: Stage, **to: Any) -> Department:
    return close_department(department=stage.cast.lead, by=stage.cast.sysadmin, now=stage.tick(), **to)


def refused(stage: Stage, **to: Any) -> str:
    with pytest.raises(InvalidInput) as refusal:
        close(stage, **to)
    assert set(refusal.value.fields) == {"successor"}
    assert Department.objects.get(pk=stage.cast.lead.pk).is_active
    return refusal.value.fields["successor"]


def test_without_somebody_who_takes_over_it_is_refused(stage: Stage) -> None:
    assert refused(stage) == "这个部门还有2个主办类别，请选择由谁接替：一个部门，或派单台。"
    stage.assigned()
    assert "1件在办诉求或督办单、2个主办类别" in refused(stage)


def test_the_successor_is_another_open_department(stage: Stage) -> None:
    Department.objects.filter(pk=stage.cast.support.pk).update(is_active=False)
    assert "自己" in refused(stage, successor=stage.cast.lead)
    assert "已停用" in refused(stage, successor=Department.objects.get(pk=stage.cast.support.pk))
    assert "只选一项" in refused(stage, successor=stage.cast.other_department, is_to_desk=True)


def test_the_successor_leads_its_categories(stage: Stage) -> None:
    cast = stage.cast
    assert not close(stage, successor=cast.other_department).is_active
    assert set(CategoryLead.objects.values_list("department", flat=True)) == {cast.other_department.pk}
    assert lead_for(cast.category, cast.city.pk) == cast.other_department


def test_where_the_desk_takes_over_they_have_no_lead(stage: Stage) -> None:
    close(stage, is_to_desk=True)
    assert lead_for(stage.cast.category, stage.cast.city.pk) is None


def test_a_department_that_has_nothing_just_closes(cast: Cast, stage: Stage) -> None:
    close_department(department=cast.other_department, by=cast.sysadmin, now=stage.now)
    assert not Department.objects.get(pk=cast.other_department.pk).is_active


def test_it_is_in_the_record_and_happens_once(stage: Stage) -> None:
    close(stage, successor=stage.cast.other_department)
    event = Event.objects.of(stage.cast.lead).get()
    assert (event.kind, event.by, event.at, event.text) == (
        "close",
        stage.cast.sysadmin,
        stage.now,
        "经信局已停用，由教体局接替。",
    )
    assert (event.get_kind_display(), event.data) == ("停用部门", {"successor": "jiaoyu"})
    with pytest.raises(AlreadyDone):
        close(stage, is_to_desk=True)


@pytest.mark.parametrize("name", ["zhou", "wu", "sun", "chen", "wei", "lin", "secadmin", "auditor"])
def test_only_the_system_administrator_closes(name: str, stage: Stage) -> None:
    with pytest.raises(NotPermitted):
        close_department(
            department=stage.cast.lead, by=getattr(stage.cast, name), now=stage.now, successor=stage.cast.support
        )


def test_what_cannot_move_leaves_everything_as_it_was(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    petition = stage.assigned()

    def fail(moved: Closing) -> None:
        raise RuntimeError(moved.sentence)

    monkeypatch.setattr(closing, "_works", [*closing._works, Work(fail)])
    with pytest.raises(RuntimeError):
        close(stage, is_to_desk=True)
    assert Department.objects.get(pk=stage.cast.lead.pk).is_active
    assert type(petition).objects.get(pk=petition.pk).state == "assigned"
    assert CategoryLead.objects.filter(department=stage.cast.lead).count() == 2
