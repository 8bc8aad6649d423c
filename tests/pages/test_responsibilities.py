"""The catalogue of what each department answers for, as those look it up who dispatch, send back and judge."""

import pytest

from departments.catalogue import import_catalogue
from departments.models import Responsibility
from tests.cast import Stage
from tests.departments.catalogue_files import csv_bytes
from tests.pages.conftest import SignIn, statements
from tests.pages.html import errors_beside_fields, parse, with_class
from tests.petitions.test_proposals import ARREARS, SCHOOL, TAX

LIST = "/responsibilities/"


@pytest.fixture(autouse=True)
def _catalogue(stage: Stage) -> None:
    import_catalogue(csv_bytes(ARREARS, TAX, SCHOOL), "x.csv")


def found(sign_in: SignIn, stage: Stage, **asked: object) -> list[str]:
    return with_class(parse(sign_in(stage.cast.wu).get(LIST, asked)), "petition-title")


def test_every_matter_stands_under_its_department_with_basis_and_keywords(stage: Stage, sign_in: SignIn) -> None:
    page = parse(sign_in(stage.cast.wu).get(LIST))
    assert with_class(page, "matter-department") == ["经信局", "税务局", "教体局"]
    matter = Responsibility.objects.get(department=stage.cast.lead)
    assert with_class(page, "petition-title")[0] == matter.matter
    assert with_class(page, "petition-excerpt")[0] == f"依据：{matter.basis}"
    assert with_class(page, "petition-facts")[0].startswith(f"关键词：{matter.keywords[0]}")


def test_words_and_a_department_narrow_it(stage: Stage, sign_in: SignIn) -> None:
    matter = Responsibility.objects.get(department=stage.cast.lead)
    every = found(sign_in, stage)
    assert len(every) == 3
    for words in (matter.matter, matter.keywords[0], matter.basis, f"{matter.keywords[0]} 经信"):
        assert matter.matter in found(sign_in, stage, q=words)
    assert found(sign_in, stage, q="没有这样的词") == []
    assert found(sign_in, stage, department=stage.cast.lead.pk) == [matter.matter]
    Responsibility.objects.filter(pk=matter.pk).update(is_active=False)
    assert found(sign_in, stage) == every[1:]


@pytest.mark.parametrize(("name", "value"), [("q", "\x00"), ("q", "长" * 61), ("department", "x")])
def test_what_cannot_be_read_finds_nothing_and_says_why(name: str, value: str, stage: Stage, sign_in: SignIn) -> None:
    answer = sign_in(stage.cast.sun).get(LIST, {name: value})
    assert (set(errors_beside_fields(answer)), with_class(parse(answer), "petition-title")) == ({name}, [])


def test_it_costs_the_same_however_long(stage: Stage, sign_in: SignIn) -> None:
    client = sign_in(stage.cast.chen)
    few = statements(client, LIST)
    row = Responsibility.objects.get(department=stage.cast.support)
    for place in range(6):
        row.pk, row.matter = None, f"事项{place}"
        row.save(force_insert=True)
    assert (few, statements(client, LIST)) == (5, 5)
