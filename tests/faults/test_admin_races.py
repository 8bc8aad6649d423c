"""Two administrators who enter the same row at once: one row, and a sentence for whoever is slower."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction
from django.urls import reverse

from departments.models import Membership
from tests.access.test_admin_secrecy import staff
from tests.cast import Cast
from tests.faults.threads import somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 30


def test_whoever_is_slower_reads_a_sentence(cast: Cast) -> None:
    client = staff(cast, "sysadmin")
    typed = {"user": cast.feng.pk, "department": cast.lead.pk}

    def enter() -> str:
        try:
            return client.post(reverse("admin:departments_membership_add"), typed, follow=True).content.decode()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Membership.objects.create(user=cast.feng, department=cast.lead)
            slower = pool.submit(enter)
            deadline = time.monotonic() + SECONDS
            while not somebody_waits():
                assert time.monotonic() < deadline
                time.sleep(0.02)
        page = slower.result(SECONDS)
    assert "这个人已经在这个部门。" in page
    assert "membership_once" not in page
    assert Membership.objects.filter(user=cast.feng, department=cast.lead).count() == 1
