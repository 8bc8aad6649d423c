"""Which department leads: the category names it by level, the region picks the branch, the fallback unit is last."""

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from departments.models import Category, CategoryLead, Department, Level, lead_for
from tests.cast import Cast, person


def test_in_the_city_the_city_department_leads(cast: Cast) -> None:
    assert lead_for(cast.category, cast.city.pk) == cast.lead


def test_in_a_district_its_branch_leads(cast: Cast) -> None:
    assert lead_for(cast.category, cast.district.pk) == cast.branch


def test_where_the_branch_is_closed_or_missing_the_fallback_unit_leads(cast: Cast) -> None:
    Department.objects.filter(pk=cast.branch.pk).update(is_active=False)
    assert lead_for(cast.category, cast.district.pk) == cast.fallback
    cast.branch.delete()
    assert lead_for(cast.category, cast.district.pk) == cast.fallback


def test_where_nobody_is_left_the_city_department_leads(cast: Cast) -> None:
    Department.objects.filter(region=cast.district).update(is_active=False)
    assert lead_for(cast.category, cast.district.pk) == cast.lead


def test_a_category_of_the_city_alone_leads_everywhere(cast: Cast) -> None:
    CategoryLead.objects.filter(level=Level.DISTRICT).delete()
    assert lead_for(cast.category, cast.district.pk) == cast.lead


def test_a_category_without_a_lead_proposes_nobody(cast: Cast) -> None:
    CategoryLead.objects.all().delete()
    assert lead_for(cast.category, cast.district.pk) is None


def test_the_lead_costs_two_statements(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):
        lead_for(cast.category, cast.district.pk)


def test_a_group_and_a_closed_category_cannot_be_chosen(cast: Cast) -> None:
    group = cast.category.parent
    assert group is not None
    assert not group.is_choosable
    assert cast.category.is_choosable
    cast.category.is_active = False
    assert not cast.category.is_choosable


def test_a_second_level_has_a_service_level_and_a_group_has_none(cast: Cast) -> None:
    for parent, service_level in ((None, "ordinary"), (cast.category.parent, "")):
        with pytest.raises(IntegrityError, match="category_second_level_has_service_level"), transaction.atomic():
            Category.objects.create(code="x", name="x", parent=parent, service_level=service_level)


def test_a_region_has_one_fallback_and_each_short_name_once(cast: Cast) -> None:
    values = {"code": "new", "name": "新单位", "level": Level.DISTRICT, "region": cast.district}
    with pytest.raises(IntegrityError, match="department_one_fallback_per_region"), transaction.atomic():
        Department.objects.create(short_name="新单位", is_fallback=True, **values)
    with pytest.raises(IntegrityError, match="department_short_name_in_region"), transaction.atomic():
        Department.objects.create(short_name="经信局", **values)


def test_people_work_in_a_department_by_role_and_row(cast: Cast) -> None:
    assert list(Department.objects.of(cast.zhou)) == [cast.lead]
    assert list(Department.objects.of(person("rowless", "有角色无关系", "handler"))) == []
    assert list(Department.objects.of(person("roleless", "有关系无角色", department=cast.lead))) == []


def test_a_department_is_called_by_its_short_name_in_the_city_and_in_full_elsewhere(cast: Cast) -> None:
    cast.lead.name_en = "Bureau of Economy"
    assert (str(cast.lead), str(cast.branch)) == ("经信局", "临江区经信局")
    with override("en"):
        assert (str(cast.lead), str(cast.branch)) == ("Bureau of Economy", "临江区经信局")
