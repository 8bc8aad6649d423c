"""The folder in which a checkout keeps what it makes while it runs: `.data`, or the one SHAOYING_DATA names.

Decides who may read it (its owner only) and how several processes write in it without disturbing each other.
"""

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent


class EmbeddedError(RuntimeError):
    """An embedded server cannot be had; the message is one sentence for the person at the terminal."""


def data_dir() -> Path:
    """Return the data folder; it may still have to be made."""
    return Path(os.environ.get("SHAOYING_DATA") or CHECKOUT / ".data").absolute()


def secret_key() -> str:
    """Return Django's secret key of this checkout, made at the first call and kept in the data folder.

    Safe to repeat and to race: one process writes it, under a lock.
    Raises  EmbeddedError when the folder cannot be written
    """
    if os.environ.get("SHAOYING_NO_SERVERS") == "1":
        return "only-for-commands-that-read-code-" + "x" * 32
    make_dir(data_dir())
    path = data_dir() / "secret_key"
    with locked(data_dir() / "secret_key.lock", fcntl.LOCK_EX):
        if not path.exists():
            write_private(path, secrets.token_urlsafe(50))
        return path.read_text()


def make_dir(folder: Path) -> None:
    """Make a folder and its parents, which others may at most pass through, and only where root's servers have to.

    Safe to repeat.
    Raises  EmbeddedError when it cannot be made or written, or is somebody else's: two users of one folder
            would lock each other out
    """
    try:
        _make_missing(folder)
        is_ours = folder.stat().st_uid == os.geteuid() and os.access(folder, os.W_OK)
    except OSError as error:
        raise EmbeddedError(f"The folder {folder} cannot be made: {error.strerror}.") from error
    if not is_ours:
        raise EmbeddedError(
            f"The folder {folder} belongs to another user or cannot be written; "
            "run this as its owner, or set SHAOYING_DATA to another folder."
        )


def _make_missing(folder: Path) -> None:
    if folder.exists():
        return
    _make_missing(folder.parent)
    folder.mkdir(exist_ok=True)
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read; readers see the old text or the new one, never a part."""
    draft = path.with_name(path.name + ".new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


@contextlib.contextmanager
def locked(path: Path, how: int) -> Iterator[int]:
    """Hold a lock on a file for the length of a block, and give its descriptor.

    how     fcntl.LOCK_EX or LOCK_SH, with LOCK_NB to raise BlockingIOError instead of waiting
    """
    descriptor = open_lock(path)
    try:
        fcntl.flock(descriptor, how)
        yield descriptor
    finally:
        os.close(descriptor)


def open_lock(path: Path) -> int:
    """Return the descriptor of a lock file, made where it is missing; the caller closes it."""
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise EmbeddedError(
            f"{path} cannot be written ({error.strerror}); run this as the owner of {path.parent}."
        ) from error
