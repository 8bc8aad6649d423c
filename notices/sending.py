"""The outbox's sender: every notice that waits is sent at least once, or ends dead with a reason.

It claims what is due for one gateway (notices/outbox.py), sends it outside of any transaction, one message at a
time, and writes down each result at once. A sender that is killed was sending at most one message: that message may be
repeated, with the same key; the rest of its claim is free when the lease ends. Any number of senders may run at once,
from Celery and as plain processes. A gateway that does not answer twice in a row is left alone for a while, so that
a gateway that hangs does not hold up the others. `clock` returns the present moment, by default the database's.
"""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from notices import outbox, queries
from notices.gateways import GATEWAYS, Message, SendFailed, Unreachable
from notices.models import Notice, NoticeChannel, Subscription
from notices.outbox import Claim
from notices.subjects import Worded, page_of, worded
from notices.wording import word_digest
from verbs import database
from verbs.faults import FAULTS

Clock = Callable[[], datetime]

logger = logging.getLogger(__name__)

# A message is begun only while this much of the lease is left: enough for a slow resolver and gateway (assumption).
LEAST_LEASE = timedelta(seconds=100)
# A gateway that was Unreachable this often in a row is left alone for a while (assumption). The messages that were not
# tried are given back, and no attempt is counted for them.
FAILURES_IN_A_ROW = 2
# After this time a run begins no further claim, so that with its last claim it stays below Celery's soft limit of 60 s.
RUN_SECONDS = 20.0


def deliver(*, clock: Clock = database.now) -> int:
    """Send what is due, claim by claim, until nothing is left or the run's time is over.

    Safe to repeat and to run many times at once: a notice is in one sender's hands at a time.
    Returns how many notices were claimed
    Raises  nothing that a gateway raises: a notice that fails waits for its next attempt or is dead
    """
    end, claimed = time.monotonic() + RUN_SECONDS, 0
    while time.monotonic() < end:
        count = deliver_once(clock=clock)
        if not count:
            break
        claimed += count
    return claimed


def deliver_unless_running(*, clock: Clock = database.now) -> int:
    """Send what is due, unless another call of this function is at it; return how many notices were claimed.

    So gateways that hang keep only one process of the Celery worker busy.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('notices.sending'))")
        if not cursor.fetchone()[0]:
            return 0
        try:
            return deliver(clock=clock)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('notices.sending'))")


def deliver_once(*, clock: Clock = database.now) -> int:
    """Claim what is due for one gateway and send it.

    Returns how many notices were claimed; 1 when a robot takes no more at present, 0 when nothing is due
    """
    claim = outbox.claim_due(clock())
    if claim is None:
        return 0
    _send(claim, clock)
    return sum(len(notices) for notices in claim.messages) or 1


def _send(claim: Claim, clock: Clock) -> None:
    """Send the claim's messages one after the other.

    The rest is given back when too little of the lease is left, or when the gateway failed several times in a row.
    """
    failures = 0
    for place, notices in enumerate(claim.messages):
        now = clock()
        if now > claim.lease - LEAST_LEASE or failures == FAILURES_IN_A_ROW:
            outbox.give_back(claim, claim.messages[place:])
            break
        try:
            _send_one(claim.channel, notices, now)
        except SendFailed as failure:
            outbox.note_failed(claim, notices, reason=str(failure), now=clock())
            failures = failures + 1 if isinstance(failure, Unreachable) else 0
        else:
            outbox.note_sent(claim, notices, now=clock())
            failures = 0
    if failures == FAILURES_IN_A_ROW:
        outbox.leave_alone(claim, now=clock())


def _send_one(channel: str, notices: Sequence[Notice], now: datetime) -> None:
    if max(row.attempts for row in notices) > len(outbox.LADDER) + 1:
        raise SendFailed(_("发送进程在发送时多次中断"))
    chosen = Subscription.objects.in_use().filter(user=notices[0].recipient_id, channel=channel).first()
    if chosen is None:
        raise SendFailed(_("接收人已停用这个渠道"))
    try:
        message = _message(chosen, notices, now)
    except FAULTS as fault:
        logger.exception("notice %s: it could not be made a message", notices[0].pk)
        raise SendFailed(_("通知内容无法生成")) from fault
    GATEWAYS[NoticeChannel(channel)].send(message)


def _message(chosen: Subscription, notices: Sequence[Notice], now: datetime) -> Message:
    """Return the message for these notices, in words that its readers may know now; several events make a digest."""
    rows = list(queries.worded_notices().filter(pk__in=[row.pk for row in notices]).order_by("pk"))
    with override(chosen.language):
        said = _as_who_may_know_least(rows)
        is_digest = len(said) > 1
        wording = word_digest([each.wording for each in said]) if is_digest else said[0].wording
    first = rows[0]
    page, lets_act = _page(first, said)
    return Message(
        key=str(first.key),
        address=chosen.address,
        secret=chosen.secret,
        title=wording.title,
        text=wording.text,
        url=f"{settings.SITE_URL}{page}" if settings.SITE_URL else "",
        at=now,
        facts={
            "event": first.event.kind,
            "number": str(said[0].known.subject),
            "happened_at": first.event.at.isoformat(),
        },
        lets_act=lets_act and bool(settings.SITE_URL),
    )


def _page(notice: Notice, said: Sequence[Worded]) -> tuple[str, bool]:
    """Return the page to which a message leads, and whether its reader can act there without signing in.

    A robot's message lets nobody act: many people read it. A digest leads to the inbox.
    """
    if len(said) > 1:
        return reverse("notices:inbox"), False
    page = page_of(notice, said[0].known, may_act=False)
    if GATEWAYS[NoticeChannel(notice.channel)].is_robot:
        return page, False
    acting = page_of(notice, said[0].known, may_act=True)
    return acting, acting != page


def _as_who_may_know_least(rows: Sequence[Notice]) -> list[Worded]:
    """Word each event once: for the one of its readers who may know least, and so gets the fewest lines."""
    said: dict[int, Worded] = {}
    for reader in {row.recipient for row in rows}:
        for each in worded([row for row in rows if row.recipient == reader], reader, is_outside=True):
            other = said.get(each.notice.event_id)
            if other is None or len(each.wording.lines) < len(other.wording.lines):
                said[each.notice.event_id] = each
    return [said[key] for key in dict.fromkeys(row.event_id for row in rows)]
