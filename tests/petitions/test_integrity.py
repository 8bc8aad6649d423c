"""Each kind of integrity flag, just inside and just outside of what it is about; and the judgement."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, connection

from petitions.following_up import withdraw_petition
from petitions.handling import record_contact
from petitions.models import Channel, Clock, FlagKind, IntegrityFlag, Petition
from petitions.resolution import resolve_petition
from petitions.supervision.flags import (
    AT_ONCE,
    FOUND,
    LATE_SHARE,
    LOOK_BACK,
    WRITE,
    judge_flag,
    raise_flags,
)
from petitions.supports import remove_support
from tests.cast import Stage
from tests.petitions.flags import flagged, judged, rated_from, withdrawn_after_contact
from tests.petitions.group_steps import WORKED, dispatched
from tests.petitions.send_backs import asked, decided
from verbs.refusals import AlreadyDone, InvalidInput, NotPermitted

SECOND = timedelta(seconds=1)


def contacted(stage: Stage, **changes: bool) -> Petition:
    """Checked in and contacted by the lead."""
    petition = stage.checked_in(**changes)
    return record_contact(petition=petition, by=stage.cast.zhou, way="phone", text="已通话", now=stage.tick())


def resolved(stage: Stage, petition: Petition) -> Petition:
    return resolve_petition(petition=petition, by=stage.cast.zhou, answer=stage.answer(), now=stage.tick())


# ---- withdrawal after contact -------------------------------------------------------------------------------------


def test_a_withdrawal_after_contact_is_flagged_for_whoever_made_contact(stage: Stage) -> None:
    petition = contacted(stage, with_support=True)
    stage.tick(timedelta(minutes=35))
    withdraw_petition(petition=petition, by=stage.cast.lin, reason="不再需要", now=stage.now)
    assert flagged(stage) == [("withdrawn_after_contact", "jingxin")]
    assert IntegrityFlag.objects.get().seen == {"minutes": 35}


def test_a_withdrawal_without_contact_is_not(stage: Stage) -> None:
    withdraw_petition(petition=stage.checked_in(), by=stage.cast.lin, reason="不再需要", now=stage.tick())
    stage.withdrawn()
    assert flagged(stage) == []


# ---- leaving in the last tenth of a limit -------------------------------------------------------------------------


def last_share(clock: Clock) -> timedelta:
    assert clock.due_at
    return LATE_SHARE * (clock.due_at - clock.started_at)


@pytest.mark.parametrize(("off", "is_late"), [(-SECOND, False), (timedelta(0), True)])
def test_asking_to_send_back_is_late_in_the_last_tenth_of_a_limit(off: timedelta, is_late: bool, stage: Stage) -> None:
    petition = stage.assigned()
    clock = petition.clocks.get(promise="check_in")
    assert clock.due_at
    asked(stage, petition, now=clock.due_at - last_share(clock) + off)
    assert flagged(stage) == [("left_late", "jingxin")] * is_late


@pytest.mark.parametrize(("off", "is_late"), [(timedelta(0), True), (SECOND, False)])
def test_after_the_limit_the_card_says_enough(off: timedelta, is_late: bool, stage: Stage) -> None:
    petition = stage.assigned()
    due_at = petition.clocks.get(promise="check_in").due_at
    assert due_at
    asked(stage, petition, now=due_at + off)
    assert flagged(stage) == [("left_late", "jingxin")] * is_late


def test_a_limit_that_was_kept_is_not_left(stage: Stage) -> None:
    petition = contacted(stage)
    due_at = petition.clocks.get(promise="check_in").due_at
    assert due_at
    asked(stage, petition, now=due_at)
    assert flagged(stage) == []


def test_a_late_approval_is_flagged_and_a_late_refusal_is_not(stage: Stage) -> None:
    for decision in ("approved", "refused"):
        petition = stage.assigned()
        send_back = asked(stage, petition)
        due_at = petition.clocks.get(promise="check_in").due_at
        assert due_at
        decided(stage, send_back, decision, now=due_at)
    flags = flagged(stage)
    assert flags == [("left_late", "jingxin")]
    flag = IntegrityFlag.objects.get()
    assert flag.seen == {"clock": "check_in", "step": "decide_send_back", "minutes": 0}


@pytest.mark.parametrize(("off", "is_late"), [(-SECOND, False), (timedelta(0), True)])
def test_removing_a_support_late_is_flagged_for_it(off: timedelta, is_late: bool, stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    clock = petition.clocks.get(promise="support")
    assert clock.due_at
    stage.now = clock.due_at - last_share(clock) + off
    support = stage.cast.support
    remove_support(petition=petition, by=stage.cast.sun, department=support, reason="不涉及税务", now=stage.now)
    assert flagged(stage) == [("left_late", "shuiwu")] * is_late


# ---- resolution without contact -----------------------------------------------------------------------------------


def test_resolving_without_contact_is_flagged(stage: Stage) -> None:
    resolved(stage, stage.checked_in())
    assert flagged(stage) == [("resolved_without_contact", "jingxin")]


def test_resolving_after_contact_is_not(stage: Stage) -> None:
    resolved(stage, contacted(stage))
    assert flagged(stage) == []


def test_each_enterprise_of_a_group_is_to_be_spoken_with(stage: Stage) -> None:
    _parent, *children = dispatched(stage, *WORKED, ("contact", "zhou"), ("resolve", "zhou"))
    assert flagged(stage) == [("resolved_without_contact", "jingxin")] * 2
    assert set(IntegrityFlag.objects.values_list("petition", flat=True)) == {child.pk for child in children}


# ---- ratings ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.1.0.0", "10.1.0.0/16"),
        ("10.1.255.255", "10.1.0.0/16"),
        ("10.2.0.0", None),
        ("10.0.255.255", None),
        ("2001:db8::1", "2001:db8::/32"),
        ("2001:db9::1", None),
        (None, None),
    ],
)
def test_a_rating_from_the_departments_own_network(address: str | None, network: str | None, stage: Stage) -> None:
    stage.cast.lead.networks = ["192.168.7.0/24", "10.1.0.0/16", "2001:db8::/32"]
    stage.cast.lead.save()
    stage.cast.other_department.networks = ["0.0.0.0/0"]
    stage.cast.other_department.save()
    rated_from(stage, resolved(stage, contacted(stage)), address)
    assert flagged(stage) == ([("own_network", "jingxin")] if network else [])
    assert [flag.seen for flag in IntegrityFlag.objects.all()] == ([{"network": network}] if network else [])


@pytest.mark.parametrize(("after", "is_at_once"), [(AT_ONCE, True), (AT_ONCE + SECOND, False)])
def test_a_rating_within_seconds_of_the_answer(after: timedelta, is_at_once: bool, stage: Stage) -> None:
    petition = resolved(stage, contacted(stage))
    stage.now += after - timedelta(hours=1)
    rated_from(stage, petition, None)
    assert flagged(stage) == [("rated_at_once", "jingxin")] * is_at_once
    assert [flag.seen for flag in IntegrityFlag.objects.all()] == [{"seconds": 60}] * is_at_once


@pytest.mark.parametrize("text", ["10.1.0.1/16", "10.1.0.0", "10.0.0.0/255.0.0.0", "局域网", "10.1.0.0/33"])
def test_what_is_no_network_is_refused_by_the_form_and_by_the_database(text: str, stage: Stage) -> None:
    lead = stage.cast.lead
    lead.networks = [text]
    with pytest.raises(ValidationError) as refusal:
        lead.full_clean()
    assert set(refusal.value.message_dict) == {"networks"}


def test_the_database_refuses_it_too(stage: Stage) -> None:
    stage.cast.lead.networks = ["局域网"]
    with pytest.raises(DataError):
        stage.cast.lead.save()


# ---- the job ------------------------------------------------------------------------------------------------------


def test_looking_twice_finds_nothing_new_and_a_missed_look_is_made_up_for(stage: Stage) -> None:
    withdrawn_after_contact(stage)
    assert raise_flags(now=stage.now + LOOK_BACK - SECOND) == 1
    assert raise_flags(now=stage.now) == 0


def test_what_is_older_than_the_window_is_not_looked_at(stage: Stage) -> None:
    withdrawn_after_contact(stage)
    assert raise_flags(now=stage.now + LOOK_BACK) == 0


def test_imported_letters_are_left_out(stage: Stage) -> None:
    petition = resolved(stage, stage.checked_in())
    Petition.objects.filter(pk=petition.pk).update(channel=Channel.IMPORT)
    assert flagged(stage) == []


@pytest.mark.parametrize("kind", FlagKind.values)
def test_the_events_are_found_by_their_index(kind: str, stage: Stage) -> None:
    values = {"since": stage.now, "now": stage.now, "share": 0.1, "at_once": AT_ONCE, "kind": kind}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + WRITE.replace("{found}", FOUND[kind]), values)
        assert any("event_of_integrity" in line for (line,) in cursor.fetchall())


# ---- the judgement ------------------------------------------------------------------------------------------------


@pytest.fixture
def flag(stage: Stage) -> IntegrityFlag:
    withdrawn_after_contact(stage)
    flagged(stage)
    return IntegrityFlag.objects.get()


@pytest.mark.parametrize("outcome", ["confirmed", "dismissed"])
def test_a_supervisor_judges_a_flag_once(outcome: str, stage: Stage, flag: IntegrityFlag) -> None:
    found = judged(stage, flag, outcome)
    assert (found.outcome, found.judged_by, found.judged_at) == (outcome, stage.cast.chen, stage.now)
    with pytest.raises(AlreadyDone):
        judged(stage, flag)
    raise_flags(now=stage.now)
    assert IntegrityFlag.objects.get().outcome == outcome


@pytest.mark.parametrize("name", ["zhou", "wu", "sun", "lin", "wei", "chu", "sysadmin", "system"])
def test_nobody_else_judges(name: str, stage: Stage, flag: IntegrityFlag) -> None:
    with pytest.raises(NotPermitted):
        judge_flag(flag=flag, by=getattr(stage.cast, name), outcome="dismissed", why="没有问题", now=stage.now)


@pytest.mark.parametrize(
    ("outcome", "why", "field"),
    [("open", "没有问题", "outcome"), ("", "没有问题", "outcome"), ("dismissed", "", "why")],
)
def test_a_judgement_says_what_and_why(outcome: str, why: str, field: str, stage: Stage, flag: IntegrityFlag) -> None:
    with pytest.raises(InvalidInput) as refusal:
        judge_flag(flag=flag, by=stage.cast.chen, outcome=outcome, why=why, now=stage.now)
    assert set(refusal.value.fields) == {field}
