"""Handled once, answered to each, rated by each: what is done on the parent is done for every child."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from petitions.errors import FollowsParent
from petitions.handling import record_contact, record_progress
from petitions.linking import link_petition
from petitions.models import Petition, Promise, State
from petitions.offered import VERBS
from petitions.queries import queue, readable_attachments
from petitions.ratings.rating import rate_petition
from petitions.resolution import resolve_petition
from tests.cast import Stage
from tests.faults.reconcile import broken
from tests.petitions.group_steps import WORKED, dispatched, linked, parts, running, told
from tests.petitions.offers import offers
from tests.petitions.verbs import CALLS, kinds, last_event, stored

LEAD_ANSWER = "已协调付款，货款将于本月底前付清。"
OWN_LIMIT = {Promise.RESOLVE_ENTERPRISE}


def test_a_dispatch_gives_every_child_the_same_departments(stage: Stage) -> None:
    group = dispatched(stage)
    lead, support = stage.cast.lead, stage.cast.support
    for petition in group:
        assert petition.state == State.ASSIGNED
        assert parts(petition) == [(lead, "lead", False, ""), (support, "support", False, "")]
        assert Petition.objects.visible_to(stage.cast.zheng).filter(pk=petition.pk).exists()
    assert [running(petition) for petition in group[1:]] == [OWN_LIMIT, OWN_LIMIT]
    assert {Promise.CHECK_IN, Promise.RESOLVE_DEPARTMENT, Promise.SUPPORT} < running(group[0])
    assert broken() == []


def test_the_enterprises_are_told_each_and_the_departments_once(stage: Stage) -> None:
    parent, second, last = dispatched(stage)
    assert told("dispatch", parent) == {"lin", "zhou", "wu", "zheng"}
    assert (told("dispatch", second), told("dispatch", last)) == ({"mallory"}, {"cui"})


def test_a_check_in_counts_for_all_and_comes_once_in_the_queue(stage: Stage) -> None:
    parent, second, last = dispatched(stage, ("check_in", "zhou"))
    assert [parts(petition)[0][2] for petition in (parent, second, last)] == [True] * 3
    assert kinds(second)[-1] == "check_in"
    assert [(row.petition, row.group_size) for row in queue(stage.cast.zhou)] == [(parent, 3)]


def test_public_progress_is_read_by_each_and_internal_progress_on_the_parent(stage: Stage) -> None:
    parent, second, _last = dispatched(stage, ("check_in", "zhou"))
    for text, is_public in (("已约整车厂座谈", True), ("厂方口风很紧", False)):
        record_progress(petition=parent, by=stage.cast.zhou, text=text, is_public=is_public, now=stage.tick())
    assert [event.text for event in second.events.filter(kind="progress")] == ["已约整车厂座谈"]


def test_each_is_answered_in_a_row_of_its_own_with_the_files(stage: Stage) -> None:
    parent, second, last = dispatched(stage, *WORKED)
    file = SimpleUploadedFile("付款协议.txt", "第一条".encode())
    answer = stage.answer(files=[file], internal_note="厂方已签字")
    resolve_petition(petition=parent, by=stage.cast.zhou, answer=answer, now=stage.tick())
    for petition, liaison in ((parent, "lin"), (second, "mallory"), (last, "cui")):
        petition = stored(petition)
        assert petition.state == State.RESOLVED
        assert [part[3] for part in parts(petition)] == [LEAD_ANSWER, LEAD_ANSWER]
        assert running(petition) == {Promise.RATE}
        assert liaison in told("resolve", petition)
        reader = petition.petitioner.filed_by
        assert [row.stored.name for row in readable_attachments(petition, reader)] == ["付款协议.txt"]
    notes = [petition.assignments.get(part="lead").internal_note for petition in (parent, second)]
    assert notes == ["厂方已签字", ""]
    assert broken() == []


def test_each_rates_apart(stage: Stage) -> None:
    group = dispatched(stage, *WORKED, ("resolve", "zhou"))
    for petition, level in zip(group, (5, 4, 3), strict=True):
        judgements = stage.judgements(petition, level=level)
        rate_petition(petition=petition, by=petition.petitioner.filed_by, judgements=judgements, now=stage.tick())
        assert stored(petition).state == State.RATED
    levels = [{row.rating.level for row in petition.assignments.all()} for petition in group]
    assert levels == [{5}, {4}, {3}]


def test_a_return_returns_all_and_each_waits_for_a_dispatch_again(stage: Stage) -> None:
    group = dispatched(stage, ("ask_send_back", "wu"), ("decide_send_back", "sun"))
    for petition in group:
        assert (petition.state, parts(petition)) == (State.REPORTED, [])
        assert running(petition) == {Promise.DISPATCH, *OWN_LIMIT}
        assert not last_event(petition).is_public
    assert Petition.objects.visible_to(stage.cast.zheng).count() == 0
    CALLS["dispatch"](stage, group[0], stage.cast.sun, stage.tick())
    assert {stored(petition).state for petition in group} == {State.ASSIGNED}


def test_an_approved_extension_is_told_to_each_and_moves_no_limit_of_theirs(stage: Stage) -> None:
    _parent, second, _last = dispatched(stage, ("ask_extension", "wu"), ("decide_extension", "chen"))
    event = last_event(second)
    assert (event.kind, event.data["days"], "extension" in event.data) == ("decide_extension", 3, False)
    assert told("decide_extension", second) == {"mallory"}
    assert not second.clocks.filter(extended_days__gt=0).exists()


def test_a_refused_extension_is_not_the_childrens(stage: Stage) -> None:
    parent, second, _last = dispatched(stage, ("ask_extension", "wu"))
    assert "ask_extension" not in kinds(second)
    assert "ask_extension" in kinds(parent)


# What is done while the petition waits for dispatch, by whom, at whose desk.
ON_THE_PARENT = {name for name, verb in VERBS.items() if verb.is_for_group}
WAITING = {"dispatch": ("sun", "city"), "delegate_down": ("sun", "city"), "escalate_up": ("tang", "district")}


def test_a_child_refuses_what_is_done_on_the_parent_and_names_it(stage: Stage) -> None:
    parent, second, _last = dispatched(stage)
    people = dict.fromkeys(("ask_send_back", "ask_extension", "ask_hold"), "wu")
    people["undo_dispatch"] = "sun"
    people |= dict.fromkeys(("issue_order", "add_support", "remove_support", "waive_support"), "chen")
    before = second.events.count()
    for verb in sorted(ON_THE_PARENT - {*WAITING} - {"answer_support", "dispute_send_back"}):
        with pytest.raises(FollowsParent, match=parent.number):
            CALLS[verb](stage, second, getattr(stage.cast, people.get(verb, "zhou")), stage.now)
    with pytest.raises(FollowsParent):
        CALLS["answer_support"](stage, second, stage.cast.zheng, stage.now)
    assert second.events.count() == before
    assert offers(stored(second), stage.cast.wu, stage.now) == []
    CALLS["check_in"](stage, parent, stage.cast.zhou, stage.tick())
    assert offers(stored(second), stage.cast.wu, stage.now) == ["propose_appointment", "contact"]


@pytest.mark.parametrize("verb", WAITING)
def test_a_child_that_waits_is_not_dispatched_or_handed_over_by_itself(verb: str, stage: Stage) -> None:
    person, region = WAITING[verb]
    _parent, second, _last = linked(stage, region=getattr(stage.cast, region))
    with pytest.raises(FollowsParent):
        CALLS[verb](stage, second, getattr(stage.cast, person), stage.now)


def test_contact_is_with_each_enterprise(stage: Stage) -> None:
    parent, second, last = dispatched(stage, ("check_in", "zhou"))
    record_contact(petition=second, by=stage.cast.zhou, way="phone", text="已通电话", now=stage.tick())
    contacted = [petition.assignments.get(part="lead").contacted_at for petition in (parent, second, last)]
    assert contacted == [None, stage.now, None]
    assert Promise.CONTACT in running(parent)


def test_what_an_enterprise_does_is_its_own(stage: Stage) -> None:
    parent, second, _last = dispatched(stage)
    CALLS["supplement"](stage, parent, stage.cast.lin, stage.tick())
    CALLS["urge"](stage, parent, stage.cast.lin, stage.tick())
    assert kinds(second)[-1] == "dispatch"


def test_a_child_without_a_category_gets_the_parents(stage: Stage) -> None:
    parent, second, _last = linked(stage, category=None)
    CALLS["dispatch"](stage, _classified(stage, parent), stage.cast.sun, stage.tick())
    assert stored(second).category == stage.cast.category


def _classified(stage: Stage, petition: Petition) -> Petition:
    Petition.objects.filter(pk=petition.pk).update(category=stage.cast.category)
    return petition


def test_a_child_that_comes_late_is_brought_to_where_the_parent_is(stage: Stage) -> None:
    parent = stage.assigned(with_support=True)
    for verb, name in WORKED:
        CALLS[verb](stage, parent, getattr(stage.cast, name), stage.tick())
    other = CALLS["supplement"](stage, _of_mallory(stage), stage.cast.mallory, stage.tick())
    child = link_petition(petition=other, parent=parent, by=stage.cast.sun, now=stage.tick())
    assert [part[2:] for part in parts(child)] == [(True, ""), (True, LEAD_ANSWER)]
    assert kinds(child)[-2:] == ["link", "dispatch"]
    assert running(child) == OWN_LIMIT
    assert (told("link", child), told("dispatch", child)) == ({"mallory"}, {"mallory"})
    assert told("gain_link", parent) == {"zhou", "wu", "zheng"}


def _of_mallory(stage: Stage) -> Petition:
    return stage.reported(by=stage.cast.mallory, enterprise=stage.cast.other_enterprise)
