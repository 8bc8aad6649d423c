"""The filters above all petitions: each one narrows, what cannot be read says so, htmx gets only the rows."""

from typing import Any

import pytest
import time_machine

from petitions.models import Petition
from tests.cast import Cast, Stage
from tests.pages.conftest import SignIn
from tests.pages.html import elements, errors_beside_fields, form_values, parse, with_class

LIST = "/petitions/"


@pytest.fixture
def found(stage: Stage) -> Petition:
    """The petition that every filter below finds; the other one differs in all of them."""
    return stage.checked_in(title="要找的那件", urgency="urgent", kind="complaint")


@pytest.fixture
def other(stage: Stage, found: Petition) -> Petition:
    stage.now = stage.now.replace(day=20)
    cast = stage.cast
    other = {"region": cast.district, "category": None, "kind": "consult", "enterprise": cast.other_enterprise}
    return stage.reported(title="另一件", by=cast.mallory, **other)


def narrowing(cast: Cast, found: Petition) -> dict[str, Any]:
    """Each filter by name, with a value that only the one petition has."""
    return {
        "q": "要找的",
        "state": "assigned",
        "department": cast.lead.pk,
        "enterprise": "青禾",
        "category": cast.category.pk,
        "region": cast.city.pk,
        "kind": "complaint",
        "urgency": "urgent",
        "until": "2026-09-10",
        "overdue": "on",
    }


def test_every_filter_narrows_on_its_own(stage: Stage, found: Petition, other: Petition, sign_in: SignIn) -> None:
    client = sign_in(stage.cast.chen)
    filters = narrowing(stage.cast, found)
    with time_machine.travel(stage.now, tick=False):
        assert len(with_class(parse(client.get(LIST)), "petition-row")) == 2
        for name, value in filters.items():
            (row,) = with_class(parse(client.get(LIST, {name: value})), "petition-row")
            assert found.number in row, name
        (late,) = with_class(parse(client.get(LIST, {"since": "2026-09-20"})), "petition-row")
        assert "另一件" in late
        assert set(filters) | {"since", "holding", "dated", "limit", "sort"} == set(
            client.get(LIST).context["filters"].filters
        )


def test_filters_together_narrow_together(stage: Stage, found: Petition, other: Petition, sign_in: SignIn) -> None:
    client = sign_in(stage.cast.chen)
    both = narrowing(stage.cast, found) | {"since": "2026-09-08"}
    with time_machine.travel(stage.now, tick=False):
        answer = client.get(LIST, both)
        nothing = client.get(LIST, both | {"state": "rated"})
    assert len(with_class(parse(answer), "petition-row")) == 1
    assert {name: [str(value)] for name, value in both.items()}.items() <= form_values(answer).items()
    assert with_class(parse(nothing), "empty-title") == ["没有符合条件的诉求"]


@pytest.mark.parametrize("written", ["{number}", " {number} ", "{day}"])
def test_a_number_or_its_beginning_is_found(written: str, stage: Stage, found: Petition, sign_in: SignIn) -> None:
    text = written.format(number=found.number, day=found.number[:8])
    assert with_class(parse(sign_in(stage.cast.chen).get(LIST, {"q": text})), "petition-row")


NONSENSE = {
    "state": ["nonsense", "reported'--", "\x00"],
    "department": ["999999", "abc", "9" * 5000, "1 OR 1=1"],
    "category": ["999999999999999999999", "funds"],
    "region": ["'; DROP TABLE regions_region; --"],
    "kind": ["x"],
    "urgency": ["🔥"],
    "since": ["yesterday", "2026-02-30", "0000-00-00", "0001-01-01", "1989-12-31", "9999-12-31"],
    "until": ["99999-01-01", "'", "0001-01-01", "2101-01-01", "9999-12-31"],
    "holding": ["then"],
    "enterprise": ["\x00", "企" * 61],
    "q": ["\x00", "款", "货款 a", "货" * 101, "一二 二三 三四 四五 五六 六七 七八 八九 九十", "——"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in NONSENSE.items() for value in values])
def test_nonsense_is_named_beside_its_filter_and_finds_nothing(
    name: str, value: str, stage: Stage, found: Petition, sign_in: SignIn
) -> None:
    answer = sign_in(stage.cast.chen).get(LIST, {name: value})
    assert answer.status_code == 200
    assert set(errors_beside_fields(answer)) == {name}
    assert not with_class(parse(answer), "petition-row")


@pytest.mark.parametrize(
    "text", ["' OR 11=11 --", "货款%", "货_款", "货款\\", "); DELETE FROM petitions_petition; --", "²²²²²²²²"]
)
def test_signs_that_mean_something_to_a_database_are_only_text(
    text: str, stage: Stage, found: Petition, sign_in: SignIn
) -> None:
    answer = sign_in(stage.cast.chen).get(LIST, {"q": text})
    assert not with_class(parse(answer), "petition-row")
    assert form_values(answer)["q"] == [text]


def test_a_department_has_held_what_it_no_longer_holds(stage: Stage, sign_in: SignIn) -> None:
    client, department = sign_in(stage.cast.chen), stage.cast.lead.pk
    for _petition in (stage.resolved(title="办完的"), stage.assigned(title="在办的")):
        pass
    held = with_class(parse(client.get(LIST, {"department": department})), "petition-title")
    holding = with_class(parse(client.get(LIST, {"department": department, "holding": "now"})), "petition-title")
    assert (held, holding) == (["在办的", "办完的"], ["在办的"])


def test_a_handler_filters_among_their_own(stage: Stage, found: Petition, sign_in: SignIn) -> None:
    assert with_class(parse(sign_in(stage.cast.zhou).get(LIST, {"q": "要找"})), "petition-row")
    assert not with_class(parse(sign_in(stage.cast.feng).get(LIST, {"q": "要找"})), "petition-row")


def test_htmx_gets_the_rows_and_nothing_around_them(stage: Stage, found: Petition, sign_in: SignIn) -> None:
    answer = sign_in(stage.cast.chen).get(LIST, {"q": "要找"}, headers={"HX-Request": "true"})
    page = parse(answer)
    assert len(with_class(page, "petition-row")) == 1
    assert not [element for element in elements(page) if element.name in ("html", "body", "form")]
    assert "HX-Request" in answer["Vary"]


def test_a_whole_page_is_not_taken_for_the_rows(stage: Stage, sign_in: SignIn) -> None:
    """The browser's back button looks the address up in its store: what htmx fetched must not be shown for it."""
    assert "HX-Request" in sign_in(stage.cast.chen).get(LIST)["Vary"]
