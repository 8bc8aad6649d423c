"""Out of office: what can be entered, who has the work meanwhile, and who is told."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from departments.absences import Leave, end_absence, enter_absence
from departments.models import Absence, Membership
from notices.models import Notice
from petitions.models import Petition
from petitions.office import worklist
from petitions.office.handover import hand_over
from tests.cast import Stage, person
from tests.petitions.behind_the_verbs import again
from tests.petitions.department_steps import TODAY, WEEK, absence
from tests.petitions.verbs import last_event
from verbs.refusals import InvalidInput, NotPermitted

DAY = timedelta(days=1)


@pytest.fixture
def xu(stage: Stage) -> User:
    return person("xu", "徐科员", "handler", department=stage.cast.lead)


def entered(stage: Stage, by: User, **changes: Any) -> Absence:
    values: dict[str, Any] = {
        "user": stage.cast.zhou,
        "substitute": stage.cast.wu,
        "first_date": TODAY,
        "last_date": TODAY + WEEK,
    }
    return enter_absence(leave=Leave(**(values | changes)), by=by, today=TODAY)


def test_a_person_enters_their_own_and_a_head_everybodys(stage: Stage, xu: User) -> None:
    assert entered(stage, stage.cast.zhou, note=" 出差 ").note == "出差"
    later = {"first_date": TODAY + 2 * WEEK, "last_date": TODAY + 2 * WEEK}
    entered(stage, stage.cast.wu, **later)
    for by in (xu, stage.cast.zheng, stage.cast.chen, stage.cast.feng):
        with pytest.raises(NotPermitted):
            entered(stage, by, first_date=TODAY + 4 * WEEK, last_date=TODAY + 4 * WEEK)
    assert Absence.objects.count() == 2


WRONG: dict[str, tuple[Callable[[Stage], dict[str, Any]], set[str]]] = {
    "backwards": (lambda stage: {"last_date": TODAY - DAY, "first_date": TODAY}, {"last_date"}),
    "over": (lambda stage: {"first_date": TODAY - WEEK, "last_date": TODAY - DAY}, {"last_date"}),
    "too long": (lambda stage: {"last_date": TODAY + timedelta(days=366)}, {"last_date"}),
    "oneself": (lambda stage: {"substitute": stage.cast.zhou}, {"substitute"}),
    "another department": (lambda stage: {"substitute": stage.cast.zheng}, {"substitute"}),
    "long note": (lambda stage: {"note": "说" * 201}, {"note"}),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_entered_is_said_beside_its_field(case: str, stage: Stage) -> None:
    changes, fields = WRONG[case]
    with pytest.raises(InvalidInput) as refusal:
        entered(stage, stage.cast.wu, **changes(stage))
    assert (set(refusal.value.fields), Absence.objects.count()) == (fields, 0)


@pytest.mark.parametrize(
    ("first", "last", "is_free"),
    [(-8, -1, True), (-8, 0, False), (3, 4, False), (7, 30, False), (8, 30, True), (-3, 30, False)],
)
def test_nobody_is_away_twice_and_no_substitute_is_away(
    first: int, last: int, is_free: bool, stage: Stage, xu: User
) -> None:
    """Zhou is away for a week and Wu stands in: on these days neither another absence of Zhou, nor one of Wu, nor
    one in which Zhou stands in."""
    absence(stage.cast.zhou, stage.cast.wu)
    days = {"first_date": TODAY + first * DAY, "last_date": TODAY + last * DAY}
    cases = [
        ({"user": stage.cast.zhou, "substitute": xu}, "first_date"),
        ({"user": stage.cast.wu, "substitute": xu}, "first_date"),
        ({"user": xu, "substitute": stage.cast.zhou}, "substitute"),
    ]
    for people, field in cases:
        leave = Leave(**people, **days)
        assert problems(leave, stage.cast.wu) == (set() if is_free else {field})


def problems(leave: Leave, by: User) -> set[str]:
    """Enter the absence, take it back, and return the fields that it was refused for."""
    try:
        with transaction.atomic():
            enter_absence(leave=leave, by=by, today=TODAY - 4 * WEEK)
            transaction.set_rollback(True)
    except InvalidInput as refusal:
        return set(refusal.fields)
    return set()


def test_the_database_refuses_the_same(stage: Stage) -> None:
    row = absence(stage.cast.zhou, stage.cast.wu)
    changes: dict[str, dict[str, Any]] = {
        "absence_one_at_a_time": {"first_date": TODAY + WEEK, "last_date": TODAY + 2 * WEEK},
        "absence_goes_forward": {"user": stage.cast.feng, "last_date": TODAY - DAY},
        "absence_substitute_is_another": {"user": stage.cast.wu},
    }
    for name, values in changes.items():
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            again(Absence.objects.get(pk=row.pk), **values)
    again(Absence.objects.get(pk=row.pk), first_date=TODAY + WEEK + DAY, last_date=TODAY + 2 * WEEK)
    assert Absence.objects.count() == 2


def test_it_is_ended_before_today_or_taken_back(stage: Stage, xu: User) -> None:
    running, ahead = absence(stage.cast.zhou, stage.cast.wu, TODAY - DAY), absence(xu, stage.cast.wu, TODAY + WEEK)
    with pytest.raises(NotPermitted):
        end_absence(absence=running, by=xu, today=TODAY)
    for _time in range(2):
        end_absence(absence=running, by=stage.cast.zhou, today=TODAY)
        end_absence(absence=ahead, by=stage.cast.wu, today=TODAY)
    assert [(row.user, row.last_date) for row in Absence.objects.all()] == [(stage.cast.zhou, TODAY - DAY)]


# ---- who has the work, and who is told ------------------------------------------------------------------------------


def had_by(stage: Stage, day: date) -> str | None:
    (row,) = worklist.worklist(stage.cast.wu, stage.now + (day - stage.now.date()))
    return row.person_name


def told(petition: Petition) -> set[str]:
    return set(Notice.objects.filter(event=last_event(petition)).values_list("recipient__username", flat=True))


def handed(stage: Stage, **changes: Any) -> Petition:
    petition = stage.assigned(**changes)
    return hand_over(petition=petition, by=stage.cast.wu, to=stage.cast.zhou, now=stage.now)


def test_the_substitute_has_the_work_and_hears_of_it_on_these_days_alone(stage: Stage, xu: User) -> None:
    absence(stage.cast.zhou, xu)
    petition = handed(stage, urgency="urgent")
    assert told(petition) == {"zhou", "xu"}
    assert [had_by(stage, day) for day in (TODAY - DAY, TODAY, TODAY + WEEK, TODAY + WEEK + DAY)] == [
        "周经办",
        "徐科员",
        "徐科员",
        "周经办",
    ]
    stage.now += WEEK + DAY
    assert told(handed(stage)) == {"zhou"}


def test_a_substitute_who_has_left_is_replaced_by_the_head(stage: Stage, xu: User) -> None:
    absence(stage.cast.zhou, xu)
    feng = stage.cast.feng
    Membership.objects.filter(user=xu).delete()
    petition = hand_over(petition=stage.assigned(), by=stage.cast.zhou, to=stage.cast.zhou, now=stage.now)
    assert (told(petition), had_by(stage, TODAY)) == ({"wu"}, None)
    assert list(worklist.shown(worklist.worklist(feng, stage.now), "unassigned", feng, stage.now)) == []
    xu.is_active = False
    xu.save()
    assert had_by(stage, TODAY) is None


def test_a_handler_who_has_left_leaves_nothing_on_a_desk_where_nobody_sits(stage: Stage) -> None:
    handed(stage)
    Membership.objects.filter(user=stage.cast.zhou).delete()
    wu, now = stage.cast.wu, stage.now
    assert worklist.counts(wu, now) == {"all": 1, "mine": 0, "unassigned": 1, "new": 1, "overdue": 0}


def test_the_substitutes_own_desk_has_both(stage: Stage, xu: User) -> None:
    absence(stage.cast.zhou, xu)
    handed(stage)
    hand_over(petition=stage.assigned(), by=stage.cast.wu, to=xu, now=stage.now)
    mine = worklist.shown(worklist.worklist(xu, stage.now), "mine", xu, stage.now)
    assert {row.handler and row.handler.username for row in mine} == {"zhou", "xu"}
    assert worklist.counts(stage.cast.zhou, stage.now)["mine"] == 0


def test_one_notice_where_both_are_told_anyway(stage: Stage) -> None:
    absence(stage.cast.zhou, stage.cast.wu)
    petition = stage.assigned()
    notices = Notice.objects.filter(event=last_event(petition))
    assert sorted(notices.values_list("recipient__username", flat=True)) == ["lin", "wu", "zhou"]
