"""The calendars in force: built in until one is imported, then the rows, by version and department."""

import json
from datetime import date, time, timedelta

import holidays
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from departments.calendars import (
    built_in_days,
    built_in_rules,
    built_in_years,
    calendar_of,
    city_calendar,
    spans_of,
    write_calendar,
)
from departments.models import AnnouncedYear, CalendarVersion, DayException
from departments.working_calendar import SPANS, WorkingCalendar, parse_spans
from seeds.load import load_calendar
from tests.cast import Cast
from tests.faults.threads import together
from tests.moments import SATURDAY_NOON, TUESDAY_10AM
from tests.shared_data import shared_data

TUESDAY, SATURDAY = TUESDAY_10AM.date(), SATURDAY_NOON.date()
MORNING = ((time(9), time(12)),)


def write(*days: DayException, years: tuple[int, ...] = (2026,)) -> CalendarVersion | None:
    return write_calendar(days, years, source="市政府通知", now=TUESDAY_10AM)


def off(day: date, **more: object) -> DayException:
    return DayException(date=day, is_working=False, name="放假", **more)


@pytest.mark.django_db
@pytest.mark.parametrize("is_loaded", [False, True])
def test_every_day_of_two_years_is_the_state_councils(is_loaded: bool) -> None:
    """The built-in calendar, and the same once it was loaded into the tables."""
    if is_loaded:
        assert load_calendar(now=TUESDAY_10AM) > 0
        assert load_calendar(now=TUESDAY_10AM) == 0
    years = json.loads(shared_data("cn_workcalendar_2025_2026.json").read_text(encoding="utf-8"))
    calendar, day, wrong = city_calendar(), date(2025, 1, 1), []
    while day.year < 2027:
        stated = str(day) in years["makeup"] or (day.weekday() < 5 and str(day) not in years["off"])
        if calendar.is_working_day(day) != stated:
            wrong.append(day)
        day += timedelta(days=1)
    assert wrong == []
    assert {2025, 2026} <= calendar.announced
    assert bool(calendar.version) == is_loaded


def test_every_day_of_two_years_is_the_one_of_another_package() -> None:
    peer = holidays.country_holidays("CN", years=(2025, 2026))
    calendar = WorkingCalendar(built_in_rules())
    days = [date(2025, 1, 1) + timedelta(days=number) for number in range(730)]
    assert [day for day in days if calendar.is_working_day(day) != peer.is_working_day(day)] == []
    assert sum(calendar.is_working_day(day) and day.weekday() > 4 for day in days) == 11


@pytest.mark.django_db
def test_every_change_is_a_new_version_and_the_same_again_is_none() -> None:
    first = write(off(TUESDAY))
    assert first is not None
    assert write(off(TUESDAY)) is None
    assert (city_calendar().version, city_calendar().is_working_day(TUESDAY)) == (first.pk, False)
    second = write(DayException(date=TUESDAY, is_working=True, spans=["09:00-12:00"], name="半天"))
    assert second is not None
    assert (city_calendar().version, city_calendar().spans_of(TUESDAY)) == (second.pk, MORNING)
    assert DayException.objects.get().source == "市政府通知"
    third = write(years=(2026, 2027))
    assert third is not None
    assert city_calendar().announced == {2026, 2027}
    assert CalendarVersion.objects.count() == 3


def test_a_version_is_compiled_once(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    write(off(TUESDAY))
    with django_assert_num_queries(4):
        compiled = calendar_of(cast.lead.pk)
    for department in (cast.lead.pk, None):  # a department without days of its own goes by the city's calendar
        with django_assert_num_queries(1):
            assert calendar_of(department) is compiled
    write(off(SATURDAY, department=cast.lead))
    with django_assert_num_queries(5):
        own = calendar_of(cast.lead.pk)
    with django_assert_num_queries(1):
        assert calendar_of(cast.lead.pk) is own


def test_a_departments_own_days_go_before_the_citys(cast: Cast) -> None:
    write(off(TUESDAY), DayException(date=SATURDAY, is_working=True, name="服务日", department=cast.lead))
    write(DayException(date=TUESDAY, is_working=True, spans=["09:00-12:00"], name="值班", department=cast.lead))
    own, city = calendar_of(cast.lead.pk), city_calendar()
    assert (own.spans_of(TUESDAY), own.spans_of(SATURDAY)) == (MORNING, SPANS)
    assert (city.spans_of(TUESDAY), city.spans_of(SATURDAY)) == ((), ())
    assert calendar_of(cast.support.pk).spans_of(TUESDAY) == ()


@pytest.mark.django_db
def test_a_day_is_there_once_for_the_city_and_a_day_off_has_no_hours() -> None:
    write(off(TUESDAY))
    with pytest.raises(IntegrityError, match="day_exception_once_per_department"), transaction.atomic():
        off(TUESDAY, source="x").save()
    with pytest.raises(IntegrityError, match="day_exception_day_off_has_no_spans"), transaction.atomic():
        off(SATURDAY, source="x", spans=["09:00-12:00"]).save()


@pytest.mark.parametrize(
    ("is_working", "spans", "meant"),
    [
        (False, [], ()),
        (True, [], SPANS),
        (True, ["09:00-12:00"], MORNING),
        (True, [" 09:00 - 12:00 ", "13:00-14:00"], (*MORNING, (time(13), time(14)))),
    ],
)
def test_the_hours_of_a_row(is_working: bool, spans: list[str], meant: object) -> None:
    assert spans_of(DayException(date=TUESDAY, is_working=is_working, spans=spans)) == meant


WRONG_SPANS = ["", "09:00", "12:00-09:00", "09:00-09:00", "nine-ten", "09:00-25:00"]
OVERLAPPING = [["09:00-12:00", "11:00-14:00"], ["13:30-17:30", "09:00-12:00"]]


@pytest.mark.parametrize("spans", [[text] for text in WRONG_SPANS] + OVERLAPPING)
def test_hours_that_cannot_be_read_overlap_or_go_backward_are_refused(spans: list[str]) -> None:
    with pytest.raises(ValueError):
        parse_spans(spans)
    with pytest.raises(ValidationError, match="工作时段写作"):
        DayException(date=TUESDAY, is_working=True, spans=spans).clean()


def test_the_built_in_years_are_said_in_chinese_and_reach_this_one() -> None:
    assert 2026 in built_in_years()
    names = {day.name for day in built_in_days()}
    assert {"元旦", "春节", "国庆节", "调休"} <= names
    assert all((name.isalnum() and not name.isascii()) or "70" in name for name in names)


@pytest.mark.django_db(transaction=True)
def test_four_threads_compile_new_versions_at_once() -> None:
    def change_and_read(worker: int) -> bool:
        for round_ in range(3):
            write(off(TUESDAY + timedelta(days=7 * (4 * round_ + worker))), years=())
            city_calendar()
        return True

    write(years=(2026,))
    assert all(together(4, change_and_read))
    assert AnnouncedYear.objects.count() == 1
    assert sum(not city_calendar().is_working_day(day.date) for day in DayException.objects.all()) == 12
