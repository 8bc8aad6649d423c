"""Where the data lies, who may read it, and the one sentence for a folder that cannot be used."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config import vendor
from embedded.data_folder import EmbeddedError, make_dir, secret_key, write_private
from embedded.unprivileged import can_enter, server_dir
from tests.embedded.conftest import command

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers are another user")


def test_a_secret_key_is_made_once(data: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        keys = set(pool.map(lambda _: secret_key(), range(8)))
    assert len(keys) == 1
    assert len(keys.pop()) >= 50
    assert stat.S_IMODE((data / "secret_key").stat().st_mode) == 0o600


def test_a_private_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_private(path, "old")
    write_private(path, "new")
    assert path.read_text() == "new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedError, match=r"^The folder .*/file/data cannot be made: Not a directory\.$"):
        make_dir(tmp_path / "file" / "data")


@only_root
def test_a_folder_of_somebody_else_is_one_sentence(tmp_path: Path) -> None:
    os.chown(tmp_path, 65534, 65534)
    with pytest.raises(EmbeddedError, match="belongs to another user or cannot be written"):
        make_dir(tmp_path)


def test_a_folder_is_open_when_all_its_parents_are(tmp_path: Path) -> None:
    inner = tmp_path / "outer" / "inner"
    inner.mkdir(parents=True)
    assert can_enter(Path("/"))
    assert can_enter(Path("/does-not-exist-yet"))
    inner.parent.chmod(0o700)
    assert not can_enter(inner)
    assert not can_enter(inner / "missing")


@only_root
def test_root_keeps_server_data_elsewhere_only_where_nobody_can_enter(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data.parent.chmod(0o700)
    assert server_dir().parent == Path("/var/lib/shaoying")
    monkeypatch.setenv("SHAOYING_DATA", "/srv/does-not-exist-yet")
    assert server_dir() == Path("/srv/does-not-exist-yet")


def test_a_command_in_an_unusable_folder_ends_with_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = command("manage.py", "check", SHAOYING_DATA=str(tmp_path / "file" / "data"), DATABASE_URL="", REDIS_URL="")
    assert ended.returncode == 1
    assert ended.stderr == f"The folder {tmp_path}/file/data cannot be made: Not a directory.\n"


def test_vendored_files_lose_their_reference_to_a_source_map(tmp_path: Path) -> None:
    for name in vendor.FILES:
        path = tmp_path / "modules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("body{}\n/*# sourceMappingURL=x.map */\n")
    vendor.copy_files(tmp_path / "modules", tmp_path / "static")
    assert {path.read_text() for path in (tmp_path / "static").iterdir()} == {"body{}\n"}
