"""Numbers read over the phone: format, check digit, the day's sequence, and no doubles or gaps under eight threads."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from petitions.models import DailyNumber, Petition
from petitions.models.number import QUERY_CODE_ALPHABET, QUERY_CODE_LENGTH, is_number, new_query_code, next_number
from petitions.reporting import report_petition
from tests.cast import Stage
from tests.faults.threads import together
from tests.moments import SHANGHAI, TUESDAY_10AM

THREADS = 8
EACH = 6
NUMBER = "202609080000018"


def sequence(number: str) -> int:
    return int(number[8:14])


@pytest.mark.django_db
def test_a_number_is_the_day_six_digits_and_a_check_digit() -> None:
    numbers = [next_number(TUESDAY_10AM) for _ in range(3)]
    assert [number[:14] for number in numbers] == ["20260908000001", "20260908000002", "20260908000003"]
    assert all(is_number(number) for number in numbers)
    assert numbers[0] == NUMBER


@pytest.mark.django_db
def test_the_day_changes_at_local_midnight() -> None:
    last_second = datetime(2026, 9, 8, 23, 59, 59, tzinfo=SHANGHAI)
    assert next_number(last_second)[:14] == "20260908000001"
    assert next_number(last_second + timedelta(seconds=1))[:14] == "20260909000001"
    # 16:30 UTC is half past midnight of the next day in Shanghai.
    assert next_number(datetime.fromisoformat("2026-09-08T16:30:00+00:00"))[:14] == "20260909000002"
    assert next_number(last_second)[:14] == "20260908000002"


@pytest.mark.django_db
def test_a_report_that_fails_gives_its_number_back() -> None:
    with transaction.atomic():
        next_number(TUESDAY_10AM)
        transaction.set_rollback(True)
    assert sequence(next_number(TUESDAY_10AM)) == 1


def test_the_check_digit_finds_every_single_wrong_digit() -> None:
    wrong = [
        NUMBER[:place] + digit + NUMBER[place + 1 :]
        for place in range(15)
        for digit in "0123456789"
        if digit != NUMBER[place]
    ]
    assert len(wrong) == 135
    assert not any(is_number(number) for number in wrong)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        NUMBER[:-1],
        NUMBER + "0",
        " " + NUMBER[1:],
        "２０２６０９０８０００００１８",
        "x" * 15,
        "-" + NUMBER[1:],
    ],
)
def test_anything_else_is_no_number(text: str) -> None:
    assert is_number(NUMBER)
    assert not is_number(text)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=20))
def test_no_text_breaks_the_check(text: str) -> None:
    assert is_number(text) in (True, False)


def test_query_codes_have_six_signs_that_nobody_mishears() -> None:
    codes = [new_query_code() for _ in range(2000)]
    assert {len(code) for code in codes} == {QUERY_CODE_LENGTH} == {6}
    # 12,000 draws of 31 signs: that one never comes has a chance below 10⁻¹⁶⁸.
    assert set("".join(codes)) == set(QUERY_CODE_ALPHABET)
    assert set(QUERY_CODE_ALPHABET).isdisjoint("0O1IL")
    assert len(set(codes)) > 1990


@pytest.mark.django_db(transaction=True)
def test_eight_threads_get_numbers_without_doubles_or_gaps(stage: Stage) -> None:
    form = stage.report_form()

    def file(_worker: int) -> None:
        for _ in range(EACH):
            report_petition(report=form, by=stage.cast.lin, now=TUESDAY_10AM)

    together(THREADS, file)
    numbers = list(Petition.objects.values_list("number", flat=True))
    assert sorted(sequence(number) for number in numbers) == list(range(1, THREADS * EACH + 1))
    assert DailyNumber.objects.get().last == THREADS * EACH


@pytest.mark.django_db(transaction=True)
def test_eight_clicks_at_once_are_one_petition_and_one_number(stage: Stage) -> None:
    form = stage.report_form(submission_key="click-1")
    petitions = together(THREADS, lambda _worker: report_petition(report=form, by=stage.cast.lin, now=TUESDAY_10AM))
    assert len({petition.pk for petition in petitions}) == 1
    assert Petition.objects.get().events.count() == 1
    assert DailyNumber.objects.get().last == 1
