"""Which verbs a person can use on petitions now. Each verb is described beside the function that does it.

The check that refuses a verb also decides whether it is offered: a verb that is offered is not refused, and one that is
not offered is. Pages, the API and lists ask here.
Source: docs/adr/0026-one-answer-to-what-can-be-done.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from accounts.models import User
from petitions import (
    appointments,
    arbitration,
    check_in,
    desks,
    discussion,
    dispatch,
    following_up,
    handling,
    linking,
    merging,
    reopening,
    resolution,
    send_back,
    supports,
    undo,
)
from petitions.models import Petition
from petitions.office import handover
from petitions.ratings import rating, rectification, window
from petitions.situations import Situation, situations_of
from petitions.supervision import extensions, holds, orders
from petitions.verb import Verb

# The modules that have verbs, in the order of a petition's life. The buttons have the same order.
MODULES = (
    *(dispatch, desks, check_in, appointments, handling, handover, resolution, rating, reopening, following_up),
    *(discussion, arbitration, extensions, holds, rectification, orders, send_back, supports, linking, merging),
    *(undo, window),
)
VERBS: Mapping[str, Verb] = {verb.name: verb for module in MODULES for verb in module.VERBS}


def offered(it: Situation, verbs: Iterable[Verb] | None = None) -> list[Verb]:
    """Return those of the verbs that the person can use on the petition now.

    verbs  None for all of them, in the order of VERBS
    """
    return [verb for verb in (VERBS.values() if verbs is None else verbs) if verb.why_not(it) is None]


def next_step(it: Situation, possible: Sequence[Verb]) -> Verb | None:
    """Return the possible verb that is the person's most sensible next step, None when none of them is one."""
    weighed = [(verb.next_step(it), verb) for verb in possible]
    weight, verb = max(weighed, key=lambda pair: pair[0], default=(0, None))
    return verb if weight else None


def choosable_on(
    petitions: Sequence[Petition], user: User, now: datetime, verbs: Iterable[Verb]
) -> dict[str, set[int]]:
    """Return, by the verb's name, the keys of the things (parts, requests, orders) that the user can now use it on.

    The number of statements does not grow with the petitions.
    verbs  those that have `about`; otherwise as for `offered_on`
    """
    situations = situations_of(petitions, user, now)
    return {verb.name: {thing.pk for it in situations for thing in verb.choosable(it)} for verb in verbs}


def offered_on(
    petitions: Sequence[Petition], user: User, now: datetime, verbs: Iterable[Verb]
) -> dict[int, list[Verb]]:
    """Return, by the petition's key, which of the verbs the user can use on it.

    The number of statements does not grow with the petitions.
    verbs  not merge, link, ask_send_back or dispute_send_back: their checks cost statements for each petition
    """
    asked = list(verbs)
    return {it.petition.pk: offered(it, asked) for it in situations_of(petitions, user, now)}
