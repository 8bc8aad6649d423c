"""Running limits and a calendar that changes: what would move is said before, and exactly that moves afterwards."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from departments.announcing.plans import plan_statement
from departments.announcing.statements import Reading, StatedDay, stated
from departments.announcing.words import plan_in_words
from departments.models import CalendarVersion
from departments.shipped_calendar import SHIPPED
from limits.promises import tables
from limits.recomputing import recompute_stale
from limits.tasks import recompute
from petitions.models import Clock, Petition
from petitions.supervision.holds import resume_hold
from tests.cast import Cast, Stage
from tests.departments.days import NOTICE, announce, correct, off, shipped, worked
from tests.moments import SHANGHAI
from tests.petitions.request_steps import limit, running_hold

NATIONAL_DAY = datetime(2026, 10, 10, 17, 30, tzinfo=SHANGHAI)


@pytest.fixture
def autumn(cast: Cast) -> Stage:
    """The Monday before National Day 2026: five working days end on 10-10, after the holidays and a make-up day."""
    return Stage(cast, datetime(2026, 9, 28, 9, tzinfo=SHANGHAI))


def words(stage: Stage, *days: StatedDay, years: tuple[int, ...] = ()) -> list[str]:
    statement = stated(Reading(days=days), years=years, source=NOTICE, file="days.csv")
    plan = plan_statement(statement, by=stage.cast.sysadmin, now=stage.now)
    return {section.heading: section.lines for section in plan_in_words(plan)}["在办时限"]


def ends() -> dict[tuple[str, int], datetime | None]:
    return {
        (table.subject_type, clock.pk): clock.due_at for table in tables() for clock in table.model.objects.running()
    }


def test_a_year_brought_in_moves_no_limit_of_another(autumn: Stage) -> None:
    """The fault: one row for 2027 erased the holidays of 2026, and running limits followed from 10-10 to 10-05."""
    petition = autumn.assigned()
    assert limit(petition).due_at == NATIONAL_DAY
    assert words(autumn, off(date(2027, 1, 1)), years=(2027,)) == ["移动0个"]
    announce(off(date(2027, 1, 1)), years=(2027,), now=autumn.tick())
    assert recompute_stale(now=autumn.tick()) > 0
    assert limit(petition).due_at == NATIONAL_DAY
    assert not petition.events.filter(kind="recompute").exists()


def test_a_day_off_moves_running_limits_without_an_announced_year(autumn: Stage) -> None:
    """The mirror fault: it was read and ignored."""
    petition = autumn.assigned()
    shown = words(autumn, off(date(2026, 9, 29), "台风停工"))
    moved = f"{petition.number}: 2026-10-10 17:30 → 2026-10-12 17:30"
    assert moved in shown
    correct(off(date(2026, 9, 29), "台风停工"), now=autumn.tick())
    recompute_stale(now=autumn.tick())
    assert limit(petition).due_at == datetime(2026, 10, 12, 17, 30, tzinfo=SHANGHAI)


def without_october() -> list[StatedDay]:
    return [day for day in shipped(2026) if day.date.month != 10]


@pytest.mark.parametrize(
    ("days", "years"),
    [
        (lambda: [off(date(2026, 9, 30), "停电")], ()),
        (lambda: [worked(date(2026, 10, 1), "09:00-12:00", "18:00-24:00")], ()),
        (without_october, (2026,)),
        (lambda: [day for day in shipped(2026) if day.date != date(2026, 10, 10)], (2026,)),
    ],
)
def test_what_is_said_to_move_is_what_moves(
    days: Callable[[], list[StatedDay]], years: tuple[int, ...], autumn: Stage
) -> None:
    """With limits in hours, days and calendar days, some of them resting, stopped, or of departments with own days."""
    own = worked(date(2026, 10, 2), "09:00-12:00", name="值班", department=autumn.cast.support)
    correct(own, now=autumn.tick())
    for urgency in ("normal", "urgent"):
        autumn.checked_in(with_support=True, urgency=urgency)
    autumn.resolved()
    running_hold(autumn, autumn.assigned())
    ended = running_hold(autumn, autumn.assigned())
    resume_hold(hold=ended, by=autumn.cast.chen, now=autumn.tick(timedelta(days=10)))
    recompute_stale(now=autumn.tick())
    before, shown = ends(), words(autumn, *days(), years=years)
    announce(*days(), years=years, now=autumn.tick())
    recompute_stale(now=autumn.tick())
    moved = {key for key, due in ends().items() if due != before[key]}
    assert len(moved) > 1
    assert shown[0] == f"移动{len(moved)}个"
    assert len(shown) == 1 + min(len(moved), 5)


def test_limits_of_every_room_are_counted_the_next_due_first(autumn: Stage) -> None:
    petitions: list[Petition] = [autumn.assigned() for _number in range(3)]
    shown = words(autumn, off(date(2026, 9, 29), "台风停工"))
    number = int(shown[0].removeprefix("移动").removesuffix("个"))
    running = Clock.objects.running().filter(petition__in=petitions)
    assert 5 < number <= running.count()
    assert len(shown) == 6
    befores = [line.split(": ")[1].split(" → ")[0] for line in shown[1:]]
    assert befores == sorted(befores)


def test_a_newer_shipped_table_reaches_running_limits(autumn: Stage) -> None:
    petition = autumn.assigned()
    assert limit(petition).calendar_version == 0
    recompute()
    version = CalendarVersion.objects.get()
    assert version.shipped == SHIPPED
    assert limit(petition).calendar_version == version.pk
    recompute()
    assert CalendarVersion.objects.count() == 1
