"""Unified social credit codes (GB 32100-2015): check character, alphabet, length, form."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from enterprises.models import Enterprise, validate_credit_code
from tests.cast import LIN_CREDIT_CODE, OTHER_CREDIT_CODE, Cast

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
FORM = "统一社会信用代码不正确：应为18位，且校验位相符。"
CAPITALS = "统一社会信用代码请用大写字母，不带空格。"


@pytest.mark.parametrize("code", [LIN_CREDIT_CODE, OTHER_CREDIT_CODE, "919901041723068311"])
def test_a_right_code_passes(code: str) -> None:
    validate_credit_code(code)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("", FORM),
        (LIN_CREDIT_CODE[:15], FORM),
        (LIN_CREDIT_CODE[:17], FORM),
        (LIN_CREDIT_CODE + "0", FORM),
        (LIN_CREDIT_CODE[:17] + "D", FORM),
        ("81990171747973265C", FORM),
        ("91990171I47973265C", FORM),
        ("９１９９０１７１７４７９７３２６５Ｃ", FORM),
        ("澜川市青禾机械有限公司青禾机械有限公司", FORM),
        (LIN_CREDIT_CODE.lower(), CAPITALS),
        (f" {LIN_CREDIT_CODE}", CAPITALS),
        ("91990171 747973265C", CAPITALS),
    ],
)
def test_a_wrong_code_gets_a_sentence(code: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        validate_credit_code(code)
    assert refusal.value.messages == [sentence]


def test_every_other_check_character_is_wrong() -> None:
    for sign in set(SIGNS) - {LIN_CREDIT_CODE[-1]}:
        with pytest.raises(ValidationError):
            validate_credit_code(LIN_CREDIT_CODE[:17] + sign)


def test_neighbours_that_changed_places_are_found() -> None:
    for place in range(16):
        code = list(LIN_CREDIT_CODE)
        code[place], code[place + 1] = code[place + 1], code[place]
        if "".join(code) != LIN_CREDIT_CODE:
            with pytest.raises(ValidationError):
                validate_credit_code("".join(code))


def test_the_model_checks_the_code_and_the_database_its_form(cast: Cast) -> None:
    cast.enterprise.credit_code = LIN_CREDIT_CODE[:17] + "D"
    with pytest.raises(ValidationError) as refusal:
        cast.enterprise.full_clean()
    assert refusal.value.message_dict == {"credit_code": [FORM]}
    for code in (LIN_CREDIT_CODE.lower(), LIN_CREDIT_CODE[:15], "I" * 18):
        with pytest.raises(IntegrityError, match="enterprise_credit_code_form"), transaction.atomic():
            Enterprise.objects.filter(pk=cast.enterprise.pk).update(credit_code=code)


def test_a_code_belongs_to_one_enterprise(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="credit_code"), transaction.atomic():
        Enterprise.objects.filter(pk=cast.other_enterprise.pk).update(credit_code=LIN_CREDIT_CODE)


def test_lists_are_sorted_by_the_sound_of_the_name(cast: Cast) -> None:
    assert cast.enterprise.pinyin == "lcsqhjxyxgs"
    cast.enterprise.name = "ABC阿里山茶业（澜川）有限公司"
    cast.enterprise.save()
    assert list(Enterprise.objects.values_list("pinyin", flat=True)) == ["abcalscy（lc）yxgs", "lcsyfwlyxgs"]


def test_people_speak_for_an_enterprise_by_role_and_row(cast: Cast) -> None:
    assert list(Enterprise.objects.of_liaison(cast.lin)) == [cast.enterprise]
    assert list(Enterprise.objects.of_assistant(cast.qian)) == [cast.enterprise]
    assert list(Enterprise.objects.of_assistant(cast.lin)) == []
    cast.lin.roles, cast.qian.roles = ["assistant"], ["liaison"]
    assert list(Enterprise.objects.of_liaison(cast.lin)) == []
    assert list(Enterprise.objects.of_assistant(cast.qian)) == []
