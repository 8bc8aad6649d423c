"""State × relation × fact by page: what is offered opens and succeeds, what is not is refused before anything is typed.

The verbs themselves: tests/petitions/test_offered.py.
"""

from typing import Any

import pytest
import time_machine
from django.db import transaction

from petitions.linking import LINK
from petitions.merging import MERGE
from petitions.models import Petition
from petitions.offered import VERBS, offered
from petitions.situations import situation_of
from tests.cast import Stage
from tests.pages.conftest import SignIn
from tests.pages.html import attributes, classes, elements, links, parse, text
from tests.pages.typed import FORMS
from tests.petitions.facts_about import FACTS, build, within_the_rules
from tests.slow import slow

PEOPLE = ("lin", "sun", "tang", "wu", "zheng", "chen")
# Without a page of their own at the petition's address.
ELSEWHERE = {"reply_order", "judge_order", "lapse"}
# Done in the thread, which is on the page.
IN_PLACE = {"discuss"}


def actions(answer: Any) -> set[str]:
    """Return where the page's forms are sent to."""
    return {attributes(element).get("action", "") for element in elements(parse(answer)) if element.name == "form"}


def buttons(answer: Any) -> list[tuple[str, list[str]]]:
    """Return what each button of the petition's verbs says, and its looks."""
    boxes = [element for element in elements(parse(answer)) if "verbs" in classes(element)]
    inside = [element for box in boxes for element in elements(box) if element.name in ("a", "button")]
    return [(text(element), classes(element)) for element in inside]


@slow("each fact by six people over the wire: a minute or two; the verbs themselves are asked in make test")
@pytest.mark.parametrize("fact", FACTS)
def test_the_page_offers_what_can_be_done_and_nothing_else(fact: str, stage: Stage, sign_in: SignIn) -> None:
    petition = build(fact, stage)
    page = f"/petitions/{petition.number}/"
    with time_machine.travel(stage.now, tick=False):
        for name in PEOPLE:
            user = getattr(stage.cast, name)
            client, it = sign_in(user), situation_of(petition, user, stage.now)
            shown = client.get(page)
            if shown.status_code == 404:
                continue
            possible = {verb.name for verb in offered(it)}
            shown_links = links(shown) | actions(shown)
            found = {verb.name for verb in VERBS.values() if f"{page}{verb.address}/" in shown_links}
            assert found - IN_PLACE == possible - ELSEWHERE - IN_PLACE, (fact, name)
            for verb in (verb for verb in within_the_rules(it) if verb.name not in ELSEWHERE):
                opened = client.get(f"{page}{verb.address}/")
                assert opened.status_code == (200 if verb.name in possible else 302), (fact, name, verb.name)


@slow("each fact by six people over the wire: a minute or two; the verbs themselves are asked in make test")
@pytest.mark.parametrize("fact", FACTS)
def test_what_the_page_does_not_offer_is_refused(fact: str, stage: Stage, sign_in: SignIn) -> None:
    petition = build(fact, stage)
    other = Petition.objects.exclude(pk=petition.pk).earliest("pk")
    with time_machine.travel(stage.now, tick=False):
        for name in PEOPLE:
            user = getattr(stage.cast, name)
            client, it = sign_in(user), situation_of(petition, user, stage.now)
            possible = {verb.name for verb in offered(it)}
            for verb in (verb for verb in within_the_rules(it) if verb.name in {*FORMS} - possible):
                with transaction.atomic():
                    typed = {"number": other.number} if verb in (MERGE, LINK) else FORMS[verb.name](stage, petition)
                    answer = client.post(f"/petitions/{petition.number}/{verb.address}/", typed)
                    transaction.set_rollback(True)
                assert answer.status_code in (403, 404, 409, 422), (fact, name, verb.name)


@pytest.mark.parametrize(
    ("fact", "name", "label"),
    [
        ("reported", "sun", "派单"),
        ("assigned", "wu", "报到"),
        ("checked in", "wu", "记录联系"),
        ("contacted", "wu", ""),  # the support's answer is waited for
        ("support removed", "wu", "记录联系"),
        ("on hold", "wu", "报到"),
        ("assigned", "lin", ""),
        ("overdue", "lin", "催办"),
        ("overdue", "chen", "开具督办单"),
        ("extension asked", "chen", "审批延期"),
        ("hold asked", "chen", "审批挂账"),
        ("send-back asked", "sun", "裁决退单"),
        ("order open", "wu", "报到"),
        ("order replied", "chen", "审核督办单"),
        ("resolved", "lin", "评价"),
        ("referred", "chen", "处理再次差评"),
        ("rated", "lin", ""),
        ("withdrawn", "lin", ""),
    ],
)
def test_the_main_button_is_the_next_sensible_step(
    fact: str, name: str, label: str, stage: Stage, sign_in: SignIn
) -> None:
    petition = build(fact, stage)
    with time_machine.travel(stage.now, tick=False):
        shown = buttons(sign_in(getattr(stage.cast, name)).get(f"/petitions/{petition.number}/"))
    main = [said for said, looks in shown if "btn-primary" in looks]
    assert main == ([label] if label else [])
    assert main == [said for said, _looks in shown[: len(main)]]


@pytest.mark.parametrize(
    ("fact", "name", "red"),
    [
        ("assigned", "lin", ["撤回诉求"]),
        ("assigned", "sun", ["撤出协办", "撤回派单"]),
        ("assigned", "wu", ["申请退单"]),
        ("resolved", "lin", []),
    ],
)
def test_what_takes_something_away_is_red(fact: str, name: str, red: list[str], stage: Stage, sign_in: SignIn) -> None:
    petition = build(fact, stage)
    with time_machine.travel(stage.now, tick=False):
        shown = buttons(sign_in(getattr(stage.cast, name)).get(f"/petitions/{petition.number}/"))
    assert [said for said, looks in shown if "btn-outline-danger" in looks] == red
    for said in red:
        (verb,) = (verb for verb in VERBS.values() if verb.label == said)
        with time_machine.travel(stage.now, tick=False):
            form = sign_in(getattr(stage.cast, name)).get(f"/petitions/{petition.number}/{verb.address}/")
        assert "btn-danger" in form.content.decode()
