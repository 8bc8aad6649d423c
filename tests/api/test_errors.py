"""Whatever a client sends, the answer has the one shape and is never a 500."""

import json
from typing import Any

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from tests.api.conftest import PETITIONS, SignIn, address, attrs, code, filed
from tests.cast import Cast, Stage


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"nonsense",
        b'{"title": NaN}',
        b"\xff\xfe{}",
        b'{"title": "half \\ud800 a pair"}',
        b'{"kind": "\\uDFFF"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"level": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda content: content[:20].decode("latin-1"),
)
def test_malformed_json(cast: Cast, sign_in: SignIn, content: bytes) -> None:
    answer = sign_in(cast.lin).post(PETITIONS, content, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["errors"]


@pytest.mark.parametrize("content", ["[]", '"text"', "1", "null", "true", "[[1]]"])
def test_json_that_is_no_object(cast: Cast, sign_in: SignIn, content: str) -> None:
    answer = sign_in(cast.lin).post(PETITIONS, content, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["type"] == "validation_error"


@pytest.mark.parametrize("charset", ["base64", "no-such-charset", "utf-16"])
def test_a_charset_that_lies(cast: Cast, sign_in: SignIn, charset: str) -> None:
    content = json.dumps(filed())
    client = sign_in(cast.lin)
    assert client.post(PETITIONS, content, content_type=f"application/json; charset={charset}").status_code == 201
    form = b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\n\xff\r\n--x--\r\n'
    answer = client.post(PETITIONS, form, content_type=f"multipart/form-data; boundary=x; charset={charset}")
    assert answer.status_code == 400


def test_a_body_beyond_the_limit(cast: Cast, sign_in: SignIn) -> None:
    content = json.dumps({"body": "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE})
    assert code(sign_in(cast.lin).post(PETITIONS, content, content_type="application/json"), 413) == "too_large"
    field = "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    assert code(sign_in(cast.lin).post(PETITIONS, {"body": field}, format="multipart"), 413) == "too_large"


def test_more_form_fields_than_anybody_needs(cast: Cast, sign_in: SignIn) -> None:
    fields = {f"f{place}": "x" for place in range(1001)}
    assert code(sign_in(cast.lin).post(PETITIONS, fields, format="multipart"), 400) == "parse_error"


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/xml", "x" * 300, "application/x-www-form-urlencoded"]
)
def test_another_content_type(cast: Cast, sign_in: SignIn, content_type: str) -> None:
    assert code(sign_in(cast.lin).post(PETITIONS, b"a=b", content_type=content_type), 415) == "unsupported_media_type"


def test_verbs_without_files_take_json_only(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.lin).post(address(stage.assigned(), "urge"), {"text": "快"}, format="multipart")
    assert code(answer, 415) == "unsupported_media_type"


@pytest.mark.parametrize("accept", ["text/html", "image/png", "application/xml;q=0.1", "x" * 9000])
def test_answers_are_json_whatever_is_preferred(cast: Cast, sign_in: SignIn, accept: str) -> None:
    answer = sign_in(cast.lin).get("/api/v1/me/?format=html", headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    "authorization", ["", "Token", "Token a b", "Token nonsense", "Token \xff", "Bearer x", "Basic eDp5"]
)
@pytest.mark.parametrize("path", ["petitions/", "petitions/202609080000018/", "me/", "categories/"])
def test_without_a_right_token(db: None, path: str, authorization: str) -> None:
    answer = APIClient(headers={"authorization": authorization}).get(f"/api/v1/{path}")
    assert code(answer, 401) in ("not_authenticated", "authentication_failed")
    assert answer["WWW-Authenticate"] == "Token"


def test_a_session_reads_but_writes_only_with_its_csrf_token(cast: Cast) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(cast.lin, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/api/v1/me/").json()["username"] == "lin"
    assert code(client.post(PETITIONS, filed(), format="json"), 403) == "permission_denied"


@pytest.mark.parametrize(
    "path",
    [
        "/api/",
        "/api/v1/",
        "/api/v2/petitions/",
        "/api/v1/petitions/1/2/3/",
        "/api/v1/attachments/",
        "/api/v1/petitions",
    ],
)
def test_an_address_that_does_not_exist(db: None, path: str) -> None:
    assert code(APIClient().get(path), 404) == "not_found"
    assert code(APIClient().post(path), 404) == "not_found"


@pytest.mark.parametrize("method", ["put", "patch", "delete", "get"])
def test_a_method_that_is_not_there(stage: Stage, cast: Cast, sign_in: SignIn, method: str) -> None:
    answer = getattr(sign_in(cast.lin), method)(address(stage.assigned(), "urge"))
    assert code(answer, 405) == "method_not_allowed"


def test_all_wrong_fields_at_once_in_the_readers_language(cast: Cast, sign_in: SignIn) -> None:
    client: Any = sign_in(cast.lin)
    answer = client.post(PETITIONS, filed(title="", kind="x", region="y"), format="json")
    assert attrs(answer) == {"title", "kind", "region"}
    details = {error["attr"]: error["detail"] for error in answer.json()["errors"]}
    assert details["region"] == "没有代码为“y”的这一项。"
    assert {error["attr"]: error["code"] for error in answer.json()["errors"]} == {
        "title": "blank",
        "kind": "invalid_choice",
        "region": "does_not_exist",
    }
