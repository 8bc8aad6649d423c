"""Every check and unique constraint of joint handling and sending back refuses at least once."""

from typing import Any

import pytest

from petitions.models import Assignment, SendBack
from tests.cast import Stage
from tests.petitions.behind_the_verbs import Act, again, assert_refuses
from tests.petitions.send_backs import asked, disputed, refused


def _asked(**values: Any) -> Act:
    """Change a request that waits."""

    def act(stage: Stage) -> None:
        asked(stage, stage.assigned())
        SendBack.objects.update(**values)

    return act


def _dispute_at_the_dispatcher(stage: Stage) -> None:
    dispute = disputed(stage, refused(stage, stage.assigned()))
    SendBack.objects.filter(pk=dispute.pk).update(arbiter="dispatcher")


def _two_disputes(stage: Stage) -> None:
    again(disputed(stage, refused(stage, stage.assigned())))


def _waived_without_reason(stage: Stage) -> None:
    stage.assigned(with_support=True)
    Assignment.objects.filter(part="support").update(waived_at=stage.now, waived_by=stage.cast.chen)


def _appointed_by_nobody(stage: Stage) -> None:
    stage.assigned()
    Assignment.objects.update(appointment_at=stage.now, appointment_method="visit")


CASES: dict[str, Act] = {
    "assignment_appointment_paired": _appointed_by_nobody,
    "send_back_once_per_assignment": lambda stage: again(asked(stage, stage.assigned())),
    "send_back_reason_known": _asked(reason="tired"),
    "send_back_decision_paired": _asked(decision="approved"),
    "send_back_dispute_is_final": _dispute_at_the_dispatcher,
    "petitions_sendback_disputes_id_key": _two_disputes,
    "assignment_waived_paired": _waived_without_reason,
}


@pytest.mark.parametrize("name", CASES)
def test_the_constraint_refuses(name: str, stage: Stage) -> None:
    assert_refuses(name, CASES[name], stage)


def test_a_lead_cannot_be_waived(stage: Stage) -> None:
    def act(stage: Stage) -> None:
        stage.assigned()
        Assignment.objects.update(waived_at=stage.now, waived_by=stage.cast.chen, waived_why="不需要")

    assert_refuses("assignment_waived_paired", act, stage)
