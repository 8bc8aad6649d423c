"""The nearest running limit, named: of a petition, a part, an order; what is late, and whose that is."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from accounts.models import User
from departments.models import Department
from petitions.clocks.nearest import OWED, RunningLimits, of_parts, readings
from petitions.clocks.reading import clock_readings
from petitions.linking import unlink_petition
from petitions.models import Clock, OrderClock, Petition, SupervisionOrder
from petitions.office import worklist
from petitions.queries import listed, queue, to_dispatch
from petitions.supervision.orders import issue_order
from tests.cast import Stage
from tests.petitions.group_steps import dispatched
from tests.petitions.request_steps import asked_for, running_hold
from tests.petitions.send_backs import sent_back
from tests.petitions.verbs import CALLS

LONG = timedelta(days=60)


def cases(stage: Stage) -> list[Petition]:
    """Return petitions whose nearest limits differ in all ways: whose they are, of which part, resting, none."""
    cast = stage.cast
    stage.reported(urgency="urgent")
    stage.assigned(with_support=True)
    stage.checked_in(with_support=True)
    contacted = stage.checked_in(with_support=True)
    CALLS["contact"](stage, contacted, cast.zhou, stage.tick())
    running_hold(stage, stage.checked_in())
    asked_for(stage, stage.checked_in())
    ordered = stage.checked_in(with_support=True)
    for name in ("zhou", "zheng"):
        CALLS["contact"](stage, ordered, getattr(cast, name), stage.tick())
    issue_order(petition=ordered, by=cast.chen, department=cast.lead, text="请说明原因", now=stage.tick())
    answered = stage.resolved()
    sent_back(stage, stage.assigned())
    supported = stage.checked_in(with_support=True)
    CALLS["answer_support"](stage, supported, cast.zheng, stage.tick())
    parent, second, last = dispatched(stage)
    issue_order(petition=parent, by=cast.chen, department=cast.lead, text="请说明原因", now=stage.tick())
    outlasting = stage.checked_in()
    issue_order(petition=outlasting, by=cast.chen, department=cast.lead, text="请说明原因", now=stage.tick())
    for verb, name in (("contact", "zhou"), ("resolve", "zhou"), ("reopen", "lin")):
        CALLS[verb](stage, outlasting, getattr(cast, name), stage.tick())
    unlink_petition(petition=last, by=cast.sun, now=stage.tick())
    stage.in_state("closed")
    assert answered.pk
    assert {parent.pk, second.pk}
    return list(Petition.objects.order_by("pk"))


def by_hand(petition: Petition, user: User, now: Any) -> tuple[Any, str] | None:
    """Return when and which limit ends first, read as the petition's own page reads them, one petition at a time."""
    found = [one.clock for one in clock_readings(petition, user, now) if not one.clock.stopped_at]
    is_inside = not user.has_role("liaison", "assistant")
    found = [clock for clock in found if not is_inside or clock.promise in OWED]
    ends = sorted((clock.due_at, not clock.department_id, clock.promise) for clock in found if clock.due_at)
    return (ends[0][0], ends[0][2]) if ends else (None, found[0].promise) if found else None


@pytest.mark.parametrize("reader", ["chen", "sun", "zhou", "lin", "mallory"])
def test_a_row_has_the_limit_that_ends_first_of_all_that_its_reader_may_know(stage: Stage, reader: str) -> None:
    user: User = getattr(stage.cast, reader, None) or User.objects.get(username=reader)
    cases(stage)
    known = list(listed(user))
    found = RunningLimits(user).nearest(known)
    told = {key: (clock.due_at, clock.promise) for key, clock in found.items()}
    expected = {one.pk: by_hand(one, user, stage.now) for one in known}
    assert told == {key: value for key, value in expected.items() if value}
    assert len({promise for _due, promise in told.values()}) >= (1 if reader == "mallory" else 2)


def test_the_supervisor_sees_each_kind_of_limit_somewhere(stage: Stage) -> None:
    rows = cases(stage)
    assert rows
    found = RunningLimits(stage.cast.chen).nearest(listed(stage.cast.chen))
    seen = {clock.promise for clock in found.values()}
    assert {"dispatch", "check_in", "contact", "order"} <= seen
    assert "rate" not in seen


def test_what_is_late_is_what_by_hand_is_late_for_each_limit_and_department(stage: Stage) -> None:
    cast, rows = stage.cast, cases(stage)
    asked: list[str | None] = [None, *OWED]
    departments: list[Department | None] = [None, cast.lead, cast.support, Department.objects.last()]
    found = set()
    for days, promise, department in product((0, 1, 3, 60), asked, departments):
        now = stage.now + timedelta(days=days)
        late = RunningLimits(cast.chen, promise=promise, department=department)
        keys = set(late.late(Petition.objects.all(), now).values_list("pk", flat=True))
        expected = {row.pk for row in rows if _is_late(row, now, promise, department)}
        assert keys == expected, (days, promise, department)
        others = set(late.late(Petition.objects.all(), now, is_late=False).values_list("pk", flat=True))
        assert others == {row.pk for row in rows} - expected
        found |= {(promise, department and department.pk)} if keys else set()
    assert {(promise, None) for promise in ("dispatch", "check_in", "contact", "order", "support")} <= found
    assert {("check_in", cast.lead.pk), ("contact", cast.support.pk), ("order", cast.lead.pk)} <= found


def _is_late(petition: Petition, now: Any, promise: str | None, department: Department | None) -> bool:
    clocks: list[Any] = list(petition.clocks.running())
    clocks += [clock for order in petition.orders.all() for clock in order.clocks.running()]
    if petition.parent:
        clocks += petition.parent.clocks.running().filter(department__isnull=False)
    return any(
        clock.promise in OWED
        and clock.is_overdue(now)
        and promise in (None, clock.promise)
        and department in (None, clock.department)
        for clock in clocks
    )


def test_an_enterprise_cannot_find_out_that_a_department_is_late_to_check_in(stage: Stage) -> None:
    petition = stage.assigned()
    late = petition.clocks.get(promise="check_in").due_at + timedelta(minutes=1)
    rows = Petition.objects.all()
    assert list(RunningLimits(stage.cast.chen).late(rows, late)) == [petition]
    assert not RunningLimits(stage.cast.lin).late(rows, late)
    assert not RunningLimits(stage.cast.lin, promise="check_in").late(rows, stage.now + LONG)
    assert RunningLimits(stage.cast.lin).nearest(listed(stage.cast.lin))[petition.pk].promise == "resolve_department"


def test_the_rating_that_an_enterprise_need_not_give_is_never_late(stage: Stage) -> None:
    petition = stage.resolved()
    for user in (stage.cast.lin, stage.cast.chen):
        assert not RunningLimits(user).late(Petition.objects.all(), stage.now + LONG)
    assert RunningLimits(stage.cast.lin).nearest(listed(stage.cast.lin))[petition.pk].promise == "rate"
    assert RunningLimits(stage.cast.chen).nearest(listed(stage.cast.chen)) == {}


def test_the_queue_and_its_tab_count_a_late_check_in(stage: Stage) -> None:
    first = stage.assigned(title="先派的")
    late = first.clocks.get(promise="check_in").due_at + timedelta(minutes=1)
    stage.now = late - timedelta(minutes=1)
    second = stage.checked_in(title="报到了的")
    rows = list(queue(stage.cast.zhou))
    assert [row.petition for row in rows] == [first, second]
    found = of_parts(rows)
    assert [found[row.pk].promise for row in rows] == ["check_in", "contact"]
    assert worklist.counts(stage.cast.zhou, late)["overdue"] == 1
    shown = worklist.shown(worklist.worklist(stage.cast.zhou, late), "overdue", stage.cast.zhou, late)
    assert [row.petition for row in shown] == [first]


def test_an_order_to_the_department_counts_for_its_part_and_for_no_other(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    for name, department in (("zhou", stage.cast.lead), ("zheng", stage.cast.support)):
        CALLS["contact"](stage, petition, getattr(stage.cast, name), stage.tick())
        assert department
    issue_order(petition=petition, by=stage.cast.chen, department=stage.cast.lead, text="请说明原因", now=stage.tick())
    (lead,), (support,) = list(queue(stage.cast.zhou)), list(queue(stage.cast.zheng))
    assert of_parts([lead])[lead.pk].promise == "order"
    assert of_parts([support])[support.pk].promise == "support"
    assert lead.due_at < support.due_at  # type: ignore[attr-defined]


def test_what_rests_has_no_end_and_says_that_it_rests(stage: Stage) -> None:
    petition = stage.checked_in()
    CALLS["contact"](stage, petition, stage.cast.zhou, stage.tick())
    running_hold(stage, petition)
    (row,) = list(queue(stage.cast.zhou))
    assert row.due_at is None  # type: ignore[attr-defined]
    (reading,) = readings(of_parts([row]), stage.now).values()
    assert (reading.is_paused, reading.clock.promise) == (True, "resolve_department")


def test_soonest_first_sorts_as_the_rows_show(stage: Stage) -> None:
    cases(stage)
    limits = RunningLimits(stage.cast.chen)
    nearest = limits.nearest(listed(stage.cast.chen))
    first, then = limits.soonest_first(Petition.objects.all())
    ordered = list(first)
    assert {row.pk for row in then} == set(Petition.objects.values_list("pk", flat=True)) - set(nearest)
    assert {row.pk for row in ordered} == set(nearest)
    ends = [nearest[row.pk].due_at for row in ordered]
    assert [row.due_at for row in ordered] == ends  # type: ignore[attr-defined]
    dated = [end for end in ends if end]
    assert ends == sorted(dated) + [None] * (len(ends) - len(dated))


def test_a_row_is_the_same_alone_and_beside_its_parent(stage: Stage) -> None:
    parent, second, last = dispatched(stage, ("check_in", "zhou"), ("contact", "zhou"))
    issue_order(petition=parent, by=stage.cast.chen, department=stage.cast.lead, text="请说明原因", now=stage.tick())
    limits, rows = RunningLimits(stage.cast.chen), listed(stage.cast.chen)
    together = limits.nearest(rows)
    for one in (parent, second, last):
        assert limits.nearest(rows.filter(pk=one.pk)) == {one.pk: together[one.pk]}
    late = set(limits.late(Petition.objects.all(), stage.now + timedelta(days=4)).values_list("pk", flat=True))
    assert late == {key for key, clock in together.items() if clock.is_overdue(stage.now + timedelta(days=4))}


def test_a_department_is_late_by_an_order_without_a_part(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    issue_order(petition=petition, by=stage.cast.chen, department=stage.cast.lead, text="请说明原因", now=stage.tick())
    SupervisionOrder.objects.update(department=stage.cast.other_department)
    OrderClock.objects.update(department=stage.cast.other_department)
    limits = RunningLimits(stage.cast.chen, department=stage.cast.other_department)
    assert list(limits.late(Petition.objects.all(), stage.now + timedelta(days=9))) == [petition]


def test_who_works_in_a_department_and_for_an_enterprise_reads_the_departments_limits(stage: Stage) -> None:
    petition = stage.assigned()
    stage.cast.zhou.roles = ["handler", "liaison"]
    stage.cast.zhou.save(update_fields=["roles"])
    late = petition.clocks.get(promise="check_in").due_at + timedelta(minutes=1)
    limits = RunningLimits(stage.cast.zhou)
    assert limits.nearest(listed(stage.cast.zhou))[petition.pk].promise == "check_in"
    assert list(limits.late(Petition.objects.all(), late)) == [petition]
    assert worklist.counts(stage.cast.zhou, late)["overdue"] == 1


def test_the_desk_has_the_most_urgent_first_then_the_nearest_limit(stage: Stage) -> None:
    first, second = stage.reported(), stage.reported()
    urgent = stage.reported(urgency="urgent")
    Clock.objects.filter(petition=second, promise="dispatch").update(due_at=stage.now - timedelta(days=1))
    assert list(to_dispatch(stage.cast.sun)) == [urgent, second, first]
