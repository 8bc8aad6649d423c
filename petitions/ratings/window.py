"""What happens to ratings as time passes: given ones are locked, and a petition that nobody rated in time is closed.

A lapsed petition counts as closed, not as satisfied. Locking the ratings of a cycle closes it: its facts are written
then.
Source: domain, answer and rating.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import Role, User
from petitions.clocks.stopping import stop_clocks
from petitions.facts import close_cycle, close_cycles
from petitions.models import EventKind, Petition, Rating, StopReason
from petitions.queries import due_to_lapse
from petitions.ratings.rating import CHANGEABLE_FOR
from petitions.steps import begin
from petitions.verb import Verb
from scores.models import Ending

RATING_WINDOW_DAYS = 15  # calendar days, the day of the answer not counted; practice of the 12345 hotlines
BATCH = 500

LAPSE = Verb(name="lapse", label=gettext_lazy("评价期满"), icon="hourglass", rule=lambda who: who.has(Role.SYSTEM))
VERBS = (LAPSE,)


def lock_due_ratings(*, now: datetime, limit: int = BATCH) -> int:
    """Lock the ratings that can no longer be changed, and write the facts of their cycles. Six statements.

    Safe to repeat and to run twice at once: a petition locked by another worker is left to it.
    now     aware datetime, the database's clock
    limit   most petitions taken in one run
    Returns the number of cycles that were closed
    """
    due = Rating.objects.filter(locked_at__isnull=True, rated_at__lte=now - CHANGEABLE_FOR)
    with transaction.atomic():
        oldest = list(due.order_by("rated_at", "pk").values_list("assignment__petition", flat=True)[:limit])
        rows = Petition.objects.filter(pk__in=oldest).order_by("pk")
        held = list(rows.select_for_update(of=("self",), no_key=True, skip_locked=True).values_list("pk", flat=True))
        locking = due.filter(assignment__petition__in=held)
        cycles = set(locking.values_list("assignment__petition", "assignment__cycle"))
        if cycles:
            Rating.objects.filter(pk__in=list(locking.values_list("pk", flat=True))).update(locked_at=now)
            close_cycles(sorted(cycles), ending=Ending.RATED, now=now)
    return len(cycles)


def lapse_petition(*, petition: Petition, by: User, now: datetime) -> Petition:
    """Close a resolved petition that was not rated inside the window.

    Raises  NotPermitted, WrongState
    """
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb=LAPSE, now=now)
        petition = step.petition
        petition.lapse(now=now)
        stop_clocks(petition, now=now, reason=StopReason.LAPSED)
        close_cycle(petition, ending=Ending.LAPSED, now=now)
        return step.finish(EventKind.LAPSE)


def lapse_overdue_ratings(*, now: datetime, limit: int = BATCH) -> int:
    """Close the resolved petitions whose rating window has ended, `limit` at most. Each closes as of its window's end.

    Safe to repeat and to run twice at once: a petition locked by another worker is left to it.
    now     aware datetime, the database's clock
    Returns the number closed
    """
    closed = 0
    answered_before = _window_start(now)
    for key in list(due_to_lapse(answered_before).values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            due = due_to_lapse(answered_before).filter(pk=key)
            petition = due.select_for_update(of=("self",), no_key=True, skip_locked=True).first()
            if petition:
                lapse_petition(petition=petition, by=User.objects.system(), now=window_end(petition))
                closed += 1
    return closed


def _window_start(now: datetime) -> datetime:
    """Return the moment before which an answer must have been given for its rating window to be over at `now`.

    The window's last day ends at midnight (民法典 第203条).
    """
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=RATING_WINDOW_DAYS)


def window_end(petition: Petition) -> datetime:
    """Return the moment until which a resolved petition may be rated. `lapse` closes the petition as of this moment."""
    assert petition.resolved_at is not None
    midnight = timezone.localtime(petition.resolved_at).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=RATING_WINDOW_DAYS + 1)
