"""The 830 real letters of ../shared/data, with the seeds' departments: every figure is that of the file."""

from collections import Counter

import pytest
from django.db.models import F

from petitions.models import Clock, Notice, Petition, PetitionEvent
from seeds import load
from tests.petitions.letter_files import run_over
from tests.shared_data import shared_data


@pytest.mark.django_db
def test_the_830_letters_are_imported_or_rejected_with_a_reason() -> None:
    path = shared_data("shangluo_mailbox.jsonl")
    load.load_regions()
    load.load_departments()
    counts = run_over(path, "shangluo")
    assert counts.read == 830
    assert counts.imported == {"resolved": 777, "assigned": 5}
    assert counts.rejected == {"unknown_department": 33, "bad_date": 7, "dates_out_of_order": 7, "empty_body": 1}
    assert Counter(PetitionEvent.objects.values_list("kind", flat=True)) == {
        "report": 782,
        "dispatch": 782,
        "check_in": 777,
        "resolve": 777,
    }
    late = Clock.objects.filter(kind="resolve_department", stopped_at__gt=F("due_at"))
    assert 0 < late.count() < 777
    # Nobody is told today of what was late years ago.
    assert not Clock.objects.filter(next_alarm_at__isnull=False).exists()
    assert not Notice.objects.exists()
    assert not Petition.objects.filter(reported_at__gt=F("assigned_at")).exists()
