"""Which department a name in a letter means, and who an answer says it is from."""

import pytest

from departments.models import Department, Level
from petitions.importing.directory import Directory
from petitions.importing.letters import Reason, Rejected
from tests.cast import Cast


@pytest.fixture
def city_government(cast: Cast) -> Department:
    return Department.objects.create(
        code="city-gov",
        short_name="市政府",
        name="澜川市人民政府",
        level=Level.CITY,
        region=cast.city,
        is_fallback=True,
    )


@pytest.fixture
def directory(cast: Cast, city_government: Department) -> Directory:
    Department.objects.filter(pk=cast.branch.pk).update(aliases=["临江区工信局"])
    return Directory(cast.city, {"中小企业处（挂靠）": "工信局", "乡镇": "linjiang-gov"})


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("经信局", "jingxin"),
        ("工信局", "jingxin"),
        ("澜川市经信局", "jingxin"),
        ("市经信局", "jingxin"),
        ("邻城市 工信局", "jingxin"),
        ("jingxin", "jingxin"),
        ("国家总局邻城市税务局", "shuiwu"),
        ("中小企业处(挂靠)", "jingxin"),
        ("乡镇", "linjiang-gov"),
        ("临江区经信局", "linjiang-jingxin"),
        ("澜川市临江区工信局", "linjiang-jingxin"),
    ],
)
def test_a_department_goes_by_any_of_its_names(directory: Directory, name: str, code: str) -> None:
    assert directory.named(name).code == code


@pytest.mark.parametrize("name", ["民政局", "其他", "市", "", "邻县经信局", "云麓区税务局", "经信局税务局", "局"])
def test_another_name_is_nobodys(directory: Directory, name: str) -> None:
    with pytest.raises(Rejected) as rejected:
        directory.named(name)
    assert rejected.value.reason == Reason.UNKNOWN_DEPARTMENT


def test_a_name_that_fits_two_departments_fits_none(cast: Cast) -> None:
    Department.objects.filter(pk__in=[cast.lead.pk, cast.support.pk]).update(aliases=["综合科"])
    assert Directory(cast.city, {}).find("综合科") is None
    assert Directory(cast.city, {"综合科": "税务局"}).find("综合科") == cast.support


def test_a_department_that_is_no_longer_active_is_nobodys(cast: Cast) -> None:
    Department.objects.filter(pk=cast.lead.pk).update(is_active=False)
    assert Directory(cast.city, {}).find("经信局") is None


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("您好，补贴下月发放。市工信局 2019年3月4日", "jingxin"),
        ("您好，补贴下月发放。\n税务局\n二〇一九年三月四日。", "shuiwu"),
        ("您好，补贴下月发放。A7县教体局", "jiaoyu"),
        ("您反映的问题已转市税务局调查核处。2019年3月4日", "shuiwu"),
        ("您的留言已转交给县教体局办理。", "jiaoyu"),
        ("请到税务局咨询，电话见网站。", "city-gov"),
        ("办理转学请联系教体局。", "city-gov"),
        ("您好！留言已收悉", "city-gov"),
    ],
)
def test_an_answer_is_from_whoever_signed_it_not_from_whom_it_mentions(
    directory: Directory, answer: str, code: str
) -> None:
    assert directory.answering(answer).code == code


def test_an_unsigned_answer_is_nobodys_where_there_is_no_fallback_unit(cast: Cast) -> None:
    with pytest.raises(Rejected) as rejected:
        Directory(cast.city, {}).answering("您好！留言已收悉")
    assert rejected.value.reason == Reason.UNKNOWN_DEPARTMENT


def test_a_district_unit_is_not_the_citys_fallback(cast: Cast, directory: Directory) -> None:
    assert directory.answering("已收悉。") != cast.fallback


def test_regions_and_enterprises_are_found_or_rejected(cast: Cast, directory: Directory) -> None:
    assert directory.region("") == cast.city
    assert directory.region("临江区") == directory.region("linjiang") == cast.district
    assert directory.enterprise("") is None
    assert directory.enterprise(cast.enterprise.credit_code.lower()) == cast.enterprise
    for find, name in ((directory.region, "火星"), (directory.enterprise, "91000000000000000X")):
        with pytest.raises(Rejected) as rejected:
            find(name)
        assert rejected.value.reason == Reason.UNKNOWN_VALUE
