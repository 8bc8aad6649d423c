"""Who may know of a petition: one literal row per person, deny by default."""

import pytest

from accounts.models import Role, User
from departments.models import Membership
from enterprises.models import Assistant, Enterprise, Liaison
from petitions.check_in import check_in_department
from petitions.dispatch import Placement, dispatch_petition
from petitions.models import Petition
from petitions.reopening import reopen_petition
from tests.cast import Cast, Stage, person
from tests.petitions.send_backs import sent_back

# own: filed by Lin · behalf: filed by Qian for Lin's enterprise · secret: Lin's, confidential, with lead and support
# other: Mallory's, dispatched to the other department
SEES = {
    "lin": "own behalf secret",
    "mallory": "other",
    "qian": "behalf",
    "sun": "own behalf secret other",
    "zhou": "secret",
    "wu": "secret",
    "zheng": "secret",
    "feng": "other",
    "chen": "own behalf secret other",
    "chu": "",
    "wei": "own behalf other",
    "sysadmin": "",
    "secadmin": "",
    "auditor": "",
    "system": "own behalf secret other",
}


@pytest.fixture
def city(stage: Stage) -> dict[str, Petition]:
    cast = stage.cast
    other = stage.reported(by=cast.mallory, enterprise=cast.other_enterprise)
    placement = Placement(lead=cast.other_department)
    return {
        "own": stage.reported(),
        "behalf": stage.reported(by=cast.qian),
        "secret": stage.checked_in(with_support=True, is_confidential=True),
        "other": dispatch_petition(petition=other, by=cast.sun, placement=placement, now=stage.tick()),
    }


def seen(user: User, city: dict[str, Petition]) -> list[str]:
    """The names of what the user sees, as often as the query returns them."""
    names = {petition.pk: name for name, petition in city.items()}
    return sorted(names[petition.pk] for petition in Petition.objects.visible_to(user))


def test_each_person_sees_exactly_their_row(cast: Cast, city: dict[str, Petition]) -> None:
    people = {user.username: user for user in (*cast.users.values(), cast.mallory, cast.zheng, cast.feng)}
    assert set(people) == set(SEES)
    assert {role for user in people.values() for role in user.roles} == set(Role.values)
    assert {name: seen(user, city) for name, user in people.items()} == {
        name: sorted(row.split()) for name, row in SEES.items()
    }


@pytest.mark.parametrize(
    "role", [role for role in Role.values if role not in ("dispatcher", "supervisor", "leader", "system")]
)
def test_a_role_without_its_row_opens_nothing(role: str, city: dict[str, Petition]) -> None:
    assert seen(person("rowless", "有角色无关系", role), city) == []


def test_a_row_without_its_role_opens_nothing(cast: Cast, city: dict[str, Petition]) -> None:
    user = person("roleless", "有关系无角色", department=cast.lead)
    Liaison.objects.create(user=user, enterprise=cast.enterprise)
    Assistant.objects.create(user=user).enterprises.add(cast.enterprise)
    assert seen(user, city) == []


def test_several_roles_add_up_without_doubles(cast: Cast, city: dict[str, Petition]) -> None:
    both = person("both", "多重身份", "liaison", "handler", "head", "assistant", department=cast.lead)
    Membership.objects.create(user=both, department=cast.support)
    Membership.objects.create(user=both, department=cast.other_department)
    Liaison.objects.create(user=both, enterprise=cast.enterprise)
    Liaison.objects.create(user=both, enterprise=cast.other_enterprise)
    Assistant.objects.create(user=both).enterprises.set(Enterprise.objects.all())
    assert seen(both, city) == ["behalf", "other", "own", "secret"]


def test_a_second_cycle_with_two_departments_shows_no_doubles(stage: Stage) -> None:
    petition = stage.resolved(with_support=True)
    reopen_petition(petition=petition, by=stage.cast.lin, reason="货款仍未到账", now=stage.tick())
    Membership.objects.create(user=stage.cast.zhou, department=stage.cast.support)
    assert list(Petition.objects.visible_to(stage.cast.zhou)) == [petition]


def test_a_department_that_had_it_taken_back_no_longer_sees_it(stage: Stage) -> None:
    petition = stage.assigned()
    check_in_department(petition=petition, by=stage.cast.zhou, now=stage.tick())
    sent_back(stage, petition, basis="应由教体局承办")
    assert list(Petition.objects.visible_to(stage.cast.zhou)) == []


def test_whoever_changes_enterprise_or_stops_serving_it_sees_it_no_longer(
    cast: Cast, city: dict[str, Petition]
) -> None:
    Liaison.objects.filter(user=cast.lin).update(enterprise=cast.other_enterprise)
    cast.qian.assistant.enterprises.clear()
    assert (seen(cast.lin, city), seen(cast.qian, city)) == (["other"], [])


def test_an_imported_letter_of_no_enterprise_is_no_liaisons(stage: Stage) -> None:
    letter = stage.reported(by=stage.cast.system, channel="import", enterprise=None)
    for user in (stage.cast.lin, stage.cast.mallory, stage.cast.qian):
        assert letter not in Petition.objects.visible_to(user)
