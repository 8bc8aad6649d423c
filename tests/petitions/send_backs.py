"""Steps of sending back that several tests take."""

from typing import Any

from petitions.arbitration import decide_send_back
from petitions.models import Petition, SendBack
from petitions.send_back import ask_send_back, dispute_send_back
from tests.cast import Stage

BASIS = "三定方案第五条，应由教体局承办"


def asked(stage: Stage, petition: Petition, **changes: Any) -> SendBack:
    """The lead's head asks, unless told otherwise."""
    values: dict[str, Any] = {
        "by": stage.cast.wu,
        "reason": "not_responsible",
        "basis": BASIS,
        "proposed": stage.cast.other_department,
        "now": stage.tick(),
    }
    ask_send_back(petition=petition, **(values | changes))
    return SendBack.objects.latest("pk")


def decided(stage: Stage, send_back: SendBack, decision: str = "approved", **changes: Any) -> Petition:
    """A dispatcher decides, or a supervisor where it is a supervisor's."""
    by = stage.cast.chen if send_back.is_final else stage.cast.sun
    note = "" if decision == "approved" else "职责清单写明由你局主办"
    values: dict[str, Any] = {"by": by, "decision": decision, "note": note, "now": stage.tick()}
    return decide_send_back(send_back=send_back, **(values | changes))


def sent_back(stage: Stage, petition: Petition, **changes: Any) -> Petition:
    """Ask and approve: the petition waits for the dispatcher."""
    return decided(stage, asked(stage, petition, **changes))


def refused(stage: Stage, petition: Petition, **changes: Any) -> SendBack:
    send_back = asked(stage, petition, **changes)
    decided(stage, send_back, "refused")
    return SendBack.objects.get(pk=send_back.pk)


def disputed(stage: Stage, send_back: SendBack, **changes: Any) -> SendBack:
    values: dict[str, Any] = {"by": stage.cast.wu, "text": "清单第12条已经修订", "now": stage.tick()}
    dispute_send_back(send_back=send_back, **(values | changes))
    return SendBack.objects.latest("pk")
