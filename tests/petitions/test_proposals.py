"""What a dispatcher is proposed: departments of the petition's region with the reason, supports; what is learned."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from departments.catalogue import import_catalogue
from departments.models import Department, Responsibility, RoutingModel
from departments.routing import Router
from petitions.models import Petition
from petitions.proposals.learning import VERSIONS_KEPT, current_router, refresh_routing_model
from petitions.proposals.proposing import Proposals, propose
from tests.cast import Stage
from tests.departments.catalogue_files import csv_bytes
from tests.petitions.send_backs import sent_back

ARREARS = {"matter": "拖欠货款", "keywords": "拖欠货款;货款;账款;尾款;催要", "examples": "货款一年没付。"}
TAX = {
    "department": "税务局",
    "matter": "出口退税",
    "keywords": "出口退税;退税;发票;税款",
    "examples": "退税半年没到账。",
    "partners": "",
}
SCHOOL = {
    "department": "教体局",
    "matter": "员工子女入学",
    "keywords": "入学;学位;转学",
    "examples": "孩子上不了学。",
    "partners": "",
}


@pytest.fixture
def catalogue(stage: Stage) -> None:
    import_catalogue(csv_bytes(ARREARS, TAX, SCHOOL), "x.csv")
    refresh_routing_model(now=stage.tick())


def names(proposals: Proposals) -> list[str]:
    return [str(proposal.department) for proposal in proposals.departments]


@pytest.mark.usefixtures("catalogue")
def test_departments_are_ranked_with_what_speaks_for_them(stage: Stage) -> None:
    proposals = propose(stage.reported())
    assert names(proposals)[0] == "经信局"
    first = proposals.departments[0]
    assert first.score > proposals.departments[1].score
    matter, words = first.because
    assert matter == "职责：拖欠货款"
    assert words.startswith("用词：")
    assert "货款" in words


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(("level", "expected"), [("city", "经信局"), ("district", "临江区经信局")])
def test_the_lowest_level_of_the_matter_answers(level: str, expected: str, stage: Stage) -> None:
    Responsibility.objects.update(level=level)
    refresh_routing_model(now=stage.tick())
    assert names(propose(stage.reported(region=stage.cast.district)))[0] == expected
    assert names(propose(stage.reported()))[0] == "经信局"


@pytest.mark.usefixtures("catalogue")
def test_without_a_branch_the_fallback_unit_answers_and_a_closed_department_is_not_proposed(stage: Stage) -> None:
    Responsibility.objects.update(level="district")
    refresh_routing_model(now=stage.tick())
    petition = stage.reported(region=stage.cast.district)
    Department.objects.filter(pk=stage.cast.branch.pk).update(is_active=False)
    assert propose(petition).departments[0].department == stage.cast.fallback
    Department.objects.filter(short_name="教体局").update(is_active=False)
    refresh_routing_model(now=stage.tick())
    assert "教体局" not in names(propose(stage.reported()))


JOINT: dict[str, Any] = {
    "title": "货款被拖欠，退税也没到账",
    "body": "请协调货款，也请查出口退税和税款。",
}


@pytest.mark.usefixtures("catalogue")
def test_a_partner_is_proposed_where_the_text_speaks_for_it_too(stage: Stage) -> None:
    Responsibility.objects.filter(matter="拖欠货款").update(partners=["税务局", "教体局"])
    Responsibility.objects.filter(matter="出口退税").update(partners=["经信局"])
    refresh_routing_model(now=stage.tick())
    proposals = propose(stage.reported(**JOINT))
    assert proposals.is_joint
    assert len(proposals.supports) == 1
    assert {str(proposals.supports[0]), names(proposals)[0]} == {"经信局", "税务局"}
    question = propose(stage.reported(title="请问货款和退税怎么办", body="请问出口退税怎么申请，货款是否计税？"))
    assert question.kind == "consult"
    assert not question.is_joint
    assert not propose(stage.reported()).is_joint


@pytest.mark.usefixtures("catalogue")
def test_proposing_costs_two_statements(stage: Stage, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    petition = stage.reported()
    first = propose(petition)
    with django_assert_num_queries(2):  # is there a new model, and the departments by name
        again = propose(petition)
    assert names(again) == names(first) != []


def test_before_the_first_model_only_kind_and_urgency_are_proposed(stage: Stage) -> None:
    assert current_router() is None
    proposals = propose(stage.reported())
    assert (names(proposals), proposals.kind, proposals.is_joint) == ([], "complaint", False)


def strange(stage: Stage, **changes: Any) -> dict[str, Any]:
    """A text in words that the catalogue does not have."""
    return {"title": "喷漆房验收卡住", "body": "喷漆房改造已经三个月，喷漆设备闲着。"} | changes


@pytest.mark.usefixtures("catalogue")
def test_a_resolved_petition_teaches_and_is_named_as_a_witness(stage: Stage) -> None:
    before = {str(p.department): p.score for p in propose(stage.reported(**strange(stage))).departments}
    taught = stage.resolved(with_support=True, **strange(stage))
    version = refresh_routing_model(now=stage.tick())
    assert version is not None
    assert (version.version, version.letters, version.matters) == (2, 1, 3)
    after = propose(stage.reported(**strange(stage)))
    assert names(after)[0] == "经信局"
    assert after.departments[0].score > before["经信局"]
    assert after.departments[0].because[-1] == f"办过：{taught.number}"
    assert names(after)[1] == "税务局"


@pytest.mark.usefixtures("catalogue")
def test_nothing_is_learned_from_what_was_sent_back_or_is_not_answered_yet(stage: Stage) -> None:
    stage.checked_in(**strange(stage))
    petition: Petition = stage.assigned(**strange(stage))
    sent_back(stage, petition, basis="依据职责清单第12条")
    assert refresh_routing_model(now=stage.tick()) is None


@pytest.mark.usefixtures("catalogue")
def test_without_news_no_version_and_news_are_learned_once(stage: Stage) -> None:
    assert refresh_routing_model(now=stage.tick()) is None
    stage.resolved()
    assert refresh_routing_model(now=stage.tick()) is not None
    assert refresh_routing_model(now=stage.tick()) is None
    assert [row.letters for row in RoutingModel.objects.all()] == [1, 0]


@pytest.mark.usefixtures("catalogue")
def test_an_edited_catalogue_makes_a_version_that_keeps_what_was_learned(stage: Stage) -> None:
    stage.resolved(**strange(stage))
    refresh_routing_model(now=stage.tick())
    Responsibility.objects.filter(matter="出口退税").delete()
    version = refresh_routing_model(now=stage.tick())
    assert version is not None
    assert (version.matters, version.letters) == (2, 1)
    router = Router()
    router.adopt(bytes(version.lessons))
    assert "喷漆" in router.learned


@pytest.mark.usefixtures("catalogue")
def test_old_versions_go(stage: Stage) -> None:
    for place in range(VERSIONS_KEPT + 2):
        Responsibility.objects.filter(matter="出口退税").update(keywords=[f"退税{place}"])
        refresh_routing_model(now=stage.tick())
    assert RoutingModel.objects.count() == VERSIONS_KEPT
