"""The figures in English, full and empty: no Chinese but data, and the data is English."""

import pytest

from scores.awards import confirm_award, evidence
from scores.models import AwardKind
from tests.repository.english import EnglishStage, chinese_in, reader
from tests.scores.facts import AFTER_SEPTEMBER, SEPTEMBER
from tests.scores.figures import frozen_september

PAGES = [
    ("wei", "overview/"),
    ("wei", "heat-map/"),
    ("wei", "heat-map/?category=funds&rate=answer"),
    ("wei", "equity/"),
    ("wei", "equity/?span=12"),
    ("wei", "report/"),
    ("wu", "awards/"),
    ("chen", "awards/"),
    ("chen", "awards/snail/shuiwu/confirm/"),
]


@pytest.fixture
def stage(english_stage: EnglishStage) -> EnglishStage:
    return english_stage


@pytest.mark.parametrize(("who", "page"), PAGES)
def test_a_figure(who: str, page: str, stage: EnglishStage) -> None:
    cast, joint = stage.cast, "&" if "?" in page else "?"
    client = reader(getattr(cast, who))
    address = f"/scores/{page}{joint}month=2026-09"
    assert chinese_in(client.get(address, follow=True)) == ""
    frozen_september(cast, stage.rated().number)
    best = list(evidence(AwardKind.PILOT, SEPTEMBER, cast.lead)[:1])
    pilot = {"month": SEPTEMBER, "kind": "pilot", "department": cast.lead, "facts": [row.pk for row in best]}
    confirm_award(**pilot, reason="All were pleased.", by=cast.chen, now=AFTER_SEPTEMBER)  # type: ignore[arg-type]
    for answer in (client.get(address), client.post(address, {"reason": "x"})):
        assert chinese_in(answer) == ""
