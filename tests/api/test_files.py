"""Attachments over HTTP: what is taken, what is refused, who may download, and how it is served."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from files import checking
from petitions.models import Attachment, Petition
from tests.api.conftest import PETITIONS, SignIn, address, attrs, code, file, filed, status_of_download, upload
from tests.cast import Cast, Stage

pytestmark = pytest.mark.usefixtures("own_folder")


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 3), "red").save(out, "PNG")
    return out.getvalue()


def test_files_come_back_as_they_went_in(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.lin)
    answer = upload(client, file(), file("现场.PNG", picture()))
    assert answer.status_code == 201, answer.content
    text, image = answer.json()["attachments"]
    assert (text["original_name"], text["content_type"]) == ("合同.txt", "text/plain; charset=utf-8")
    assert image["content_type"] == "image/png"
    download = client.get(text["url"])
    assert download.getvalue() == "合同编号 2026-17".encode()
    assert download["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%90%88")
    assert download["X-Content-Type-Options"] == "nosniff"
    assert download["Cache-Control"] == "private, no-store"
    assert download["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    "refused",
    [
        file("run.exe", b"MZ"),
        file("page.html", b"<script>alert(1)</script>"),
        file("picture.svg", b"<svg onload='alert(1)'/>"),
        file("photo.png", b"<script>alert(1)</script>"),
        file("paper.pdf", b"PK\x03\x04"),
        file("empty.txt", b""),
        file("no-extension", b"text"),
        file("report.docx", b"not an archive"),
    ],
    ids=lambda refused: str(refused.name),
)
def test_a_forbidden_type_keeps_nothing(cast: Cast, sign_in: SignIn, refused: Any, own_folder: Path) -> None:
    answer = upload(sign_in(cast.lin), file(), refused)
    assert attrs(answer) == {"files"}
    assert str(refused.name) in answer.json()["errors"][0]["detail"]
    assert not Petition.objects.exists()
    assert not [path for path in own_folder.rglob("*") if path.is_file()]


def test_a_file_that_is_too_big(cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "SIZE_MAX", 100)
    assert upload(sign_in(cast.lin), file(content=b"x" * 100)).status_code == 201
    assert attrs(upload(sign_in(cast.lin), file(content=b"x" * 101))) == {"files"}


def test_nine_files_a_step_and_no_tenth(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.lin)
    assert attrs(upload(client, *[file() for _ in range(10)])) == {"files"}
    petition = upload(client, *[file() for _ in range(9)]).json()
    assert len(petition["attachments"]) == 9
    more = {"text": "再补一份", "files": [file("第十份.txt")]}
    url = f"{PETITIONS}{petition['number']}/supplement/"
    assert client.post(url, more, format="multipart").status_code == 200  # nine are for each step
    assert attrs(client.post(url, {**more, "files": [file() for _ in range(10)]}, format="multipart")) == {"files"}
    assert Attachment.objects.count() == 10


def test_the_same_key_stores_its_files_once(cast: Cast, sign_in: SignIn, own_folder: Path) -> None:
    client = sign_in(cast.lin)
    statuses = [upload(client, **{"Idempotency-Key": "k"}).status_code for _ in range(2)]
    assert statuses == [201, 200]
    assert len([path for path in own_folder.rglob("*") if path.is_file()]) == 1


def test_forms_say_true_and_false_in_words(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.lin)
    for word, value in (("true", True), ("false", False)):
        answer = client.post(PETITIONS, filed(is_confidential=word), format="multipart")
        assert answer.json()["is_confidential"] is value
    assert attrs(client.post(PETITIONS, filed(is_confidential="on"), format="multipart")) == {"is_confidential"}


def test_the_departments_download_and_nobody_else(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = stage.assigned(files=[file()])
    attachment = petition.attachments.get()
    url = address(petition, f"attachments/{attachment.pk}")
    people = {name: user for name, user in cast.users.items() if user.is_active}
    allowed = {name: status_of_download(sign_in(user), url) for name, user in people.items()}
    assert [name for name, status in allowed.items() if status == 200] == [
        "liaison",
        "dispatcher",
        "handler",
        "head",
        "supervisor",
        "leader",
    ]
    assert set(allowed.values()) == {200, 404}
    for stranger in (cast.mallory, cast.feng):
        assert code(sign_in(stranger).get(url), 404) == "not_found"


def test_an_attachment_is_found_under_its_own_petition_only(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    theirs, other = stage.reported(files=[file()]), stage.reported()
    client = sign_in(cast.lin)
    key = theirs.attachments.get().pk
    assert status_of_download(client, address(theirs, f"attachments/{key}")) == 200
    assert code(client.get(address(other, f"attachments/{key}")), 404) == "not_found"
    assert code(client.get(address(theirs, f"attachments/{10**30}")), 404) == "not_found"


def test_a_departments_file_reaches_the_enterprise_with_the_answer(stage: Stage, cast: Cast, sign_in: SignIn) -> None:
    petition = stage.checked_in(with_support=True)
    body = {"outcome": "solved", "public_answer": "已核实纳税情况。"}
    support, lead, lin = sign_in(cast.zheng), sign_in(cast.zhou), sign_in(cast.lin)
    support.post(address(petition, "answer-support"), body | {"files": [file("内部.txt")]}, format="multipart")
    key = petition.attachments.get().pk
    assert status_of_download(lead, address(petition, f"attachments/{key}")) == 200
    assert lin.get(address(petition)).json()["attachments"] == []
    assert code(lin.get(address(petition, f"attachments/{key}")), 404) == "not_found"
    answer = lead.post(address(petition, "resolve"), body | {"files": [file("答复.txt")]}, format="multipart")
    assert answer.status_code == 200, answer.content
    names = [shown["original_name"] for shown in lin.get(address(petition)).json()["attachments"]]
    assert names == ["内部.txt", "答复.txt"]
    lin.post(address(petition, "reopen"), {"reason": "仍未解决"}, format="json")
    assert status_of_download(lin, address(petition, f"attachments/{key}")) == 200


def test_what_breaks_inside_is_logged_and_tells_nothing(
    stage: Stage, cast: Cast, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    """The one way to a 500 here: a file that the disk has lost."""
    client = sign_in(cast.lin)
    petition = upload(client).json()
    Attachment.objects.get().stored.content.delete(save=False)
    client.raise_request_exception = False
    answer = client.get(petition["attachments"][0]["url"])
    assert answer.status_code == 500
    assert answer.json() == {
        "type": "server_error",
        "errors": [{"code": "error", "detail": "Server Error (500)", "attr": None}],
    }
    assert "FileNotFoundError" in caplog.text or any(record.exc_info for record in caplog.records)
