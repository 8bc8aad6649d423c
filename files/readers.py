"""Who may read a stored file: its uploader while nobody has claimed it, then whoever the room says that owns it."""

from collections.abc import Callable

from accounts.models import User
from files.models import StoredFile

MayRead = Callable[[StoredFile, User], bool]
_rooms: list[MayRead] = []


def ask_also(may_read: MayRead) -> None:
    """Let a room say who reads what belongs to it; called once, when the room's app is ready."""
    _rooms.append(may_read)


def can_read(stored: StoredFile, user: User) -> bool:
    if stored.claimed_at is None:
        return stored.uploaded_by_id == user.pk
    return any(may_read(stored, user) for may_read in _rooms)
