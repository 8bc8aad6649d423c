import gc
from collections.abc import Iterator

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test import override_settings
from pytest_django import DjangoDbBlocker, Settings

from tests.cast import Cast, Stage, build_cast
from tests.slow import is_slow

COLLECTED = pytest.StashKey[list[pytest.Item]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run the tests marked as slow too")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the slow ones unless asked for; put those that empty the tables last, the browser's too: they take the
    migrations' rows along."""
    config.stash[COLLECTED] = list(items)
    out = [] if config.getoption("slow") else [item for item in items if is_slow(item)]
    config.hook.pytest_deselected(items=out)
    items[:] = sorted((item for item in items if item not in set(out)), key=empties_tables)


def empties_tables(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    asked = "transactional_db" in getattr(item, "fixturenames", ())
    return asked or bool(marker and marker.kwargs.get("transaction"))


def pytest_collection_finish() -> None:
    """What was imported until now stays; looking through it for garbage costs a tenth of the time."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def nothing_shared() -> Iterator[None]:
    """Static files come from where they lie, without collectstatic. The cache is each process's own: emptying the
    real one would empty the broker in the same place. For the session, because a live server is."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    own = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    storages = configured.STORAGES | {"staticfiles": plain}
    with override_settings(STORAGES=storages, CACHES=own, WHITENOISE_AUTOREFRESH=True):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A thread of the live server may still hold its connection when the test database is to be dropped."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def files_in_memory(settings: Settings) -> None:
    """Attachments of a test stay out of the data folder of whoever runs it."""
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}


@pytest.fixture
def cast(db: None) -> Cast:
    return build_cast()


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return Stage(cast)
