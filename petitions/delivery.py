"""The outbox's sender: every notice that waits is sent at least once, or ends dead with a reason.

It claims what is due for one gateway (petitions/outbox.py), sends it outside of any transaction, one message at a
time, and writes down each result at once. A sender that is killed had one message in its hands: that one may be
repeated, with the same key; the rest of its claim is free when the lease ends. Any number of senders may run at once,
from Celery and as plain processes. A gateway that does not answer twice in a row is left alone for a while, so that
one that hangs does not hold up the others. Times are the database's (`clock`).
"""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from petitions import outbox, queries
from petitions.gateways import GATEWAYS, Message, SendFailed, Unreachable
from petitions.models import ClockKind, EventKind, Notice, NoticeChannel, Petition, Subscription
from petitions.outbox import Claim
from petitions.ratings.links import token_for
from petitions.wording import Wording, word_digest, word_notice
from verbs import database

Clock = Callable[[], datetime]

# What has to be left of the lease when a message is begun: a slow resolver and the gateway's own limits (assumption).
LEAST_LEASE = timedelta(seconds=100)
# Failures in a row after which a gateway is left alone; what was not tried is not counted (assumption).
FAILURES_IN_A_ROW = 2
# A run begins no further claim after this; with the last claim's time it stays below Celery's soft limit of 60 s.
RUN_SECONDS = 20.0


def deliver(*, clock: Clock = database.now) -> int:
    """Send what is due, claim by claim, until nothing is left or the run's time is over.

    Safe to repeat and to run many times at once: a notice is in one sender's hands at a time.
    Returns how many notices were claimed
    Raises  nothing that a gateway raises; a notice that fails waits for its next attempt or is dead
    """
    end, claimed = time.monotonic() + RUN_SECONDS, 0
    while time.monotonic() < end:
        count = deliver_once(clock=clock)
        if not count:
            break
        claimed += count
    return claimed


def deliver_unless_running(*, clock: Clock = database.now) -> int:
    """Send what is due, unless another run of this function does: of a worker's places, gateways that hang take one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('petitions.delivery'))")
        if not cursor.fetchone()[0]:
            return 0
        try:
            return deliver(clock=clock)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('petitions.delivery'))")


def deliver_once(*, clock: Clock = database.now) -> int:
    """Claim what is due for one gateway and send it. Returns how many notices were dealt with, 0 when none is due."""
    claim = outbox.claim_due(clock())
    if claim is None:
        return 0
    _send(claim, clock)
    return sum(len(notices) for notices in claim.messages) or 1


def _send(claim: Claim, clock: Clock) -> None:
    """Send the claim's messages one after the other; what cannot be begun inside the lease is given back."""
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
    GATEWAYS[NoticeChannel(channel)].send(_message(chosen, notices, now))


def _message(chosen: Subscription, notices: Sequence[Notice], now: datetime) -> Message:
    """Word the message as its reader may read it at this moment."""
    rows = list(queries.worded_notices().filter(pk__in=[row.pk for row in notices]).order_by("pk"))
    told_of = {user: queries.petitions_told_of(rows, user) for user in {row.recipient for row in rows}}
    with override(chosen.language):
        worded: dict[int, Wording] = {}
        for row in rows:  # of several readers of one event, as the one who may know least
            this, other = _worded(row, told_of[row.recipient]), worded.get(row.event_id)
            worded[row.event_id] = this if other is None or len(this.lines) < len(other.lines) else other
        is_digest = len(worded) > 1
        wording = word_digest(list(worded.values())) if is_digest else worded[rows[0].event_id]
    event, petition = rows[0].event, told_of[rows[0].recipient][rows[0].event.subject_id].petition
    page = reverse("petitions:notices") if is_digest else _page(rows[0], petition)
    return Message(
        key=str(rows[0].key),
        address=chosen.address,
        secret=chosen.secret,
        title=wording.title,
        text=wording.text,
        url=f"{settings.SITE_URL}{page}" if settings.SITE_URL else "",
        at=now,
        facts={"event": event.kind, "number": petition.number, "happened_at": event.at.isoformat()},
    )


def _page(notice: Notice, petition: Petition) -> str:
    """Where the message leads: to the petition; whoever is asked for a rating, to where it is given without signing in.

    Not where others read too, and not for a confidential petition: the link shows how its title begins.
    """
    event = notice.event
    asks = event.kind == EventKind.RESOLVE or event.data.get("clock_kind") == ClockKind.RATE
    if asks and not petition.is_confidential and not GATEWAYS[NoticeChannel(notice.channel)].is_robot:
        token = token_for(petition, notice.recipient)
        if token:
            return reverse("petitions:rate_by_link", args=[token])
    return reverse("petitions:show", args=[petition.number])


def _worded(notice: Notice, known: Mapping[int, queries.ToldOf]) -> Wording:
    petition, is_visible = known[notice.event.subject_id]
    return word_notice(notice.event, petition, reader=notice.recipient, is_visible=is_visible, is_outside=True)
