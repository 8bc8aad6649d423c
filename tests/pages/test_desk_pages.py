"""The pages of dispatch desks: the inbox by desk, what a district is offered, handing over, automatic dispatches."""

from datetime import datetime

import pytest
import time_machine
from django.utils import timezone

from departments.models import CategoryLead, Level, Responsibility
from petitions.models import AutoDecision, Petition
from petitions.proposals.auto_dispatch import auto_dispatch
from petitions.proposals.learning import refresh_routing_model
from tests.cast import Stage
from tests.pages.conftest import SignIn
from tests.pages.html import errors_beside_fields, form_values, parse, text, with_class
from tests.pages.typed import FORMS
from tests.petitions.automatic import dispatched, switch_on
from tests.petitions.verbs import CALLS, last_event, stored


def address(petition: Petition, verb: str = "") -> str:
    return f"/petitions/{petition.number}/" + (f"{verb}/" if verb else "")


def test_the_inbox_has_a_tab_for_the_desks_below_where_there_are_any(stage: Stage, sign_in: SignIn) -> None:
    own, below = stage.reported(title="市本级诉求"), stage.reported(region=stage.cast.district, title="区里的诉求")
    client = sign_in(stage.cast.sun)
    first, second = (
        text(parse(client.get("/petitions/to-dispatch/"))),
        text(parse(client.get("/petitions/to-dispatch/?show=below"))),
    )
    assert (own.title in first, below.title in first) == (True, False)
    assert (own.title in second, below.title in second) == (False, True)
    assert "下级派单台" in first
    district = text(parse(sign_in(stage.cast.tang).get("/petitions/to-dispatch/?show=below")))
    assert (own.title in district, below.title in district, "下级派单台" in district) == (False, True, False)


def test_a_district_is_offered_its_own_leads_the_fallback_and_the_way_up(stage: Stage, sign_in: SignIn) -> None:
    CategoryLead.objects.filter(level=Level.DISTRICT).delete()
    switch_on(stage)
    petition = stage.reported(region=stage.cast.district)
    client = sign_in(stage.cast.tang)
    answer = client.get(address(petition, "dispatch"))
    page = text(parse(answer))
    assert f"兜底单位 {stage.cast.fallback}" in page
    assert "这个类别由经信局主办，不在本派单台的范围内。" in page
    assert "须由上级派单台派单" in page
    assert "lead" not in form_values(answer)  # nothing is chosen
    refused = client.post(address(petition, "dispatch"), FORMS["dispatch"](stage, petition))
    assert set(errors_beside_fields(refused)) == {"lead"}
    typed = FORMS["dispatch"](stage, petition) | {"lead": stage.cast.fallback.pk}
    assert client.post(address(petition, "dispatch"), typed).status_code == 302
    assert stored(petition).state == "assigned"


def test_other_regions_are_set_with_the_dispatch_and_shown(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.reported()
    client = sign_in(stage.cast.sun)
    typed = FORMS["dispatch"](stage, petition) | {"other_regions": [stage.cast.district.pk]}
    client.post(address(petition, "dispatch"), typed)
    assert list(petition.other_regions.all()) == [stage.cast.district]
    assert "澜川市、临江区" in text(parse(client.get(address(petition)))).replace(" ", "").replace("\n", "")
    assert sign_in(stage.cast.tang).get(address(petition)).status_code == 200


def test_handing_over_by_the_pages(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.reported(region=stage.cast.district)
    district, city = sign_in(stage.cast.tang), sign_in(stage.cast.sun)
    assert errors_beside_fields(district.post(address(petition, "escalate-up"), {"reason": ""})).keys() == {"reason"}
    district.post(address(petition, "escalate-up"), {"reason": "需要市级部门主办"})
    assert stored(petition).desk == stage.cast.city
    assert form_values(city.get(address(petition, "delegate-down")))["desk"] == [str(stage.cast.district.pk)]
    wrong = city.post(address(petition, "delegate-down"), {"desk": stage.cast.city.pk, "note": "请办"})
    assert errors_beside_fields(wrong) == {"desk": "请选择一个有受理员的下级派单台。"}
    assert form_values(wrong)["note"] == ["请办"]
    city.post(address(petition, "delegate-down"), {"desk": stage.cast.district.pk, "note": "请办"})
    assert stored(petition).desk == stage.cast.district
    told = text(parse(sign_in(stage.cast.lin).get(address(petition))))
    assert "需要市级部门主办" not in told
    assert "派单台" not in told


@pytest.fixture
def automatic(stage: Stage) -> Petition:
    switch_on(stage)
    return dispatched(stage)


def test_what_was_dispatched_automatically_is_marked_everywhere(
    automatic: Petition, stage: Stage, sign_in: SignIn
) -> None:
    for name, path in (("sun", "/petitions/"), ("zhou", "/petitions/queue/"), ("lin", "/petitions/mine/")):
        assert "自动派单" in with_class(parse(sign_in(getattr(stage.cast, name)).get(path)), "mark")
    office = text(parse(sign_in(stage.cast.zhou).get(address(automatic))))
    confidence = f"{last_event(automatic).data['confidence']:.2f}"
    assert f"自动派单，把握度 {confidence}" in office
    assert "职责：拖欠货款" in office
    asked = text(parse(sign_in(stage.cast.lin).get(address(automatic))))
    assert "自动派单" in asked
    assert "把握度" not in asked


def test_todays_are_reviewed_and_taken_back(automatic: Petition, stage: Stage, sign_in: SignIn) -> None:
    client = sign_in(stage.cast.sun)
    today: datetime = timezone.localtime(stage.now)
    with time_machine.travel(today, tick=False):
        (row,) = with_class(parse(client.get("/petitions/auto-dispatched/")), "petition-row")
        assert automatic.title in row
        assert "撤回派单" in row
        client.post(address(automatic, "undo-dispatch"), {"reason": "应由区里办理"})
        (row,) = with_class(parse(client.get("/petitions/auto-dispatched/")), "petition-row")
        assert "已改派或撤回" in row
    assert with_class(parse(client.get("/petitions/auto-dispatched/")), "petition-row") == []
    assert len(with_class(parse(client.get("/petitions/auto-dispatched/?show=all")), "petition-row")) == 1


def test_an_undo_is_offered_while_it_is_possible(stage: Stage, sign_in: SignIn) -> None:
    client = sign_in(stage.cast.sun)
    petition = stage.assigned()
    assert "撤回派单" in text(parse(client.get(address(petition))))
    CALLS["check_in"](stage, petition, stage.cast.zhou, stage.tick())
    assert "撤回派单" not in text(parse(client.get(address(petition))))


def test_of_a_confidential_petition_the_department_learns_nothing_by_it(stage: Stage, sign_in: SignIn) -> None:
    switch_on(stage)
    Responsibility.objects.update(level="district")
    refresh_routing_model(now=stage.tick())
    petition = stage.reported(is_confidential=True)
    assert auto_dispatch(now=stage.tick()) == 1
    page = text(parse(sign_in(stage.cast.zhou).get(address(petition))))
    assert "青禾机械" not in page
    assert "青禾" not in "".join(AutoDecision.objects.get().because)
