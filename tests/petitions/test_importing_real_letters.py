"""The 830 real letters of ../shared/data, with the seeds' departments: every figure is that of the file.

Its first 60, and all of them where slow tests run.
"""

from collections import Counter
from itertools import islice
from pathlib import Path

import pytest
from django.db.models import F

from notices.models import Notice
from petitions.models import Clock, Petition
from record.models import Event
from seeds import load
from tests.petitions.letter_files import run_over
from tests.shared_data import shared_data
from tests.slow import MOST_SECONDS, slow

# How many letters: imported by state, rejected by reason.
FIGURES = {
    60: ({"resolved": 48}, {"bad_date": 6, "unknown_department": 5, "empty_body": 1}),
    830: (
        {"resolved": 777, "assigned": 5},
        {"unknown_department": 33, "bad_date": 7, "dates_out_of_order": 7, "empty_body": 1},
    ),
}


@pytest.mark.parametrize("number", [60, pytest.param(830, marks=slow("all the letters, a minute"))])
@pytest.mark.timeout(MOST_SECONDS)
@pytest.mark.django_db
def test_each_letter_is_imported_or_rejected_with_a_reason(number: int, tmp_path: Path) -> None:
    with shared_data("shangluo_mailbox.jsonl").open(encoding="utf-8") as letters:
        path = tmp_path / "letters.jsonl"
        path.write_text("".join(islice(letters, number)), encoding="utf-8")
    load.load_regions()
    load.load_departments()
    counts = run_over(path, "shangluo")
    imported, rejected = FIGURES[number]
    assert (counts.read, counts.imported, counts.rejected) == (number, imported, rejected)
    assert Counter(Event.objects.values_list("kind", flat=True)) == {
        "report": sum(imported.values()),
        "dispatch": sum(imported.values()),
        "check_in": imported["resolved"],
        "resolve": imported["resolved"],
    }
    late = Clock.objects.filter(promise="resolve_department", stopped_at__gt=F("due_at"))
    assert 0 < late.count() < imported["resolved"]
    # Nobody is told today of what was late years ago.
    assert not Clock.objects.filter(next_alarm_at__isnull=False).exists()
    assert not Notice.objects.exists()
    assert not Petition.objects.filter(reported_at__gt=F("assigned_at")).exists()
