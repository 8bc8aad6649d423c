"""The outbox: which notices are due, which sender holds them and until when, and what became of them.

A claim is one short transaction: it takes what is due for one gateway, counts the attempt and sets a lease, before
anything is sent. A sender that is killed loses its claim when the lease ends; only the sender whose lease still stands
writes a result. A robot takes 20 messages a minute: where more wait, they are merged into one.
Leaves out the sending (notices/sending.py). Numbers are assumptions where no source stands beside them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from notices.gateways import GATEWAYS
from notices.models import Notice, NoticeChannel, NoticeState, Subscription
from notices.quiet import awake_at

# The waits after the first, second … failed attempt. When the attempt after the last wait fails, the notice is dead.
# Source: domain, notices.
LADDER: tuple[timedelta, ...] = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=20),
    timedelta(minutes=60),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=24),
)
LEASE = timedelta(minutes=2)
BATCH = 20
# The most notices of one digest; the others wait for the next one.
MOST_MERGED = 500
# Source: both robots' documentation, 20 messages a minute.
ROBOT_MESSAGES, ROBOT_WINDOW = 20, timedelta(minutes=1)
# How long a gateway that does not answer is left alone.
LEFT_ALONE = timedelta(seconds=30)

# A result is written only while the lease is still the sender's own: whoever lost it writes nothing.
FINISH = """
UPDATE notices_notice
   SET state = %(state)s, sent_at = %(sent_at)s, next_attempt_at = %(next_attempt_at)s, lease_until = NULL,
       last_error = %(error)s
 WHERE id = ANY (%(ids)s) AND state = 'pending' AND lease_until = %(lease)s
"""
LEAVE_ALONE = """
UPDATE notices_notice SET next_attempt_at = %(until)s
 WHERE id IN (SELECT id FROM notices_notice
               WHERE state = 'pending' AND next_attempt_at < %(until)s AND channel = %(channel)s
                 AND (lease_until IS NULL OR lease_until <= %(now)s)
                 AND (%(is_shared)s OR recipient_id IN (SELECT user_id FROM notices_subscription
                                                         WHERE channel = %(channel)s AND address = %(address)s))
                 FOR NO KEY UPDATE SKIP LOCKED)
"""
GIVE_BACK = """
UPDATE notices_notice SET lease_until = NULL, attempts = attempts - 1
 WHERE id = ANY (%(ids)s) AND state = 'pending' AND lease_until = %(lease)s
"""
POSTPONE = "UPDATE notices_notice SET next_attempt_at = %(at)s WHERE id = ANY (%(ids)s) AND state = 'pending'"
REPLAY = """
UPDATE notices_notice SET state = 'pending', next_attempt_at = %(now)s, attempts = 0, lease_until = NULL
 WHERE id = ANY (%(ids)s) AND state = 'dead'
"""


@dataclass(frozen=True)
class Claim:
    """Notices that one sender holds for one gateway until `lease`; those in one list of `messages` are sent together.

    A message about several events is a digest. `address` is None where the recipient no longer uses the channel.
    """

    channel: str
    address: str | None
    lease: datetime
    messages: Sequence[Sequence[Notice]]


def replay_notices(notices: QuerySet[Notice], *, now: datetime) -> int:
    """Put the dead ones of these notices back in the outbox, with no attempt counted. Returns how many were dead."""
    return _write(REPLAY, ids=list(notices.values_list("pk", flat=True)), now=now)


# ---- claiming -----------------------------------------------------------------------------------------------------


def _due(now: datetime) -> QuerySet[Notice]:
    """Return the notices that are due and that no sender holds, oldest first.

    `address` is None where the recipient no longer uses the channel.
    """
    chosen = Subscription.objects.in_use().filter(user=OuterRef("recipient"), channel=OuterRef("channel"))
    due = Notice.objects.filter(
        Q(lease_until__isnull=True) | Q(lease_until__lte=now), state=NoticeState.PENDING, next_attempt_at__lte=now
    )
    if awake_at(now) > now:
        due = due.filter(is_urgent=True)
    return due.annotate(address=Subquery(chosen.values("address")[:1])).order_by("next_attempt_at", "pk")


@transaction.atomic
def claim_due(now: datetime) -> Claim | None:
    """Claim what is due for the gateway of the notice that has waited longest, and count the attempt.

    Returns None when nothing is due; a claim without messages when a robot takes no more at present
    """
    first = _due(now).select_for_update(of=("self",), skip_locked=True, no_key=True).first()
    if first is None:
        return None
    gateway, address = GATEWAYS[NoticeChannel(first.channel)], first.address  # type: ignore[attr-defined]
    if gateway.is_robot and address:
        _one_at_a_time(first.channel, address)
    same = _due(now).filter(channel=first.channel)
    if not gateway.is_shared:
        same = same.filter(address=address)  # type: ignore[misc]
    limit = MOST_MERGED if gateway.is_robot else BATCH
    rows = list(same.select_for_update(of=("self",), skip_locked=True, no_key=True)[:limit])
    messages = _merged(rows, first.channel, address, now) if gateway.is_robot and address else [[row] for row in rows]
    return _leased(first.channel, address, messages, now)


def _one_at_a_time(channel: str, address: str) -> None:
    """Lock a robot until the end of the transaction, so that two senders count its messages one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), hashtext(%s))", [channel, address])


def _merged(rows: list[Notice], channel: str, address: str, now: datetime) -> list[list[Notice]]:
    """Return the notices by message: one message for each event while the robot takes that many, else one digest.

    When the robot takes no more at present, the notices are postponed and there is no message.
    """
    readers = Subscription.objects.filter(channel=channel, address=address).values("user")
    same = Notice.objects.filter(recipient__in=readers, channel=channel)
    sent = same.filter(state=NoticeState.SENT, sent_at__gt=now - ROBOT_WINDOW)
    lately = sent.aggregate(messages=Count("sent_at", distinct=True))["messages"]
    in_other_hands = same.filter(state=NoticeState.PENDING, lease_until__gt=now).count()
    left = ROBOT_MESSAGES - lately - in_other_hands
    if left > 0:
        by_event: dict[int, list[Notice]] = {}  # several people may have chosen the same chat group
        for row in rows:
            by_event.setdefault(row.event_id, []).append(row)
        return list(by_event.values()) if len(by_event) <= left else [rows]
    oldest = sent.order_by("sent_at").values_list("sent_at", flat=True).first() or now
    _write(POSTPONE, ids=[row.pk for row in rows], at=oldest + ROBOT_WINDOW)
    return []


def _leased(channel: str, address: str | None, messages: list[list[Notice]], now: datetime) -> Claim:
    claim = Claim(channel, address, now + LEASE, messages)
    taken = Notice.objects.filter(pk__in=[row.pk for row in _rows(messages)])
    taken.update(lease_until=claim.lease, attempts=F("attempts") + 1)
    for row in _rows(messages):
        row.attempts += 1
    return claim


def _rows(messages: Sequence[Sequence[Notice]]) -> list[Notice]:
    return [row for notices in messages for row in notices]


# ---- results ------------------------------------------------------------------------------------------------------


def note_sent(claim: Claim, notices: Sequence[Notice], *, now: datetime) -> None:
    """Write down that these notices were sent in one message."""
    _finish(claim, notices, state=NoticeState.SENT, sent_at=now)


def note_failed(claim: Claim, notices: Sequence[Notice], *, reason: str, now: datetime) -> None:
    """Set the time of each notice's next attempt by LADDER; a notice that had its last attempt is dead."""
    for row in notices:
        if row.attempts > len(LADDER):
            _finish(claim, [row], state=NoticeState.DEAD, error=reason)
            continue
        again = now + LADDER[row.attempts - 1]
        at = again if row.is_urgent else awake_at(again)
        _finish(claim, [row], state=NoticeState.PENDING, next_attempt_at=at, error=reason)


def give_back(claim: Claim, messages: Sequence[Sequence[Notice]]) -> None:
    """Release the notices of messages that were not tried; no attempt counts."""
    _write(GIVE_BACK, ids=[row.pk for row in _rows(messages)], lease=claim.lease)


def leave_alone(claim: Claim, *, now: datetime) -> None:
    """Let everything that waits for the claim's gateway wait at least LEFT_ALONE from now; no attempt counts."""
    is_shared = GATEWAYS[NoticeChannel(claim.channel)].is_shared
    values = {"channel": claim.channel, "address": claim.address, "is_shared": is_shared}
    _write(LEAVE_ALONE, now=now, until=now + LEFT_ALONE, **values)


def _finish(
    claim: Claim,
    notices: Sequence[Notice],
    *,
    state: str,
    sent_at: datetime | None = None,
    next_attempt_at: datetime | None = None,
    error: str = "",
) -> None:
    values = {"state": str(state), "sent_at": sent_at, "next_attempt_at": next_attempt_at, "error": error}
    _write(FINISH, ids=[row.pk for row in notices], lease=claim.lease, **values)


def _write(statement: str, **values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount
