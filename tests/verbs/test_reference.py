"""What is kept in memory is what would be read: after a change, by whomever, after a rollback, and inside a request."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from departments.calendars import new_version, newest_version
from departments.models import Category
from limits.clocks import Policy
from limits.models import LimitRule
from regions.desks import desk_for, desks_of
from regions.models import DeskMember, Region
from tests.cast import Cast
from verbs import reference


def codes() -> set[str]:
    return set(reference.by_code(Category))


def test_nothing_is_read_twice_while_nothing_changes(cast: Cast, django_assert_num_queries: Any) -> None:
    kept = reference.rows(Category)
    with django_assert_num_queries(1):  # the state alone
        assert reference.rows(Category) is kept


@pytest.mark.usefixtures("within_a_request")
def test_a_request_asks_for_the_state_once(cast: Cast, django_assert_num_queries: Any) -> None:
    def ask() -> None:
        codes(), newest_version(), desk_for(cast.city.pk), desks_of(cast.sun)

    ask()
    with django_assert_num_queries(0):
        ask()


MIXES_THEM_UP = pytest.mark.xfail(strict=True, reason="how many and the newest do not say which")
CHANGES: dict[str, Callable[[], object]] = {
    "create": lambda: Category.objects.create(code="x", name="新类别"),
    "bulk": lambda: Category.objects.bulk_create([Category(code="x", name="新类别")]),
    "update": lambda: Category.objects.filter(code="funds").update(code="x"),
    "sql": lambda: run("UPDATE departments_category SET code = 'x' WHERE code = 'funds'"),
    "with": lambda: run("WITH one AS (SELECT 1) UPDATE departments_category SET code = 'x' WHERE code = 'funds'"),
}


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.usefixtures("within_a_request")
@pytest.mark.parametrize("change", CHANGES)
def test_a_request_that_changes_a_table_reads_what_it_wrote(change: str, cast: Cast) -> None:
    assert "x" not in codes()
    CHANGES[change]()
    assert "x" in codes()


def test_what_was_rolled_back_was_never_there(cast: Cast) -> None:
    before = codes()
    for code in ("x", "y"):
        with transaction.atomic():
            Category.objects.create(code=code, name="新类别")
            assert codes() == before | {code}
            transaction.set_rollback(True)
        assert codes() == before


@pytest.mark.django_db(transaction=True)
def test_another_process_is_heard(within_a_request: None) -> None:
    """Another connection changes the table: the next request has it, and one that was open the while not later."""
    Region.objects.create(code="a", name="甲", name_en="A", kind="city")
    assert set(reference.by_code(Region)) == {"a"}

    def elsewhere() -> None:
        Region.objects.create(code="b", name="乙", name_en="B", kind="district", parent=Region.objects.get())
        connection.close()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    reference._begin()  # the next request
    assert set(reference.by_code(Region)) == {"a", "b"}


@pytest.mark.django_db(transaction=True)
def test_the_one_that_began_earlier_and_ended_later_is_heard() -> None:
    """Its note has the lower number and comes last: the newest note alone would not tell."""
    Region.objects.create(code="a", name="甲", name_en="A", kind="city")
    has_written, may_end = threading.Event(), threading.Event()

    def slowly() -> None:
        with transaction.atomic():
            Region.objects.filter(code="a").update(name="慢")
            has_written.set()
            may_end.wait(30)
        connection.close()

    thread = threading.Thread(target=slowly)
    thread.start()
    assert has_written.wait(30)
    Category.objects.create(code="x", name="快")
    assert reference.by_code(Region)["a"].name == "甲"
    may_end.set()
    thread.join()
    assert reference.by_code(Region)["a"].name == "慢"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("state", [reference.STATE, pytest.param("count(*), max(id)", marks=MIXES_THEM_UP)])
def test_two_that_have_not_ended_are_not_mixed_up(state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each sees its own note and a newer one of a third: as many notes, and the same newest."""
    monkeypatch.setattr(reference, "STATE", state)
    Region.objects.create(code="a", name="甲", name_en="A", kind="city")
    has_written, may_read, read = threading.Event(), threading.Event(), []

    def beside() -> None:
        with transaction.atomic():
            Category.objects.create(code="x", name="旁")
            has_written.set()
            may_read.wait(30)
            read.append(reference.by_code(Region)["a"].name)
        connection.close()

    def third() -> None:
        Category.objects.create(code="y", name="三")
        connection.close()

    with transaction.atomic():
        Region.objects.filter(code="a").update(name="改")
        others = [threading.Thread(target=act) for act in (beside, third)]
        others[0].start()
        assert has_written.wait(30)
        others[1].start()
        others[1].join()
        assert reference.by_code(Region)["a"].name == "改"
        may_read.set()
        others[0].join()
    assert read == ["甲"]


@pytest.mark.usefixtures("within_a_request")
def test_a_request_that_takes_its_change_back_reads_what_was_there(cast: Cast) -> None:
    before = codes()
    with transaction.atomic():
        Category.objects.create(code="x", name="新类别")
        assert codes() == before | {"x"}
        transaction.set_rollback(True)
    assert codes() == before


def test_old_notes_go(cast: Cast) -> None:
    for number in range(400):
        Category.objects.filter(code="funds").update(name_en=f"{number}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM reference_change")
        assert cursor.fetchone()[0] <= reference.NOTES_MOST + 50
    assert reference.by_code(Category)["funds"].name_en == "399"


def test_signing_in_is_no_change_of_who_dispatches(cast: Cast, django_assert_num_queries: Any) -> None:
    desk_for(cast.city.pk)
    cast.sun.last_login = timezone.now()
    cast.sun.save(update_fields=["last_login"])
    with django_assert_num_queries(2):  # the state, for the regions and for who dispatches
        desk_for(cast.city.pk)


def test_who_dispatches_is_known_at_once(cast: Cast) -> None:
    assert desk_for(cast.district.pk) == cast.district.pk
    User.objects.filter(pk__in=DeskMember.objects.values("user")).update(is_active=False)
    assert desk_for(cast.district.pk) == cast.city.pk


def test_rules_and_calendars_follow_their_tables(cast: Cast) -> None:
    now = timezone.now()
    first = newest_version()
    assert new_version(note="改", now=now).pk == newest_version() != first
    rule = Policy(now, {"dispatch"}).rule("dispatch", {})
    LimitRule.objects.filter(promise="dispatch").update(valid_until=now - timedelta(seconds=1))
    with pytest.raises(LookupError):
        Policy(now, {"dispatch"}).rule("dispatch", {})
    assert rule.promise == "dispatch"


def test_every_table_that_is_kept_has_its_trigger(cast: Cast) -> None:
    codes(), newest_version(), desk_for(cast.city.pk), Policy(timezone.now(), {"dispatch"}).rule("dispatch", {})
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%\\_is\\_reference'")
        assert {table for (table,) in cursor.fetchall()} >= reference._watched
