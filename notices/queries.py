"""What pages and the sender read about notices. Each function states its number of statements."""

from django.db.models import QuerySet

from accounts.models import User
from notices.models import Notice, NoticeChannel


def worded_notices() -> QuerySet[Notice]:
    """Return all notices, with the rows fetched that are needed to put them into words. One statement."""
    return Notice.objects.select_related("event__department", "recipient")


def notices_of(user: User) -> QuerySet[Notice]:
    """Return the notices in the user's inbox, newest first. One statement for each page of them."""
    return worded_notices().filter(recipient=user, channel=NoticeChannel.INBOX).order_by("-created_at", "-pk")


def unread_count(user: User, most: int) -> int:
    """Return how many notices in the user's inbox are unread; counting stops at `most`. One statement."""
    unread = Notice.objects.filter(recipient=user, channel=NoticeChannel.INBOX, read_at__isnull=True)
    return unread.order_by()[:most].count()
