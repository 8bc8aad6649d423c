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
    """The embedded servers cannot be started or used; the message is one sentence for the person at the terminal."""


def data_dir() -> Path:
    """Return the path of the data folder; the folder may not exist yet."""
    return Path(os.environ.get("SHAOYING_DATA") or CHECKOUT / ".data").absolute()


def secret_key() -> str:
    """Return Django's secret key of this checkout, made at the first call and kept in the data folder.

    Safe to repeat and to race: one process writes it, under a lock. With SHAOYING_NO_SERVERS=1 it is a fixed text and
    nothing is written.
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
    """Make a folder and its missing parents, readable by their owner only.

    Other users can pass through folders that root makes, because root's servers run as another user. Safe to repeat.
    Raises  EmbeddedError when the folder cannot be made or written, or belongs to somebody else: two users of one
            folder would lock each other out
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
    with open(draft, "w", opener=private) as file:
        file.write(text)
    draft.replace(path)


def private(path: str, flags: int) -> int:
    """The opener of `open(…, opener=private)`: only the owner can read the file, a new one or one that is there."""
    descriptor = os.open(path, flags, 0o600)
    os.fchmod(descriptor, 0o600)
    return descriptor


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
    """Return the descriptor of a lock file, which is made if it is missing; the caller closes the descriptor."""
    try:
        return private(str(path), os.O_RDWR | os.O_CREAT)
    except OSError as error:
        raise EmbeddedError(
            f"{path} cannot be written ({error.strerror}); run this as the owner of {path.parent}."
        ) from error
