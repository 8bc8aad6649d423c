"""The desk by program: find an enterprise, enter one, file for it, name the occasion."""

from typing import Any

import pytest

from enterprises.models import Enterprise
from petitions.models import Petition
from tests.api.conftest import PETITIONS, SignIn, address, attrs, code, filed
from tests.cast import OTHER_CREDIT_CODE, Cast, Stage
from tests.occasions import close, occasion
from tests.pages.typed_intake import NEW_CREDIT_CODE, register_form

ENTERPRISES, OCCASIONS = "/api/v1/enterprises/", "/api/v1/occasions/"


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["short_name"] for row in answer.json()]


def test_a_dispatcher_finds_any_enterprise_and_lists_none(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.sun)
    assert names(client.get(ENTERPRISES)) == []
    assert names(client.get(ENTERPRISES, {"q": "澜川市"})) == ["青禾机械", "远帆物流"]
    assert names(client.get(ENTERPRISES, {"q": "lcsyf"})) == ["远帆物流"]
    (found,) = client.get(ENTERPRISES, {"q": OTHER_CREDIT_CODE}).json()
    assert set(found) == {"credit_code", "name", "short_name", "region", "contact_name", "contact_phone"}


@pytest.mark.parametrize(
    ("name", "expected"), [("lin", ["青禾机械"]), ("qian", ["青禾机械"]), ("zhou", []), ("chen", [])]
)
def test_others_find_only_those_they_file_for(name: str, expected: list[str], cast: Cast, sign_in: SignIn) -> None:
    assert names(sign_in(getattr(cast, name)).get(ENTERPRISES, {"q": "澜川市"})) == expected


@pytest.mark.parametrize("typed", ["", "青", "x" * 101])
def test_too_little_or_too_much_to_look_for(typed: str, cast: Cast, sign_in: SignIn) -> None:
    assert attrs(sign_in(cast.sun).get(ENTERPRISES, {"q": typed})) == {"q"}


def test_a_search_costs_at_most_eight_statements(
    cast: Cast, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    client = sign_in(cast.sun)
    with django_assert_max_num_queries(7):  # one of them for the token
        answer = client.get(ENTERPRISES, {"q": "13800009999"})
    assert names(answer) == []


def test_a_dispatcher_enters_an_enterprise_and_files_for_it(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.sun)
    entered = client.post(ENTERPRISES, register_form(region="linjiang"), format="json")
    assert (entered.status_code, entered.json()["region"]) == (201, "linjiang")
    answer = client.post(PETITIONS, filed(enterprise=NEW_CREDIT_CODE), format="json")
    assert answer.status_code == 201, answer.content
    petition = Petition.objects.get()
    assert (petition.channel, petition.petitioner.is_on_behalf) == ("api", True)
    assert petition.petitioner.enterprise == Enterprise.objects.get(credit_code=NEW_CREDIT_CODE)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"credit_code": OTHER_CREDIT_CODE}, "credit_code"),
        ({"credit_code": "91990199MA0000017X"}, "credit_code"),
        ({"credit_code": 91990199}, "credit_code"),
        ({"size": "huge"}, "size"),
        ({"name": ""}, "name"),
        ({"region": "nowhere"}, "region"),
        ({"contact_phone": "12"}, "contact_phone"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], field: str, cast: Cast, sign_in: SignIn) -> None:
    body = register_form(region="lanchuan") | changes
    assert attrs(sign_in(cast.sun).post(ENTERPRISES, body, format="json")) == {field}
    assert Enterprise.objects.count() == 2


@pytest.mark.parametrize("name", ["lin", "qian", "zhou", "chen", "wei"])
def test_nobody_else_enters_one(name: str, cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(getattr(cast, name)).post(ENTERPRISES, register_form(region="lanchuan"), format="json")
    assert code(answer, 403) == "not_permitted"


def test_a_petition_names_its_occasion(stage: Stage, sign_in: SignIn) -> None:
    where = occasion(stage, "visit")
    for name in ("sun", "lin"):
        answer = sign_in(getattr(stage.cast, name)).post(PETITIONS, filed(occasion=where.key), format="json")
        assert answer.status_code == 201, answer.content
        assert (answer.json()["channel"], answer.json()["occasion"]["key"]) == ("visit", where.key)


def test_an_occasion_that_is_closed_or_unknown_is_refused(stage: Stage, sign_in: SignIn) -> None:
    closed = close(stage, occasion(stage))
    for key in (closed.key, "nothing", 7):
        assert attrs(sign_in(stage.cast.sun).post(PETITIONS, filed(occasion=key), format="json")) == {"occasion"}


def test_the_open_occasions_are_listed_for_those_who_read_them(stage: Stage, sign_in: SignIn) -> None:
    where = occasion(stage)
    close(stage, occasion(stage, name="过去的"))
    for name, expected in (("sun", [where.key]), ("chen", [where.key]), ("lin", []), ("zhou", [])):
        assert [row["key"] for row in sign_in(getattr(stage.cast, name)).get(OCCASIONS).json()] == expected


@pytest.mark.parametrize(("name", "knows"), [("sun", True), ("chen", True), ("lin", True), ("zhou", False)])
def test_the_occasion_of_a_confidential_petition_is_for_those_who_may_know_who_asked(
    name: str, knows: bool, stage: Stage, sign_in: SignIn
) -> None:
    petition = stage.assigned(occasion=occasion(stage, "visit", name="走访青禾机械"), is_confidential=True)
    answer = sign_in(getattr(stage.cast, name)).get(address(petition))
    assert (answer.json()["occasion"] is not None, "走访青禾机械" in answer.content.decode()) == (knows, knows)
