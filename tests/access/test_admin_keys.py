"""What is no key, sent where the administration asks for a row: refused beside the field, with the form."""

from typing import Any

import pytest

from tests.access.test_admin_secrecy import staff
from tests.cast import Cast

NO_KEYS = ["a\x00b", "\x00", "x", "9" * 400, "-1", "1e5", "²", " ", "1,2", "None"]
PLACES = {
    "/admin/enterprises/assistant/add/": "enterprises",
    "/admin/enterprises/liaison/add/": "enterprise",
    "/admin/departments/membership/add/": "department",
    "/admin/departments/dayexception/add/": "department",
    "/admin/petitions/autodispatch/add/": "category",
}


@pytest.mark.parametrize("place", PLACES)
def test_what_is_no_key_is_refused(place: str, cast: Cast) -> None:
    client: Any = staff(cast, "sysadmin")
    assert client.get(place).status_code == 200
    for value in NO_KEYS:
        answer = client.post(place, {PLACES[place]: value})
        assert answer.status_code == 200, value
        assert PLACES[place] in answer.context["adminform"].form.errors or value == " ", value


def test_what_is_no_notice_is_not_sent_again(cast: Cast) -> None:
    client = staff(cast, "sysadmin")
    for value in (*NO_KEYS, "9" * 5000):
        assert client.post("/admin/notices/notice/", {"replay": value}).status_code in (200, 302)
