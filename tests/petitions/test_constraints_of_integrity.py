"""Every check and unique constraint of integrity flags refuses at least once."""

import pytest

from petitions.models import IntegrityFlag
from petitions.supervision.flags import raise_flags
from tests.cast import Stage
from tests.petitions.behind_the_verbs import Act, again, assert_refuses
from tests.petitions.flags import withdrawn_after_contact


def _flag(stage: Stage) -> IntegrityFlag:
    withdrawn_after_contact(stage)
    raise_flags(now=stage.now)
    return IntegrityFlag.objects.get()


def _flagged(**values: object) -> Act:
    """Change a flag that waits."""

    def act(stage: Stage) -> None:
        _flag(stage)
        IntegrityFlag.objects.update(**values)

    return act


CASES: dict[str, Act] = {
    "flag_once": lambda stage: again(_flag(stage)),
    "flag_kind_known": _flagged(kind="gossip"),
    "flag_outcome_paired": _flagged(outcome="confirmed"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_constraint_refuses(name: str, stage: Stage) -> None:
    assert_refuses(name, CASES[name], stage)
