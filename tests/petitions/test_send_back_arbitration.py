"""Who decides a request to send back: first a dispatcher, then a supervisor, finally; and what overtakes it."""

from datetime import datetime, timedelta

import pytest

from notices.models import Notice
from petitions.dispatch import Placement, dispatch_petition
from petitions.errors import TooLate, WrongState
from petitions.following_up import withdraw_petition
from petitions.models import Petition, SendBack
from petitions.send_back_queries import send_back_counts, send_backs, to_decide
from tests.cast import Stage, person
from tests.moments import SHANGHAI
from tests.petitions.send_backs import asked, decided, disputed, refused, sent_back
from tests.petitions.verbs import CALLS, last_event, stored
from verbs.refusals import AlreadyDone, NotPermitted

NEXT_DAY_ENDS = datetime(2026, 9, 9, 17, 30, tzinfo=SHANGHAI)


def second(stage: Stage) -> SendBack:
    """The request of the department that got the petition after the first was approved."""
    petition = sent_back(stage, stage.assigned())
    placement = Placement(lead=stage.cast.other_department)
    dispatch_petition(petition=petition, by=stage.cast.sun, placement=placement, now=stage.tick())
    fang = person("fang", "方局长", "head", department=stage.cast.other_department)
    return asked(stage, petition, by=fang, proposed=stage.cast.lead)


def test_the_second_request_of_a_cycle_goes_to_a_supervisor_and_is_final(stage: Stage) -> None:
    send_back = second(stage)
    assert send_back.is_final
    event = last_event(send_back.assignment.petition)
    assert event.kind == "ask_send_back_again"
    assert set(Notice.objects.filter(event=event).values_list("recipient__username", flat=True)) == {"chen"}
    with pytest.raises(NotPermitted):
        decided(stage, send_back, by=stage.cast.sun)
    decided(stage, send_back, "refused")
    with pytest.raises(AlreadyDone, match="最终裁决"):
        disputed(stage, SendBack.objects.get(pk=send_back.pk), by=send_back.asked_by)


def test_the_first_request_is_the_dispatchers(stage: Stage) -> None:
    send_back = asked(stage, stage.assigned())
    for by in (stage.cast.chen, stage.cast.wu, stage.cast.zhou, stage.cast.wei):
        with pytest.raises(NotPermitted):
            decided(stage, send_back, by=by)
    assert list(SendBack.objects.filter(to_decide(stage.cast.sun))) == [send_back]
    assert not SendBack.objects.filter(to_decide(stage.cast.chen)).exists()


def test_a_disputed_refusal_is_a_supervisors_and_both_decisions_stay(stage: Stage) -> None:
    send_back = refused(stage, stage.assigned())
    dispute = disputed(stage, send_back)
    assert (dispute.disputes, dispute.arbiter, dispute.proposed) == (send_back, "supervisor", send_back.proposed)
    with pytest.raises(NotPermitted):
        decided(stage, dispute, by=stage.cast.sun)
    assert decided(stage, dispute).state == "reported"
    assert list(SendBack.objects.order_by("pk").values_list("decision", flat=True)) == ["refused", "approved"]


def test_a_refusal_is_disputed_once(stage: Stage) -> None:
    send_back = refused(stage, stage.assigned())
    dispute = disputed(stage, send_back)
    with pytest.raises(AlreadyDone, match="已经提出过争议"):
        disputed(stage, send_back)
    decided(stage, dispute, "refused")
    with pytest.raises(AlreadyDone, match="最终裁决"):
        disputed(stage, SendBack.objects.get(pk=dispute.pk))


def test_nobody_judges_in_their_own_cause(stage: Stage) -> None:
    both = person("both", "身兼两职", "dispatcher", "supervisor")
    send_back = asked(stage, stage.assigned())
    decided(stage, send_back, "refused", by=both)
    dispute = disputed(stage, SendBack.objects.get(pk=send_back.pk))
    with pytest.raises(NotPermitted):
        decided(stage, dispute, by=both)
    stage.cast.wu.roles = ["head", "dispatcher"]
    stage.cast.wu.save()
    own = asked(stage, stage.assigned())
    with pytest.raises(NotPermitted):
        decided(stage, own, by=stage.cast.wu)


def test_a_refusal_is_disputed_within_one_working_day(stage: Stage) -> None:
    first, late = refused(stage, stage.assigned()), refused(stage, stage.assigned())
    assert disputed(stage, first, now=NEXT_DAY_ENDS)
    with pytest.raises(TooLate, match="退单争议期限"):
        disputed(stage, late, now=NEXT_DAY_ENDS + timedelta(seconds=1))


def test_only_the_departments_own_head_disputes_and_only_a_refusal(stage: Stage) -> None:
    petition = stage.assigned(with_support=True)
    waiting = asked(stage, petition)
    with pytest.raises(AlreadyDone, match="未获同意"):
        disputed(stage, waiting)
    decided(stage, waiting, "refused")
    xu = person("xu", "徐局长", "head", department=stage.cast.support)
    for by in (xu, stage.cast.zhou, stage.cast.chen):
        with pytest.raises(NotPermitted):
            disputed(stage, SendBack.objects.get(), by=by)


def test_a_decision_is_taken_once(stage: Stage) -> None:
    send_back = asked(stage, stage.assigned())
    decided(stage, send_back, "refused")
    with pytest.raises(AlreadyDone):
        decided(stage, send_back)
    approved = asked(stage, stage.assigned())
    decided(stage, approved)
    with pytest.raises(WrongState):
        decided(stage, approved)


def test_resolving_takes_the_request_with_it(stage: Stage) -> None:
    petition = stage.checked_in()
    send_back = asked(stage, petition)
    CALLS["resolve"](stage, petition, stage.cast.zhou, stage.tick())
    assert SendBack.objects.get().decision == "lapsed"
    assert last_event(petition).data == {"outcome": "solved", "lapsed_send_backs": 1}
    with pytest.raises(WrongState):
        decided(stage, send_back)


def test_a_supports_answer_takes_its_own_request_and_no_other(stage: Stage) -> None:
    petition = stage.checked_in(with_support=True)
    xu = person("xu", "徐局长", "head", department=stage.cast.support)
    of_lead, of_support = asked(stage, petition), asked(stage, petition, by=xu)
    assert of_support.is_final
    CALLS["answer_support"](stage, petition, stage.cast.zheng, stage.tick())
    assert {row.pk: row.decision for row in SendBack.objects.all()} == {of_lead.pk: "pending", of_support.pk: "lapsed"}
    with pytest.raises(AlreadyDone, match="失效"):
        decided(stage, of_support)


@pytest.mark.parametrize("how", ["withdraw", "the lead's approval", "remove_support", "waive_support"])
def test_a_request_without_an_object_lapses(how: str, stage: Stage) -> None:
    petition = stage.assigned(with_support=True)
    of_lead = asked(stage, petition)
    waiting = asked(stage, petition, by=person("xu", "徐局长", "head", department=stage.cast.support))
    if how == "withdraw":
        withdraw_petition(petition=petition, by=stage.cast.lin, reason="已经解决了", now=stage.tick())
    elif how == "the lead's approval":
        decided(stage, of_lead)
    else:
        CALLS[how](stage, petition, stage.cast.chen, stage.tick())
    assert SendBack.objects.get(pk=waiting.pk).decision == "lapsed"
    assert not Petition.objects.filter(assignments__send_backs__decision="pending").exclude(state="assigned").exists()


def test_what_lapsed_undecided_does_not_count_as_the_departments_one_request(stage: Stage) -> None:
    petition = stage.assigned(with_support=True)
    xu = person("xu", "徐局长", "head", department=stage.cast.support)
    of_lead = asked(stage, petition)
    asked(stage, petition, by=xu)
    decided(stage, of_lead)
    placement = Placement(lead=stage.cast.support)
    dispatch_petition(petition=stored(petition), by=stage.cast.sun, placement=placement, now=stage.tick())
    assert asked(stage, petition, by=xu).is_final


def test_everybody_reads_their_own_requests(stage: Stage) -> None:
    send_back = asked(stage, stage.assigned(with_support=True))
    for user in (stage.cast.sun, stage.cast.chen, stage.cast.wu, stage.cast.zhou):
        assert list(send_backs(user)) == [send_back]
    for user in (stage.cast.zheng, stage.cast.feng, stage.cast.lin, stage.cast.qian, stage.cast.wei, stage.cast.chu):
        assert not send_backs(user).exists()


def test_a_district_reads_and_decides_those_of_its_branch(stage: Stage) -> None:
    ours = asked(stage, stage.assigned(region=stage.cast.district))
    theirs = asked(stage, stage.assigned())
    seen = {user.username: list(send_backs(user)) for user in (stage.cast.tang, stage.cast.sun)}
    assert seen == {"tang": [ours], "sun": [theirs, ours]}
    theirs.assignment.petition.other_regions.add(stage.cast.district)
    assert list(send_backs(stage.cast.tang)) == [theirs, ours]
    assert list(send_backs(stage.cast.tang).filter(to_decide(stage.cast.tang))) == [ours]


def test_returns_are_counted_per_department(stage: Stage, django_assert_num_queries: object) -> None:
    day = stage.now.date()
    sent_back(stage, stage.assigned())
    refused(stage, stage.assigned())
    decided(stage, disputed(stage, refused(stage, stage.assigned())))
    asked(stage, stage.assigned(), by=stage.cast.wu)
    asked(stage, stage.assigned(with_support=True), by=person("xu", "徐局长", "head", department=stage.cast.support))
    with django_assert_num_queries(2):  # type: ignore[operator]
        rows = send_back_counts(stage.cast.chen, day, day + timedelta(days=1))
    assert [
        (row.department, row.asked, row.approved, row.refused, row.waiting, row.lapsed, row.disputed) for row in rows
    ] == [(stage.cast.lead, 4, 2, 1, 1, 0, 1), (stage.cast.support, 1, 0, 0, 1, 0, 0)]
    assert send_back_counts(stage.cast.chen, day + timedelta(days=3), day + timedelta(days=9)) == []


def test_a_district_counts_what_it_may_know_of(stage: Stage) -> None:
    cast, day = stage.cast, stage.now.date()
    asked(stage, stage.assigned())
    period = (day, day + timedelta(days=2))
    assert [row.asked for row in send_back_counts(cast.sun, *period)] == [1]
    assert send_back_counts(cast.tang, *period) == send_back_counts(cast.wu, *period) == []
    asked(stage, stage.assigned(region=cast.district))
    assert [row.asked for row in send_back_counts(cast.tang, *period)] == [1]
    assert [row.asked for row in send_back_counts(cast.chen, *period)] == [2]
