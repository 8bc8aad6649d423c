"""Whoever filed a petition on behalf sees what it was merged into: they read the answer there and are told of it."""

import pytest
from django.test import Client

from accounts.models import User
from petitions.group_queries import survivor
from petitions.merging import merge_petition, unmerge_petition
from petitions.models import Petition
from tests.cast import Stage
from tests.petitions.group_steps import told
from tests.petitions.verbs import CALLS, stored

FILERS = ["qian", "tang"]  # the assistant; a dispatcher of the district, for whom a petition of the city is not theirs


@pytest.fixture(params=FILERS)
def filer(request: pytest.FixtureRequest, stage: Stage) -> User:
    person: User = getattr(stage.cast, request.param)
    return person


def merged(stage: Stage, filer: User) -> tuple[Petition, Petition]:
    """Return a petition that this person filed for Lin's enterprise, and Lin's own that it was merged into."""
    into, petition = stage.assigned(), stage.reported(by=filer)
    return merge_petition(petition=petition, into=into, by=stage.cast.sun, now=stage.tick()), into


def answered(stage: Stage, petition: Petition) -> None:
    for verb in ("check_in", "resolve"):
        CALLS[verb](stage, petition, stage.cast.zhou, stage.tick())


def test_they_read_the_answer_on_its_page_and_over_the_api(stage: Stage, filer: User) -> None:
    petition, into = merged(stage, filer)
    answered(stage, into)
    client = Client()
    client.force_login(filer)
    page = client.get(into.get_absolute_url())
    assert (page.status_code, stage.answer().public_answer in page.content.decode()) == (200, True)
    assert into.get_absolute_url() in client.get(petition.get_absolute_url()).content.decode()
    assert client.get(f"/api/v1/petitions/{petition.number}/").json()["merged_into"] == into.number
    (part,) = client.get(f"/api/v1/petitions/{into.number}/").json()["assignments"]
    assert part["answer"]["public_answer"] == stage.answer().public_answer


def test_they_are_told_of_the_answer_like_the_liaison(stage: Stage, filer: User) -> None:
    _petition, into = merged(stage, filer)
    answered(stage, into)
    assert told("resolve", into) == {"lin", filer.username}


def test_who_filed_the_other_one_is_told_as_before(stage: Stage, filer: User) -> None:
    into = stage.reported(by=stage.cast.qian)
    merge_petition(petition=stage.reported(by=filer), into=into, by=stage.cast.sun, now=stage.tick())
    CALLS["dispatch"](stage, into, stage.cast.sun, stage.tick())
    assert told("dispatch", into) >= {"lin", "qian", filer.username}


def test_those_of_several_merged_petitions_are_all_told(stage: Stage) -> None:
    into = stage.assigned()
    for name in FILERS:
        petition = stage.reported(by=getattr(stage.cast, name))
        merge_petition(petition=petition, into=into, by=stage.cast.sun, now=stage.tick())
    answered(stage, into)
    assert told("resolve", into) == {"lin", *FILERS}


def test_of_a_group_they_are_told_on_the_one_it_was_merged_into(stage: Stage, filer: User) -> None:
    parent = stage.reported(by=stage.cast.mallory, enterprise=stage.cast.other_enterprise)
    _petition, into = merged(stage, filer)
    CALLS["dispatch"](stage, parent, stage.cast.sun, stage.tick())
    CALLS["link"](stage, into, stage.cast.sun, stage.tick())
    assert told("link", into) == {"lin", filer.username}


def test_once_the_merge_is_undone_it_is_out_of_their_sight_again(stage: Stage, filer: User) -> None:
    petition, into = merged(stage, filer)
    unmerge_petition(petition=petition, by=stage.cast.sun, now=stage.tick())
    assert list(Petition.objects.visible_to(filer)) == [petition]
    assert survivor(stored(petition), filer) is None
    answered(stage, into)
    assert told("resolve", into) == {"lin"}


def test_an_assistant_who_serves_the_enterprise_no_more_sees_neither(stage: Stage) -> None:
    merged(stage, stage.cast.qian)
    stage.cast.qian.assistant.enterprises.clear()
    assert list(Petition.objects.visible_to(stage.cast.qian)) == []


def test_nobody_else_comes_to_see_it(stage: Stage, filer: User) -> None:
    _petition, into = merged(stage, filer)
    others = {"qian", "tang", "mallory", "zheng", "feng"} - {filer.username}
    assert [name for name in others if into in Petition.objects.visible_to(getattr(stage.cast, name))] == []


def test_they_read_there_and_do_not_act(stage: Stage, filer: User) -> None:
    _petition, into = merged(stage, filer)
    client = Client()
    client.force_login(filer)
    assert client.get(f"/api/v1/petitions/{into.number}/").json()["possible"] == []
