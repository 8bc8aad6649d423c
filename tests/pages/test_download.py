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
    answer = client.get(f"/files/{petition.attachments.get().stored.key}/")
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


@pytest.mark.parametrize("key", ["x", "9" * 400, "..", "a/b"])
def test_a_key_that_is_none_is_not_found(key: str, stage: Stage, sign_in: SignIn) -> None:
    filed(stage, "合同.pdf", PDF)
    assert sign_in(stage.cast.lin).get(f"/files/{key}/").status_code == 404
