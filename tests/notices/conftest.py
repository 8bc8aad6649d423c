"""What the tests of sending share: a clock that is set by hand, and a gateway on this machine."""

import pytest

from tests.faults.gateway import Gateway
from tests.notices.outbox import Dial


@pytest.fixture
def dial() -> Dial:
    return Dial()


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()
