"""Every check and unique constraint of the petitions tables refuses at least once; a new one without a case fails.

The cases of clocks, the ladder, orders, requests and notices are in test_constraints_of_limits, those of groups in
test_constraints_of_groups.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from files.models import StoredFile
from limits.models import LadderStep
from notices.models import Notice
from petitions.models import (
    Assignment,
    AutoDecision,
    AutoDispatch,
    Clock,
    DailyNumber,
    Petition,
    Petitioner,
    Rating,
    RatingReferral,
)
from record.models import Event
from tests.cast import Stage
from tests.files.uploads import PDF, upload
from tests.occasions import occasion
from tests.petitions import department_steps
from tests.petitions.behind_the_verbs import again, assert_refuses, change, named_constraints
from tests.petitions.test_constraints_of_groups import CASES as GROUP_CASES
from tests.petitions.test_constraints_of_integrity import CASES as INTEGRITY_CASES
from tests.petitions.test_constraints_of_joint import CASES as JOINT_CASES
from tests.petitions.test_constraints_of_limits import CASES as LIMIT_CASES

GUARDS = {"petitions_petition": "petitions_guard_edges", "record_event": "record_event_is_append_only"}


def _attached_twice(stage: Stage) -> None:
    petition = stage.reported(files=[upload("合同.pdf", PDF)])
    again(petition.attachments.get())


def _in(state: str, /, **values: Any) -> Callable[[Stage], None]:
    """Change the row of a petition that is in the state."""

    def act(stage: Stage) -> None:
        petition = stage.in_state(state)
        Petition.objects.filter(pk=petition.pk).update(**values)

    return act


def _double_assignment(stage: Stage, **changes: Any) -> None:
    row = stage.assigned(with_support=True).assignments.get(part="lead")
    values = {"department": row.department, "part": "lead"} | changes
    Assignment.objects.create(petition=row.petition, cycle=row.cycle, dispatched_at=row.dispatched_at, **values)


def _two_from_one_source(stage: Stage) -> None:
    for _ in range(2):
        stage.reported(by=stage.cast.system, source="letters", source_id="7")


def _two_with_one_key(stage: Stage) -> None:
    stage.reported(submission_key="click-1")
    stage.reported()
    Petitioner.objects.update(submission_key="click-1")


def _two_with_one_number(stage: Stage) -> None:
    Petition.objects.filter(pk=stage.reported().pk).update(number=stage.reported().number)


def _number_twice(stage: Stage) -> None:
    stage.reported()
    again(DailyNumber.objects.all()[0])


def _unknown_state(stage: Stage) -> None:
    """petition_assigned_paired would refuse it as well, and is asked first."""
    petition = stage.reported()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE petitions_petition DROP CONSTRAINT petition_assigned_paired")
    Petition.objects.filter(pk=petition.pk).update(state="lost")


def _switch(stage: Stage, **values: Any) -> None:
    set_by = {"switched_by": stage.cast.sysadmin, "switched_at": stage.now}
    AutoDispatch.objects.create(category=stage.cast.category, **set_by, **values)


def _two_switches(stage: Stage) -> None:
    for _ in range(2):
        _switch(stage)


def _decision(stage: Stage, **values: Any) -> AutoDecision:
    known = {"petition": stage.reported(), "decided_at": stage.now, "outcome": "dispatched", "confidence": 0.5}
    return AutoDecision.objects.create(**(known | values))


def _referral(stage: Stage) -> RatingReferral:
    return RatingReferral.objects.create(petition=stage.resolved(), cycle=2, referred_at=stage.now)


def _decision_again(stage: Stage, **values: Any) -> None:
    _decision(stage, **values)


CASES: dict[str, Callable[[Stage], None]] = {
    "petition_state_known": _unknown_state,
    "petition_cycle_from_one": _in("reported", cycle=0),
    "petition_occasion_has_channel": lambda stage: _in("reported", occasion=occasion(stage))(stage),
    "petition_closed_paired": _in("reported", closed_reason="withdrawn"),
    "petition_merged_paired": _in("closed", closed_reason="merged"),
    "petition_assigned_paired": _in("assigned", assigned_at=None),
    "petition_resolved_paired": _in("resolved", resolved_at=None),
    "petition_rated_paired": _in("rated", rated_at=None),
    "petition_source_once": _two_from_one_source,
    "petitions_petition_number_key": _two_with_one_number,
    "petitioner_submission_once": _two_with_one_key,
    "assignment_part_known": change(Assignment, part="guest"),
    "assignment_answer_paired": change(Assignment, public_answer=""),
    "assignment_planned_has_date": change(Assignment, outcome="planned"),
    "assignment_answered_after_check_in": change(Assignment, checked_in_at=None),
    "assignment_department_once_per_cycle": lambda stage: _double_assignment(stage, part="support"),
    "assignment_one_lead_per_cycle": lambda stage: _double_assignment(stage, department=stage.cast.branch),
    "attachment_once_a_petition": _attached_twice,
    "files_storedfile_key_key": lambda stage: again(stage.uploaded(upload("合同.pdf", PDF))[0]),
    "stored_file_not_empty": lambda stage: again(stage.uploaded(upload("合同.pdf", PDF))[0], key="x", size=0),
    "rating_level_one_to_five": change(Rating, level=6),
    "rating_is_solved_known": change(Rating, is_solved="maybe"),
    "rating_low_needs_reason": change(Rating, level=2),
    "referral_once_per_cycle": lambda stage: again(_referral(stage)),
    "referral_decision_paired": lambda stage: again(_referral(stage), cycle=3, decision="again"),
    "petitions_rating_assignment_id_key": lambda stage: change(Rating, assignment=stage.resolved().assignments.get())(
        stage
    ),
    "daily_number_once": _number_twice,
    "reply_template_title_once": lambda stage: again(department_steps.template(stage.cast)),
    "reply_template_outcome_known": lambda stage: again(department_steps.template(stage.cast), outcome="won"),
    "saved_filter_name_once": lambda stage: again(department_steps.saved(stage.cast.zhou)),
    "saved_filter_page_known": lambda stage: again(department_steps.saved(stage.cast.zhou), page="inbox"),
    "saved_filter_narrows": lambda stage: again(department_steps.saved(stage.cast.zhou), query="", name="空"),
    "auto_dispatch_confidence_share": lambda stage: _switch(stage, minimum_confidence=1.1),
    "petitions_autodispatch_category_id_key": _two_switches,
    "auto_decision_outcome_known": lambda stage: _decision_again(stage, outcome="guessed"),
    "auto_decision_confidence_share": lambda stage: _decision_again(stage, confidence=-0.1),
    "petitions_autodecision_petition_id_key": lambda stage: again(_decision(stage)),
}


@pytest.fixture
def unguarded(db: None) -> None:
    """Without the triggers, so that the constraint itself has to refuse; the rollback brings them back."""
    with connection.cursor() as cursor:
        for table, trigger in GUARDS.items():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")


@pytest.mark.django_db
def test_every_constraint_has_a_case() -> None:
    cases = (CASES, LIMIT_CASES, JOINT_CASES, GROUP_CASES, INTEGRITY_CASES)
    rooms = ("petitions", "limits", "notices", "files")
    assert {one for room in rooms for one in named_constraints(room)} == {name for table in cases for name in table}


@pytest.mark.parametrize("name", CASES)
def test_the_constraint_refuses(name: str, unguarded: None, stage: Stage) -> None:
    assert_refuses(name, CASES[name], stage)


@pytest.mark.parametrize(
    "model",
    [DailyNumber, Petition, Event, Assignment, StoredFile, Rating, Clock, LadderStep, Notice],
)
def test_positive_numbers_are_not_negative(model: type[models.Model], stage: Stage, unguarded: None) -> None:
    names = [
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, models.PositiveSmallIntegerField | models.PositiveIntegerField)
    ]
    assert names
    for name in names:
        with pytest.raises(IntegrityError), transaction.atomic():
            change(model, **{name: -1})(stage)
