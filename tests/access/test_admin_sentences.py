"""What the database would refuse, the admin refuses before: a sentence beside the field, never a constraint's name."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from accounts.models import Role, User
from departments.models import Category, CategoryLead, Department
from regions.models import Region
from tests.access.test_admin_secrecy import staff
from tests.cast import LIN_CREDIT_CODE, Cast
from tests.pages.html import form_values


def sent(client: Client, at: str, changes: dict[str, Any]) -> HttpResponse:
    """Send the page's form with these values instead of what it holds."""
    held = form_values(client.get(at))
    kept = {name: values for name, values in held.items() if not name.startswith("_")}
    changed = {name: value for name, value in (kept | changes).items() if value is not None}
    answer: Any = client.post(at, changed)
    return answer


def told(answer: HttpResponse) -> dict[str, list[str]]:
    """Return what stands beside each field, and for the rows below the form, beside theirs."""
    context: Any = answer.context  # type: ignore[attr-defined]
    if answer.status_code != 200:
        return {}
    beside = dict(context["adminform"].form.errors)
    for below in context["inline_admin_formsets"]:
        for row in below.formset.forms:
            beside |= {f"{row.prefix}-{name}": sentences for name, sentences in row.errors.items()}
    page = answer.content.decode()
    assert all(escape(sentence) in page for sentences in beside.values() for sentence in sentences)
    return {name: list(sentences) for name, sentences in beside.items()}


def page(table: str, row: Any = None) -> str:
    return reverse(f"admin:{table}_change", args=[row.pk]) if row else reverse(f"admin:{table}_add")


CIRCLE = ["上级不能是它自己，也不能是它的下级。"]
ONE_CITY = ["市只能有一个。"]
CLOSED = ["这个部门已停用，不能主办类别。"]
NO_SIGN_IN = ["“系统”不是人，不能登录。"]
HIS_OWN = ["“系统”这个角色和用户名system只属于系统本身，不能授予任何人。"]

# Who sends which form with what, and what stands beside which field.
Case = tuple[str, Callable[[Cast], str], Callable[[Cast], dict[str, Any]], dict[str, list[str]]]
CASES: dict[str, Case] = {
    "a second city": (
        "sysadmin",
        lambda cast: page("regions_region"),
        lambda cast: {"code": "x", "name": "另一个市", "kind": "city", "parent": ""},
        {"kind": ONE_CITY},
    ),
    "a district that becomes a city": (
        "sysadmin",
        lambda cast: page("regions_region", cast.district),
        lambda cast: {"kind": "city", "parent": ""},
        {"kind": ONE_CITY},
    ),
    "a district under nothing": (
        "sysadmin",
        lambda cast: page("regions_region", cast.district),
        lambda cast: {"parent": ""},
        {"parent": ["市没有上级区域；区县和园区须填上级区域。"]},
    ),
    "a region under itself": (
        "sysadmin",
        lambda cast: page("regions_region", cast.district),
        lambda cast: {"parent": cast.district.pk},
        {"parent": CIRCLE},
    ),
    "a department under itself": (
        "sysadmin",
        lambda cast: page("departments_department", cast.lead),
        lambda cast: {"parent": cast.lead.pk},
        {"parent": CIRCLE},
    ),
    "a department under the one below it": (
        "sysadmin",
        lambda cast: page("departments_department", cast.fallback),
        lambda cast: {"parent": cast.branch.pk},
        {"parent": CIRCLE},
    ),
    "a second fallback": (
        "sysadmin",
        lambda cast: page("departments_department", cast.branch),
        lambda cast: {"is_fallback": "on"},
        {"is_fallback": ["这个区域已有兜底单位。"]},
    ),
    "a short name twice": (
        "sysadmin",
        lambda cast: page("departments_department", cast.support),
        lambda cast: {"short_name": cast.lead.short_name},
        {"short_name": ["这个区域已有同样简称的部门。"]},
    ),
    "closing a department that leads": (
        "sysadmin",
        lambda cast: page("departments_department", cast.lead),
        lambda cast: {"is_active": None},
        {"successor": ["这个部门还有2个主办类别，请选择由谁接替：一个部门，或派单台。"]},
    ),
    "a category under itself": (
        "sysadmin",
        lambda cast: page("departments_category", cast.category),
        lambda cast: {"parent": cast.category.pk},
        {"parent": CIRCLE},
    ),
    "a category of the third level": (
        "sysadmin",
        lambda cast: page("departments_category"),
        lambda cast: {"code": "x", "name": "三级", "parent": cast.category.pk, "service_level": "ordinary"},
        {"parent": ["类别只有两级：上级类别须是一级类别，有下级的类别没有上级。"]},
    ),
    "a category without a service level": (
        "sysadmin",
        lambda cast: page("departments_category", cast.category),
        lambda cast: {"service_level": ""},
        {"service_level": ["二级类别须填服务等级，一级类别不填。"]},
    ),
    "a member twice": (
        "sysadmin",
        lambda cast: page("departments_membership"),
        lambda cast: {"user": cast.zhou.pk, "department": cast.lead.pk},
        {"department": ["这个人已经在这个部门。"]},
    ),
    "a liaison twice": (
        "sysadmin",
        lambda cast: page("enterprises_liaison"),
        lambda cast: {"user": cast.lin.pk, "enterprise": cast.enterprise.pk},
        {"enterprise": ["这个人已经是这家企业的联络员。"]},
    ),
    "an enterprise twice": (
        "sysadmin",
        lambda cast: page("enterprises_enterprise", cast.other_enterprise),
        lambda cast: {"credit_code": LIN_CREDIT_CODE},
        {"credit_code": ["这个统一社会信用代码已经登记，请按代码查找这家企业。"]},
    ),
    "working time on a day off": (
        "sysadmin",
        lambda cast: page("departments_dayexception"),
        lambda cast: {"date": "2026-12-24", "spans": "09:00-12:00", "source": "国办"},
        {"spans": ["休息日没有工作时段。"]},
    ),
    "a desk twice": (
        "secadmin",
        lambda cast: page("regions_deskmember"),
        lambda cast: {"user": cast.tang.pk, "region": cast.district.pk},
        {"region": ["这个人已经在这个派单台。"]},
    ),
    "the machine's role for a person": (
        "secadmin",
        lambda cast: page("accounts_user", cast.zhou),
        lambda cast: {"roles": "system"},
        {"roles": HIS_OWN},
    ),
    "the machine's name for a person": (
        "secadmin",
        lambda cast: page("accounts_user", cast.zhou),
        lambda cast: {"username": "system"},
        {"username": ["已经有这个用户名。"], "roles": HIS_OWN, "is_active": NO_SIGN_IN},
    ),
    "two of three administrators": (
        "secadmin",
        lambda cast: page("accounts_user", cast.zhou),
        lambda cast: {"roles": "sysadmin,auditor"},
        {"roles": ["系统管理员、安全管理员、审计员三种角色，一个人只能有一种。"]},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_sentence_stands_beside_the_field(name: str, cast: Cast) -> None:
    keeper, at, changes, sentences = CASES[name]
    answer = sent(staff(cast, keeper), at(cast), changes(cast))
    assert told(answer) == sentences


def test_a_closed_department_leads_no_category(cast: Cast) -> None:
    cast.support.is_active = False
    cast.support.save()
    first = CategoryLead.objects.filter(category=cast.category).order_by("pk").first()
    assert first
    client = staff(cast, "sysadmin")
    at = page("departments_category", cast.category)
    held = form_values(client.get(at))
    ids = {name: values for name, values in held.items() if name.endswith("-id")}
    place = next(name.removesuffix("-id") for name, values in ids.items() if values == [str(first.pk)])
    assert told(sent(client, at, {f"{place}-department": cast.support.pk})) == {f"{place}-department": CLOSED}
    # A category that is no longer used may keep the department that led it.
    assert sent(client, at, {f"{place}-department": cast.support.pk, "is_active": None}).status_code == 302
    assert told(sent(client, at, {"is_active": "on"})) == {f"{place}-department": CLOSED}


def test_a_department_whose_categories_are_led_by_others_is_closed(cast: Cast) -> None:
    CategoryLead.objects.filter(department=cast.lead).update(department=cast.support)
    client, at = staff(cast, "sysadmin"), page("departments_department", cast.lead)
    assert sent(client, at, {"is_active": None}).status_code == 302
    assert not Department.objects.get(pk=cast.lead.pk).is_active


def test_the_machine_is_seen_in_the_admin_and_not_changed(cast: Cast) -> None:
    client = staff(cast, "secadmin")
    typed = {"username": "system", "roles": "system", "is_active": "on"}
    answer = client.post(page("accounts_user", cast.system), typed)
    assert answer.status_code == 403
    assert client.get(page("accounts_user", cast.system)).status_code == 200
    assert not User.objects.get(pk=cast.system.pk).is_active


@pytest.mark.parametrize(
    "values",
    [
        {"username": "robot", "roles": [Role.SYSTEM]},
        {"username": "robot", "roles": [Role.SYSTEM], "is_active": False},
        {"username": "system", "roles": [Role.HANDLER]},
        {"username": "system", "roles": []},
        {"username": "system", "roles": [Role.SYSTEM], "is_active": True},
    ],
)
def test_the_database_lets_nobody_be_the_machine(cast: Cast, values: dict[str, Any]) -> None:
    row = cast.system if values["username"] == "system" else cast.zhou
    with pytest.raises(IntegrityError, match="user_system_"):
        User.objects.filter(pk=row.pk).update(**values)


def test_the_database_refuses_a_second_city_and_a_row_under_itself(cast: Cast) -> None:
    for table, row in ((Department, cast.lead), (Category, cast.category), (Region, cast.district)):
        with pytest.raises(IntegrityError, match="_not_under_itself"), transaction.atomic():
            table._default_manager.filter(pk=row.pk).update(parent=row.pk)
    below = Department.objects.create(
        code="below", name="下级", short_name="下级", level="city", region=cast.city, parent=cast.lead
    )
    kind = Category.objects.create(code="below", name="下级", parent=cast.category, service_level="ordinary")
    town = Region.objects.create(code="town", name="下级镇", kind="town", parent=cast.district)
    for above, lowest in ((cast.lead, below), (cast.category, kind), (cast.district, town)):
        with pytest.raises(IntegrityError, match="a circle"), transaction.atomic():
            type(above)._default_manager.filter(pk=above.pk).update(parent=lowest)
    with pytest.raises(IntegrityError, match="region_one_city"):
        Region.objects.create(code="x", name="另一个市", kind="city")
