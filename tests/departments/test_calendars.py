"""The calendars in force: what each year's source says, what is laid over it, by version and department."""

import json
from datetime import date, time, timedelta

import holidays
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from departments.calendar_layers import Said
from departments.calendars import calendar_of, city_calendar, follow_shipped
from departments.models import AnnouncedDay, AnnouncedYear, CalendarVersion, DayException
from departments.shipped_calendar import SHIPPED, shipped_rules, shipped_years
from departments.working_calendar import DAY_ENDS, SPANS, WorkingCalendar, parse_spans, span_texts
from tests.cast import Cast
from tests.departments.days import NOTICE, announce, correct, off, shipped, worked
from tests.faults.threads import together
from tests.moments import SATURDAY_NOON, TUESDAY_10AM
from tests.shared_data import shared_data

TUESDAY, SATURDAY = TUESDAY_10AM.date(), SATURDAY_NOON.date()
MORNING = ((time(9), time(12)),)


@pytest.mark.django_db
@pytest.mark.parametrize("is_announced", [False, True])
def test_every_day_of_two_years_is_the_state_councils(is_announced: bool) -> None:
    """The shipped calendar, and the same once both years were brought in."""
    if is_announced:
        announce(*shipped(2025), *shipped(2026), years=(2025, 2026))
    years = json.loads(shared_data("cn_workcalendar_2025_2026.json").read_text(encoding="utf-8"))
    calendar, day, wrong = city_calendar(), date(2025, 1, 1), []
    while day.year < 2027:
        stated = str(day) in years["makeup"] or (day.weekday() < 5 and str(day) not in years["off"])
        if calendar.is_working_day(day) != stated:
            wrong.append(day)
        day += timedelta(days=1)
    assert wrong == []
    assert {2025, 2026} <= calendar.announced
    assert bool(calendar.version) == is_announced


def test_every_day_of_two_years_is_the_one_of_another_package() -> None:
    peer = holidays.country_holidays("CN", years=(2025, 2026))
    calendar = WorkingCalendar(shipped_rules())
    days = [date(2025, 1, 1) + timedelta(days=number) for number in range(730)]
    assert [day for day in days if calendar.is_working_day(day) != peer.is_working_day(day)] == []
    assert sum(calendar.is_working_day(day) and day.weekday() > 4 for day in days) == 11


@pytest.mark.django_db
def test_every_change_is_a_new_version_and_the_same_again_is_none() -> None:
    first = correct(off(TUESDAY))
    assert first is not None
    assert correct(off(TUESDAY)) is None
    assert (city_calendar().version, city_calendar().is_working_day(TUESDAY)) == (first.pk, False)
    second = correct(worked(TUESDAY, "09:00-12:00"))
    assert second is not None
    assert (city_calendar().version, city_calendar().spans_of(TUESDAY)) == (second.pk, MORNING)
    assert DayException.objects.get().source == NOTICE
    third = announce(off(date(2027, 1, 1)), years=(2027,))
    assert third is not None
    assert announce(off(date(2027, 1, 1)), years=(2027,)) is None
    assert city_calendar().announced == {*shipped_years(), 2027}
    assert CalendarVersion.objects.count() == 3


def test_a_version_is_compiled_once(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    correct(off(TUESDAY))
    with django_assert_num_queries(6):
        compiled = calendar_of(cast.lead.pk)
    for department in (cast.lead.pk, None):  # a department without days of its own goes by the city's calendar
        with django_assert_num_queries(1):
            assert calendar_of(department) is compiled
    correct(off(SATURDAY, department=cast.lead))
    with django_assert_num_queries(6):
        own = calendar_of(cast.lead.pk)
    with django_assert_num_queries(1):
        assert calendar_of(cast.lead.pk) is own


def test_a_departments_own_days_go_before_the_citys(cast: Cast) -> None:
    correct(off(TUESDAY), worked(SATURDAY, department=cast.lead))
    correct(worked(TUESDAY, "09:00-12:00", name="值班", department=cast.lead))
    own, city = calendar_of(cast.lead.pk), city_calendar()
    assert (own.spans_of(TUESDAY), own.spans_of(SATURDAY)) == (MORNING, SPANS)
    assert (city.spans_of(TUESDAY), city.spans_of(SATURDAY)) == ((), ())
    assert calendar_of(cast.support.pk).spans_of(TUESDAY) == ()


@pytest.mark.django_db
def test_a_day_is_there_once_for_the_city_and_a_day_off_has_no_hours() -> None:
    correct(off(TUESDAY))
    with pytest.raises(IntegrityError, match="day_exception_once_per_department"), transaction.atomic():
        DayException(date=TUESDAY, is_working=False, source="x").save()
    with pytest.raises(IntegrityError, match="day_exception_day_off_has_no_spans"), transaction.atomic():
        DayException(date=SATURDAY, is_working=False, source="x", spans=["09:00-12:00"]).save()


@pytest.mark.django_db
def test_an_announced_day_lies_in_its_year_once_and_a_day_off_has_no_hours() -> None:
    announce(off(TUESDAY))
    for row, broken in (
        ({"date": date(2027, 1, 1), "is_working": False}, "announced_day_lies_in_its_year"),
        ({"date": SATURDAY, "is_working": False, "spans": ["09:00-12:00"]}, "announced_day_off_has_no_spans"),
        ({"date": TUESDAY, "is_working": True}, "departments_announcedday_date"),
    ):
        with pytest.raises(IntegrityError, match=broken), transaction.atomic():
            AnnouncedDay.objects.create(year_id=2026, **row)


def test_a_newer_shipped_table_is_a_new_version_once(db: None) -> None:
    """Limits that run are recomputed when a package with more years was installed."""
    first = follow_shipped(now=TUESDAY_10AM)
    assert first is not None
    assert first.shipped == SHIPPED
    assert follow_shipped(now=TUESDAY_10AM) is None
    CalendarVersion.objects.update(shipped="chinesecalendar 1.0")
    assert follow_shipped(now=TUESDAY_10AM) is not None


@pytest.mark.parametrize(
    ("is_working", "spans", "meant"),
    [
        (False, [], ()),
        (True, [], SPANS),
        (True, ["09:00-12:00"], MORNING),
        (True, [" 9:00 - 12:00 ", "13：00—14：00"], (*MORNING, (time(13), time(14)))),
        (True, ["09:00-12:00", "18:00-24:00"], (*MORNING, (time(18), DAY_ENDS))),
    ],
)
def test_the_hours_of_a_row(is_working: bool, spans: list[str], meant: object) -> None:
    assert Said(is_working, tuple(spans)).rule.spans == meant


def test_hours_are_kept_as_they_are_shown() -> None:
    row = DayException(date=TUESDAY, is_working=True, spans=["9:00-12:00", "18:00 - 24:00"])
    row.clean()
    assert row.spans == ["09:00-12:00", "18:00-24:00"] == span_texts(parse_spans(row.spans))


WRONG_SPANS = [
    "",
    "09:00",
    "12:00-09:00",
    "09:00-09:00",
    "nine-ten",
    "09:00-25:00",
    "09:00-24:30",
    "18:00-00:00",
    "24:00-24:00",
]
OVERLAPPING = [["09:00-12:00", "11:00-14:00"], ["13:30-17:30", "09:00-12:00"]]


@pytest.mark.parametrize("spans", [[text] for text in WRONG_SPANS] + OVERLAPPING)
def test_hours_that_cannot_be_read_overlap_or_go_backward_are_refused(spans: list[str]) -> None:
    with pytest.raises(ValueError):
        parse_spans(spans)
    with pytest.raises(ValidationError, match="工作时段写作"):
        DayException(date=TUESDAY, is_working=True, spans=spans).clean()


def test_the_shipped_years_are_said_in_chinese_and_reach_this_one() -> None:
    assert 2026 in shipped_years()
    names = {rule.name for rule in shipped_rules().values()}
    assert {"元旦", "春节", "国庆节", "调休"} <= names
    assert all((name.isalnum() and not name.isascii()) or "70" in name for name in names)


@pytest.mark.django_db(transaction=True)
def test_four_threads_change_the_calendar_at_once() -> None:
    """Each finds the others' days: changes are made one after the other."""

    def change_and_read(worker: int) -> bool:
        for round_ in range(3):
            correct(off(TUESDAY + timedelta(days=7 * (4 * round_ + worker))))
            city_calendar()
        return True

    announce(*shipped(2026))
    assert all(together(4, change_and_read))
    assert AnnouncedYear.objects.count() == 1
    days = list(DayException.objects.values_list("date", flat=True))
    assert len(days) == 11  # 2026-10-06 lies in National Day: that correction would change nothing
    assert not any(city_calendar().is_working_day(day) for day in days)
