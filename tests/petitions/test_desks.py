"""Dispatch desks: who gets a petition at filing, what a branch sees, and handing over up and down."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from departments.models import Department, Level
from notices.models import Notice
from petitions import queries
from petitions.desks import delegate_down, escalate_up
from petitions.dispatch import Placement, dispatch_petition
from petitions.following_up import supplement_petition
from petitions.group_queries import merge_candidates
from petitions.models import Petition
from petitions.permissions import can_see_petitioner, relation_to
from regions.desks import desk_for, desks_of
from regions.models import DeskMember, Region
from tests.cast import Stage, person
from tests.petitions.offers import offers
from tests.petitions.verbs import last_event, stored
from verbs.refusals import AlreadyDone, InvalidInput, NotPermitted

REASON = "涉及市级部门，请市里派单"


def desk(stage: Stage, code: str, name: str, **more: Any) -> tuple[Region, User]:
    """Write a region with a dispatcher of its own."""
    values = {"kind": "park", "parent": stage.cast.city} | more
    region = Region.objects.create(code=code, name=name, **values)
    member = person(f"d-{code}", f"{name}派单", "dispatcher")
    DeskMember.objects.create(user=member, region=region)
    return region, member


def fresh(user: User) -> User:
    """The user as the next request has it: what was read of their desks is forgotten."""
    return User.objects.get(pk=user.pk)


def test_a_petition_is_filed_to_the_nearest_staffed_desk(stage: Stage) -> None:
    cast = stage.cast
    street = Region.objects.create(code="chengdong", name="城东片区", kind="district", parent=cast.district)
    park = Region.objects.create(code="gaoxin", name="高新区", kind="park", parent=cast.city)
    found = [stage.reported(region=region).desk for region in (cast.city, cast.district, street, park)]
    assert found == [cast.city, cast.district, cast.district, cast.city]


@pytest.mark.parametrize("changes", [{"is_active": False}, {"roles": ["handler"]}])
def test_a_desk_without_an_active_dispatcher_is_none(changes: dict[str, Any], stage: Stage) -> None:
    User.objects.filter(pk=stage.cast.tang.pk).update(**changes)
    assert stage.reported(region=stage.cast.district).desk == stage.cast.city
    assert not desks_of(stage.cast.sun).below


def test_who_works_where(stage: Stage) -> None:
    cast = stage.cast
    park, shen = desk(stage, "gaoxin", "高新区")
    assert desks_of(cast.sun).is_city
    assert desks_of(cast.sun).own == {cast.city.pk}
    assert desks_of(cast.sun).below == {cast.district.pk, park.pk}
    DeskMember.objects.create(user=shen, region=cast.district)
    both = desks_of(fresh(shen))
    assert (both.own, both.below, both.is_city) == ({park.pk, cast.district.pk}, set(), False)
    assert both.covers(park.pk)
    assert not both.covers(cast.city.pk)
    DeskMember.objects.create(user=cast.sun, region=cast.city)
    assert desks_of(fresh(cast.sun)) == desks_of(cast.sun)
    assert not desks_of(cast.zhou).covers(cast.city.pk)


def test_a_dispatcher_sees_their_branch(stage: Stage) -> None:
    cast = stage.cast
    inner = Region.objects.create(code="chengdong", name="城东片区", kind="district", parent=cast.district)
    _park, shen = desk(stage, "gaoxin", "高新区")
    of_city, of_district, below = (stage.reported(region=region) for region in (cast.city, cast.district, inner))
    assert list(Petition.objects.visible_to(cast.tang)) == [below, of_district]
    assert list(Petition.objects.visible_to(cast.sun)) == [below, of_district, of_city]
    assert not Petition.objects.visible_to(shen).exists()
    assert queries.counts_by_state(cast.tang)["reported"] == 2


def test_what_they_filed_elsewhere_they_still_see(stage: Stage) -> None:
    elsewhere = stage.reported(by=stage.cast.tang)
    assert elsewhere.desk == stage.cast.city
    assert list(Petition.objects.visible_to(stage.cast.tang)) == [elsewhere]
    assert not relation_to(elsewhere, stage.cast.tang).is_in_charge


def test_the_inbox_is_the_desks_own_and_those_below_stand_apart(stage: Stage) -> None:
    cast = stage.cast
    of_city, of_district = stage.reported(), stage.reported(region=cast.district)
    assert list(queries.to_dispatch(cast.sun)) == [of_city]
    assert list(queries.to_dispatch(cast.sun, is_below=True)) == [of_district]
    assert queries.to_dispatch_counts(cast.sun) == {"own": 1, "below": 1}
    assert list(queries.to_dispatch(cast.tang)) == [of_district]
    assert list(queries.to_dispatch(cast.tang, is_below=True)) == []


def test_up_the_limits_go_on_and_the_desk_still_sees_it(stage: Stage) -> None:
    cast = stage.cast
    petition = stage.reported(region=cast.district)
    before = list(petition.clocks.values_list("promise", "started_at", "due_at", "stopped_at"))
    escalate_up(petition=petition, by=cast.tang, reason=f" {REASON} ", now=stage.tick())
    after = stored(petition)
    assert (after.desk, after.state, after.region) == (cast.city, "reported", cast.district)
    assert list(after.clocks.values_list("promise", "started_at", "due_at", "stopped_at")) == before
    event = last_event(petition)
    assert (event.kind, event.text, event.is_public) == ("escalate_up", REASON, False)
    assert event.data == {"from_desk": "linjiang", "to_desk": "lanchuan"}
    assert after in Petition.objects.visible_to(cast.tang)
    assert list(queries.to_dispatch(cast.tang)) == []
    assert {"dispatch", "escalate_up", "supplement"}.isdisjoint(offers(after, cast.tang, stage.now))
    with pytest.raises(NotPermitted):
        supplement_petition(petition=after, by=cast.tang, text="补充", now=stage.tick())


def test_down_and_up_again_the_desk_that_gave_it_away_still_sees_it(stage: Stage) -> None:
    cast = stage.cast
    park, shen = desk(stage, "gaoxin", "高新区")
    petition = stage.reported()
    delegate_down(petition=petition, by=cast.sun, desk=park, note="请园区先行协调", now=stage.tick())
    assert stored(petition).desk == park
    assert list(stored(petition).other_regions.all()) == [park]
    assert list(queries.to_dispatch(shen)) == [petition]
    assert not Petition.objects.visible_to(cast.tang).exists()
    escalate_up(petition=petition, by=shen, reason=REASON, now=stage.tick())
    assert petition in Petition.objects.visible_to(shen)
    own = stage.reported(region=cast.district)
    delegate_down(petition=own, by=cast.sun, desk=park, now=stage.tick())
    delegate_down(petition=own, by=cast.sun, desk=cast.district, now=stage.tick())
    assert list(stored(own).other_regions.all()) == [park]


def test_up_skips_desks_that_nobody_works_at(stage: Stage) -> None:
    cast = stage.cast
    inner, member = desk(stage, "chengdong", "城东片区", kind="district", parent=cast.district)
    assert desk_for(inner.pk) == inner.pk
    petition = stage.reported(region=inner)
    User.objects.filter(pk=cast.tang.pk).update(is_active=False)
    escalate_up(petition=petition, by=member, reason=REASON, now=stage.tick())
    assert stored(petition).desk == cast.city


def test_whom_a_desk_may_not_give_it_to(stage: Stage) -> None:
    cast = stage.cast
    empty = Region.objects.create(code="gaoxin", name="高新区", kind="park", parent=cast.city)
    desk(stage, "linkong", "临空区")
    petition = stage.reported(region=cast.district)
    for wrong in (empty, cast.city):
        with pytest.raises(InvalidInput) as refusal:
            delegate_down(petition=petition, by=cast.sun, desk=wrong, now=stage.tick())
        assert set(refusal.value.fields) == {"desk"}
    with pytest.raises(AlreadyDone):
        delegate_down(petition=petition, by=cast.sun, desk=cast.district, now=stage.tick())
    with pytest.raises(NotPermitted):
        delegate_down(petition=petition, by=cast.tang, desk=cast.district, now=stage.tick())
    with pytest.raises(NotPermitted):
        escalate_up(petition=stage.reported(), by=cast.sun, reason=REASON, now=stage.tick())
    with pytest.raises(InvalidInput):
        escalate_up(petition=petition, by=cast.tang, reason="不", now=stage.tick())


def told(petition: Petition) -> set[str]:
    """Who was told of the petition's last event."""
    notices = Notice.objects.filter(event=last_event(petition), channel="inbox")
    return set(notices.values_list("recipient__username", flat=True))


def test_the_desk_in_charge_is_told_and_no_other(stage: Stage) -> None:
    cast = stage.cast
    _park, shen = desk(stage, "gaoxin", "高新区")
    petition = stage.reported(region=cast.district)
    assert told(petition) == {"tang"}
    escalate_up(petition=petition, by=cast.tang, reason=REASON, now=stage.tick())
    assert told(petition) == {"sun"}
    delegate_down(petition=petition, by=cast.sun, desk=_park, now=stage.tick())
    assert told(petition) == {shen.username}
    assert told(stage.reported(by=cast.qian)) == {"sun", "lin"}


def test_for_a_desk_that_was_left_the_nearest_one_above_is_told(stage: Stage) -> None:
    cast = stage.cast
    street, mo = desk(stage, "chengdong", "城东片区", kind="district", parent=cast.district)
    petition = stage.reported(region=street)
    assert told(petition) == {mo.username}
    for left, instead in ((mo, "tang"), (cast.tang, "sun")):
        User.objects.filter(pk=left.pk).update(is_active=False)
        supplement_petition(petition=petition, by=cast.lin, text=f"补充：{instead}", now=stage.tick())
        assert told(petition) == {instead}


def test_a_district_dispatches_to_a_lead_of_its_own_and_supports_of_anybody(stage: Stage) -> None:
    cast = stage.cast
    petition = stage.reported(region=cast.district)
    placement = Placement(lead=cast.lead)
    with pytest.raises(InvalidInput, match="提请上级派单"):
        dispatch_petition(petition=petition, by=cast.tang, placement=placement, now=stage.tick())
    placement = Placement(lead=cast.fallback, supports=[cast.support, cast.branch])
    dispatch_petition(petition=petition, by=cast.tang, placement=placement, now=stage.tick())
    assert {part.department for part in petition.assignments.all()} == {cast.fallback, cast.support, cast.branch}
    second = stage.reported(region=cast.district)
    dispatch_petition(petition=second, by=cast.sun, placement=Placement(lead=cast.lead), now=stage.tick())
    assert stored(second).state == "assigned"


def test_a_petition_of_two_regions_is_seen_by_both_and_handled_by_departments_of_both(stage: Stage) -> None:
    cast = stage.cast
    park, shen = desk(stage, "gaoxin", "高新区")
    unit = Department.objects.create(
        code="gaoxin-jingxin", short_name="经信局", name="高新区经信局", level=Level.DISTRICT, region=park
    )
    petition = stage.reported(region=cast.district)
    placement = Placement(lead=cast.branch, supports=[unit], other_regions=[park, cast.district])
    dispatch_petition(petition=petition, by=cast.sun, placement=placement, now=stage.tick())
    assert list(petition.other_regions.all()) == [park]
    assert told(petition) == {"lin", shen.username}
    for member in (cast.tang, shen):
        assert petition in Petition.objects.visible_to(member)
    assert not relation_to(stored(petition), shen).is_in_charge
    # Saying nothing of regions leaves them.
    back = stage.reported(region=cast.district)
    back.other_regions.add(park)
    dispatch_petition(petition=back, by=cast.sun, placement=Placement(lead=cast.lead), now=stage.tick())
    assert list(back.other_regions.all()) == [park]


def test_a_districts_dispatcher_who_is_a_handler_too_does_not_learn_who_asked_elsewhere(stage: Stage) -> None:
    cast = stage.cast
    shen = person("shen", "沈派单", "dispatcher", "handler", department=cast.lead)
    DeskMember.objects.create(user=shen, region=cast.district)
    elsewhere = stage.assigned(is_confidential=True)
    assert elsewhere in Petition.objects.visible_to(shen)
    assert not can_see_petitioner(elsewhere, shen)
    own = stage.reported(is_confidential=True, region=cast.district)
    assert elsewhere in merge_candidates(own, cast.sun)
    assert elsewhere not in merge_candidates(own, shen)
    assert can_see_petitioner(own, shen)
    assert can_see_petitioner(own, cast.tang)


def test_a_waiting_petition_of_a_desk_that_was_left_is_in_the_citys_sight(stage: Stage) -> None:
    cast = stage.cast
    petition = stage.reported(region=cast.district)
    DeskMember.objects.filter(user=cast.tang).delete()
    stage.tick(timedelta(days=1))
    assert petition in queries.to_dispatch(fresh(cast.sun), is_below=True)
