"""The in-app inbox: noting what a person has read. Reading is no event: it changes nothing of the notice's subject."""

import uuid
from datetime import datetime

from accounts.models import User
from notices.models import Notice, NoticeChannel
from notices.queries import notices_of


def read_notice(*, key: uuid.UUID, by: User, now: datetime) -> Notice:
    """Note that the person has read one notice of their inbox, and return the notice.

    Safe to repeat: the moment of the first reading stays.
    Raises  Notice.DoesNotExist for a notice that is not in the person's inbox
    """
    read_notices(by=by, now=now, key=key)
    return notices_of(by).get(key=key)


def read_notices(*, by: User, now: datetime, key: uuid.UUID | None = None) -> int:
    """Note that the person has read their inbox up to now (or one notice of it). Returns how many were unread."""
    unread = Notice.objects.filter(recipient=by, channel=NoticeChannel.INBOX, read_at__isnull=True, created_at__lte=now)
    return (unread.filter(key=key) if key else unread).update(read_at=now)
