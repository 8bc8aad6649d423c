"""Filing a petition: who may, what it needs, and that the same key is the same petition."""

from typing import Any

import pytest

from petitions.models import Petition
from tests.api.conftest import PETITIONS, SignIn, attrs, code, filed, upload
from tests.cast import OTHER_CREDIT_CODE, Cast, Stage
from tests.occasions import occasion

STATEMENTS = 11  # of filing by a liaison, the token's included


def test_a_liaison_files(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.lin).post(PETITIONS, filed(), format="json")
    assert answer.status_code == 201, answer.content
    whole = answer.json()
    petition = Petition.objects.get()
    assert answer["Location"].endswith(f"/api/v1/petitions/{petition.number}/")
    assert (whole["number"], whole["state"], whole["channel"]) == (petition.number, "reported", "api")
    assert (whole["urgency"], whole["is_confidential"]) == ("normal", False)
    assert whole["possible"] == ["supplement", "withdraw"]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("１３８ ００００ ０００１", "13800000001"),
        ("0086-573-82345678-801", "0573-82345678转801"),
        ("９５５９８", "95598"),
    ],
)
def test_a_phone_is_stored_in_one_way(typed: str, stored: str, cast: Cast, sign_in: SignIn) -> None:
    whole = sign_in(cast.lin).post(PETITIONS, filed(contact_phone=typed), format="json").json()
    assert whole["petitioner"]["contact_phone"] == stored


def test_an_assistant_files_on_behalf(cast: Cast, sign_in: SignIn) -> None:
    whole = sign_in(cast.qian).post(PETITIONS, filed(), format="json").json()
    assert whole["petitioner"]["is_on_behalf"] is True
    assert whole["petitioner"]["filed_by"] == "钱助理"


@pytest.mark.parametrize("is_confidential", [False, True])
@pytest.mark.parametrize("name", ["lin", "qian", "sun", "tang"])
def test_the_answer_is_what_is_read_right_after(
    stage: Stage, sign_in: SignIn, name: str, is_confidential: bool
) -> None:
    """It is made of what filing knows; nothing of it may differ from what the database says."""
    client, home = sign_in(getattr(stage.cast, name)), occasion(stage, "home")
    bodies = [filed(is_confidential=is_confidential), filed(category=..., urgency="urgent", occasion=home.key)]
    for body in (*bodies, filed(region="linjiang")):
        answer = client.post(PETITIONS, body, format="json")
        assert answer.status_code == 201, answer.content
        assert answer.json() == client.get(answer["Location"]).json()
    with_files = upload(client)
    assert with_files.json() == client.get(with_files["Location"]).json()
    assert with_files.json()["attachments"][0]["original_name"] == "合同.txt"


def test_filing_is_a_known_number_of_statements(cast: Cast, sign_in: SignIn, django_assert_num_queries: Any) -> None:
    client = sign_in(cast.lin)
    client.post(PETITIONS, filed(), format="json")
    with django_assert_num_queries(STATEMENTS + 2):  # two of them a savepoint of the test's own
        assert client.post(PETITIONS, filed(), format="json").status_code == 201


@pytest.mark.parametrize("name", ["zhou", "wu", "chen", "wei", "chu", "sysadmin"])
def test_nobody_else_files(cast: Cast, sign_in: SignIn, name: str) -> None:
    assert code(sign_in(getattr(cast, name)).post(PETITIONS, filed(), format="json"), 403) == "not_permitted"
    assert not Petition.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ...}, "title"),
        ({"title": ""}, "title"),
        ({"title": "x" * 101}, "title"),
        ({"title": 12345}, "title"),
        ({"title": None}, "title"),
        ({"title": ["a"]}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"body": "   "}, "body"),
        ({"body": "太短"}, "body"),
        ({"body": "长" * 10_000}, "body"),
        ({"kind": "other"}, "kind"),
        ({"kind": {"a": 1}}, "kind"),
        ({"urgency": "very"}, "urgency"),
        ({"category": "none.such"}, "category"),
        ({"category": "funds"}, "category"),
        ({"category": 7}, "category"),
        ({"category": "a\x00"}, "category"),
        ({"region": "nowhere"}, "region"),
        ({"region": ...}, "region"),
        ({"enterprise": OTHER_CREDIT_CODE}, "enterprise"),
        ({"enterprise": "91990171747973265X"}, "enterprise"),
        ({"contact_name": ""}, "contact_name"),
        ({"contact_phone": "12"}, "contact_phone"),
        ({"contact_phone": 13800000001}, "contact_phone"),
        ({"is_confidential": "yes"}, "is_confidential"),
        ({"is_confidential": 1}, "is_confidential"),
        ({"files": ["not a file"]}, "files.0"),
    ],
)
def test_a_wrong_field_is_named(cast: Cast, sign_in: SignIn, changes: dict[str, Any], field: str) -> None:
    assert attrs(sign_in(cast.lin).post(PETITIONS, filed(**changes), format="json")) == {field}
    assert not Petition.objects.exists()


def test_a_category_that_is_no_longer_used(cast: Cast, sign_in: SignIn) -> None:
    cast.category.is_active = False
    cast.category.save()
    assert attrs(sign_in(cast.lin).post(PETITIONS, filed(), format="json")) == {"category"}


def test_a_body_of_the_greatest_length(cast: Cast, sign_in: SignIn) -> None:
    body = "长" * 5000
    assert sign_in(cast.lin).post(PETITIONS, filed(body=body), format="json").json()["body"] == body


def test_somebody_elses_enterprise_is_as_unknown_as_none(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.lin)
    real = client.post(PETITIONS, filed(enterprise=OTHER_CREDIT_CODE), format="json").json()
    none = client.post(PETITIONS, filed(enterprise="919901000000000000"), format="json").json()
    assert real == none


def test_the_same_key_is_the_same_petition(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.lin)
    first = client.post(PETITIONS, filed(), format="json", headers={"Idempotency-Key": "k-1"})
    again = client.post(PETITIONS, filed(), format="json", headers={"Idempotency-Key": "k-1"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Petition.objects.count() == 1


def test_the_same_key_with_another_content_is_refused(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.lin)
    client.post(PETITIONS, filed(), format="json", headers={"Idempotency-Key": "k-1"})
    other = client.post(PETITIONS, filed(title="另一件事情"), format="json", headers={"Idempotency-Key": "k-1"})
    assert code(other, 409) == "key_reused"
    assert Petition.objects.count() == 1


def test_a_key_is_its_owners(cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.lin).post(PETITIONS, filed(), format="json", headers={"Idempotency-Key": "k-1"})
    theirs = filed(enterprise=OTHER_CREDIT_CODE)
    answer = sign_in(cast.mallory).post(PETITIONS, theirs, format="json", headers={"Idempotency-Key": "k-1"})
    assert answer.status_code == 201
    assert Petition.objects.count() == 2


def test_without_a_key_twice_is_two(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.lin)
    assert [client.post(PETITIONS, filed(), format="json").status_code for _ in range(2)] == [201, 201]


@pytest.mark.parametrize(
    "changes", [{"region": "linjiang"}, {"enterprise": OTHER_CREDIT_CODE}, {"body": "另外一件事情，也请帮助。"}]
)
def test_a_key_with_any_other_fact_is_reused(cast: Cast, sign_in: SignIn, changes: dict[str, str]) -> None:
    cast.qian.assistant.enterprises.add(cast.other_enterprise)
    client, headers = sign_in(cast.qian), {"Idempotency-Key": "k-1"}
    client.post(PETITIONS, filed(), format="json", headers=headers)
    assert code(client.post(PETITIONS, filed(**changes), format="json", headers=headers), 409) == "key_reused"


def test_a_key_holds_after_the_dispatcher_corrected_the_kind(cast: Cast, sign_in: SignIn) -> None:
    client, headers = sign_in(cast.lin), {"Idempotency-Key": "k-1"}
    number = client.post(PETITIONS, filed(), format="json", headers=headers).json()["number"]
    body = {"lead": "jingxin", "kind": "complaint"}
    sign_in(cast.sun).post(f"{PETITIONS}{number}/dispatch/", body, format="json")
    again = client.post(PETITIONS, filed(), format="json", headers=headers)
    assert (again.status_code, again.json()["number"]) == (200, number)


@pytest.mark.parametrize("key", ["x" * 65, "键", "a\x7fb", "a b"])
def test_a_key_that_cannot_be_one(cast: Cast, sign_in: SignIn, key: str) -> None:
    answer = sign_in(cast.lin).post(PETITIONS, filed(), format="json", headers={"Idempotency-Key": key})
    assert attrs(answer) == {"Idempotency-Key"}
