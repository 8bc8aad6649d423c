"""Rating: one block per department that answered, all given at once, nothing preselected, a low one with a reason."""

from typing import Any

import pytest

from petitions.models import Petition, Rating, State
from tests.cast import Stage
from tests.pages.conftest import SignIn
from tests.pages.html import errors_beside_fields, form_values, parse, with_class
from tests.pages.typed import rate_form
from tests.petitions.verbs import stored


def rate(client: Any, petition: Petition, typed: dict[str, Any]) -> Any:
    return client.post(f"/petitions/{petition.number}/rate/", typed)


def blocks(petition: Petition) -> list[int]:
    return list(petition.assignments.order_by("part").values_list("pk", flat=True))


def test_nothing_is_preselected(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.resolved(with_support=True)
    answer = sign_in(stage.cast.lin).get(f"/petitions/{petition.number}/rate/")
    values = {name: value for name, value in form_values(answer).items() if name != "next"}
    assert values == {f"{key}-text": [""] for key in blocks(petition)}
    titles = with_class(parse(answer), "card-title")
    assert [title for title in titles if title in ("经信局", "税务局")] == ["经信局", "税务局"]


def test_every_department_is_rated_in_one_step(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.resolved(with_support=True)
    lead, support = blocks(petition)
    typed = rate_form(stage, petition) | {f"{support}-level": "2", f"{support}-reason_tags": ["slow", "vague"]}
    assert rate(sign_in(stage.cast.lin), petition, typed).status_code == 302
    assert stored(petition).state == State.ASSIGNED  # what was rated low is put right
    levels = dict(Rating.objects.values_list("assignment", "level"))
    assert levels == {lead: 5, support: 2}
    assert Rating.objects.get(assignment=support).reason_tags == ["slow", "vague"]


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no level": ({"level": ""}, "level"),
    "level six": ({"level": "6"}, "level"),
    "not said whether solved": ({"is_solved": ""}, "is_solved"),
    "low without reason": ({"level": "1", "text": ""}, "text"),
    "low with a reason of spaces": ({"level": "2", "text": " "}, "text"),
    "unknown tag": ({"level": "1", "reason_tags": ["ugly"]}, "reason_tags"),
    "long text": ({"text": "长" * 2001}, "text"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_judgement_is_explained_in_its_own_block(case: str, stage: Stage, sign_in: SignIn) -> None:
    petition = stage.resolved(with_support=True)
    lead, support = blocks(petition)
    changes, field = WRONG[case]
    typed = rate_form(stage, petition) | {f"{support}-{name}": value for name, value in changes.items()}
    answer = rate(sign_in(stage.cast.lin), petition, typed)
    assert answer.status_code == 422
    assert list(errors_beside_fields(answer)) == [f"{support}-{field}"]
    kept = form_values(answer)
    assert (kept[f"{lead}-level"], kept[f"{lead}-is_solved"], kept[f"{lead}-text"]) == (["5"], ["yes"], ["谢谢"])
    assert not Rating.objects.exists()


def test_a_forgotten_department_is_asked_for(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.resolved(with_support=True)
    lead, support = blocks(petition)
    typed = {name: value for name, value in rate_form(stage, petition).items() if name.startswith(str(lead))}
    answer = rate(sign_in(stage.cast.lin), petition, typed)
    assert set(errors_beside_fields(answer)) == {f"{support}-level", f"{support}-is_solved"}
    assert stored(petition).state == State.RESOLVED


def test_another_petitions_block_is_not_taken(stage: Stage, sign_in: SignIn) -> None:
    petition, other = stage.resolved(), stage.resolved()
    answer = rate(sign_in(stage.cast.lin), petition, rate_form(stage, other))
    assert answer.status_code == 422
    assert not Rating.objects.exists()
