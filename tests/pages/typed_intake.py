"""What the desk types into its forms, valid as it stands."""

from collections.abc import Callable
from typing import Any

from petitions.models import Petition
from tests.cast import Stage
from tests.pages.typed import Typed, report_form

# Of no place and no enterprise: division code 990199.
NEW_CREDIT_CODE = "91990199MA0000017H"


def register_form(**changes: Any) -> Typed:
    """What the register needs besides region and contact."""
    typed = {
        "name": "澜川市拾光咖啡有限公司",
        "credit_code": NEW_CREDIT_CODE,
        "size": "micro",
        "ownership": "private",
    }
    return typed | changes


def intake_form(stage: Stage, **changes: Any) -> Typed:
    """The form for an enterprise that was found."""
    typed = report_form(stage) | {"source": "phone"}
    del typed["enterprise"]
    return typed | changes


def new_form(stage: Stage, **changes: Any) -> Typed:
    """The form for one that is not in the register."""
    return intake_form(stage) | register_form() | changes


def occasion_form(stage: Stage, **changes: Any) -> Typed:
    typed = {
        "kind": "event",
        "name": "新能源专场",
        "place": "人才公寓共享客厅",
        "region": stage.cast.city.pk,
        "starts_at": "2026-09-08T14:30",
        "ends_at": "2026-09-08T17:00",
        "host": "工商联",
        "is_open": "on",
    }
    return typed | changes


INTAKE_FORMS: dict[str, Callable[[Stage, Petition], Typed]] = {
    "report_for": lambda stage, petition: intake_form(stage),
    "report_for_new": lambda stage, petition: new_form(stage),
    "create_occasion": lambda stage, petition: occasion_form(stage),
    "change_occasion": lambda stage, petition: occasion_form(stage),
}
