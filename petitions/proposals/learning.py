"""The routing model that proposals are made from, kept as versioned rows (departments/routing.py does the sums).

A version holds the responsibility catalogue and what confirmed dispatches taught. Confirmed means resolved: the lead
answered the enterprise, so the petition did belong to it. The petition's text also counts, with less weight, for each
support that answered. Each version adds to the last one, so that a run only reads what is new.
Left out: unlearning. An event that commits after one with a higher key may be missed; one letter less does no harm.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from departments.catalogue import active_matters, as_matters, department_names, fingerprint
from departments.models import RoutingModel
from departments.routing import Router
from departments.words import read
from petitions.models import SUBJECT, Assignment, EventKind, Petition
from record.models import Event

BATCH = 2_000  # events in one run; they take 10 s, well inside a task's time limit
VERSIONS_KEPT = 5
LEAD_WEIGHT, SUPPORT_WEIGHT = 1.0, 0.3

_loaded: dict[tuple[object, ...], Router] = {}  # the newest version alone, by (version, catalogue, last_event)


def refresh_routing_model(*, now: datetime) -> RoutingModel | None:
    """Write the next version if the catalogue changed or petitions were resolved since the last one.

    Safe to repeat: when there is nothing new, nothing is written. Of two runs at once only one version is kept.
    Returns the new version, None when there is nothing new
    """
    last = RoutingModel.objects.defer("data").first()
    rows, names = active_matters(), department_names()
    print_now = fingerprint(rows, names)
    events = _resolved_after(last.last_event if last else 0)
    if last is not None and last.catalogue == print_now and not events:
        return None
    router = Router(as_matters(rows, names), names)
    if last is not None:
        router.adopt(bytes(last.lessons))
    learned = _learn(router, events)
    version = RoutingModel(
        version=last.version + 1 if last else 1,
        made_at=now,
        data=router.pack(),
        lessons=router.lessons(),
        catalogue=print_now,
        matters=len(rows),
        letters=(last.letters if last else 0) + learned,
        last_event=events[-1].pk if events else (last.last_event if last else 0),
    )
    RoutingModel.objects.bulk_create([version], ignore_conflicts=True)
    RoutingModel.objects.filter(version__lte=version.version - VERSIONS_KEPT).delete()
    return version


def _resolved_after(event: int) -> list[Event]:
    resolved = Event.objects.filter(subject_type=SUBJECT, kind=EventKind.RESOLVE, pk__gt=event)
    return list(resolved.order_by("pk")[:BATCH])


def _learn(router: Router, events: Iterable[Event]) -> int:
    """Teach the router the petitions that were resolved. Returns how many of them it could use."""
    petitions = Petition.objects.in_bulk([event.subject_id for event in events])
    answered = Assignment.objects.live().filter(petition__in=petitions, answered_at__isnull=False)
    parts: dict[tuple[int, int], list[Assignment]] = defaultdict(list)
    for part in answered.select_related("department"):
        parts[part.petition_id, part.cycle].append(part)
    labels, used = set(router.names.names.values()), 0
    for event in events:
        petition = petitions[event.subject_id]
        known = [part for part in parts[petition.pk, event.cycle or 0] if part.department.short_name in labels]
        tokens = read(petition.title, petition.body, router.names).tokens if known else {}
        for part in known:
            is_lead = part.is_lead
            weight = LEAD_WEIGHT if is_lead else SUPPORT_WEIGHT
            # The key is shown to every dispatcher as a reason: only the lead's, and no confidential petition's number.
            key = petition.number if is_lead and not petition.is_confidential else ""
            router.learn(part.department.short_name, tokens, weight=weight, key=key)
        used += bool(known)
    return used


def current_router() -> Router | None:
    """Return the router of the newest version, loaded once in a process; None before the first version.

    One statement, two when the version is new to the process.
    """
    newest = RoutingModel.objects.values_list("version", "catalogue", "last_event").first()
    if newest is None:
        return None
    if newest not in _loaded:
        row = RoutingModel.objects.defer("lessons").get(pk=newest[0])
        _loaded.clear()
        _loaded[newest] = Router.unpack(bytes(row.data))
    return _loaded[newest]
