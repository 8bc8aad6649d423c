"""A room that is in tests only (tests/pledges) has events, notices, limits, a ladder, an explanation and cards."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from limits.models import Escalation, LadderStep, LimitRule
from limits.promises import Axis, UnknownPromise, register_promises, table_of, tables
from limits.recomputing import recompute_stale
from limits.sweeping import preview, sweep, sweep_batch
from notices.models import Notice
from record.models import Event
from tests.cast import Stage
from tests.departments.days import correct, off
from tests.limits.raised import raised_about
from tests.moments import SHANGHAI
from tests.petitions.verbs import CALLS, stored
from tests.pledges.models import Pledge
from tests.pledges.verbs import keep_pledge, make_pledge

# Made on Tuesday 8 September at ten: three working days end on Friday.
DUE = datetime(2026, 9, 11, 17, 30, tzinfo=SHANGHAI)
LADDER = [
    (1, "none", datetime(2026, 9, 10, 14, 0, tzinfo=SHANGHAI)),
    (2, "yellow", DUE),
    (3, "red", datetime(2026, 9, 14, 14, 30, tzinfo=SHANGHAI)),
    (4, "interview", datetime(2026, 9, 14, 14, 30, tzinfo=SHANGHAI)),  # two days end on Sunday: not before the red card
]
LONG_AFTER = DUE + timedelta(days=30)
BROKEN_ORDERS = """
CREATE FUNCTION no_orders() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no orders today'; END $$;
CREATE TRIGGER no_orders BEFORE INSERT ON petitions_supervisionorder FOR EACH ROW EXECUTE FUNCTION no_orders();
"""


@pytest.fixture
def pledge(stage: Stage) -> Pledge:
    return make_pledge(text="三日内修好路灯", department=stage.cast.lead, by=stage.cast.zhou, now=stage.now)


def told(event: Event) -> set[str]:
    return set(Notice.objects.filter(event=event, channel="inbox").values_list("recipient__username", flat=True))


def climbed() -> list[tuple[int, str, datetime]]:
    return list(Escalation.objects.filter(promise="pledge").order_by("level").values_list("level", "card", "at"))


def test_it_runs_by_its_own_rule_and_climbs_its_own_ladder_in_its_own_units(pledge: Pledge, stage: Stage) -> None:
    assert pledge.clocks.get().due_at == DUE
    assert [level.at for level in preview(now=LONG_AFTER)] == sorted(at for _level, _card, at in LADDER)
    sweep(now=LONG_AFTER)
    assert climbed() == LADDER
    assert sweep(now=LONG_AFTER) == 0
    pledge.refresh_from_db()
    assert pledge.apologies == 1


def test_rules_tell_apart_what_the_room_registered(stage: Stage) -> None:
    large = make_pledge(text="修一座桥", department=stage.cast.lead, by=stage.cast.zhou, now=stage.now, is_large=True)
    clock = large.clocks.get()
    assert (clock.amount, clock.unit, clock.rule.axes) == (10, "calendar_days", {"size": "large"})


def test_each_level_is_an_event_and_tells_whom_the_ladder_names(pledge: Pledge, stage: Stage) -> None:
    sweep(now=LONG_AFTER)
    events = Event.objects.of(pledge).filter(kind="escalate").order_by("id")
    levels = {event.data["level"]: told(event) for event in events}
    assert levels == {1: {"zhou", "wu"}, 2: {"wu", "chen"}, 3: {"chen", "wei"}, 4: {"wei"}}
    assert {(event.cycle, event.from_state, event.to_state) for event in events} == {(None, None, None)}


def test_steps_are_events_and_tell_their_people_in_one_statement(pledge: Pledge, stage: Stage) -> None:
    assert told(Event.objects.of(pledge).get(kind="make")) == {"wu"}
    with CaptureQueriesContext(connection) as asked:
        keep_pledge(pledge=pledge, by=stage.cast.zhou, now=stage.tick())
    # The transaction's two, the lock, the stop, the department, the event, and one that tells.
    assert len(asked) == 7
    assert told(Event.objects.of(pledge).get(kind="keep")) == {"chen"}
    assert sweep(now=LONG_AFTER) == 0


def test_a_key_and_level_of_another_promise_is_another_level(pledge: Pledge, stage: Stage) -> None:
    """The keys of two tables are the same numbers."""
    sweep(now=LONG_AFTER)
    (first,) = Escalation.objects.filter(promise="pledge", level=2)
    own = {"level": 2, "clock_key": first.clock_key, "card": "yellow", "at": DUE, "raised_at": DUE}
    subject = {"subject_type": "pledge", "subject_id": pledge.pk}
    Escalation.objects.create(promise="check_in", **own, **subject)
    with pytest.raises(IntegrityError, match="escalation_once_per_level"), transaction.atomic():
        Escalation.objects.create(promise="pledge", **own, **subject)


def test_a_sweep_gives_each_table_its_share(pledge: Pledge, stage: Stage) -> None:
    """A flood in one table leaves the others their turn in every round."""
    for place in range(5):
        make_pledge(text=f"承诺{place}", department=stage.cast.lead, by=stage.cast.zhou, now=stage.now)
    petition = stage.reported()
    petition.clocks.update(next_alarm_at=DUE, alarm_times=[DUE], alarm_levels=[2], next_place=1)
    sweep(now=LONG_AFTER, batch=2)
    order = list(Escalation.objects.order_by("id").values_list("promise", flat=True)[:4])
    assert sum(promise == "pledge" for promise in order) == 2


def test_the_explanation_is_for_whom_the_room_says(pledge: Pledge, stage: Stage, in_september: None) -> None:
    address = pledge.get_absolute_url()
    shown = {}
    for name in ("zhou", "feng", "mallory", "chen"):
        client = Client()
        client.force_login(getattr(stage.cast, name))
        shown[name] = client.get(address)
    assert {name: answer.status_code for name, answer in shown.items()} == {
        "zhou": 200,
        "feng": 404,
        "mallory": 404,
        "chen": 404,
    }
    page = shown["zhou"].content.decode()
    assert "承诺时限" in page
    assert "3 工作日" in page
    assert str(pledge) in page


def test_the_inbox_words_it_and_leads_to_it(pledge: Pledge, stage: Stage, in_september: None) -> None:
    client = Client()
    client.force_login(stage.cast.wu)
    page = client.get("/notices/").content.decode()
    assert "作出承诺" in page
    assert "三日内修好路灯" in page
    notice = Notice.objects.get(recipient=stage.cast.wu, event__subject_type="pledge")
    assert client.get(f"/notices/{notice.key}/read/")["Location"] == pledge.get_absolute_url()


def test_a_new_calendar_moves_it_and_is_an_event(pledge: Pledge, stage: Stage) -> None:
    correct(off(date(2026, 9, 9), "台风停工"), now=stage.tick())
    assert recompute_stale(now=stage.tick()) == 1
    moved = Event.objects.of(pledge).get(kind="recompute")
    assert pledge.clocks.get().due_at == datetime(2026, 9, 14, 17, 30, tzinfo=SHANGHAI)
    assert moved.data["clocks"].keys() == {str(pledge.clocks.get().pk)}


def test_a_promise_without_a_rule_is_an_error_not_a_guess(stage: Stage) -> None:
    LimitRule.objects.filter(promise="pledge").update(valid_until=stage.now)
    with pytest.raises(LookupError):
        make_pledge(text="没有规则", department=stage.cast.lead, by=stage.cast.zhou, now=stage.tick())


def test_a_batch_of_one_table_leaves_the_others(pledge: Pledge, stage: Stage) -> None:
    petition = stage.assigned()
    sweep_batch(table_of("pledge"), now=LONG_AFTER)
    assert not raised_about(stored(petition)).exists()
    assert climbed() == LADDER[:1]


def test_a_table_that_fails_leaves_the_others_their_turn(pledge: Pledge, stage: Stage) -> None:
    """A real fault of the database in what petitions' red card sets off; their table comes first."""
    petition = stage.assigned()
    late = petition.clocks.filter(promise="check_in")
    late.update(next_alarm_at=DUE, alarm_times=[DUE], alarm_levels=[3], next_place=1)
    with connection.cursor() as cursor:
        cursor.execute(BROKEN_ORDERS)
    with pytest.raises(DatabaseError, match="no orders today"):
        sweep(now=LONG_AFTER)
    assert climbed() == LADDER
    assert not raised_about(stored(petition)).exists()


def test_a_level_whose_effect_nobody_has_any_more_is_raised_all_the_same(pledge: Pledge) -> None:
    LadderStep.objects.filter(promise="pledge").update(effect="gone")
    sweep(now=LONG_AFTER)
    assert climbed() == LADDER


def test_a_clock_is_never_deleted(pledge: Pledge, stage: Stage) -> None:
    CALLS["issue_order"](stage, stage.assigned(), stage.cast.chen, stage.tick())
    for table in tables():
        clock = table.model.objects.order_by("pk")[0]
        with pytest.raises(IntegrityError, match="its levels name it"), transaction.atomic():
            clock.delete()


def test_a_rule_of_a_room_that_is_gone_is_still_read(stage: Stage) -> None:
    rule = LimitRule.objects.create(
        promise="contact", axes={"moon": "full"}, amount=1, unit="working_days", basis="test", valid_from=stage.now
    )
    assert rule.axes_in_words == "moon=full"


def test_an_axis_means_the_same_in_every_room() -> None:
    with pytest.raises(ValueError, match="urgency"):
        register_promises({"lunch": "午饭"}, table=table_of("pledge"), axes=[Axis("urgency", "饿", [("very", "很")])])
    with pytest.raises(UnknownPromise):
        table_of("lunch")


@pytest.fixture
def in_september(stage: Stage) -> Iterator[None]:
    with time_machine.travel(stage.now, tick=False):
        yield
