"""A category that is switched on, and a catalogue that speaks for its lead: what auto-dispatch needs."""

from typing import Any

from departments.catalogue import import_catalogue
from petitions.models import AutoDispatch, Petition
from petitions.proposals.auto_dispatch import auto_dispatch, switch_auto_dispatch
from petitions.proposals.learning import refresh_routing_model
from tests.cast import Stage
from tests.departments.catalogue_files import csv_bytes
from tests.petitions.test_proposals import ARREARS, SCHOOL, TAX


def switch_on(stage: Stage, **changes: Any) -> AutoDispatch:
    """Write the catalogue and switch the cast's category on."""
    import_catalogue(csv_bytes(ARREARS, TAX, SCHOOL), "x.csv")
    refresh_routing_model(now=stage.tick())
    switch = AutoDispatch(category=stage.cast.category, **({"is_on": True} | changes))
    return switch_auto_dispatch(switch, by=stage.cast.sysadmin, now=stage.tick())


def dispatched(stage: Stage, **changes: Any) -> Petition:
    """Return a petition that was dispatched automatically; the category is switched on."""
    petition = stage.reported(**changes)
    assert auto_dispatch(now=stage.tick()) == 1
    return Petition.objects.get(pk=petition.pk)
