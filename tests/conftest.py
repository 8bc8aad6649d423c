import gc
import os
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.conf import settings as configured
from django.db import connection
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from tests.cast import Cast, Stage
from tests.city import City
from tests.kept import nothing_kept, within_a_request
from tests.moments import TODAY
from tests.slow import is_slow, takes_hours
from tests.template import use_template

__all__ = ["nothing_kept", "within_a_request"]

CITY = City()
COLLECTED = pytest.StashKey[list[pytest.Item]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run the tests marked as slow too")
    parser.addoption("--hours", action="store_true", help="run all tests, those that take hours too")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the slow ones unless asked for; put those that empty the tables last: they take the migrations' rows
    and the cast along."""
    config.stash[COLLECTED] = list(items)
    if config.getoption("hours"):
        out = []
    else:
        is_out = takes_hours if config.getoption("slow") else is_slow
        out = [item for item in items if is_out(item)]
    config.hook.pytest_deselected(items=out)
    items[:] = sorted((item for item in items if item not in set(out)), key=empties_tables)


def empties_tables(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    asked = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(asked or (marker and marker.kwargs.get("transaction")))


def pytest_collection_finish() -> None:
    """What was imported until now stays, and what a test leaves behind is little: looking through it all for garbage
    costs a tenth of the time."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


@pytest.fixture(scope="session", autouse=True)
def nothing_shared() -> Iterator[None]:
    """Static files come from where they lie, without collectstatic; attachments stay in memory. The cache is each
    process's own: emptying the real one would empty the broker in the same place. For the session, because a live
    server is."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    own = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    with override_settings(
        STORAGES=configured.STORAGES | {"staticfiles": plain, "default": memory},
        CACHES=own,
        WHITENOISE_AUTOREFRESH=True,
    ):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        use_template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The cast lives in the test database, which need not outlive a crash: no commit waits for the disk. A thread of
    the live server may still hold its connection when the database is to be dropped."""
    with django_db_blocker.unblock(), time_machine.travel(TODAY):
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{connection.settings_dict["NAME"]}" SET synchronous_commit = off')
        connection.close()  # the next one has it
        CITY.write()
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Every test begins on the same working day at ten o'clock, whatever the machine's clock says."""
    with time_machine.travel(TODAY):
        yield


@pytest.fixture(autouse=True)
def _city(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whoever does not ask for the cast finds an empty city."""
    empties = empties_tables(request.node)
    if not empties and "db" not in request.fixturenames and not request.node.get_closest_marker("django_db"):
        yield
        return
    request.getfixturevalue("transactional_db" if empties else "db")
    if "cast" not in request.fixturenames:
        CITY.empty()
    yield
    if empties:
        CITY.was_emptied()


@pytest.fixture
def under_umask() -> Iterator[Callable[[int], int]]:
    """Let the test, and what it starts, go by another umask; the one from before is back afterwards."""
    before = os.umask(0o077)
    os.umask(before)
    yield os.umask
    os.umask(before)


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast, as objects of this test's own."""
    return CITY.cast()


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return Stage(cast)
