"""The same form sent again with another content: refused with what to do, and then it can be sent."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from petitions.models import Petition
from tests.cast import Stage
from tests.pages.conftest import SignIn
from tests.pages.html import form_values, parse, with_class
from tests.pages.typed import report_form
from tests.pages.typed_intake import INTAKE_FORMS


@pytest.fixture(params=["liaison", "known", "new"])
def filing(request: pytest.FixtureRequest, stage: Stage, sign_in: SignIn) -> tuple[Any, str, dict[str, Any]]:
    """The person's client, the page's address, and what is typed there."""
    if request.param == "liaison":
        return sign_in(stage.cast.lin), reverse("petitions:report"), report_form(stage)
    if request.param == "known":
        address = reverse("petitions:report_for", args=[stage.cast.enterprise.credit_code])
        return sign_in(stage.cast.sun), address, INTAKE_FORMS["report_for"](stage, Petition())
    return (
        sign_in(stage.cast.sun),
        reverse("petitions:report_for_new"),
        INTAKE_FORMS["report_for_new"](stage, Petition()),
    )


def test_back_and_another_content_is_refused_once_and_filed_the_second_time(
    filing: tuple[Any, str, dict[str, Any]],
) -> None:
    client, address, typed = filing
    typed = typed | {"submission_key": "k-1"}
    assert client.post(address, typed).status_code == 302
    first = Petition.objects.get()
    file = SimpleUploadedFile("合同.txt", b"1")
    changed = typed | {"is_confidential": "on", "contact_phone": "13800009999"}
    refused = client.post(address, changed | {"files": [file]})
    assert refused.status_code == 409
    assert first.number in with_class(parse(refused), "alert-danger")[0]
    assert (Petition.objects.count(), first.attachments.count()) == (1, 0)
    kept = form_values(refused)
    assert kept["contact_phone"] == ["13800009999"]
    assert kept["submission_key"] != ["k-1"]
    assert client.post(address, changed | {"submission_key": kept["submission_key"][0]}).status_code == 302
    second = Petition.objects.exclude(pk=first.pk).get()
    assert (second.is_confidential, second.petitioner.contact_phone) == (True, "13800009999")
