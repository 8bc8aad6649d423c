"""An enterprise is found by its name and code however they are written: at the desk, in lists, the API, the admin."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from rest_framework.test import APIClient

from enterprises.finding import find_enterprises
from enterprises.models import Enterprise
from enterprises.registering import Registration, register_enterprise
from petitions import narrowing
from petitions.importing.directory import Directory
from petitions.models import Petition
from tests.cast import LIN_CREDIT_CODE, OTHER_CREDIT_CODE, Cast, Stage
from tests.pages.typed_intake import NEW_CREDIT_CODE, register_form
from verbs.codes import folded, read_code

BANK = "重庆银行（澜川）分行"
WRITTEN = [
    BANK,
    "重庆银行(澜川)分行",
    "重庆银行【澜川】分行",
    "重庆银行〔澜川〕分行",
    "重庆银行［澜川］分行",
    "重庆银行澜川分行",
    " 重庆 银行 （ 澜川 ）\u3000分行 ",
    "重庆\u200b银行（澜川）分行",
    "重庆银⾏（澜川）分⾏",
    "银行（澜",
    "银行(澜",
    "澜川）分行",
]
CODES = [
    LIN_CREDIT_CODE,
    LIN_CREDIT_CODE.lower(),
    "９１９９０１７１７４７９７３２６５Ｃ",
    "９１９９０１７１７４７９７３２６５ｃ",
    "91990171 7479 73265C",
    "91 9901 7174 7973 265C",
    f" \u3000{LIN_CREDIT_CODE}\u200b ",
    "91990171\u00a0747973265C",
]


@pytest.fixture
def bank(stage: Stage) -> Enterprise:
    """Mallory's enterprise gets the name, and one petition; another one is Lin's."""
    bank = stage.cast.other_enterprise
    bank.name, bank.short_name = BANK, "ＡＢＣ Bank"
    bank.save()
    stage.reported()
    stage.reported(by=stage.cast.mallory, enterprise=bank)
    return bank


def listed(asked: str, stage: Stage) -> list[str]:
    rows = narrowing.of_enterprise(Petition.objects.all(), asked, stage.cast.chen)
    return list(rows.values_list("petitioner__enterprise__name", flat=True))


@pytest.mark.parametrize("typed", [*WRITTEN, "abc bank", "ABCBANK", "ａｂｃ"])
def test_by_its_name_however_it_is_written(typed: str, bank: Enterprise, stage: Stage, client: Client) -> None:
    cast = stage.cast
    assert find_enterprises(typed) == [bank]
    assert listed(typed, stage) == [BANK]
    client.force_login(cast.sun)
    assert BANK in client.get("/petitions/intake/", {"q": typed}).content.decode()
    client.force_login(cast.chen)
    page = client.get("/petitions/", {"enterprise": typed})
    assert [row.petitioner.enterprise for row in page.context["page"].rows] == [bank]
    api = APIClient()
    api.force_login(cast.sun)
    found = api.get("/api/v1/enterprises/", {"q": typed}).json()
    assert [row["name"] for row in found] == [BANK]
    assert _in_the_admin(typed, cast, client) == [bank]


@pytest.mark.parametrize("typed", CODES)
def test_by_its_code_however_it_is_written(typed: str, bank: Enterprise, stage: Stage, client: Client) -> None:
    lins = stage.cast.enterprise
    assert find_enterprises(typed) == [lins]
    assert listed(typed, stage) == [lins.name]
    assert Directory(stage.cast.city, {}).enterprise(typed) == lins
    api = APIClient()
    api.force_login(stage.cast.chen)
    assert len(api.get("/api/v1/petitions/", {"enterprise": typed}).json()["results"]) == 1
    assert _in_the_admin(typed, stage.cast, client) == [lins]


def _in_the_admin(typed: str, cast: Cast, client: Client) -> list[Any]:
    cast.sysadmin.is_staff = True
    cast.sysadmin.save()
    client.force_login(cast.sysadmin)
    return list(client.get("/admin/enterprises/enterprise/", {"q": typed}).context["cl"].result_list)


@pytest.mark.parametrize("typed", ["重庆银行澜江分行", "()", "（）", "分行重庆", "%", "_"])
def test_another_text_finds_nothing(typed: str, bank: Enterprise, stage: Stage) -> None:
    assert find_enterprises(typed) == []
    assert listed(typed, stage) == []


def test_initials_leave_the_brackets_out(bank: Enterprise) -> None:
    assert bank.folded_pinyin == "cqyhlcfh"
    assert find_enterprises("cqyhlc") == [bank]


def test_it_stands_beside_the_name_whoever_writes_it(cast: Cast) -> None:
    assert folded(BANK) == "重庆银行澜川分行"
    (made,) = Enterprise.objects.bulk_create(
        [Enterprise(credit_code=NEW_CREDIT_CODE, name=BANK, size="small", ownership="state", region=cast.city)]
    )
    made.refresh_from_db()
    assert (made.folded_name, made.folded_short_name) == ("重庆银行澜川分行", "")


@pytest.mark.parametrize(
    "typed", [NEW_CREDIT_CODE.lower(), " ".join(NEW_CREDIT_CODE), f"\u3000{NEW_CREDIT_CODE}\u200b"]
)
def test_a_code_is_entered_as_it_is_stored(typed: str, cast: Cast) -> None:
    form = register_form() | {"region": cast.city, "credit_code": typed}
    assert register_enterprise(registration=Registration(**form), by=cast.sun).credit_code == NEW_CREDIT_CODE
    with pytest.raises(ValidationError) as refusal:
        register_enterprise(registration=Registration(**form), by=cast.sun)
    assert list(refusal.value.message_dict) == ["credit_code"]


def test_an_administrator_may_type_it_so_too(cast: Cast, client: Client) -> None:
    cast.sysadmin.is_staff = True
    cast.sysadmin.save()
    client.force_login(cast.sysadmin)
    typed = {
        "credit_code": "９１９９ ０１７１ ７４７９ ７３２６ ５ｃ",
        "name": BANK,
        "size": "small",
        "ownership": "state",
    }
    typed |= {"region": cast.city.pk}
    client.post(f"/admin/enterprises/enterprise/{cast.enterprise.pk}/change/", typed)
    cast.enterprise.refresh_from_db()
    assert (cast.enterprise.credit_code, cast.enterprise.folded_name) == (LIN_CREDIT_CODE, "重庆银行澜川分行")


def test_codes_are_read_in_one_way() -> None:
    assert [read_code(code) for code in CODES] == [LIN_CREDIT_CODE] * len(CODES)
    assert read_code(OTHER_CREDIT_CODE) == OTHER_CREDIT_CODE
