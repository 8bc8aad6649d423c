"""A file is stored before it has an owner, claimed by one step, and removed when nobody claims it."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from pathlib import PurePosixPath

import pytest

from drafts.keeping import keep_draft
from files import storing
from files.models import StoredFile
from files.storing import KEPT, LEFT_BEHIND, claim, drop, drop_unclaimed, store_each, stored_for
from tests.cast import Stage
from tests.files.storage import bytes_kept
from tests.files.uploads import EXE, PDF, picture, upload
from verbs.refusals import InvalidInput

SECOND = timedelta(seconds=1)


def test_a_file_lies_under_a_random_name_and_its_row_says_what_it_is(stage: Stage) -> None:
    first, second = stage.uploaded(upload("合同.pdf", PDF), upload("合同.pdf", PDF))
    assert (first.name, first.content_type, first.size) == ("合同.pdf", "application/pdf", len(PDF))
    assert (first.sha256, first.uploaded_by, first.uploaded_at) == (
        hashlib.sha256(PDF).hexdigest(),
        stage.cast.lin,
        stage.now,
    )
    assert (first.preview, first.claimed_at) == ("", None)
    assert first.key != second.key
    assert first.content.name != second.content.name
    path = PurePosixPath(str(first.content.name))
    assert (len(path.name), path.suffix, path.parent.name) == (32, "", path.name[:2])
    with first.content.open("rb") as file:
        assert file.read() == PDF


def test_a_picture_has_a_small_one_of_itself(stage: Stage) -> None:
    (stored,) = stage.uploaded(upload("现场.png", picture(size=(800, 400))))
    with stored.preview.open("rb") as file:
        assert file.read(3) == b"\xff\xd8\xff"
    assert len(bytes_kept()) == 2


def test_one_bad_file_does_not_take_the_good_ones_along(stage: Stage) -> None:
    files = [upload("合同.pdf", PDF), upload("病毒.exe", EXE), upload("回单.pdf", PDF)]
    first, bad, last = store_each(files, by=stage.cast.lin, now=stage.now)
    assert isinstance(first, StoredFile)
    assert isinstance(last, StoredFile)
    assert isinstance(bad, InvalidInput)
    assert "病毒.exe" in str(bad)
    assert len(bytes_kept()) == StoredFile.objects.count() == 2


def test_files_that_come_with_a_step_are_stored_together_or_not_at_all(stage: Stage) -> None:
    files = [upload("合同.pdf", PDF), upload("病毒.exe", EXE)]
    with pytest.raises(InvalidInput, match=r"病毒\.exe"), stored_for(files, by=stage.cast.lin, now=stage.now):
        pytest.fail("the step ran")
    assert (StoredFile.objects.count(), bytes_kept()) == (0, [])


def test_what_a_step_did_not_claim_is_removed_with_it(stage: Stage) -> None:
    files = [upload("合同.pdf", PDF), upload("回单.pdf", PDF)]
    with stored_for(files, by=stage.cast.lin, now=stage.now) as stored:
        claim(stored[:1], by=stage.cast.lin, now=stage.now)
    assert [row.name for row in StoredFile.objects.all()] == ["合同.pdf"]
    assert len(bytes_kept()) == 1


def test_what_nobody_claims_is_kept_for_a_day(stage: Stage) -> None:
    waiting, claimed = stage.uploaded(upload("合同.pdf", PDF), upload("回单.pdf", PDF))
    claim([claimed], by=stage.cast.lin, now=stage.now)
    assert drop_unclaimed(now=stage.now + KEPT) == 0
    assert drop_unclaimed(now=stage.now + KEPT + SECOND) == 1
    assert drop_unclaimed(now=stage.now + KEPT + SECOND) == 0
    assert list(StoredFile.objects.all()) == [claimed]
    assert bytes_kept() == [claimed.content.name]
    with pytest.raises(InvalidInput):
        claim([waiting], by=stage.cast.lin, now=stage.now)


def test_what_a_room_still_needs_is_kept_longer(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    needed, other = stage.uploaded(upload("合同.pdf", PDF), upload("回单.pdf", PDF))
    asked: list[Sequence[StoredFile]] = []

    def held(files: Sequence[StoredFile]) -> set[str]:
        asked.append(files)
        return {needed.key}

    monkeypatch.setattr(storing, "_holders", [held])
    assert drop_unclaimed(now=stage.now + 2 * KEPT) == 1
    assert asked == [[needed, other]]
    assert list(StoredFile.objects.all()) == [needed]


def test_a_claimed_file_is_not_dropped(stage: Stage) -> None:
    stored = stage.uploaded(upload("合同.pdf", PDF))
    claim(stored, by=stage.cast.lin, now=stage.now)
    drop(stored)
    assert (StoredFile.objects.count(), len(bytes_kept())) == (1, 1)


def test_what_was_left_behind_makes_room_and_what_a_draft_names_does_not(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "UNCLAIMED_MAX", 2)
    in_a_draft, left = stage.uploaded(upload("一.pdf", PDF), upload("二.pdf", PDF))
    keep_draft(form="/petitions/report/", typed=[("files", in_a_draft.key)], by=stage.cast.lin, now=stage.now)
    stage.tick(LEFT_BEHIND + SECOND)
    (new,) = stage.uploaded(upload("三.pdf", PDF))
    assert set(StoredFile.objects.all()) == {in_a_draft, new}
    with pytest.raises(InvalidInput, match="太多"):
        stage.uploaded(upload("四.pdf", PDF))
    with stored_for([upload("四.pdf", PDF)], by=stage.cast.lin, now=stage.now) as stored:
        assert len(stored) == 1  # it comes with its step, and does not wait
    assert not StoredFile.objects.filter(pk=left.pk).exists()


@pytest.mark.parametrize(("limit", "value"), [("UNCLAIMED_MAX", 2), ("UNCLAIMED_SIZE_MAX", 2 * len(PDF))])
def test_what_one_person_uploads_and_never_sends_is_bounded(
    limit: str, value: int, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, limit, value)
    stored = stage.uploaded(upload("一.pdf", PDF), upload("二.pdf", PDF))
    with pytest.raises(InvalidInput, match="太多"):
        stage.uploaded(upload("三.pdf", PDF))
    stage.uploaded(upload("三.pdf", PDF), by=stage.cast.zhou)  # another person's are another matter
    claim(stored[:1], by=stage.cast.lin, now=stage.now)
    stage.uploaded(upload("三.pdf", PDF))
    assert len(bytes_kept()) == StoredFile.objects.count() == 4
