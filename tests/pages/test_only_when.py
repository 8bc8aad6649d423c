"""Fields that apply only to some choices of another field: what decides, and that a page without a script has them."""

from typing import Any

import pytest
from django.test.html import parse_html

from petitions.models import Assignment
from petitions.pages.department import AnswerForm
from petitions.pages.filters import FilterForm, PetitionFilter
from petitions.pages.rating import JudgementForm
from petitions.pages.send_back import DecideSendBackForm
from surveys.pages.calls import AttemptForm
from tests.cast import Stage
from tests.pages.conftest import SignIn
from tests.pages.html import attributes, elements, parse
from ui.fields import OnlyWhen

# by form: for each field that does not always apply, the choices with which it does
APPLIES: dict[type[OnlyWhen], dict[str, str]] = {
    AnswerForm: {"planned_date": "outcome=planned"},
    JudgementForm: {"reason_tags": "level=3|2|1"},
    DecideSendBackForm: {"replace": "decision=approved"},
    AttemptForm: {"level": "result=reached", "is_solved": "result=reached", "call_back_at": "result=call_back"},
    FilterForm: {"holding": "department=", "limit": "overdue="},
}


def test_these_are_all_the_forms_with_such_fields() -> None:
    assert set(OnlyWhen.__subclasses__()) == set(APPLIES)


@pytest.mark.parametrize("form", APPLIES)
def test_each_condition_names_a_field_and_its_choices(form: type[OnlyWhen], db: None) -> None:
    said = {name: f"{other}={'|'.join(map(str, values))}" for name, (other, values) in form.only_when.items()}
    assert said == APPLIES[form]
    fields: dict[str, Any] = PetitionFilter().form.fields if form is FilterForm else form.base_fields
    for name, (other, values) in form.only_when.items():
        assert not fields[name].required
        assert not values or set(values) <= {value for value, _label in fields[other].choices}


def test_the_condition_stands_at_each_input_with_the_forms_prefix() -> None:
    page = elements(parse_html(JudgementForm(None, assignment=Assignment(pk=12)).as_div()))
    conditions = {attributes(one)["data-when"] for one in page if "data-when" in attributes(one)}
    assert conditions == {"12-level=3|2|1"}


def test_the_page_as_it_is_sent_hides_and_disables_nothing(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.checked_in()
    page = elements(parse(sign_in(stage.cast.zhou).get(f"/petitions/{petition.number}/resolve/")))
    (field,) = [attributes(one) for one in page if attributes(one).get("name") == "planned_date"]
    assert field["data-when"] == "outcome=planned"
    assert not {"disabled", "hidden"} & set(field)
