"""What only the database refuses about merged and linked petitions: themselves, who left, a second level."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from petitions.models import Petition
from tests.cast import Stage
from tests.petitions.behind_the_verbs import assert_refuses
from tests.petitions.group_steps import linked
from tests.petitions.verbs import CALLS


def _merged_into_itself(stage: Stage) -> None:
    petition = CALLS["merge"](stage, stage.reported(), stage.cast.sun, stage.tick())
    Petition.objects.filter(pk=petition.pk).update(merged_into=F("pk"))


def _its_own_parent(stage: Stage) -> None:
    Petition.objects.filter(pk=stage.reported().pk).update(parent=F("pk"))


def _withdrawn_in_a_group(stage: Stage) -> None:
    Petition.objects.filter(pk=stage.withdrawn().pk).update(parent=stage.reported())


CASES: dict[str, Callable[[Stage], None]] = {
    "petition_merged_into_another": _merged_into_itself,
    "petition_child_of_another": _its_own_parent,
    "petition_child_is_handled": _withdrawn_in_a_group,
}


@pytest.mark.parametrize("name", CASES)
def test_the_constraint_refuses(name: str, stage: Stage) -> None:
    assert_refuses(name, CASES[name], stage)


def test_the_trigger_refuses_a_second_level_from_either_end(stage: Stage) -> None:
    parent, second, _last = linked(stage)
    other = stage.reported()
    for child, above in ((other, second), (parent, other)):
        with pytest.raises(IntegrityError, match="one level"), transaction.atomic():
            Petition.objects.filter(pk=child.pk).update(parent=above)
    Petition.objects.filter(pk=other.pk).update(parent=parent)
