"""UC: the whole loop over HTTP as four programs – filed, dispatched, worked on by two departments, answered, rated.

Each person signs in with a password, over a real socket.
"""

import json
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.cast import LIN_CREDIT_CODE, Cast

PASSWORD = "correct horse battery"
ANSWER = {
    "outcome": "solved",
    "public_answer": "已协调付款，货款将于本月底前付清。",
    "internal_note": "付款方已书面承诺",
}


class Program:
    """Speaks JSON to the API for one person."""

    def __init__(self, server: str, username: str) -> None:
        self.base, self.token = f"{server}/api/v1/", ""
        self.token = self.post("token/", username=username, password=PASSWORD)["token"]

    def get(self, path: str) -> Any:
        return self._call(Request(self.base + path))

    def post(self, path: str, **body: Any) -> Any:
        return self._call(Request(self.base + path, json.dumps(body).encode(), method="POST"))

    def _call(self, request: Request) -> Any:
        request.add_header("Content-Type", "application/json")
        if self.token:
            request.add_header("Authorization", f"Token {self.token}")
        try:
            with urlopen(request, timeout=20) as answer:
                return json.load(answer)
        except HTTPError as refusal:
            with refusal:
                return {"status": refusal.code} | json.load(refusal)


@pytest.fixture
def people(transactional_db: None, cast: Cast, live_server: LiveServer, settings: Settings) -> dict[str, Program]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    names = ["lin", "sun", "zhou", "zheng", "mallory"]
    for name in names:
        user = getattr(cast, name)
        user.set_password(PASSWORD)
        user.save()
    return {name: Program(live_server.url, name) for name in names}


def test_a_petition_goes_from_whistle_to_rating(people: dict[str, Program]) -> None:
    lin, sun, zhou, zheng = (people[name] for name in ("lin", "sun", "zhou", "zheng"))

    (enterprise,) = lin.get("enterprises/")
    assert enterprise["credit_code"] == LIN_CREDIT_CODE
    filed = lin.post(
        "petitions/",
        title="整车厂拖欠货款八个月",
        body="我公司去年供货的货款至今未付，多次催要没有结果，请帮助协调。",
        kind="help",
        region="lanchuan",
        enterprise=enterprise["credit_code"],
        contact_name="林晓",
    )
    one = f"petitions/{filed['number']}/"
    assert people["mallory"].get(one)["status"] == 404
    assert zhou.get(one)["status"] == 404

    (waiting,) = sun.get("petitions/?state=reported")["results"]
    assert waiting["number"] == filed["number"]
    categories = [row["code"] for row in sun.get("categories/") if row["is_choosable"]]
    sent = sun.post(f"{one}dispatch/", lead="jingxin", supports=["shuiwu"], category=categories[0])
    assert sent["state"] == "assigned"

    assert "check_in" in zhou.get(one)["possible"]
    hasty = zheng.post(f"{one}answer-support/", **ANSWER)
    assert (hasty["status"], hasty["errors"][0]["code"]) == (409, "not_checked_in")
    for department in (zhou, zheng):
        assert department.post(f"{one}check-in/")["state"] == "assigned"
    lin.post(f"{one}urge/", text="请尽快")
    zhou.post(f"{one}contact/", way="phone", text="已电话了解合同与对账情况")
    zhou.post(f"{one}progress/", text="已约谈付款方", is_public=True)
    early = zhou.post(f"{one}resolve/", **ANSWER)
    assert (early["status"], early["departments"]) == (409, ["税务局"])
    zheng.post(f"{one}answer-support/", outcome="explained", public_answer="开票记录与合同一致。")
    assert zhou.post(f"{one}resolve/", **ANSWER)["state"] == "resolved"

    answered = lin.get(one)
    assert [part["answer"]["outcome"] for part in answered["assignments"]] == ["solved", "explained"]
    assert {part["internal_note"] for part in answered["assignments"]} == {None}
    keys = [part["id"] for part in answered["assignments"]]
    fair = {"assignment": keys[1], "level": 3, "is_solved": "partly", "reason_tags": ["slow"]}
    rated = lin.post(f"{one}rate/", ratings=[{"assignment": keys[0], "level": 5, "is_solved": "yes"}, fair])
    assert (rated["state"], rated["possible"]) == ("rated", ["change_rating", "reopen"])

    told = [event["kind"] for event in lin.get(f"{one}events/")]
    assert told == ["report", "dispatch", "check_in", "check_in", "urge", "contact", "progress", "resolve", "rate"]
    assert [event["kind"] for event in zhou.get(f"{one}events/")].count("answer_support") == 1
    assert [part["rating"]["level"] for part in zhou.get(one)["assignments"]] == [5, 3]
    assert lin.get("petitions/?state=rated")["results"][0]["number"] == filed["number"]
