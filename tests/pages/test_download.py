"""A download: what the headers say, and that a browser never shows what somebody uploaded."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from petitions.models import Petition
from tests.cast import Stage
from tests.pages.conftest import SignIn

PDF = b"%PDF-1.4\n%%EOF\n"


def filed(stage: Stage, name: str, content: bytes) -> Petition:
    return stage.reported(files=[SimpleUploadedFile(name, content)])


def download(client: Any, petition: Petition) -> Any:
    answer = client.get(f"/petitions/{petition.number}/attachments/{petition.attachments.get().pk}/")
    answer.body = answer.getvalue()
    return answer


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [("合同.pdf", PDF, "application/pdf"), ("说明.txt", b"<html>", "text/plain; charset=utf-8")],
)
def test_a_file_is_saved_never_shown(
    name: str, content: bytes, content_type: str, stage: Stage, sign_in: SignIn
) -> None:
    answer = download(sign_in(stage.cast.lin), filed(stage, name, content))
    assert answer.status_code == 200
    assert answer.body == content
    assert answer["Content-Type"] == content_type
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"


def test_the_name_people_gave_comes_back(stage: Stage, sign_in: SignIn) -> None:
    answer = download(sign_in(stage.cast.lin), filed(stage, '合同 "终稿";\r\n.pdf', PDF))
    assert (
        answer["Content-Disposition"]
        == "attachment; filename*=utf-8''%E5%90%88%E5%90%8C%20%22%E7%BB%88%E7%A8%BF%22%3B.pdf"
    )


def test_a_file_is_not_found_under_another_petition(stage: Stage, sign_in: SignIn) -> None:
    petition, other = filed(stage, "合同.pdf", PDF), stage.reported()
    client = sign_in(stage.cast.lin)
    key = petition.attachments.get().pk
    assert client.get(f"/petitions/{other.number}/attachments/{key}/").status_code == 404
    assert client.get(f"/petitions/{petition.number}/attachments/{key + 1}/").status_code == 404
    assert client.get(f"/petitions/{petition.number}/attachments/{'9' * 400}/").status_code == 404
