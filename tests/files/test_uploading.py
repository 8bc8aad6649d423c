"""Uploading before the form is sent: one request a file, answered with its line; only its uploader sees it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from files import checking
from files.models import StoredFile
from files.refusals import Busy
from files.storing import claim
from tests.cast import Stage
from tests.files.storage import bytes_kept
from tests.files.uploads import EXE, PDF, picture, upload
from tests.pages.conftest import SignIn
from tests.pages.html import attributes, classes, elements, errors_beside_fields, parse, with_class

UPLOADS = "/files/"


def send(client: Any, name: str = "合同.pdf", content: bytes = PDF) -> Any:
    return client.post(UPLOADS, {"file": SimpleUploadedFile(name, content)})


def lines(answer: Any) -> list[tuple[str, str]]:
    """The lines of a form's files: the key that is sent, and the name."""
    items = [element for element in elements(parse(answer)) if "file-item" in classes(element)]
    return [(_key(item), with_class(item, "file-name")[0].split(" ")[0]) for item in items]


def _key(item: Any) -> str:
    (box,) = [element for element in elements(item) if element.name == "input"]
    return attributes(box)["value"]


def test_a_file_is_answered_with_its_line(stage: Stage, sign_in: SignIn) -> None:
    client = sign_in(stage.cast.lin)
    answer = send(client)
    stored = StoredFile.objects.get()
    assert answer.status_code == 201
    assert lines(answer) == [(stored.key, "合同.pdf")]
    assert client.get(UPLOADS, {"key": ["gone", stored.key]}).content == answer.content


@pytest.mark.parametrize(
    ("name", "content", "words"), [("病毒.exe", EXE, "病毒.exe"), ("空.pdf", b"", "空"), ("图.png", b"x", "图.png")]
)
def test_a_file_that_is_refused_says_why(name: str, content: bytes, words: str, stage: Stage, sign_in: SignIn) -> None:
    answer = send(sign_in(stage.cast.lin), name, content)
    assert answer.status_code == 422
    assert words in answer.json()["sentence"]
    assert not StoredFile.objects.exists()


def test_a_request_without_a_file_is_said_so(stage: Stage, sign_in: SignIn) -> None:
    answer = sign_in(stage.cast.lin).post(UPLOADS, {"file": "text"})
    assert (answer.status_code, answer.json()) == (400, {"sentence": "没有收到文件。"})


def test_nobody_else_sees_it_before_it_is_sent(stage: Stage, sign_in: SignIn) -> None:
    send(sign_in(stage.cast.lin), "现场.png", picture())
    key = StoredFile.objects.get().key
    seen = {}
    for name in ("lin", "zhou", "chen", "mallory"):
        client = sign_in(getattr(stage.cast, name))
        answers = [client.get(f"{UPLOADS}{key}/"), client.get(f"{UPLOADS}{key}/preview/")]
        shown = lines(client.get(UPLOADS, {"key": key}))
        seen[name] = [answer.status_code for answer in answers], len(shown)
        [answer.getvalue() for answer in answers]
    assert seen == {"lin": ([200, 200], 1)} | dict.fromkeys(("zhou", "chen", "mallory"), ([404, 404], 0))
    assert sign_in(stage.cast.zhou).post(f"{UPLOADS}{key}/drop/").status_code == 404
    assert StoredFile.objects.exists()


def test_its_uploader_takes_it_off(stage: Stage, sign_in: SignIn) -> None:
    client = sign_in(stage.cast.lin)
    send(client, "现场.png", picture())
    key = StoredFile.objects.get().key
    assert client.post(f"{UPLOADS}{key}/drop/").status_code == 204
    assert (StoredFile.objects.count(), bytes_kept()) == (0, [])
    assert client.post(f"{UPLOADS}{key}/drop/").status_code == 404


def test_what_was_claimed_is_its_uploaders_no_more(stage: Stage, sign_in: SignIn) -> None:
    stored = stage.uploaded(upload("合同.pdf", PDF))
    claim(stored, by=stage.cast.lin, now=stage.now)
    client = sign_in(stage.cast.lin)
    assert client.get(f"{UPLOADS}{stored[0].key}/").status_code == 404  # no room says that she reads it
    assert client.post(f"{UPLOADS}{stored[0].key}/drop/").status_code == 404
    assert lines(client.get(UPLOADS, {"key": stored[0].key})) == []


def test_files_stay_with_a_form_that_came_back(stage: Stage, sign_in: SignIn) -> None:
    """Without any script: what came with the form, what was attached before, and what was refused, in one answer."""
    client, petition = sign_in(stage.cast.lin), stage.reported()
    page = f"/petitions/{petition.number}/supplement/"
    (before,) = stage.uploaded(upload("合同.pdf", PDF))
    typed = {"text": "", "files": [before.key, SimpleUploadedFile("回单.pdf", PDF), SimpleUploadedFile("a.exe", EXE)]}
    answer = client.post(page, typed)
    assert answer.status_code == 422
    assert set(errors_beside_fields(answer)) == {"text", "files"}
    attached = [key for key, _name in lines(answer)]
    assert [name for _key, name in lines(answer)] == ["合同.pdf", "回单.pdf"]
    assert client.post(page, {"text": "补充两份", "files": [*attached, ""]}).status_code == 302
    assert sorted(petition.attachments.values_list("stored__name", flat=True)) == ["合同.pdf", "回单.pdf"]
    assert StoredFile.objects.count() == 2


def test_a_tenth_file_is_named_and_the_nine_stay(stage: Stage, sign_in: SignIn) -> None:
    client, petition = sign_in(stage.cast.lin), stage.reported()
    files = [SimpleUploadedFile(f"{number}.pdf", PDF) for number in range(10)]
    answer = client.post(f"/petitions/{petition.number}/supplement/", {"text": "补充", "files": files})
    assert errors_beside_fields(answer)["files"] == "“9.pdf”没有上传：一次最多9个附件。"
    assert len(lines(answer)) == 9


def test_a_key_that_is_gone_is_said_and_the_rest_stays(stage: Stage, sign_in: SignIn) -> None:
    client, petition = sign_in(stage.cast.lin), stage.reported()
    (stored,) = stage.uploaded(upload("合同.pdf", PDF))
    foreign = stage.uploaded(upload("别人的.pdf", PDF), by=stage.cast.zhou)[0]
    for key in ("gone", "x" * 300, foreign.key):
        typed = {"text": "补充", "files": [stored.key, key]}
        answer = client.post(f"/petitions/{petition.number}/supplement/", typed)
        assert errors_beside_fields(answer)["files"] == "有附件已被清理，请重新上传。"
        assert [name for _key, name in lines(answer)] == ["合同.pdf"]


def test_a_file_that_was_given_already_cannot_be_given_again(stage: Stage, sign_in: SignIn) -> None:
    client, petition = sign_in(stage.cast.lin), stage.reported()
    (stored,) = stage.uploaded(upload("合同.pdf", PDF))
    page = f"/petitions/{petition.number}/supplement/"
    assert client.post(page, {"text": "补充", "files": [stored.key]}).status_code == 302
    stage.tick(timedelta(hours=1))
    answer = client.post(page, {"text": "又一次", "files": [stored.key]})
    assert "请移除后重新上传" in errors_beside_fields(answer)["files"]
    assert petition.attachments.count() == 1


def test_a_file_without_its_bytes_counts_as_gone(stage: Stage, sign_in: SignIn) -> None:
    """A backup may have the row of a file that was removed before the files were copied."""
    client, petition = sign_in(stage.cast.lin), stage.reported()
    (stored,) = stage.uploaded(upload("合同.pdf", PDF))
    stored.content.storage.delete(stored.content.name)
    assert lines(client.get(UPLOADS, {"key": stored.key})) == []
    assert client.get(f"{UPLOADS}{stored.key}/").status_code == 404
    answer = client.post(f"/petitions/{petition.number}/supplement/", {"text": "补充", "files": [stored.key]})
    assert errors_beside_fields(answer)["files"] == "有附件已被清理，请重新上传。"


def test_a_busy_server_says_when_to_come_again(stage: Stage, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_args: Any, **_kwargs: Any) -> None:
        raise Busy

    monkeypatch.setattr(checking, "made_anew", busy)
    answer = send(sign_in(stage.cast.lin), "现场.png", picture())
    assert (answer.status_code, answer.json()) == (429, {"sentence": "现在上传图片的人较多，请过一会儿再试。"})
    assert not StoredFile.objects.exists()
