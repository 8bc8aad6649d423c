"""Who is proposed for an award, what speaks for it, and what a supervisor confirms."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, transaction

from departments.models import Membership
from scores.awards import FACTS_MOST, confirm_award, shortlist
from scores.errors import TooEarly
from scores.models import AppealReason, Award, AwardKind
from tests.cast import Cast
from tests.faults.threads import together
from tests.scores.facts import AFTER_SEPTEMBER, SEPTEMBER, accepted, fact, facts
from tests.scores.figures import DUE, a_september, frozen_september
from verbs.refusals import AlreadyDone, InvalidInput, NotPermitted, Refusal


def confirmed(cast: Cast, **changes: Any) -> Award:
    """Confirm the lead's pilot with its first proposed cycle."""
    pilot = next((one for one in shortlist(SEPTEMBER) if one.kind == AwardKind.PILOT), None)
    values: dict[str, Any] = {"month": SEPTEMBER, "kind": "pilot", "department": cast.lead, "by": cast.chen}
    values |= {"facts": [pilot.facts[0].pk] if pilot else [], "reason": "二十件全部满意", "now": AFTER_SEPTEMBER}
    return confirm_award(**(values | changes))


def test_nobody_is_proposed_before_the_month_is_frozen(cast: Cast) -> None:
    a_september(cast)
    assert shortlist(SEPTEMBER) == []
    with pytest.raises(TooEarly, match="成绩冻结后才能确认奖项"):
        confirmed(cast)


def test_who_differs_from_the_city_by_more_than_chance_is_proposed(cast: Cast) -> None:
    frozen_september(cast)
    # Satisfied: the city 44 of 60 = 0.733; the lead 20 of 20, from 20/(20 + z²) = 0.839 on; the others 12 of 20, below.
    # Answered in time: the city 48 of 60 = 0.8; the support 8 of 20, up to (9.921 + 4.704)/23.841 = 0.613.
    pilot, snail = shortlist(SEPTEMBER)
    assert (pilot.kind, pilot.card.department, pilot.card.rank) == (AwardKind.PILOT, cast.lead, 1)
    assert (snail.kind, snail.card.department) == (AwardKind.SNAIL, cast.support)
    assert len(pilot.facts) == len(snail.facts) == FACTS_MOST
    assert {row.level for row in pilot.facts} == {5}
    assert [row.answered_at for row in snail.facts] == [DUE + timedelta(hours=hours) for hours in range(12, 2, -1)]


def test_whoever_has_too_few_cycles_is_not_proposed(cast: Cast) -> None:
    facts(4, cast.branch)
    frozen_september(cast)
    assert cast.branch not in [one.card.department for one in shortlist(SEPTEMBER)]


def test_anonymous_and_excluded_cycles_speak_for_nothing(cast: Cast) -> None:
    hidden = [fact(cast.lead, is_anonymous=True), fact(cast.lead, level=3)]
    excluded = fact(cast.lead)
    accepted(excluded, AppealReason.NOT_RESPONSIBLE, cast.chen)
    frozen_september(cast)
    later = fact(cast.lead)
    for row in (*hidden, excluded, later, fact(cast.support)):
        with pytest.raises(InvalidInput) as problem:
            confirmed(cast, facts=[row.pk])
        assert problem.value.fields == {"facts": "请从列出的办理中至少选择一件。"}


def test_confirming_publishes_once_and_for_good(cast: Cast) -> None:
    frozen_september(cast)
    award = confirmed(cast)
    assert (award.department, award.facts.count(), award.confirmed_by) == (cast.lead, 1, cast.chen)
    with pytest.raises(AlreadyDone):
        confirmed(cast)
    for change in (
        lambda: Award.objects.update(reason="改了"),
        lambda: award.delete(),
        lambda: award.facts.clear(),
    ):
        with pytest.raises(ProgrammingError, match="what was written stands"), transaction.atomic():
            change()


def test_only_a_supervisor_of_no_part_in_it_confirms(cast: Cast) -> None:
    frozen_september(cast)
    for user in (user for role, user in cast.users.items() if role != "supervisor"):
        with pytest.raises(NotPermitted):
            confirmed(cast, by=user)
    with pytest.raises(NotPermitted, match="不在本月的候选名单中"):
        confirmed(cast, department=cast.other_department)
    Membership.objects.create(user=cast.chen, department=cast.lead)
    with pytest.raises(NotPermitted):
        confirmed(cast)
    assert not Award.objects.exists()


def test_every_wrong_field_is_named(cast: Cast) -> None:
    frozen_september(cast)
    with pytest.raises(InvalidInput) as problem:
        confirmed(cast, facts=[], reason=" 好 ")
    assert set(problem.value.fields) == {"facts", "reason"}


@pytest.mark.django_db(transaction=True)
def test_two_supervisors_at_once_publish_one_award(cast: Cast) -> None:
    frozen_september(cast)

    def attempt(_worker: int) -> str:
        try:
            confirmed(cast)
        except Refusal as refusal:
            return refusal.code
        return "done"

    assert sorted(together(2, attempt)) == ["already_done", "done"]
    assert Award.objects.count() == 1
