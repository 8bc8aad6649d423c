"""Who asked on a confidential petition: canary strings in every field that could tell, searched for on every page
that the departments and the leader can open (reliability.md S2, the pages' part).
"""

from collections.abc import Sequence

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from petitions.check_in import check_in_department
from petitions.following_up import supplement_petition, urge_petition
from petitions.models import Petition
from petitions.resolution import answer_support, resolve_petition
from tests.cast import Cast, Stage
from tests.pages.addresses import every_address_of, lists_of
from tests.pages.conftest import SignIn

CANARIES = {
    "enterprise": "金丝雀企业有限公司",
    "short_name": "金丝雀企业",
    "credit_code": "91990171747973265C",
    "contact": "金丝雀联系人",
    "phone": "13899990001",
    "filer": "金丝雀提交人",
}
SEARCHES = ["金丝雀企业", "金丝雀", "91990171747973265C", "13899990001", "金丝雀提交人"]


@pytest.fixture
def confidential(stage: Stage) -> Petition:
    """A resolved petition with everything in it, whose petitioner is made of canaries."""
    cast = stage.cast
    cast.enterprise.name, cast.enterprise.short_name = CANARIES["enterprise"], CANARIES["short_name"]
    cast.enterprise.save()
    cast.lin.display_name = CANARIES["filer"]
    cast.lin.save()
    file = SimpleUploadedFile("合同.txt", b"1")
    contact = {"contact_name": CANARIES["contact"], "contact_phone": CANARIES["phone"]}
    petition = stage.assigned(with_support=True, is_confidential=True, files=[file], **contact)
    supplement_petition(petition=petition, by=cast.lin, text="补充说明", now=stage.tick())
    urge_petition(petition=petition, by=cast.lin, text="请尽快", now=stage.tick())
    for handler in (cast.zhou, cast.zheng):
        check_in_department(petition=petition, by=handler, now=stage.tick())
    return petition


PAGE: dict[str, str] = {}
HTMX = {"HX-Request": "true"}


def hits(client: Client, addresses: list[str], asked: Sequence[dict[str, str]] = (PAGE,)) -> list[tuple[str, str]]:
    """Return every page on which a canary sings, whatever its status."""
    found = []
    for address in addresses:
        for headers in asked:
            answer = client.get(address, headers=headers)
            told = answer.getvalue().decode() + str(answer.headers)
            found += [(address, name) for name, canary in CANARIES.items() if canary in told]
    return found


@pytest.mark.parametrize("name", ["zhou", "wei", "wu", "zheng", "feng"])
def test_no_page_of_a_department_or_leader_tells_who_asked(
    name: str, stage: Stage, confidential: Petition, sign_in: SignIn
) -> None:
    cast: Cast = stage.cast
    user = getattr(cast, name)
    client = sign_in(user)
    addresses = [*lists_of(user), *every_address_of(confidential)]
    assert hits(client, addresses, (PAGE, HTMX)) == []
    answer_support(petition=confidential, by=cast.zheng, answer=stage.answer(), now=stage.tick())
    resolve_petition(petition=confidential, by=cast.zhou, answer=stage.answer(), now=stage.tick())
    assert hits(client, addresses) == []


@pytest.mark.parametrize("name", ["lin", "sun", "chen"])
def test_the_canaries_sing_for_those_who_may_know(
    name: str, stage: Stage, confidential: Petition, sign_in: SignIn
) -> None:
    told = hits(sign_in(getattr(stage.cast, name)), every_address_of(confidential))
    assert {canary for _address, canary in told} >= {"enterprise", "contact", "phone", "filer"}


@pytest.mark.parametrize("searched", SEARCHES)
def test_a_search_for_who_asked_finds_no_confidential_petition(
    searched: str, stage: Stage, confidential: Petition, sign_in: SignIn
) -> None:
    for name in ("q", "enterprise"):
        answer = sign_in(stage.cast.zhou).get("/petitions/", {name: searched})
        assert confidential.number not in answer.content.decode()


def test_the_enterprises_name_finds_what_is_not_confidential(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.assigned()
    answer = sign_in(stage.cast.zhou).get("/petitions/", {"enterprise": "青禾机械"})
    assert petition.number in answer.content.decode()


def test_errors_of_a_department_do_not_tell_either(stage: Stage, confidential: Petition, sign_in: SignIn) -> None:
    client = sign_in(stage.cast.zhou)
    for verb in ("contact", "progress", "resolve", "check-in", "rate", "dispatch", "withdraw"):
        answer = client.post(f"/petitions/{confidential.number}/{verb}/", {})
        assert not [canary for canary in CANARIES.values() if canary in answer.content.decode()], verb
