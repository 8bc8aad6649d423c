"""What is written about petitions can be read by the user who runs this and by nobody else, whatever the umask."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.test import override_settings

from config import settings as configured
from files.storing import FILES_MAX
from petitions.following_up import supplement_petition
from petitions.importing.letters import Reason
from petitions.importing.rejects import rejects_file
from petitions.importing.runs import Reject
from tests.cast import Stage
from tests.files.uploads import GOOD, PDF, upload

UMASKS = (0, 0o002, 0o022, 0o077, 0o137)
Under = Callable[[int], int]


def modes(root: Path) -> set[tuple[str, int]]:
    """What there is in the folder, with the folder: its kind and its mode."""
    found = [root, *root.rglob("*")]
    return {("folder" if path.is_dir() else "file", stat.S_IMODE(path.stat().st_mode)) for path in found}


@pytest.mark.parametrize("umask", UMASKS)
def test_attachments_are_their_owners_only(stage: Stage, tmp_path: Path, under_umask: Under, umask: int) -> None:
    root = tmp_path / "deep" / "attachments"
    default = configured.STORAGES["default"]
    kept = {**default, "OPTIONS": {**default["OPTIONS"], "location": root}}
    under_umask(umask)
    with override_settings(STORAGES={**configured.STORAGES, "default": kept}):
        every = [upload(f"材料{ending}", content) for ending, content in GOOD.items()]
        petition = stage.reported(files=every[:FILES_MAX])
        supplement_petition(
            petition=petition,
            by=stage.cast.lin,
            text="其余",
            files=stage.uploaded(*every[FILES_MAX:]),
            now=stage.tick(),
        )
        supplement_petition(
            petition=petition,
            by=stage.cast.lin,
            text="补充",
            files=stage.uploaded(upload("二.pdf", PDF)),
            now=stage.tick(),
        )
        assert storages["default"].listdir("")[0]
    assert modes(root.parent) == {("folder", 0o700), ("file", 0o600)}


@pytest.mark.parametrize("umask", UMASKS)
def test_rows_that_were_not_imported_are_their_importers_only(tmp_path: Path, under_umask: Under, umask: int) -> None:
    under_umask(umask)
    path = tmp_path / "rejects.csv"
    with rejects_file(path, imported=tmp_path / "letters.csv") as write:
        write(Reject(line=2, source_id="1", reason=Reason.EMPTY_BODY, detail="来信没有内容。"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
