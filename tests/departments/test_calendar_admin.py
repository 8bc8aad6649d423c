"""The calendar in the admin: what a file or a row changes is shown first, stored once confirmed, by its keeper only."""

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from departments.models import AnnouncedDay, AnnouncedYear, CalendarVersion, DayException
from tests.cast import Cast
from tests.departments.days import announce, correct, events, off, table

YEARS, DAYS = "/admin/departments/announcedyear/", "/admin/departments/dayexception/"
ROW = {
    "date": "2026-09-29",
    "is_working": "on",
    "spans": "9:00-12:00",
    "name": "值班",
    "source": "通知",
    "department": "",
}


def signed_in(user: User) -> Client:
    user.is_staff = True
    user.save()
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def keeper(cast: Cast) -> Client:
    return signed_in(cast.sysadmin)


def upload(client: Client, content: bytes, name: str = "days.csv", **more: str) -> str:
    file = SimpleUploadedFile(name, content)
    return client.post(f"{YEARS}import/", {"file": file, **more}).content.decode()


def hidden(page: str) -> dict[str, str]:
    """What the page's form sends back by itself."""
    return dict(re.findall(r'<input type="hidden" name="(?!csrf)(\w+)" value="([^"]*)">', page))


def confirm(client: Client, page: str, address: str = f"{YEARS}import/", **more: Any) -> str:
    return client.post(address, hidden(page) | more, follow=True).content.decode()


def test_a_file_is_shown_first_and_stored_once_confirmed(keeper: Client, cast: Cast) -> None:
    assert "从文件导入" in keeper.get(YEARS).content.decode()
    assert "各年来源" in keeper.get(f"{YEARS}import/").content.decode()
    page = upload(keeper, table("2027/1/1,休,,元旦,"), years="2027年", source="市府办〔2026〕9号")
    assert "2027-01-01 周五 放假 元旦" in page
    assert "移动0个" in page
    assert not AnnouncedYear.objects.exists()
    assert "日历已保存" in confirm(keeper, page)
    year = AnnouncedYear.objects.get()
    assert (year.year, year.source, year.file, year.by) == (2027, "市府办〔2026〕9号", "days.csv", cast.sysadmin)
    assert AnnouncedDay.objects.get().date == date(2027, 1, 1)


def test_wrong_lines_are_named_and_the_form_stays(keeper: Client) -> None:
    page = upload(keeper, table("2027-01-01,休,,,", "2027-01-01,休,,,"))
    assert "第3行“日期”列：2027-01-01已在第2行。" in page
    assert "请填写年份" in upload(keeper, table("2027-01-01,休,,,"), years="明年")
    page = upload(keeper, events("DTSTART:20270308|SUMMARY:妇女节"), "days.ics")
    assert "文件里没有放假日，也没有调休上班日。" in page
    assert "“妇女节”：不是放假日，也不是调休上班日，不导入。" in page


def test_a_correction_stays_when_it_was_kept_on_the_shown_plan(keeper: Client) -> None:
    correct(off(date(2027, 3, 2), "停电"), off(date(2027, 3, 3), "停水"))
    page = upload(keeper, table("2027-01-01,休,,元旦,"), years="2027")
    assert "这些校正将失去" in page
    again = confirm(keeper, page, keep=["2027-03-02"])
    assert "请核对后再确认" in again
    assert "这些校正将保留" in again
    assert not AnnouncedYear.objects.exists()
    confirm(keeper, again, keep=["2027-03-02"])
    assert [row.name for row in DayException.objects.all()] == ["停电"]
    assert AnnouncedYear.objects.get().year == 2027


def test_what_changed_in_between_is_shown_again(keeper: Client) -> None:
    page = upload(keeper, table("2026-09-29,休,,停电,"))
    correct(off(date(2026, 9, 30), "停水"))
    again = confirm(keeper, page)
    assert "请核对后再确认" in again
    assert DayException.objects.count() == 1
    confirm(keeper, again)
    assert DayException.objects.count() == 2


def test_what_was_shown_cannot_be_changed_on_its_way(keeper: Client, cast: Cast) -> None:
    page = upload(keeper, table("2026-09-29,休,,停电,"))
    wrong = keeper.post(f"{YEARS}import/", hidden(page) | {"statement": "x" + hidden(page)["statement"]}, follow=True)
    assert "请重新导入" in wrong.content.decode()
    other = User.objects.create(username="second", roles=["sysadmin"], password="!")
    assert "请重新导入" in confirm(signed_in(other), page)
    assert "请重新导入" in confirm(keeper, page, keep="x")
    unseen = keeper.post(f"{YEARS}import/", hidden(page) | {"seen": ""}, follow=True)
    assert "请核对后再确认" in unseen.content.decode()
    assert not DayException.objects.exists()


def test_a_year_is_given_back_once_confirmed(keeper: Client) -> None:
    announce(off(date(2026, 10, 1), "国庆节"), years=(2026,))
    address = f"{YEARS}2026/withdraw/"
    assert address in keeper.get(YEARS).content.decode()
    page = keeper.get(address).content.decode()
    assert "chinesecalendar" in page
    assert AnnouncedYear.objects.exists()
    assert "日历已保存" in confirm(keeper, page, address)
    assert not AnnouncedYear.objects.exists()
    assert "2026年没有导入过公布" in keeper.get(address, follow=True).content.decode()


def test_nobody_edits_an_announced_year_by_hand(keeper: Client) -> None:
    announce(off(date(2026, 10, 1)), years=(2026,))
    assert keeper.get(f"{YEARS}add/").status_code == 403
    assert keeper.post(f"{YEARS}2026/delete/", {"post": "yes"}).status_code == 403
    assert "_save" not in keeper.get(f"{YEARS}2026/change/").content.decode()


def test_a_row_is_shown_first_changed_and_deleted(keeper: Client) -> None:
    page = keeper.post(f"{DAYS}add/", ROW | {"_save": "1"}).content.decode()
    assert "2026-09-29 周二 上班 09:00-12:00 值班" in page
    assert not DayException.objects.exists()
    assert keeper.post(f"{DAYS}add/", hidden(page)).status_code == 302
    row = DayException.objects.get()
    assert (row.spans, CalendarVersion.objects.count()) == (["09:00-12:00"], 1)
    change = f"{DAYS}{row.pk}/change/"
    page = keeper.post(change, ROW | {"spans": "18:00-24:00", "_save": "1"}).content.decode()
    assert "上班 09:00-12:00 值班 → 上班 18:00-24:00 值班" in page
    assert DayException.objects.get().spans == ["09:00-12:00"]
    keeper.post(change, hidden(page))
    assert DayException.objects.get().spans == ["18:00-24:00"]
    delete = f"{DAYS}{row.pk}/delete/"
    assert "取消1天" in keeper.get(delete).content.decode()
    keeper.post(delete, {"post": "yes"})
    assert not DayException.objects.exists()
    assert CalendarVersion.objects.count() == 3


def test_a_row_that_cannot_be_saved_is_told_before_anything_is_shown(keeper: Client) -> None:
    correct(off(date(2026, 9, 29)))
    answer = keeper.post(f"{DAYS}add/", ROW)
    assert answer.context["adminform"].form.errors == {"date": ["这一天已有一条，请改那一条。"]}
    answer = keeper.post(f"{DAYS}add/", ROW | {"date": "2026-09-30", "spans": "24:00-25:00"})
    assert "工作时段写作" in answer.context["adminform"].form.errors["spans"][0]
    assert keeper.post(f"{DAYS}999/change/", ROW, follow=True).status_code == 200


@pytest.mark.parametrize("name", ["secadmin", "chen", "sun"])
def test_nobody_else_may(name: str, cast: Cast) -> None:
    announce(off(date(2026, 10, 1)), years=(2026,))
    client = signed_in(getattr(cast, name))
    for address in (f"{YEARS}import/", f"{YEARS}2026/withdraw/"):
        assert client.get(address).status_code == 403
        assert client.post(address, {"statement": "x"}).status_code == 403
    assert client.post(f"{DAYS}add/", ROW).status_code == 403
