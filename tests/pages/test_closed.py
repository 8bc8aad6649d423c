"""What is closed or retired stays in lists and filters, marked; a department is closed in the administration."""

from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from departments.models import Category, CategoryLead, Department, lead_for
from petitions.models import Petition, State
from petitions.supervision.orders import issue_order
from tests.cast import Cast, Stage
from tests.pages.conftest import SignIn
from tests.pages.html import errors_beside_fields, form_values, parse, text, with_class
from tests.petitions.flags import flagged, withdrawn_after_contact
from tests.petitions.verbs import REASON, stored

CLOSED = "经信局（已停用）"


def rows(client: Client, address: str, **chosen: Any) -> list[str]:
    return with_class(parse(client.get(address, chosen)), "petition-row")


@pytest.fixture
def answered(stage: Stage) -> Petition:
    """A petition of a department that is closed and of a category that is retired, answered before."""
    petition = stage.resolved()
    Department.objects.filter(pk=stage.cast.lead.pk).update(is_active=False)
    Category.objects.filter(pk=stage.cast.category.pk).update(is_active=False)
    return petition


def test_the_list_is_narrowed_by_a_closed_department_and_shows_it_marked(
    answered: Petition, stage: Stage, sign_in: SignIn
) -> None:
    client = sign_in(stage.cast.chen)
    (row,) = rows(client, "/petitions/", department=stage.cast.lead.pk)
    assert CLOSED in row
    assert not errors_beside_fields(client.get("/petitions/", {"department": stage.cast.lead.pk}))
    assert CLOSED in text(parse(client.get("/petitions/")))


def test_the_list_is_narrowed_by_a_retired_category_and_shows_it_marked(
    answered: Petition, stage: Stage, sign_in: SignIn
) -> None:
    (row,) = rows(sign_in(stage.cast.chen), "/petitions/", category=stage.cast.category.pk)
    assert "拖欠中小企业账款（已停用）" in row


def test_a_category_of_a_retired_group_too(stage: Stage, sign_in: SignIn) -> None:
    stage.reported()
    Category.objects.filter(pk=stage.cast.category.parent_id).update(is_active=False)
    assert rows(sign_in(stage.cast.chen), "/petitions/", category=stage.cast.category.pk)


def test_orders_and_flags_are_narrowed_by_it(stage: Stage, sign_in: SignIn) -> None:
    client, lead = sign_in(stage.cast.chen), stage.cast.lead
    withdrawn_after_contact(stage)
    assert flagged(stage)
    issue_order(petition=stage.assigned(), by=stage.cast.chen, department=lead, text=REASON, now=stage.tick())
    addresses = ("/petitions/orders/", "/petitions/flags/")
    before = [client.get(address, {"department": lead.pk}).context["page"].rows for address in addresses]
    Department.objects.filter(pk=lead.pk).update(is_active=False)
    after = [client.get(address, {"department": lead.pk}) for address in addresses]
    assert [answer.context["page"].rows for answer in after] == before
    assert all(before)
    assert all(CLOSED in text(parse(answer)) for answer in after)


def test_the_api_finds_as_many(answered: Petition, stage: Stage, sign_in: SignIn) -> None:
    found = sign_in(stage.cast.chen).get("/api/v1/petitions/", {"department": "jingxin"}).json()["results"]
    assert [(one["number"], one["lead"]) for one in found] == [(answered.number, CLOSED)]


def test_neither_can_be_chosen_for_a_petition_any_more(answered: Petition, stage: Stage, sign_in: SignIn) -> None:
    waiting = Petition.objects.get(pk=stage.reported(category=None).pk)
    page = sign_in(stage.cast.sun).get(f"/petitions/{waiting.number}/dispatch/")
    assert "（已停用）" not in text(parse(page))


# ---- the administration ---------------------------------------------------------------------------------------------


@pytest.fixture
def keeper(cast: Cast) -> User:
    cast.sysadmin.is_staff = True
    cast.sysadmin.save()
    return cast.sysadmin


def at(department: Department) -> str:
    return f"/admin/departments/department/{department.pk}/change/"


def test_closing_without_a_successor_is_refused_beside_the_field(stage: Stage, keeper: User, sign_in: SignIn) -> None:
    petition, client = stage.checked_in(), sign_in(keeper)
    typed = form_values(client.get(at(stage.cast.lead)))
    del typed["is_active"]
    answer = client.post(at(stage.cast.lead), typed)
    assert answer.status_code == 200
    assert "这个部门还有1件在办诉求或督办单、2个主办类别，请选择由谁接替：一个部门，或派单台。" in text(parse(answer))
    assert (stored(petition).state, Department.objects.get(pk=stage.cast.lead.pk).is_active) == (State.ASSIGNED, True)


@pytest.mark.parametrize("to", ["desk", "successor"])
def test_closing_hands_over_what_it_has(to: str, stage: Stage, keeper: User, sign_in: SignIn) -> None:
    petition, client, other = stage.checked_in(), sign_in(keeper), stage.cast.other_department
    typed = form_values(client.get(at(stage.cast.lead))) | {"successor": "desk" if to == "desk" else str(other.pk)}
    del typed["is_active"]
    with time_machine.travel(stage.tick(), tick=False):
        assert client.post(at(stage.cast.lead), typed | {"phone": "0573-82345678"}).status_code == 302
    closed = Department.objects.get(pk=stage.cast.lead.pk)
    assert (closed.is_active, closed.phone) == (False, "0573-82345678")
    assert stored(petition).state == State.REPORTED
    assert lead_for(stage.cast.category, stage.cast.city.pk) == (None if to == "desk" else other)
    dispatch = form_values(sign_in(stage.cast.sun).get(f"/petitions/{petition.number}/dispatch/"))
    assert dispatch["lead"] == ([""] if to == "desk" else [str(other.pk)])


def test_other_changes_and_opening_again_move_nothing(stage: Stage, keeper: User, sign_in: SignIn) -> None:
    petition, client = stage.checked_in(), sign_in(keeper)
    typed = form_values(client.get(at(stage.cast.lead)))
    assert client.post(at(stage.cast.lead), typed | {"phone": "0573-82345678"}).status_code == 302
    Department.objects.filter(pk=stage.cast.support.pk).update(is_active=False)
    again = form_values(client.get(at(stage.cast.support))) | {"is_active": "on"}
    assert client.post(at(stage.cast.support), again).status_code == 302
    assert Department.objects.get(pk=stage.cast.support.pk).is_active
    assert stored(petition).state == State.ASSIGNED
    assert CategoryLead.objects.filter(department=stage.cast.lead).count() == 2
