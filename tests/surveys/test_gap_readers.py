"""One department's gap: the same as in everybody's, whether it stands, and what nobody of a department reads."""

from datetime import date

import pytest

from surveys.gap import PairedGap, can_read_gap, gap_of, gaps, paired_gap
from surveys.models import SampleRule, SurveyCall
from tests.cast import Cast, Stage, person
from tests.surveys.steps import MONTH, NO_ANSWER, REACHED, drawn, told, tried

FIVE = paired_gap([(5, 4), (5, 5), (4, 4), (3, 2), (5, 3)])


def test_it_is_the_departments_row_and_stands_when_every_call_is_over(stage: Stage) -> None:
    survey = drawn(stage, 5, 4, 3, None)
    told(stage, survey, *[1] * 3)
    for call in SurveyCall.objects.filter(state="to_call"):
        tried(stage, call, NO_ANSWER, NO_ANSWER)
    ratings, stands = gap_of(stage.cast.lead, MONTH)
    assert (ratings, stands) == (gaps(survey)[1].ratings, False)
    tried(stage, SurveyCall.objects.get(state="again"), REACHED)
    ratings, stands = gap_of(stage.cast.lead, MONTH)
    assert (ratings, stands) == (gaps(survey)[1].ratings, True)
    assert ratings.pairs == 3  # a call about the lapsed one is no pair


def test_without_a_survey_or_a_call_there_are_no_pairs(stage: Stage) -> None:
    told(stage, drawn(stage, 5), 0)
    for department, month in ((stage.cast.lead, date(2026, 8, 1)), (stage.cast.support, MONTH)):
        assert gap_of(department, month) == (PairedGap(0), True)


CASES = {
    "enough, all calls over": (FIVE, True, True),
    "a call is open": (FIVE, False, False),
    "one pair less": (paired_gap([(5, 4), (5, 5), (4, 4), (3, 2)]), True, False),
    "two": (paired_gap([(5, 4), (5, 5)]), True, False),
    "one": (paired_gap([(5, 1)]), True, False),
    "all differ by the same": (paired_gap([(5, 4), (4, 3), (3, 2), (5, 4), (2, 1)]), True, False),
}


@pytest.mark.parametrize("case", CASES)
def test_nobody_of_a_department_reads_what_tells_of_one_enterprise(case: str, cast: Cast) -> None:
    ratings, stands, expected = CASES[case]
    both = person("fang", "方兼任", "supervisor", "head", department=cast.lead)
    for user in (cast.zhou, cast.wu, both):
        assert can_read_gap(user, ratings, stands=stands) is expected
    for user in (cast.chen, cast.wei):
        assert can_read_gap(user, ratings, stands=stands)


def test_the_rule_of_the_sample_may_leave_too_few(stage: Stage) -> None:
    """The default rule asks three of five: their department reads nothing, whatever they say."""
    survey = drawn(stage, *[5] * 5)
    assert survey.calls.count() == SampleRule.objects.get().least_per_stratum == 3
    told(stage, survey, 0, 1, 2)
    ratings, stands = gap_of(stage.cast.lead, MONTH)
    assert (ratings.pairs, stands, can_read_gap(stage.cast.wu, ratings, stands=stands)) == (3, True, False)
