"""What is read of occasions: figures with their denominators, masked for leaders; what an enterprise has open."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enterprises.models import Occasion
from petitions.models import Clock, Petition
from petitions.occasion_queries import (
    SHOWN_OF_ENTERPRISE,
    Figures,
    Share,
    figures,
    liaisons_of,
    occasions,
    open_occasion,
    open_petitions,
    petitions_of,
)
from petitions.ratings.rating import rate_petition
from petitions.reopening import reopen_petition
from regions.models import DeskMember
from tests.cast import Stage, person
from tests.occasions import close, occasion


def of(stage: Stage, where: Occasion, name: str = "chen") -> Figures:
    return figures([where], getattr(stage.cast, name))[where.pk]


def test_an_occasion_without_petitions_has_no_shares(stage: Stage) -> None:
    assert of(stage, occasion(stage)) == Figures()


def test_what_became_of_an_occasions_petitions(stage: Stage) -> None:
    where, other = occasion(stage), occasion(stage, "visit")
    stage.rated(occasion=where)
    low = stage.resolved(occasion=where)
    judgements = stage.judgements(low, level=2, is_solved="no", reason_tags=["slow"])
    rate_petition(petition=low, by=stage.cast.lin, judgements=judgements, now=stage.tick())
    late = stage.resolved(occasion=where)
    clocks = Clock.objects.filter(petition=late, promise="resolve_enterprise")
    assert clocks.update(due_at=late.reported_at) == 1
    stage.lapsed(occasion=where)
    stage.reported(occasion=where)
    stage.withdrawn(occasion=where)
    reopen_petition(petition=stage.resolved(occasion=where), by=stage.cast.chen, reason="没有解决", now=stage.tick())
    stage.reported(occasion=other)
    stage.rated()
    # One rated, one late, one lapsed are resolved; one waits, one is put right, one was reopened; one is withdrawn.
    assert of(stage, where) == Figures(filed=7, resolved=Share(3, 6), on_time=Share(2, 3), satisfied=Share(1, 2))
    assert of(stage, other) == Figures(filed=1, resolved=Share(0, 1))


def test_a_fairly_satisfied_enterprise_is_satisfied_and_a_joint_answer_is_two_ratings(stage: Stage) -> None:
    where = occasion(stage)
    petition = stage.resolved(occasion=where, with_support=True)
    judgements = stage.judgements(petition, level=3)
    rate_petition(petition=petition, by=stage.cast.lin, judgements=judgements, now=stage.tick())
    assert of(stage, where).satisfied == Share(2, 2)


@pytest.mark.parametrize(
    ("share", "percent"),
    [(Share(), None), (Share(4, 4), None), (Share(5, 5), 100), (Share(0, 5), 0), (Share(2, 7), 29)],
)
def test_a_percentage_needs_five_cases(share: Share, percent: int | None) -> None:
    assert share.percent == percent


def test_a_leaders_figures_and_list_leave_out_what_is_confidential(stage: Stage) -> None:
    where = occasion(stage, "visit")
    secret, plain = stage.reported(occasion=where, is_confidential=True), stage.reported(occasion=where)
    assert (of(stage, where).filed, of(stage, where, "sun").filed, of(stage, where, "wei").filed) == (2, 2, 1)
    assert set(petitions_of(where, stage.cast.sun)) == {secret, plain}
    assert set(petitions_of(where, stage.cast.wei)) == {plain}


def test_a_districts_dispatcher_who_is_a_handler_too_learns_nowhere_who_asked_in_confidence(stage: Stage) -> None:
    cast = stage.cast
    shen = person("shen", "沈派单", "dispatcher", "handler", department=cast.lead)
    DeskMember.objects.create(user=shen, region=cast.district)
    where = occasion(stage, "visit")
    secret, plain = stage.assigned(occasion=where, is_confidential=True), stage.assigned(occasion=where)
    own = stage.reported(occasion=where, is_confidential=True, region=cast.district)
    assert {secret, plain, own} <= set(Petition.objects.visible_to(shen))
    assert set(petitions_of(where, shen)) == {plain, own}
    assert figures([where], shen)[where.pk].filed == 2
    assert open_petitions([cast.enterprise], shen) == {cast.enterprise.pk: [own, plain]}


@pytest.mark.parametrize("name", ["lin", "qian", "zhou", "wu", "chu", "sysadmin"])
def test_others_read_no_occasions(name: str, stage: Stage) -> None:
    occasion(stage)
    assert not occasions(getattr(stage.cast, name)).exists()


def test_an_occasion_is_found_by_its_key_while_it_is_open(stage: Stage) -> None:
    where = occasion(stage)
    assert open_occasion(where.key) == where
    assert [open_occasion(key) for key in ("", "nothing", "\x00", where.key[:-1], "x" * 5000)] == [None] * 5
    close(stage, where)
    assert open_occasion(where.key) is None


def test_the_newest_open_petitions_of_each_enterprise(stage: Stage) -> None:
    cast = stage.cast
    for state in ("rated", "closed"):
        stage.in_state(state)
    mine = [stage.in_state(state) for state in ("resolved", "assigned", "reported", "reported")]
    other = stage.reported(by=cast.mallory, enterprise=cast.other_enterprise)
    found = open_petitions([cast.enterprise, cast.other_enterprise], cast.sun)
    assert found == {cast.enterprise.pk: mine[:0:-1], cast.other_enterprise.pk: [other]}
    assert len(found[cast.enterprise.pk]) == SHOWN_OF_ENTERPRISE
    counts: list[Any] = [rows[0].open_count for rows in found.values()]  # type: ignore[attr-defined]
    assert counts == [4, 1]
    assert open_petitions([], cast.sun) == {}


def test_who_is_told_of_an_enterprises_petitions(stage: Stage) -> None:
    cast = stage.cast
    left = person("left", "离职联络员", "liaison", is_active=False)
    cast.enterprise.liaisons.create(user=left)
    assert liaisons_of(cast.enterprise) == [cast.lin]


def test_figures_cost_two_statements_however_many_occasions(stage: Stage) -> None:
    for _place in range(5):
        stage.rated(occasion=occasion(stage))
    shown = list(Occasion.objects.all())
    assert Petition.objects.count() == len(shown) == 5
    with CaptureQueriesContext(connection) as asked:
        assert [row.filed for row in figures(shown, stage.cast.wei).values()] == [1] * 5
    assert len(asked) == 2
