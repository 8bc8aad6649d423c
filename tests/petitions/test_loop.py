"""The whole loop by the verbs: reported → assigned → resolved → rated."""

from petitions.models import Petition, State
from tests.cast import Stage


def test_a_petition_goes_from_whistle_to_rating(stage: Stage) -> None:
    petition = stage.rated(with_support=True)
    petition = Petition.objects.get(pk=petition.pk)
    assert petition.state == State.RATED
    assert [event.kind for event in petition.events.order_by("id")] == [
        "report",
        "dispatch",
        "check_in",
        "check_in",
        "answer_support",
        "resolve",
        "rate",
    ]
    assert [assignment.rating.level for assignment in petition.assignments.all()] == [5, 5]


def test_every_state_can_be_reached(stage: Stage) -> None:
    assert [stage.in_state(state).state for state in State.values] == State.values
    assert stage.lapsed().closed_reason == "lapsed"
