"""The survey's pages: an evaluator sees their own sample and nothing else, supervisors how it goes, leaders the gap."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from petitions.ratings.rating import rate_petition
from petitions.ratings.window import lock_due_ratings
from petitions.resolution import resolve_petition
from surveys.models import Survey, SurveyAttempt, SurveyCall
from tests.cast import Stage, person
from tests.pages.conftest import SignIn, statements
from tests.surveys.steps import NO_ANSWER, REACHED, drawn, long_ago, tried

# What an evaluator must not read of the petition that they call about.
SECRETS = ("金丝雀自评", "金丝雀内部备注", "自评不满意", "逾期未评价")
LISTED = reverse("surveys:calls")


@pytest.fixture
def call(stage: Stage) -> SurveyCall:
    """Chu's call about a confidential petition with a low rating and an internal note."""
    petition = stage.checked_in(is_confidential=True)
    answer = stage.answer(internal_note="金丝雀内部备注")
    petition = resolve_petition(petition=petition, by=stage.cast.zhou, answer=answer, now=stage.tick())
    said = {"level": 1, "is_solved": "no", "text": "金丝雀自评"}
    judgements = stage.judgements(petition, **said)
    rate_petition(petition=petition, by=stage.cast.lin, judgements=judgements, now=stage.tick())
    drawn(stage)
    return SurveyCall.objects.get()


def address(call: SurveyCall) -> str:
    return reverse("surveys:call", args=[call.pk])


def told(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


# ---- the evaluator ------------------------------------------------------------------------------------------------


def test_an_evaluator_reads_what_is_needed_to_ask_and_no_more(stage: Stage, call: SurveyCall, sign_in: SignIn) -> None:
    chu = sign_in(stage.cast.chu)
    page, listed = told(chu, address(call)), told(chu, LISTED)
    needed = (call.petition.number, call.petition.title, call.petition.body, "货款将于本月底前付清")
    contact = ("林晓", "13800000001", "青禾机械")
    assert [word for word in (*needed, *contact) if word not in page] == []
    assert [word for word in SECRETS if word in page or word in listed] == []


def test_nothing_is_preselected(stage: Stage, call: SurveyCall, sign_in: SignIn) -> None:
    assert "checked" not in told(sign_in(stage.cast.chu), address(call))


def test_an_evaluator_sees_nothing_else(stage: Stage, call: SurveyCall, sign_in: SignIn) -> None:
    other = stage.resolved(title="与测评无关的诉求")
    chu, api = sign_in(stage.cast.chu), APIClient()
    api.force_authenticate(stage.cast.chu)
    for petition in (call.petition, other):
        assert chu.get(f"/petitions/{petition.number}/").status_code == 404
        assert api.get(f"/api/v1/petitions/{petition.number}/").status_code == 404
    assert api.get("/api/v1/petitions/").json()["results"] == []
    assert "与测评无关的诉求" not in told(chu, LISTED)
    assert chu.get("/petitions/").status_code == 403
    assert chu.get(reverse("surveys:surveys")).status_code == 403


@pytest.mark.parametrize("name", ["shi", "lin", "qian", "sun", "zhou", "wu", "chen", "wei", "sysadmin"])
def test_a_call_is_there_for_its_evaluator_alone(name: str, stage: Stage, call: SurveyCall, sign_in: SignIn) -> None:
    user = person("shi", "史测评", "evaluator") if name == "shi" else getattr(stage.cast, name)
    client = sign_in(user)
    assert client.get(address(call)).status_code == 404
    assert client.post(address(call), {"number": 1, "result": "refused"}).status_code == 404
    assert not SurveyAttempt.objects.exists()


def test_a_call_that_was_handed_on_is_gone_from_the_first_one(stage: Stage, call: SurveyCall, sign_in: SignIn) -> None:
    other = person("shi", "史测评", "evaluator")
    hand = reverse("surveys:hand_call", args=[call.pk])
    answer = sign_in(stage.cast.chen).post(hand, {"to": other.pk}, follow=True)
    assert "已交给史测评" in answer.content.decode()
    assert sign_in(stage.cast.chu).get(address(call)).status_code == 404
    assert sign_in(other).get(address(call)).status_code == 200


def test_contact_data_are_gone_once_the_call_is_over(stage: Stage, call: SurveyCall, sign_in: SignIn) -> None:
    tried(stage, call, REACHED)
    chu = sign_in(stage.cast.chu)
    pages = told(chu, address(call)) + told(chu, f"{LISTED}?show=done")
    assert [word for word in ("13800000001", "青禾机械", *SECRETS) if word in pages] == []
    assert "款项仍未到账" in pages  # what the evaluator wrote


def test_recording_an_attempt_and_doing_it_twice(stage: Stage, call: SurveyCall, sign_in: SignIn) -> None:
    chu = sign_in(stage.cast.chu)
    form = {"number": 1, "result": "no_answer", "remarks": "忙音"}
    assert "已记录：再次拨打" in chu.post(address(call), form, follow=True).content.decode()
    assert "这次拨打已经记录过" in chu.post(address(call), form, follow=True).content.decode()
    assert call.attempts.count() == 1
    assert "已拨 1 次" in told(chu, f"{LISTED}?show=again")
    rated = {"number": 2, "result": "reached", "level": 4, "is_solved": "partly", "remarks": ""}
    assert "已记录：已完成" in chu.post(address(call), rated, follow=True).content.decode()
    assert call.attempts.get(number=2).level == 4


@pytest.mark.parametrize(
    "typed", [{}, {"number": 1}, {"number": 1, "result": "reached"}, {"number": 1, "result": "x"}, {"number": "x"}]
)
def test_what_is_missing_is_said_and_nothing_is_lost(
    typed: dict[str, object], stage: Stage, call: SurveyCall, sign_in: SignIn
) -> None:
    answer = sign_in(stage.cast.chu).post(address(call), typed | {"remarks": "企业请改天再打"})
    assert answer.status_code == 422
    assert "企业请改天再打" in answer.content.decode()
    assert not SurveyAttempt.objects.exists()


# ---- who watches --------------------------------------------------------------------------------------------------


def test_a_supervisor_draws_with_a_seed(stage: Stage, sign_in: SignIn) -> None:
    earlier = long_ago(stage.cast)
    petition = earlier.rated()
    lock_due_ratings(now=stage.now)
    months, chen = reverse("surveys:surveys"), sign_in(stage.cast.chen)
    answer = chen.post(months, {"month": "2026-07", "seed": "公开摇号"}, follow=True)
    assert "已抽样1件" in answer.content.decode()
    survey = Survey.objects.get()
    assert (survey.month, survey.seed) == (date(2026, 7, 1), "公开摇号")
    page = told(chen, reverse("surveys:survey", args=[survey.month]))
    assert [word for word in ("公开摇号", petition.number, "褚测评", "待拨打") if word not in page] == []
    assert chen.post(months, {"month": "2026-07"}).status_code == 409
    assert chen.post(months, {"month": "2026-05"}).status_code == 422
    assert sign_in(stage.cast.wei).post(months, {"month": "2026-07"}).status_code == 403


def test_the_gap_is_shown_to_supervisor_and_leader(stage: Stage, sign_in: SignIn) -> None:
    survey = drawn(stage, 5, 4)
    for call in survey.calls.all():
        tried(stage, call, REACHED)  # a 2: differences 3 and 2
    gap = reverse("surveys:gap", args=[survey.month])
    for name in ("chen", "wei"):
        page = told(sign_in(getattr(stage.cast, name)), gap)
        # Mean 2.5, s = 0.7071, t(1) = 12.706: 12.706 · 0.7071 / √2 = 6.35.
        assert [word for word in ("2.50", "−3.85 … +8.85", "0.0%", "0 / 2") if word not in page] == []
    assert sign_in(stage.cast.zhou).get(gap).status_code == 403


def test_a_month_without_a_survey_is_no_page(stage: Stage, sign_in: SignIn) -> None:
    for name in ("survey", "gap"):
        assert sign_in(stage.cast.chen).get(reverse(f"surveys:{name}", args=[date(2026, 1, 1)])).status_code == 404
    assert sign_in(stage.cast.chen).get("/surveys/months/2026-13/").status_code == 404


def test_a_call_is_handed_to_evaluators_only(stage: Stage, call: SurveyCall, sign_in: SignIn) -> None:
    hand, chen = reverse("surveys:hand_call", args=[call.pk]), sign_in(stage.cast.chen)
    assert chen.post(hand, {"to": stage.cast.zhou.pk}).status_code == 422
    tried(stage, call, REACHED)
    assert chen.post(hand, {"to": stage.cast.chu.pk}).status_code == 409


# ---- statements ---------------------------------------------------------------------------------------------------

# Two of each are the session and the user; of supervisors and leaders also the unread notices.
COSTS = {
    "/surveys/": ("chu", 4),
    "/surveys/?show=again": ("chu", 4),
    "/surveys/months/": ("chen", 4),
    "/surveys/months/2026-07/": ("chen", 8),
    "/surveys/months/2026-07/gap/": ("wei", 6),
}


@pytest.mark.parametrize("path", COSTS)
def test_a_page_costs_the_same_however_long(path: str, stage: Stage, sign_in: SignIn) -> None:
    name, expected = COSTS[path]
    client = sign_in(getattr(stage.cast, name))
    tried(stage, drawn(long_ago(stage.cast), 5).calls.get(), NO_ANSWER)
    few = statements(client, path)
    longer = drawn(stage, 5, 1, None)
    for call in longer.calls.all()[:2]:
        tried(stage, call, NO_ANSWER)
    assert (few, statements(client, path)) == (expected, expected)
