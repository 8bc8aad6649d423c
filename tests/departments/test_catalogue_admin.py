"""The catalogue's import in the admin: for the system administrator, checked first, all or nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from departments.models import Responsibility
from tests.cast import Cast
from tests.departments.catalogue_files import csv_bytes

AT = "/admin/departments/responsibility/import/"


def signed_in(user: User) -> Client:
    user.is_staff = True
    user.save()
    client = Client()
    client.force_login(user)
    return client


def sent(client: Client, content: bytes, **more: str) -> str:
    file = SimpleUploadedFile("list.csv", content)
    return client.post(AT, {"file": file, **more}, follow=True).content.decode()


def test_a_file_is_checked_first_and_then_imported(cast: Cast) -> None:
    client = signed_in(cast.sysadmin)
    assert "从文件导入" in client.get("/admin/departments/responsibility/").content.decode()
    assert "只检查，不导入" in client.get(AT).content.decode()
    checked = sent(client, csv_bytes({}), is_dry_run="on")
    assert "只作检查。读到1行：新增1行，修改0行。" in checked
    assert "第2行新增：经信局 拖欠货款" in checked
    assert not Responsibility.objects.exists()
    assert "读到1行：新增1行，修改0行。" in sent(client, csv_bytes({}))
    assert Responsibility.objects.count() == 1


def test_wrong_cells_are_named_on_the_page(cast: Cast) -> None:
    page = sent(signed_in(cast.sysadmin), csv_bytes({}, {"level": "省级"}, {"department": "财税局"}))
    assert "第3行“层级”列：只能填" in page
    assert "第4行“部门”列：没有简称为“财税局”的市级部门" in page
    assert not Responsibility.objects.exists()


@pytest.mark.parametrize("name", ["secadmin", "chen", "sun"])
def test_nobody_else_may(name: str, cast: Cast) -> None:
    assert signed_in(getattr(cast, name)).get(AT).status_code == 403
