"""What the survey's pages read. An evaluator's reads start from `calls_of`: their own calls and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from accounts.models import Role, User
from departments.models import Department
from petitions.models import Assignment
from surveys.models import OPEN_STATES, CallState, Stratum, Survey, SurveyAttempt, SurveyCall

READERS = (Role.SUPERVISOR, Role.LEADER)  # who may read the surveys and their gaps


def evaluators() -> QuerySet[User]:
    """People who can make calls: third parties, with an account in use, no other role, and no department."""
    return User.objects.filter(is_active=True, roles=[Role.EVALUATOR], memberships__isnull=True).order_by("pk")


def calls_of(user: User) -> QuerySet[SurveyCall]:
    """Return the evaluator's own calls, the newest survey first, in the order of the sample; none for other people.

    The stratum of a call is not read: it would tell how the enterprise itself rated.
    """
    if not user.has_role(Role.EVALUATOR):
        return SurveyCall.objects.none()
    return SurveyCall.objects.filter(evaluator=user).defer("stratum").order_by("-survey", "place")


def worklist(user: User) -> QuerySet[SurveyCall]:
    """The evaluator's calls with what a row shows: the petition, the number of attempts, the time agreed last."""
    last = SurveyAttempt.objects.filter(call=OuterRef("pk")).order_by("-number")
    rows = calls_of(user).select_related("petition__petitioner__enterprise", "survey")
    return rows.annotate(
        tried=Subquery(last.values("number")[:1]), call_back_at=Subquery(last.values("call_back_at")[:1])
    )


def counts_of(user: User) -> dict[str, int]:
    """Return how many of the evaluator's calls are in each state. One statement."""
    states = calls_of(user).order_by().values_list("state")
    return dict(states.annotate(number=Count("pk")))


def answer_to(call: SurveyCall) -> Assignment:
    """Return the answer a call is about: the lead's, in the cycle that was sampled."""
    return Assignment.objects.select_related("department").get(pk=call.fact.assignment_key)


@dataclass
class Progress:
    """A department's row on a survey's page.

    cells  by stratum: its `population`, the calls `drawn`, and how many of them are `open`, `reached` and `lost`
    """

    department: Department
    cells: dict[str, dict[str, int]] = field(default_factory=dict)

    def in_order(self) -> list[dict[str, int]]:
        """Return the cells in the order of the strata; {} for a stratum that the department does not have."""
        return [self.cells.get(stratum, {}) for stratum in Stratum.values]


ENDED: dict[str, tuple[str, ...]] = {
    "open": OPEN_STATES,
    "reached": (CallState.REACHED,),
    "lost": (CallState.NOT_REACHED, CallState.REFUSED),
}


def _counts(prefix: str = "") -> dict[str, Count]:
    """Return the annotations that count calls by how they ended (ENDED).

    prefix  the way from the rows to their calls, "" for rows that are calls
    """
    return {name: Count(f"{prefix}pk", filter=Q(**{f"{prefix}state__in": states})) for name, states in ENDED.items()}


def with_counts(surveys: QuerySet[Survey]) -> QuerySet[Survey]:
    """Return the surveys, each with how many calls were drawn, and how many are open, reached and lost."""
    return surveys.annotate(drawn=Count("calls"), **_counts("calls__"))


def progress(survey: Survey) -> list[Progress]:
    """Return how far a survey is, by department and stratum. Two statements."""
    departments = departments_of(survey)
    rows = {key: Progress(department) for key, department in departments.items()}
    for one in survey.strata:
        rows[one["department"]].cells[one["stratum"]] = {"population": one["population"], "drawn": one["drawn"]}
    counted = survey.calls.order_by().values_list("fact__department", "stratum").annotate(**_counts())
    for department, stratum, *numbers in counted:
        rows[department].cells[stratum] |= dict(zip(ENDED, numbers, strict=True))
    return list(rows.values())


def totals(rows: Sequence[Progress]) -> dict[str, int]:
    """Return the sums over all rows of `progress`."""
    cells = [cell for row in rows for cell in row.cells.values()]
    return {name: sum(cell.get(name, 0) for cell in cells) for name in ("population", "drawn", *ENDED)}


def departments_of(survey: Survey) -> dict[int, Department]:
    """Return the departments of a survey's strata by their key, in the order of the keys. One statement."""
    found = Department.objects.in_bulk({one["department"] for one in survey.strata})
    return dict(sorted(found.items()))


def load(survey: Survey) -> QuerySet[SurveyCall, Any]:
    """Return how many of a survey's calls each evaluator has: all, open, reached and lost. One statement."""
    rows = survey.calls.order_by().values(name=F("evaluator__display_name"), key=F("evaluator"))
    counted = rows.annotate(calls=Count("pk"), **_counts())
    return counted.order_by("key")


def listed_calls(survey: Survey) -> QuerySet[SurveyCall]:
    """A survey's calls for a supervisor, the open ones first."""
    rows = survey.calls.select_related("fact__department", "evaluator")
    return rows.annotate(is_over=~Q(state__in=OPEN_STATES)).order_by("is_over", "place")
