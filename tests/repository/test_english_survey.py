"""English pages of the survey and of integrity flags, full and empty, and filled in wrongly."""

from datetime import timedelta

import pytest
from django.urls import reverse

from departments.models import Department
from petitions.models import FlagKind, IntegrityFlag
from petitions.supervision.flags import judge_flag, raise_flags
from surveys.calling import Attempt
from surveys.models import SampleRule
from tests.cast import HOUR
from tests.petitions.flags import rated_from, withdrawn_after_contact
from tests.petitions.send_backs import asked
from tests.repository.english import EnglishStage, chinese_in, reader
from tests.surveys.steps import drawn, tried


@pytest.fixture
def stage(english_stage: EnglishStage) -> EnglishStage:
    return english_stage


def test_the_survey_from_drawing_to_the_gap(stage: EnglishStage) -> None:
    cast = stage.cast
    SampleRule.objects.update(basis="The city's rules")
    chen, chu, months = reader(cast.chen), reader(cast.chu), reverse("surveys:surveys")
    for response in (chen.get(months), chen.post(months, {"month": "x"}), chen.post(months, {"month": "2099-01"})):
        assert chinese_in(response) == ""
    survey = drawn(stage, 5, 1, None, seed="seed")
    first, second, third = survey.calls.order_by("place")
    page = reverse("surveys:call", args=[first.pk])
    pages = [
        reverse("surveys:calls"),
        f"{reverse('surveys:calls')}?show=again",
        f"{reverse('surveys:calls')}?show=done",
    ]
    for wrong in ({}, {"number": 1, "result": "call_back"}, {"number": 1, "result": "reached", "remarks": "x" * 6000}):
        assert chinese_in(chu.post(page, wrong)) == ""
    assert chinese_in(chu.post(page, {"number": 1, "result": "no_answer"}, follow=True)) == ""
    tried(stage, second, Attempt(result="reached", level=2, is_solved="no", remarks="Not paid."))
    tried(stage, third, Attempt(result="refused"))
    for address_ in (*pages, page, reverse("surveys:call", args=[second.pk])):
        assert chinese_in(chu.get(address_)) == ""
    hand = reverse("surveys:hand_call", args=[first.pk])
    for name in ("survey", "gap"):
        assert chinese_in(chen.get(reverse(f"surveys:{name}", args=[survey.month]))) == ""
    card = f"{reverse('figures:scorecard', args=[cast.lead.code])}?month={survey}"
    for person in (cast.chen, cast.wu):  # with the gap, and with why it is withheld
        assert chinese_in(reader(person).get(card)) == ""
    for response in (chen.get(months), chen.get(hand), chen.post(hand), reader(cast.wei).get(months)):
        assert chinese_in(response) == ""


def test_integrity_flags(stage: EnglishStage) -> None:
    Department.objects.update(networks=["10.0.0.0/8"])
    withdrawn_after_contact(stage)
    late = stage.assigned()
    asked(stage, late, basis="Not ours.", now=late.clocks.get(promise="check_in").due_at)
    petition = stage.resolved()
    stage.now -= HOUR
    rated_from(stage, petition, "10.0.0.1")
    stage.tick(timedelta(days=2))
    raise_flags(now=stage.now)
    chen, listed = reader(stage.cast.chen), reverse("petitions:flags")
    assert set(IntegrityFlag.objects.values_list("kind", flat=True)) == set(FlagKind.values)
    assert chinese_in(chen.get(listed)) == ""
    for flag in IntegrityFlag.objects.all():
        page = reverse("petitions:judge_flag", args=[flag.pk])
        for response in (chen.get(page), chen.post(page)):
            assert chinese_in(response) == ""
    judge_flag(flag=flag, by=stage.cast.chen, outcome="confirmed", why="They said so.", now=stage.now)
    for response in (chen.get(listed, {"outcome": "confirmed"}), chen.post(page, {"outcome": "x"})):
        assert chinese_in(response) == ""
