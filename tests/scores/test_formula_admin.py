"""The formulas in the admin: a version is added, changed until a month is frozen by it, and never taken away."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from scores.freezing import freeze_month
from scores.models import ScoreFormula
from scores.policy import FORMULA
from tests.cast import Cast
from tests.scores.facts import AFTER_SEPTEMBER, SEPTEMBER, facts

ADD = reverse("admin:scores_scoreformula_add")
CHANGE = reverse("admin:scores_scoreformula_change", args=[1])
TYPED: dict[str, Any] = FORMULA | {
    "version": 2,
    "valid_from": "2026-10-01",
    "least_cycles": 8,
    "basis": "市府办〔2026〕8号",
}


@pytest.fixture
def client(cast: Cast) -> Client:
    cast.sysadmin.is_staff = True
    cast.sysadmin.save()
    client = Client()
    client.force_login(cast.sysadmin)
    return client


def test_a_version_is_added(client: Client) -> None:
    assert 'name="version" value="2"' in client.get(ADD).content.decode()
    assert client.post(ADD, TYPED).status_code == 302
    assert list(ScoreFormula.objects.values_list("version", "least_cycles")) == [(2, 8), (1, 5)]


WRONG = [
    ({"response_weight": 31}, "三项权重之和须为100。"),
    ({"valid_from": "2026-10-02"}, "公式从某月第一天起生效。"),
    ({"version": 1}, "已存在"),
    ({"valid_from": "2000-01-01"}, "已存在"),
]


@pytest.mark.parametrize(("changes", "told"), WRONG)
def test_a_wrong_one_is_refused(client: Client, changes: dict[str, Any], told: str) -> None:
    answer = client.post(ADD, TYPED | changes)
    assert answer.status_code == 200
    assert told in answer.content.decode()
    assert ScoreFormula.objects.count() == 1


def test_it_may_be_changed_until_a_month_is_frozen_by_it(client: Client, cast: Cast) -> None:
    values = TYPED | {"version": 7, "valid_from": "2000-01-01"}
    assert client.post(CHANGE, values).status_code == 302
    assert list(ScoreFormula.objects.values_list("version", "least_cycles")) == [(1, 8)]
    facts(6, cast.lead)
    freeze_month(month=SEPTEMBER, by=cast.chen, now=AFTER_SEPTEMBER)
    assert client.get(CHANGE).status_code == 200
    assert client.post(CHANGE, values | {"least_cycles": 9}).status_code == 403
    assert ScoreFormula.objects.get().least_cycles == 8


def test_none_is_taken_away(client: Client) -> None:
    assert client.post(reverse("admin:scores_scoreformula_delete", args=[1])).status_code == 403
