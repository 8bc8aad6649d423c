"""A person of several departments: a step lands on the department that the form showed, or nowhere."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from departments.models import Membership
from petitions.models import Petition
from tests.cast import Stage, person
from tests.pages.conftest import SignIn
from tests.pages.html import form_values
from tests.pages.typed import appointed
from tests.petitions.verbs import CALLS, stored


@pytest.fixture
def petition(stage: Stage) -> Petition:
    return stage.assigned(with_support=True)


@pytest.fixture
def both(stage: Stage, sign_in: SignIn) -> Client:
    """A head of the lead and of the support."""
    head = person("both", "兼职负责人", "head", department=stage.cast.lead)
    Membership.objects.create(user=head, department=stage.cast.support)
    return sign_in(head)


def at(petition: Petition, verb: str) -> str:
    return f"/petitions/{petition.number}/{verb}/"


TYPED: dict[str, dict[str, str]] = {
    "check-in": {},
    "ask-extension": {"days": "3", "reason": "需要等待评估报告"},
    "ask-hold": {"reason": "等待上级批复", "review_date": "2026-12-20"},
}


@pytest.mark.parametrize("verb", TYPED)
def test_the_same_form_sent_twice_does_not_act_for_the_other_department(verb: str, both: Client, stage: Stage) -> None:
    stage.now = timezone.now() - timedelta(hours=8)
    petition = stage.assigned(with_support=True)
    before = petition.events.count()
    chosen = TYPED[verb] | {"department": str(stage.cast.support.pk)}
    for status in (302, 409):
        answer = both.post(at(petition, verb), chosen)
        assert answer.status_code == status, answer.content.decode()
    events = list(petition.events.order_by("id"))[before:]
    assert [event.department for event in events] == [stage.cast.support]


def test_the_form_names_the_only_department_too(petition: Petition, both: Client, stage: Stage) -> None:
    CALLS["check_in"](stage, petition, stage.cast.zheng, stage.tick())
    values = form_values(both.get(at(petition, "check-in")))
    assert values["department"] == [str(stage.cast.lead.pk)]


def test_an_answer_is_not_given_for_another_department(petition: Petition, stage: Stage, sign_in: SignIn) -> None:
    """Somebody of two supports sends the answer of one a second time."""
    CALLS["add_support"](stage, petition, stage.cast.sun, stage.tick())
    two = person("two", "两处任职", "handler", department=stage.cast.support)
    Membership.objects.create(user=two, department=stage.cast.other_department)
    client = sign_in(two)
    for unit in (stage.cast.support, stage.cast.other_department):
        client.post(at(petition, "check-in"), {"department": unit.pk})
    answer = {"department": stage.cast.support.pk, "outcome": "solved", "public_answer": "已核对发票，没有问题。"}
    for status in (302, 409):
        assert client.post(at(petition, "answer-support"), answer).status_code == status
    answered = petition.current_assignments().filter(answered_at__isnull=False)
    assert [part.department for part in answered] == [stage.cast.support]


def test_an_appointment_is_agreed_to_as_it_was_shown(petition: Petition, stage: Stage, sign_in: SignIn) -> None:
    zhou, zheng, lin = (sign_in(getattr(stage.cast, name)) for name in ("zhou", "zheng", "lin"))
    zheng.post(at(petition, "propose-appointment"), {"method": "visit", "at": appointed(days=3)})
    shown = form_values(lin.get(at(petition, "confirm-appointment")))["appointment"]
    zheng.post(at(petition, "propose-appointment"), {"method": "call", "at": appointed(days=5)})
    assert lin.post(at(petition, "confirm-appointment"), {"appointment": shown[0]}).status_code == 409
    zhou.post(at(petition, "propose-appointment"), {"method": "visit", "at": appointed(days=4)})
    CALLS["remove_support"](stage, stored(petition), stage.cast.sun, stage.tick())
    assert lin.post(at(petition, "confirm-appointment"), {"appointment": shown[0]}).status_code in (403, 409, 422)
    assert not petition.assignments.filter(appointment_confirmed_at__isnull=False).exists()
