"""The in-app inbox: what a person has read. Reading is no event: it changes nothing of the petition."""

import uuid
from datetime import datetime

from accounts.models import User
from petitions.models import Notice, NoticeChannel, Petition


def read_notice(*, key: uuid.UUID, by: User, now: datetime) -> Petition:
    """Note that the person has read this notice of theirs; the first time counts.

    Safe to repeat. Returns the petition it is about
    Raises  Notice.DoesNotExist for somebody else's
    """
    read_notices(by=by, now=now, key=key)
    inbox = Notice.objects.filter(recipient=by, channel=NoticeChannel.INBOX)
    return Petition.objects.get(pk=inbox.select_related("event").get(key=key).event.subject_id)


def read_notices(*, by: User, now: datetime, key: uuid.UUID | None = None) -> int:
    """Note that the person has read their inbox up to now (or one notice of it). Returns how many were unread."""
    unread = Notice.objects.filter(recipient=by, channel=NoticeChannel.INBOX, read_at__isnull=True, created_at__lte=now)
    return (unread.filter(key=key) if key else unread).update(read_at=now)
