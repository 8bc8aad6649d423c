"""R7: notices to gateways that fail, hang, or take a message and drop the line, while senders are killed with SIGKILL.

Each notice ends sent or dead with a reason; what was acknowledged comes again at most once for a kill, with the same
key. Short by default; the full form: R7_NOTICES=5000 R7_KILLS=50 (R7_SEED repeats an order). The negative control
takes the lease away: two senders then tell the same thing twice, and the same reconciliation finds it.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from notices.models import Notice, Subscription
from petitions.models import Petition
from record.models import Event
from record.writing import Said, event_of
from tests.cast import Stage, person
from tests.faults.gateway import DROP, FAIL, GOOD, HANG, Gateway, serving
from tests.slow import slow

NOTICES = int(os.environ.get("R7_NOTICES", "60"))
KILLS = int(os.environ.get("R7_KILLS", "3"))
SEED = int(os.environ.get("R7_SEED", random.SystemRandom().randrange(10**6)))
SENDERS = 2
LEASE_SECONDS = 3.0
MOST_SECONDS = 60 + NOTICES / 5 + KILLS * LEASE_SECONDS
MANNERS = {GOOD: 70, FAIL: 15, DROP: 13, HANG: 2}

OUTCOMES = """
SELECT count(*) FILTER (WHERE state = 'sent' AND sent_at IS NOT NULL),
       count(*) FILTER (WHERE state = 'dead' AND last_error <> '' AND attempts > 9),
       count(*)
  FROM notices_notice WHERE channel <> 'inbox'
"""


def reconcile() -> tuple[int, int, int]:
    """Return how many notices were sent, how many are dead with a reason, and how many there are."""
    with connection.cursor() as cursor:
        cursor.execute(OUTCOMES)
        return cursor.fetchone()


def write_notices(petition: Petition, site: str, count: int) -> None:
    """Notices of one petition to three people, by webhook, text message and mail."""
    now = timezone.now()
    people = [person(f"reader{place}", f"读者{place}", "supervisor") for place in range(3)]
    for reader in people:
        for channel, address in (("webhook", f"{site}/{reader.pk}"), ("sms", "13800000001"), ("email", "a@b.example")):
            Subscription.objects.create(user=reader, channel=channel, address=address)
    said = Said(cycle=1, from_state="assigned", to_state="assigned")
    filer = petition.petitioner.filed_by
    events = Event.objects.bulk_create(
        event_of(petition, "urge", by=filer, at=now, said=said) for _place in range(-(-count // 9))
    )
    Notice.objects.bulk_create(
        Notice(event=event, recipient=reader, channel=channel, state="pending", is_urgent=True, created_at=now,
               next_attempt_at=now)
        for event in events
        for reader in people
        for channel in ("webhook", "sms", "email")
    )  # fmt: skip


class Senders:
    """Processes of our own that send; any of them can be killed and is replaced."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.given = given
        self.running = [self.start() for _place in range(SENDERS)]

    def start(self) -> subprocess.Popen[bytes]:
        environment = os.environ | {"SENDER": json.dumps(self.given), "SHAOYING_NO_SERVERS": "1"}
        command = [sys.executable, "-m", "tests.faults.sender"]
        return subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment)

    def kill_one(self) -> None:
        victim = self.running.pop(0)
        assert victim.poll() is None, "a sender ended by itself"
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        self.running.append(self.start())


@contextmanager
def senders(site: str, smtp_port: int, lease: float, least_lease: float) -> Iterator[Senders]:
    database = {key: connection.settings_dict[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    values = {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": smtp_port,
        "EMAIL_TIMEOUT": 0.5,
        "SMS_GATEWAY_URL": f"{site}/sms",
        "WEBHOOK_ALLOW_PRIVATE": True,
    }
    started = Senders({"database": database, "settings": values, "lease": lease, "least_lease": least_lease})
    try:
        yield started
    finally:
        for process in started.running:
            process.send_signal(signal.SIGKILL)
            process.wait()


def wait_until_settled(senders: Senders, kills: int) -> int:
    """Kill a sender whenever another share of the notices has ended; return how many were killed."""
    killed, end = 0, time.monotonic() + MOST_SECONDS
    while time.monotonic() < end:
        sent, dead, total = reconcile()
        if sent + dead == total and killed == kills:
            break
        if killed < kills and (sent + dead) * (kills + 1) >= total * (killed + 1):
            senders.kill_one()
            killed += 1
        time.sleep(0.05)
    return killed


@pytest.mark.timeout(MOST_SECONDS + 240)
@pytest.mark.django_db(transaction=True)
def test_each_notice_ends_sent_or_dead_and_a_kill_repeats_at_most_one(stage: Stage) -> None:
    print(f"R7_SEED={SEED} R7_NOTICES={NOTICES} R7_KILLS={KILLS}")
    gateway = Gateway(SEED, MANNERS, seconds=0.01)
    with serving(gateway) as (site, smtp_port):
        write_notices(stage.assigned(), site, NOTICES)
        with senders(site, smtp_port, LEASE_SECONDS, LEASE_SECONDS / 2) as running:
            killed = wait_until_settled(running, KILLS)
    sent, dead, total = reconcile()
    print(f"sent {sent}, dead {dead} of {total}; killed {killed}, repeated {gateway.repeats}")
    assert (killed, sent + dead) == (KILLS, total)
    assert gateway.repeats <= KILLS
    keys = {str(key) for key in Notice.objects.exclude(channel="inbox").values_list("key", flat=True)}
    assert set(gateway.taken) <= keys
    sent_keys = Notice.objects.exclude(channel="inbox").filter(state="sent").values_list("key", flat=True)
    assert {str(key) for key in sent_keys} <= set(gateway.answered)


@slow("a negative control with processes of its own, 5 to 10 s")
@pytest.mark.django_db(transaction=True)
def test_without_the_lease_two_senders_repeat_each_other(stage: Stage) -> None:
    """The negative control: nobody is killed, and still there are repeats."""
    gateway = Gateway(SEED, {GOOD: 1}, seconds=0.03)
    with serving(gateway) as (site, smtp_port):
        write_notices(stage.assigned(), site, 90)
        with senders(site, smtp_port, 0, -MOST_SECONDS) as running:
            wait_until_settled(running, 0)
    assert gateway.repeats > 0
