"""Entering an enterprise into the register: who may, what it needs, and two desks at once."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from enterprises.models import Enterprise
from enterprises.registering import Registration, register_enterprise
from tests.cast import LIN_CREDIT_CODE, Cast
from tests.faults.threads import together
from tests.pages.typed_intake import NEW_CREDIT_CODE, register_form

ALREADY = "这个统一社会信用代码已经登记，请按代码查找这家企业。"
PHONE = "电话号码不正确，请填写手机号或带区号的座机号。"


def registration(cast: Cast, **changes: Any) -> Registration:
    return Registration(**(register_form() | {"region": cast.city} | changes))


def test_a_dispatcher_enters_an_enterprise(cast: Cast) -> None:
    typed = registration(cast, name=" 澜川市拾光咖啡有限公司 ", credit_code=f" {NEW_CREDIT_CODE.lower()} ")
    entered = register_enterprise(registration=typed, by=cast.sun)
    stored = Enterprise.objects.get(credit_code=NEW_CREDIT_CODE)
    assert stored == entered
    assert (stored.name, stored.pinyin, stored.size, stored.ownership, stored.region) == (
        "澜川市拾光咖啡有限公司",
        "lcssgkfyxgs",
        "micro",
        "private",
        cast.city,
    )


@pytest.mark.parametrize("name", ["lin", "qian", "zhou", "wu", "chen", "wei", "sysadmin", "system"])
def test_nobody_else_does(name: str, cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        register_enterprise(registration=registration(cast), by=getattr(cast, name))
    assert not Enterprise.objects.filter(credit_code=NEW_CREDIT_CODE).exists()


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"name": " "}, {"name"}),
        ({"name": "长" * 101}, {"name"}),
        ({"credit_code": ""}, {"credit_code"}),
        ({"credit_code": "91990199MA0000017X"}, {"credit_code"}),
        ({"credit_code": "９" * 18}, {"credit_code"}),
        ({"size": "huge"}, {"size"}),
        ({"ownership": ""}, {"ownership"}),
        ({"region": None}, {"region"}),
        ({"contact_name": "名" * 41}, {"contact_name"}),
        ({"contact_phone": "12"}, {"contact_phone"}),
        ({"contact_phone": "1" * 40}, {"contact_phone"}),
        ({"contact_phone": "1-800-FLOWERS"}, {"contact_phone"}),
        ({"name": "", "credit_code": "1", "contact_phone": "x"}, {"name", "credit_code", "contact_phone"}),
    ],
)
def test_what_is_wrong_is_said_by_field(changes: dict[str, Any], fields: set[str], cast: Cast) -> None:
    with pytest.raises(ValidationError) as refusal:
        register_enterprise(registration=registration(cast, **changes), by=cast.sun)
    assert set(refusal.value.message_dict) == fields
    assert Enterprise.objects.count() == 2


def test_a_code_is_entered_once(cast: Cast) -> None:
    with pytest.raises(ValidationError) as refusal:
        register_enterprise(registration=registration(cast, credit_code=LIN_CREDIT_CODE), by=cast.sun)
    assert refusal.value.message_dict == {"credit_code": [ALREADY]}


@pytest.mark.django_db(transaction=True)
def test_two_desks_at_once_enter_one_enterprise(cast: Cast) -> None:
    def attempt(_worker: int) -> str:
        try:
            register_enterprise(registration=registration(cast), by=cast.sun)
        except ValidationError as refusal:
            return str(refusal.message_dict["credit_code"][0])
        return ""

    assert sorted(together(4, attempt)) == ["", ALREADY, ALREADY, ALREADY]
    assert Enterprise.objects.filter(credit_code=NEW_CREDIT_CODE).count() == 1
