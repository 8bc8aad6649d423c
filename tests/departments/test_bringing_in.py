"""A year has one source: what is brought in for it replaces that source alone, and corrections lie over it."""

from datetime import date, datetime

import pytest
from django.db import DataError

from accounts.models import User
from departments.announcing.plans import plan_exception, plan_statement
from departments.announcing.statements import Reading, Statement, WrongCalendar, stated, withdrawn
from departments.announcing.storing import CalendarMoved, bring_in
from departments.announcing.words import plan_in_words, years_in_words
from departments.calendar_layers import Said, stored_layers
from departments.calendars import calendar_of, city_calendar
from departments.models import AnnouncedDay, AnnouncedYear, CalendarVersion, DayException
from departments.shipped_calendar import SHIPPED, shipped_years
from tests.cast import Cast
from tests.departments.days import NOTICE, StatedDay, announce, correct, off, shipped, worked
from tests.moments import SHANGHAI, TUESDAY_10AM
from verbs.refusals import NotPermitted

NEW_YEAR = date(2027, 1, 1)
NATIONAL_DAY = datetime(2026, 9, 28, 10, tzinfo=SHANGHAI)
pytestmark = pytest.mark.django_db


def due() -> str:
    """The end of five working days from the Monday before National Day 2026."""
    return f"{city_calendar().add_days(NATIONAL_DAY, 5):%Y-%m-%d}"


def plan(*days: StatedDay, years: tuple[int, ...] = (), keep: tuple[date, ...] = ()) -> dict[str, list[str]]:
    statement = stated(Reading(days=days), years=years, source=NOTICE, file="days.csv")
    made = plan_statement(statement, by=User.objects.system(), now=TUESDAY_10AM, keep=keep)
    return {section.heading: section.lines for section in plan_in_words(made)}


def test_one_row_of_a_new_year_leaves_the_other_years_as_they_are() -> None:
    """The fault: with 2027 announced by one row, National Day 2026 was worked, and the limit ended on 10-05."""
    before = city_calendar()
    assert due() == "2026-10-10"
    announce(off(NEW_YEAR, "元旦"), years=(2027,))
    assert due() == "2026-10-10"
    after = city_calendar()
    assert not after.is_working_day(NEW_YEAR)
    assert {day: rule for day, rule in after.rules.items() if day.year != 2027} == before.rules
    assert after.announced == before.announced | {2027}


def test_a_day_off_counts_without_any_announced_year() -> None:
    """The mirror fault: it was read and ignored."""
    correct(off(date(2026, 9, 29), "台风停工"))
    assert not city_calendar().is_working_day(date(2026, 9, 29))
    assert due() == "2026-10-12"
    assert not AnnouncedYear.objects.exists()


def test_a_year_that_is_brought_in_replaces_its_source_and_no_other() -> None:
    announce(*shipped(2025), *shipped(2026), years=(2025, 2026))
    days = [day for day in shipped(2026) if day.date.month != 10]
    announce(*days, off(date(2026, 10, 1), "国庆节"), years=(2026,))
    assert due() == "2026-10-06"  # 29, 30, 2, 5, 6
    assert AnnouncedDay.objects.filter(year=2025).count() == len(shipped_years()[2025])
    source = AnnouncedYear.objects.get(year=2026)
    assert (source.source, source.file, source.by) == (NOTICE, "days.csv", User.objects.system())
    assert AnnouncedYear.objects.count() == 2


def test_days_of_other_years_are_left_out_and_listed() -> None:
    make_up = worked(date(2026, 12, 27))._replace(line=3)
    shown = plan(off(NEW_YEAR), make_up, years=(2027,))
    assert shown["文件里这些不导入"] == ["第3行：2026-12-27不在公布的年份里，不导入。"]
    announce(off(NEW_YEAR), make_up, years=(2027,))
    assert not city_calendar().is_working_day(date(2026, 12, 27))


def test_a_year_given_back_is_the_shipped_one_again() -> None:
    announce(off(date(2026, 10, 1)), years=(2026,))
    assert due() == "2026-10-06"
    bring_in(withdrawn([2026]), by=User.objects.system(), now=TUESDAY_10AM)
    assert due() == "2026-10-10"
    assert not AnnouncedDay.objects.exists()
    with pytest.raises(WrongCalendar, match="2026年没有导入过公布"):
        withdrawn([2026])


def test_corrections_lie_over_the_source_and_are_listed() -> None:
    correct(worked(date(2026, 10, 7), "09:00-12:00"), off(date(2026, 9, 29), "台风停工"))
    assert city_calendar().spans_of(date(2026, 10, 7)) != ()
    layers = stored_layers()
    assert layers.source_of(2026) == SHIPPED
    sections = {section.heading: section.lines for section in years_in_words(layers)}
    assert sections["校正"] == [
        f"2026-09-29 周二 放假 台风停工（来源：{NOTICE}）",
        f"2026-10-07 周三 上班 09:00-12:00 调休（来源：{NOTICE}）",
    ]
    assert f"2026年：{SHIPPED}，放假33天，调休上班6天，校正2天" in sections["各年来源"]


def test_a_correction_that_changes_no_minute_is_none() -> None:
    assert correct(off(date(2026, 10, 1)), worked(date(2026, 9, 8)), off(date(2026, 9, 12))) is None
    assert not DayException.objects.exists()


def test_a_correction_ends_with_its_years_source_unless_it_is_kept() -> None:
    correct(off(date(2026, 9, 29), "台风停工"), off(date(2026, 9, 30), "停电"), off(date(2025, 9, 29), "去年停工"))
    shown = plan(*shipped(2026), years=(2026,), keep=(date(2026, 9, 29),))
    assert shown["这些校正将失去（可逐条保留）"] == [f"2026-09-30 周三 放假 停电（来源：{NOTICE}）"]
    assert shown["这些校正将保留"] == [f"2026-09-29 周二 放假 台风停工（来源：{NOTICE}）"]
    assert shown["取消1天"] == ["2026-09-30 周三 放假 停电"]
    announce(*shipped(2026), years=(2026,), keep=(date(2026, 9, 29),))
    assert set(stored_layers().corrections()) == {date(2026, 9, 29), date(2025, 9, 29)}
    with pytest.raises(WrongCalendar, match="2026-09-30没有会失去的校正"):
        announce(*shipped(2026), years=(2026,), keep=(date(2026, 9, 30),))


def test_a_departments_own_days_stay_on_top_of_a_new_source(cast: Cast) -> None:
    correct(worked(date(2026, 10, 1), "09:00-12:00", name="值班", department=cast.lead))
    announce(*shipped(2026), years=(2026,))
    assert calendar_of(cast.lead.pk).is_working_day(date(2026, 10, 1))
    assert not calendar_of(cast.support.pk).is_working_day(date(2026, 10, 1))


def test_the_days_that_change_are_said(cast: Cast) -> None:
    own = worked(date(2026, 10, 2), "09:00-12:00", name="值班", department=cast.lead)
    shown = plan(off(date(2026, 9, 8), "台风停工"), worked(date(2026, 10, 1), name="抢险"), own)
    assert shown["新增1天"] == ["2026-09-08 周二 放假 台风停工"]
    assert shown["改动2天"] == [
        "2026-10-01 周四 放假 国庆节 → 上班 09:00-12:00、13:30-17:30 抢险",
        "2026-10-02 周五 [经信局] 放假 国庆节 → 上班 09:00-12:00 值班",
    ]
    names = plan(*shipped(2025), off(date(2025, 10, 1), "国庆"), years=(2025,))
    assert names["只改名称1天"] == ["2025-10-01 周三 放假 国庆节 → 放假 国庆"]
    assert shown["作为校正，不改变来源"] == [f"2026年的来源仍是：{SHIPPED}"]
    assert plan(off(NEW_YEAR))["作为校正，不改变来源"] == ["2027年尚未公布，要作为全年的安排请指明公布的年份"]


def test_a_year_with_few_days_off_is_warned_of() -> None:
    assert plan(off(NEW_YEAR), years=(2027,))["来源"] == [
        "原来：2027年，尚未公布",
        f"之后：2027年：{NOTICE} (days.csv)，放假1天，调休上班0天，校正0天",
        "请注意：2027年没有调休上班日，请与通知核对。",
        "请注意：2027年只有1天放假，法定至少13天，文件可能不全。",
    ]
    assert len(plan(*shipped(2026), years=(2026,))["来源"]) == 2


@pytest.mark.parametrize(
    ("years", "told"),
    [((1989,), "年份须在1990到2100之间：1989。"), ((2028,), "文件里没有2028年的全市日子。")],
)
def test_a_year_that_cannot_be_announced_is_refused(years: tuple[int, ...], told: str) -> None:
    with pytest.raises(WrongCalendar, match=told):
        stated(Reading(days=(off(NEW_YEAR),)), years=years, source="", file="days.csv")


def test_a_file_without_any_day_is_refused_with_what_was_left_out() -> None:
    with pytest.raises(WrongCalendar, match=r"没有放假日，也没有调休上班日。\n第3行“妇女节”"):
        stated(Reading(days=(), left_out=("第3行“妇女节”",)), years=(), source="", file="days.ics")


def test_what_was_not_shown_is_not_stored() -> None:
    statement = stated(Reading(days=(off(date(2026, 9, 29)),)), years=(), source=NOTICE, file="days.csv")
    seen = plan_statement(statement, by=User.objects.system(), now=TUESDAY_10AM).code
    correct(off(date(2026, 9, 30)))
    with pytest.raises(CalendarMoved):
        bring_in(statement, by=User.objects.system(), now=TUESDAY_10AM, seen=seen)
    assert [str(day) for day in DayException.objects.values_list("date", flat=True)] == ["2026-09-30"]


def test_nothing_is_stored_when_a_part_fails() -> None:
    """The database refuses a name of the second year, and then the first year is not there either."""
    correct(off(date(2027, 3, 2), "停电"))
    day = StatedDay(date(2028, 1, 1), Said(False, (), "名" * 41))
    statement = Statement(days=(off(NEW_YEAR), day), years=frozenset((2027, 2028)), source=NOTICE)
    with pytest.raises(DataError, match="too long"):
        bring_in(statement, by=User.objects.system(), now=TUESDAY_10AM)
    assert not AnnouncedYear.objects.exists()
    assert [row.name for row in DayException.objects.all()] == ["停电"]
    assert CalendarVersion.objects.count() == 1


def test_an_administrators_row_is_planned_like_all_others() -> None:
    place = (None, date(2026, 9, 29))
    added = plan_exception(old=None, new=place, said=Said(False, (), "台风停工", NOTICE))
    assert [(change.date, change.after and change.after.name) for change in added.changes] == [(place[1], "台风停工")]
    correct(off(place[1], "台风停工"))
    removed = plan_exception(old=place, new=None, said=None)
    assert [(change.date, change.after) for change in removed.changes] == [(place[1], None)]
    assert CalendarVersion.objects.count() == 1


def test_only_the_system_administrator_brings_days_in(cast: Cast) -> None:
    statement = stated(Reading(days=(off(NEW_YEAR),)), years=(2027,), source=NOTICE, file="days.csv")
    for user in (cast.chen, cast.secadmin, cast.sun):
        with pytest.raises(NotPermitted):
            bring_in(statement, by=user, now=TUESDAY_10AM)
    assert bring_in(statement, by=cast.sysadmin, now=TUESDAY_10AM) is not None
    assert AnnouncedYear.objects.get().by == cast.sysadmin
