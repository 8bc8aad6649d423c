"""What is late, and whose: the filters over all petitions, the order of the rows, and the words for one limit."""

from datetime import timedelta

import pytest
import time_machine

from petitions.clocks.nearest import RunningLimits
from petitions.models import OrderClock, Petition, Promise, SupervisionOrder
from petitions.search.finding import found
from petitions.search.words import Query
from petitions.supervision.orders import issue_order
from tests.cast import Stage
from tests.pages.conftest import SignIn
from tests.pages.html import attributes, elements, parse, text, with_class
from tests.petitions.group_steps import dispatched
from tests.petitions.verbs import CALLS

LIST = "/petitions/"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def late_support(stage: Stage) -> Petition:
    """A petition whose support did not check in; the lead did all in time. The stage stands just after that limit."""
    petition = stage.assigned(with_support=True, title="货款")
    for verb in ("check_in", "contact"):
        CALLS[verb](stage, petition, stage.cast.zhou, stage.tick())
    due = petition.clocks.get(promise="check_in", department=stage.cast.support).due_at
    stage.now = due + MINUTE
    return petition


def rows(stage: Stage, sign_in: SignIn, **query: object) -> list[str]:
    with time_machine.travel(stage.now, tick=False):
        return with_class(parse(sign_in(stage.cast.chen).get(LIST, query)), "petition-row")


def test_a_department_and_late_shows_that_departments_own_limits(
    stage: Stage, late_support: Petition, sign_in: SignIn
) -> None:
    lead, support = stage.cast.lead, stage.cast.support
    assert rows(stage, sign_in, overdue="on", department=lead.pk) == []
    (own,) = rows(stage, sign_in, overdue="on", department=support.pk)
    assert f"经信局 {support} 报到时限 已超时" in own
    (shown,) = rows(stage, sign_in, overdue="on")
    assert f"{support} 报到时限 已超时" in shown
    (whole,) = rows(stage, sign_in, department=lead.pk)
    assert late_support.number in whole


def test_which_limit_is_late_can_be_chosen_and_is_the_one_that_is_shown(
    stage: Stage, late_support: Petition, sign_in: SignIn
) -> None:
    assert rows(stage, sign_in, overdue="on", limit="resolve_department") == []
    stage.now += timedelta(days=30)
    for promise in ("check_in", "resolve_department", "support", "resolve_enterprise"):
        (row,) = rows(stage, sign_in, overdue="on", limit=promise)
        assert f"{Promise(promise).label} 已超时" in row
    (row,) = rows(stage, sign_in, overdue="on", limit="contact", department=stage.cast.support.pk)
    assert "联系时限 已超时" in row
    assert rows(stage, sign_in, overdue="on", limit="contact", department=stage.cast.lead.pk) == []


def test_late_ones_come_by_their_limit_others_by_their_day_and_one_may_choose(stage: Stage, sign_in: SignIn) -> None:
    slow = stage.assigned(title="十五日的那件")
    quick = stage.reported(title="等派单的那件")
    CALLS["check_in"](stage, slow, stage.cast.zhou, stage.tick())
    CALLS["contact"](stage, slow, stage.cast.zhou, stage.tick())
    newest = stage.reported(title="最新的那件", urgency="urgent")
    by_day = [newest.number, quick.number, slow.number]
    stage.now += timedelta(days=40)

    def order(**query: str) -> list[str]:
        found = rows(stage, sign_in, **query)
        return [number for row in found for number in by_day if number in row]

    dues = {one: one.clocks.running().order_by("due_at").first().due_at for one in (slow, quick, newest)}
    by_limit = [one.number for one in sorted(dues, key=lambda one: dues[one])]
    assert by_limit != by_day
    assert order() == by_day == order(sort="newest")
    assert order(sort="limit") == by_limit
    assert order(overdue="on") == by_limit
    assert order(overdue="on", sort="newest") == by_day
    assert order(q="那件", sort="limit") == by_limit
    answered = stage.resolved(title="办结的那件")
    by_day.insert(0, answered.number)
    assert order(sort="limit") == [*by_limit, answered.number]
    assert order(sort="limit", state="resolved") == [answered.number]


def test_pages_go_on_from_the_rows_with_limits_to_those_without(stage: Stage) -> None:
    resolved = [stage.resolved().pk for _place in range(3)]
    running = [stage.assigned().pk for _place in range(3)]
    keys = found(Petition.objects.all(), Query(), stage.cast.chen, soonest=RunningLimits(stage.cast.chen))
    whole = [*running, *reversed(resolved)]
    for size in (1, 2, 4, 6, 9):
        pages = [list(keys[start : start + size]) for start in range(0, 9, size)]
        assert [key for page in pages for key in page] == whole, size


def test_an_order_outlasts_the_department_that_it_was_about(stage: Stage, sign_in: SignIn) -> None:
    """Who has to reply finds the petition by words and by number, and the supervisor finds it under that department."""
    petition = stage.checked_in(title="货款")
    other = stage.cast.other_department
    issue_order(petition=petition, by=stage.cast.chen, department=stage.cast.lead, text="请说明原因", now=stage.tick())
    SupervisionOrder.objects.update(department=other)
    OrderClock.objects.update(department=other)
    stage.now += timedelta(days=9)
    (row,) = rows(stage, sign_in, overdue="on", department=other.pk)
    assert f"{other} 督办时限 已超时" in row
    with time_machine.travel(stage.now, tick=False):
        feng = sign_in(stage.cast.feng)
        for asked in ("", "货款", petition.number):
            assert with_class(parse(feng.get(LIST, {"q": asked} if asked else {})), "petition-row"), asked


def test_the_list_the_queue_and_the_page_say_the_same_of_one_limit(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.checked_in(title="货款")
    CALLS["contact"](stage, petition, stage.cast.zhou, stage.tick())
    due = petition.clocks.get(promise="resolve_department").due_at
    for at in (due - timedelta(days=4), due - timedelta(hours=3), due + timedelta(days=6)):
        with time_machine.travel(at, tick=False):
            client = sign_in(stage.cast.zhou)
            pages = [parse(client.get(path)) for path in (LIST, "/petitions/queue/", f"/petitions/{petition.number}/")]
        said = [with_class(page, "row-limit") for page in pages]
        assert {one[0].removeprefix("经信局 ") for one in said} == {said[0][0]}, said
        (panel,) = [
            text(one)
            for one in elements(pages[2])
            if "clock" in attributes(one).get("class", "").split() and text(one).startswith("办理时限")
        ]
        name, left, until = said[0][0].partition(" ")[0], *said[0][0].split(" ", 2)[1:]
        assert name == "办理时限"
        assert left in panel
        assert until.rpartition(" ")[2] in panel


def test_a_child_says_on_its_page_what_the_list_says(stage: Stage, sign_in: SignIn) -> None:
    _parent, second, _last = dispatched(stage)
    for days in (0, 2, 30):
        for user in (stage.cast.chen, stage.cast.zhou, stage.cast.mallory):
            with time_machine.travel(stage.now + timedelta(days=days), tick=False):
                client = sign_in(user)
                path = "/petitions/mine/" if user == stage.cast.mallory else LIST
                listed = [row for row in with_class(parse(client.get(path)), "petition-row") if second.number in row]
                page = parse(client.get(f"/petitions/{second.number}/"))
                limits = client.get(f"/api/v1/petitions/{second.number}/limits/").json()["clocks"]
                whole = client.get(f"/api/v1/petitions/{second.number}/").json()
            (said,) = with_class(page, "row-limit")
            assert said.split(" ", 1)[-1] in listed[0], (days, user)
            assert whole["due_promise"] in {one["promise"] for one in limits}
