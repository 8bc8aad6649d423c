from collections.abc import Iterator

import pytest

from tests.faults.house import House


@pytest.fixture(autouse=True)
def today() -> None:
    """Workers and servers are processes of their own: they go by the machine's clock, and so does the test."""


@pytest.fixture(scope="session")
def built_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("faults") / "house")
    try:
        house.open()
        yield house
    finally:
        house.close()


@pytest.fixture
def house(built_house: House) -> Iterator[House]:
    """A house with the cast in it, and nobody else."""
    built_house.refresh()
    yield built_house
    built_house.end()
