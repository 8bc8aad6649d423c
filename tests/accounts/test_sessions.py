"""A session that ends while somebody types: what a page, a part of a page and a form that was sent are told."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from drafts.models import Draft
from files.models import StoredFile
from tests.cast import Cast, Stage
from tests.files.uploads import PDF
from tests.pages.html import errors_beside_fields, parse, text

HERE, SESSION = "/accounts/sign-in/here/", "/accounts/session/"
PASSWORD = "Whistle-2026!"


@pytest.fixture
def zhou(cast: Cast) -> Any:
    cast.zhou.set_password(PASSWORD)
    cast.zhou.save(update_fields=["password"])
    return cast.zhou


def typed(user: Any, password: str = PASSWORD, page_of: Any = None) -> dict[str, Any]:
    return {"username": user.username, "password": password, "as": page_of or user.pk}


def test_a_part_of_a_page_is_never_the_sign_in_page(stage: Stage) -> None:
    petition = stage.checked_in()
    client = Client()
    for method in ("get", "post"):
        answer = getattr(client, method)(f"/petitions/{petition.number}/resolve/", headers={"HX-Request": "true"})
        assert (answer.status_code, answer.content.decode()) == (401, "登录已过期，请重新登录。")


def test_a_page_leads_to_signing_in_and_a_form_says_that_it_was_not_sent(stage: Stage) -> None:
    petition = stage.checked_in()
    address = f"/petitions/{petition.number}/resolve/"
    assert Client().get(address).headers["Location"] == f"/accounts/sign-in/?next={address}"
    answer = Client().post(address, {"public_answer": "写了很久"})
    assert answer.status_code == 401
    assert "登录已过期，还没有提交" in text(parse(answer))


def test_whether_the_pages_person_is_signed_in(cast: Cast, zhou: Any) -> None:
    client = Client()
    assert client.get(SESSION, {"as": zhou.pk}).status_code == 401
    client.force_login(zhou)
    assert client.get(SESSION, {"as": zhou.pk}).status_code == 204
    for other in (cast.wu.pk, "", "x", "9" * 5000):
        assert client.get(SESSION, {"as": other}).status_code == 401


def test_signing_in_over_the_page_goes_on_with_the_same_person(zhou: Any) -> None:
    client = Client()
    shown = client.get(HERE, {"as": zhou.pk})
    assert "写的内容都还在这一页" in text(parse(shown))
    assert client.post(HERE, typed(zhou, "wrong")).status_code == 422
    assert client.get(SESSION, {"as": zhou.pk}).status_code == 401
    assert client.post(HERE, typed(zhou)).status_code == 204
    assert client.get(SESSION, {"as": zhou.pk}).status_code == 204
    assert client.get(HERE, {"as": zhou.pk}).status_code == 204  # signed in meanwhile, in another tab


def test_somebody_else_does_not_go_on_with_what_a_person_wrote(cast: Cast, zhou: Any) -> None:
    client = Client()
    answer = client.post(HERE, typed(zhou, page_of=cast.wu.pk))
    assert answer.status_code == 422
    assert "另一位用户" in text(parse(answer))
    assert "_auth_user_id" not in client.session


def test_guessing_passwords_over_a_page_locks_as_anywhere(zhou: Any) -> None:
    client = Client()
    tried = [client.post(HERE, typed(zhou, "wrong")).status_code for _try in range(6)]
    assert tried[0] == 422
    assert tried[-1] in (403, 429)
    assert client.post(HERE, typed(zhou)).status_code in (403, 429)


def test_an_empty_form_says_what_is_missing(zhou: Any) -> None:
    answer = Client().post(HERE, {"as": zhou.pk})
    assert set(errors_beside_fields(answer)) == {"username", "password"}


@pytest.mark.parametrize("other", ["wu", "lin", None])
def test_what_a_page_asks_is_answered_to_its_own_person_alone(other: str | None, stage: Stage) -> None:
    """Somebody else has signed in, in another tab: nothing is written under their name, nothing of theirs is read."""
    cast, petition, client = stage.cast, stage.checked_in(), Client()
    if other:
        client.force_login(getattr(cast, other))
    of_zhou = {"X-Person": str(cast.zhou.pk), "HX-Request": "true"}
    asked = [
        client.post(f"/petitions/{petition.number}/contact/", {"way": "phone", "text": "已通话"}, headers=of_zhou),
        client.post("/drafts/", {"form": "/a/", "typed": '[["text", "写了"]]'}, headers=of_zhou),
        client.get("/drafts/", {"form": "/a/"}, headers=of_zhou),
        client.post("/files/", {"file": SimpleUploadedFile("合同.pdf", PDF)}, headers=of_zhou),
    ]
    assert [answer.status_code for answer in asked] == [401] * 4
    assert (Draft.objects.count(), StoredFile.objects.count()) == (0, 0)
    assert petition.events.filter(kind="contact").count() == 0
    client.force_login(cast.zhou)
    assert client.get("/drafts/", {"form": "/a/"}, headers=of_zhou).status_code == 204
