"""scorecard as people and programs use it: a table, JSON, and what it refuses."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from scores.freezing import freeze_month
from scores.management.commands.scorecard import SCORED
from tests.cast import Cast
from tests.scores.facts import AFTER_SEPTEMBER, SEPTEMBER, accepted, fact, facts


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("scorecard", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def september(cast: Cast) -> Cast:
    """Eight cycles of the lead, six of them rated 5; one of a support's."""
    facts(6, cast.lead)
    facts(2, cast.lead, ending="reopened", is_check_in_on_time=False)
    fact(cast.support, ending="lapsed", is_check_in_on_time=None, is_contact_on_time=None)
    return cast


def test_the_table_has_every_numerator_and_denominator(september: Cast) -> None:
    heading, columns, _line, lead, support, everybody = said("--month=2026-09").splitlines()
    assert heading == ("2026-09 live, formula 1: 30/35/35, 10 cycles of the city's mean added, ranked from 5 cycles")
    assert columns.split() == ["rank", "department", "score", "cycles", "excluded", *SCORED]
    # Alone, so the city's mean is its own: 30·6/8 + 35·6/8 + 35·1 = 83.75. Wilson of 6/8: 40.9 to 92.9.
    assert lead.split()[:8] == ["1", "经信局", "83.750", "8", "0", "6/8", "75.0%", "(40.9–92.9)"]
    assert support.split()[:7] == ["–", "税务局", "–", "1", "0", "–", "–"]
    assert everybody.split()[:5] == ["all", "9", "0", "6/8", "75.0%"]


def test_a_frozen_month_says_so(september: Cast) -> None:
    freeze_month(month=SEPTEMBER, by=september.chen, now=AFTER_SEPTEMBER)
    fact(september.lead)
    heading, *_table, everybody = said("--month=2026-09").splitlines()
    assert heading.startswith("2026-09 frozen 2026-10-13 17:30, formula 1")
    assert everybody.split()[1] == "9"
    assert json.loads(said("--month=2026-09", "--json"))["frozen_at"] == "2026-10-13T17:30:00+08:00"


def test_json_has_all_of_it_and_one_department_the_citys_beside(september: Cast) -> None:
    answer = json.loads(said("--month=2026-09", "--department=经信局", "--json"))
    assert (answer["month"], answer["frozen_at"], answer["formula"]["version"]) == ("2026-09", None, 1)
    assert answer["city"]["counts"]["cycles"] == 9
    (lead,) = answer["departments"]
    assert (lead["code"], lead["rank"], lead["score"]) == ("jingxin", 1, "83.750")
    assert lead["counts"]["reopened"] == 2
    assert lead["rates"]["resolution"]["met"] == 6
    assert lead["rates"]["resolution"] == lead["rates"]["response"] | {"met": 6, "of": 8}


def test_one_department_by_either_name(september: Cast) -> None:
    for name in ("税务局", "澜川市税务局"):
        assert "经信局" not in said("--month=2026-09", f"--department={name}")


def test_one_department_is_shown_with_all_that_was_counted(september: Cast) -> None:
    accepted(fact(september.lead, level=1), "mistaken", september.chen)
    assert said("--month=2026-09", "--department=经信局").splitlines()[-5:] == [
        "check_in: 7/9 77.8% (45.3–93.7)",
        "contact: 9/9 100.0% (70.1–100.0)",
        "answer: 9/9 100.0% (70.1–100.0)",
        "endings: 7 rated, 0 lapsed, 2 reopened, 0 withdrawn, 0 taken_back",
        "ratings: 0 of level 1, 0 of level 2, 0 of level 3, 0 of level 4, 6 of level 5; 6 solved, 0 partly; 1 left out",
    ]


def test_a_month_without_facts(cast: Cast) -> None:
    assert said("--month=2026-10").splitlines()[1] == "no facts"
    assert json.loads(said("--month=2026-10", "--json"))["departments"] == []


@pytest.mark.parametrize("month", ["2026-13", "2026-9", "202609", "September", "0000-01", ""])
def test_a_bad_month_is_refused_in_one_line(cast: Cast, month: str) -> None:
    with pytest.raises(CommandError) as refused:
        said(f"--month={month}")
    assert str(refused.value) == f"{month} is not a month, such as 2026-09."
    assert refused.value.returncode == 1


def test_an_unknown_department_is_refused_in_one_line(cast: Cast) -> None:
    with pytest.raises(CommandError, match="no department is called 气象局: the short name"):
        said("--month=2026-09", "--department=气象局")
