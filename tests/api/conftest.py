from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from knox.models import AuthToken
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from petitions.models import Petition
from tests.cast import LIN_CREDIT_CODE

SignIn = Callable[[User], APIClient]
PETITIONS = "/api/v1/petitions/"


@pytest.fixture
def sign_in(db: None) -> SignIn:
    """Return a client that carries a token of the user, as a program would."""

    def signed_in(user: User) -> APIClient:
        _row, token = AuthToken.objects.create(user=user)
        return APIClient(headers={"authorization": f"Token {token}"})

    return signed_in


@pytest.fixture
def own_folder(settings: Settings, tmp_path: Path) -> Path:
    """Attachments go to a folder of the test's own."""
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": storage}
    return tmp_path


@pytest.fixture(autouse=True)
def _no_tries_counted() -> None:
    cache.clear()


def address(petition: Petition, verb: str = "") -> str:
    return f"/api/v1/petitions/{petition.number}/" + (f"{verb}/" if verb else "")


def attrs(answer: Any) -> set[str | None]:
    """The fields that a 400 names."""
    assert answer.status_code == 400, answer.content.decode()
    body = answer.json()
    assert body["type"] == "validation_error"
    return {error["attr"] for error in body["errors"]}


def code(answer: Any, status: int) -> str:
    """The code of a refusal that is about no field; the shape is checked on the way."""
    assert answer.status_code == status, answer.content.decode()
    body = answer.json()
    (error,) = body["errors"]
    assert body["type"] == "client_error"
    assert error["attr"] is None
    assert error["detail"]
    return str(error["code"])


def filed(**changes: Any) -> dict[str, Any]:
    """The body of a report that is right but for the changes; ... leaves a field out."""
    values = {
        "title": "整车厂拖欠货款八个月",
        "body": "我公司去年供货的货款至今未付，多次催要没有结果，请帮助协调。",
        "kind": "help",
        "category": "funds.arrears",
        "region": "lanchuan",
        "enterprise": LIN_CREDIT_CODE,
        "contact_name": "林晓",
        "contact_phone": "13800000001",
    } | changes
    return {name: value for name, value in values.items() if value is not ...}


def file(name: str = "合同.txt", content: bytes = "合同编号 2026-17".encode()) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def upload(client: APIClient, *files: SimpleUploadedFile, **headers: Any) -> Any:
    """File a petition with these files, or with one text file."""
    return client.post(PETITIONS, filed(files=list(files) or [file()]), format="multipart", headers=headers)


def status_of_download(client: APIClient, url: str) -> int:
    """Ask for a file and read it to its end: the test client closes it then, and only then."""
    answer = client.get(url)
    answer.getvalue()
    return int(answer.status_code)
