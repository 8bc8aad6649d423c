"""The English of scores: every page of them, every refusal; as in test_english_pages.py."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from figures.pages.facts import LABELS
from scores.models import CycleFact
from tests.repository.english import EnglishStage, chinese_in, reader
from tests.scores.facts import AFTER_SEPTEMBER, scored

MONTH = "?month=2026-09"


@pytest.fixture
def stage(english_stage: EnglishStage) -> Iterator[EnglishStage]:
    with time_machine.travel(AFTER_SEPTEMBER - timedelta(hours=1), tick=False):
        yield english_stage


def test_the_league_a_card_and_what_is_behind_it(stage: EnglishStage) -> None:
    cast = stage.cast
    scored(cast, text="They pressed the wrong button.")
    card = reverse("figures:scorecard", args=[cast.lead.code])
    pages = [reverse("figures:league"), card, *(f"{card}facts/{MONTH}&what={what}" for what in LABELS)]
    for who in (cast.chen, cast.wu):
        for page in [*pages, f"{pages[0]}{MONTH}", f"{card}{MONTH}"]:
            response = reader(who).get(page)
            assert (page, response.status_code, chinese_in(response)) == (page, 200, "")


def test_appeals_and_what_is_said_of_them(stage: EnglishStage) -> None:
    cast = stage.cast
    appeal = scored(cast, text="They pressed the wrong button.")
    free = CycleFact.objects.filter(appeal__isnull=True)[0]
    head, supervisor = reader(cast.wu), reader(cast.chen)
    typed = {"reason": "mistaken", "text": "Wrong button."}
    asked = [head.post(f"/scores/facts/{free.pk}/appeal/", data) for data in ({}, {"reason": "mistaken", "text": "x"})]
    asked += [head.get("/scores/appeals/"), head.get(f"/scores/facts/{free.pk}/appeal/")]
    asked += [head.post(f"/scores/facts/{free.pk}/appeal/", typed, follow=True)]
    asked += [head.post(f"/scores/facts/{free.pk}/appeal/", typed)]
    asked += [supervisor.get(f"/scores/facts/{free.pk}/exclude/", follow=True)]
    decide = f"/scores/appeals/{appeal.pk}/decide/"
    decided = {"is_accepted": "no", "why": "It was not."}
    asked += [supervisor.get(decide), supervisor.post(decide, {}), supervisor.post(decide, decided, follow=True)]
    asked += [supervisor.get(decide, follow=True), supervisor.get("/scores/appeals/?show=all")]
    asked += [supervisor.post("/scores/freeze/", {"month": "2026-09"}, follow=True)]
    assert [chinese_in(response) for response in asked] == [""] * len(asked)
    with time_machine.travel(AFTER_SEPTEMBER, tick=False):
        supervisor = reader(cast.chen)
        late = [supervisor.get(f"/scores/{MONTH}"), supervisor.get(f"/scores/facts/{free.pk}/exclude/", follow=True)]
        late += [supervisor.post("/scores/freeze/", {"month": "2026-09"}, follow=True)]
        assert [chinese_in(response) for response in late] == [""] * len(late)
