"""Store what is uploaded, let a step claim it, and remove what nobody claimed.

The bytes are stored before any transaction and removed again when nothing comes of them (docs/adr/0006: a transaction
writes no files).
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.core.files.base import ContentFile, File
from django.db import connection, transaction
from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from accounts.models import User
from files.checking import REQUEST_PIXELS_MAX, Checked, check_file
from files.models import StoredFile
from verbs.refusals import InvalidInput, Refusal

FILES_MAX = 9  # of one step (domain: petition)
KEPT = timedelta(days=1)  # what nobody has claimed
UNCLAIMED_MAX, UNCLAIMED_SIZE_MAX = 40, 400 * 1024 * 1024  # of one person: two full steps and some (assumption)
LEFT_BEHIND = timedelta(hours=1)  # what no draft names after that makes room for what the person uploads

Held = Callable[[Sequence[StoredFile]], set[str]]
_holders: list[Held] = []


def hold_also(held: Held) -> None:
    """Let a room name the keys of those unclaimed files that it still needs; called once, when its app is ready."""
    _holders.append(held)


def store_each(
    files: Iterable[File], *, by: User, now: datetime, is_to_wait: bool = True
) -> list[StoredFile | Refusal]:
    """Check and store the files of one request, each on its own: one that is refused leaves its refusal in its place.

    Four statements a file that is stored, more where the person has left many behind.
    is_to_wait  whether they wait for a form to be sent, of which one person may have so many
    """
    stored: list[StoredFile | Refusal] = []
    pixels_left = REQUEST_PIXELS_MAX
    for file in files:
        try:
            checked = check_file(file, pixels_left=pixels_left)
            pixels_left -= checked.pixels
            stored.append(_store(checked, by, now, is_to_wait=is_to_wait))
        except Refusal as refusal:
            stored.append(refusal)
    return stored


def _store(checked: Checked, by: User, now: datetime, *, is_to_wait: bool) -> StoredFile:
    row = StoredFile(
        name=checked.name,
        content_type=checked.content_type,
        size=len(checked.content),
        sha256=hashlib.sha256(checked.content).hexdigest(),
        uploaded_by=by,
        uploaded_at=now,
    )
    try:
        row.content.save(checked.name, ContentFile(checked.content), save=False)
        if checked.preview:
            row.preview.save(checked.name, ContentFile(checked.preview), save=False)
        if is_to_wait and not _has_room(row):
            drop(_unneeded(StoredFile.objects.filter(uploaded_by=by), before=now - LEFT_BEHIND))
        with transaction.atomic():
            if is_to_wait:
                _check_room(row)
            row.save()
    except BaseException:
        _remove_bytes([row])
        raise
    return row


def _check_room(row: StoredFile) -> None:
    """Raises InvalidInput when its uploader has too much that no step has claimed; two uploads take turns."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('files'), %s)", [row.uploaded_by_id])
    if not _has_room(row):
        raise InvalidInput({"files": _("已上传而未提交的文件太多，请先提交或丢弃一些草稿。")})


def _has_room(row: StoredFile) -> bool:
    waiting = StoredFile.objects.filter(uploaded_by=row.uploaded_by_id, claimed_at=None)
    so_far = waiting.aggregate(files=Count("pk"), size=Sum("size", default=0))
    return so_far["files"] < UNCLAIMED_MAX and so_far["size"] + row.size <= UNCLAIMED_SIZE_MAX


def check_number(files: Sequence[object]) -> None:
    """Raises InvalidInput on the field `files` when they are more than one step may have."""
    if len(files) > FILES_MAX:
        raise InvalidInput({"files": _("一次最多%(most)d个附件。") % {"most": FILES_MAX}})


@contextmanager
def stored_for(files: Sequence[File], *, by: User, now: datetime) -> Iterator[list[StoredFile]]:
    """Store the files of a request that brings them with its step, and remove what the step has not claimed.

    Open the step's transaction inside the block. All are stored or none.
    Raises  what `store_each` gives in a file's place
    """
    check_number(files)
    stored: list[StoredFile] = []
    try:
        for one in store_each(files, by=by, now=now, is_to_wait=False):
            if isinstance(one, Refusal):
                raise one
            stored.append(one)
        yield stored
    finally:
        drop(stored)


def claim(files: Sequence[StoredFile], *, by: User, now: datetime) -> None:
    """Let a step have the files for good, inside its transaction. One statement, none without files.

    Raises  InvalidInput on the field `files` when one is another person's, was claimed before, or is gone
    """
    if not files:
        return
    free = StoredFile.objects.filter(pk__in=[one.pk for one in files], uploaded_by=by, claimed_at=None)
    if free.update(claimed_at=now) == len(files):
        return
    claimed = set(StoredFile.objects.filter(uploaded_by=by, claimed_at=now).values_list("pk", flat=True))
    names = _("、").join(one.name for one in files if one.pk not in claimed)
    raise InvalidInput({"files": _("已经随别的提交交出，或已被清理，请移除后重新上传：%(names)s") % {"names": names}})


def drop(files: Sequence[StoredFile]) -> None:
    """Remove those of the files that nobody has claimed, with their bytes. Two statements, none without files."""
    if not files:
        return
    with transaction.atomic():
        rows = list(StoredFile.objects.select_for_update().filter(pk__in=[one.pk for one in files], claimed_at=None))
        StoredFile.objects.filter(pk__in=[row.pk for row in rows]).delete()
    _remove_bytes(rows)


def _remove_bytes(rows: Iterable[StoredFile]) -> None:
    for row in rows:
        for part in (row.content, row.preview):
            if part:
                part.delete(save=False)


def drop_unclaimed(*, now: datetime, most: int = 1000) -> int:
    """Remove what nobody claimed for KEPT and no room still needs, the oldest `most` at once; return how many.

    Safe to repeat. Three statements and those of the holders.
    """
    unneeded = _unneeded(StoredFile.objects.all(), before=now - KEPT)[:most]
    drop(unneeded)
    return len(unneeded)


def drop_named(keys: Iterable[str], *, by: User) -> None:
    """Remove the person's files of these keys that nobody has claimed and no room needs. At most four statements."""
    wanted = list(keys)
    if wanted:
        drop(_unneeded(StoredFile.objects.filter(uploaded_by=by, key__in=wanted)))


def _unneeded(files: QuerySet[StoredFile], *, before: datetime | None = None) -> list[StoredFile]:
    """Return those that nobody has claimed and no room still needs, the oldest first; only those uploaded `before`."""
    waiting = files.filter(claimed_at=None).order_by("uploaded_at", "pk")
    old = list(waiting.filter(uploaded_at__lt=before) if before else waiting)
    held = {key for holder in _holders for key in holder(old)}
    return [row for row in old if row.key not in held]
