"""What somebody types about the survey and integrity flags, as typed.py; by the route's name."""

from collections.abc import Callable

from petitions.models import Petition
from tests.cast import Stage
from tests.pages.typed import Typed

SURVEY_FORMS: dict[str, Callable[[Stage, Petition], Typed]] = {
    "call": lambda stage, petition: {"number": 1, "result": "no_answer"},
    "hand_call": lambda stage, petition: {"to": stage.cast.chu.pk},
    "surveys": lambda stage, petition: {"month": "2026-08", "seed": "澜川"},
    "judge_flag": lambda stage, petition: {"outcome": "dismissed", "why": "已电话核实企业意愿"},
}
