"""The verbs of occasions: a dispatcher puts one up in their branch, changes it, and closes it for further petitions.

The kind of an occasion never changes, because the channel of its petitions was set by it.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User
from enterprises.models import Occasion
from regions.desks import desks_of
from regions.models import Region


@dataclass(frozen=True, kw_only=True)
class Details:
    """What can be changed about an occasion. A home has no times."""

    name: str
    place: str
    region: Region | None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    host: str = ""
    is_open: bool = True


def create_occasion(*, kind: str, details: Details, by: User, now: datetime) -> Occasion:
    """Put up an occasion with a new key.

    Raises  PermissionDenied; ValidationError by field
    """
    if not by.has_role(Role.DISPATCHER):
        raise PermissionDenied
    return _saved(Occasion(kind=kind, created_by=by, created_at=now), details, by)


def change_occasion(*, occasion: Occasion, details: Details, by: User) -> Occasion:
    """Replace all details of an occasion; a detail left out gets its default. Safe to repeat.

    With `is_open=False` no further petition names the occasion.
    Raises  PermissionDenied (also for an occasion of another branch); ValidationError by field
    """
    with transaction.atomic():
        locked = Occasion.objects.select_for_update(of=("self",)).get(pk=occasion.pk)
        if not may_change(locked, by):
            raise PermissionDenied
        return _saved(locked, details, by)


def may_change(occasion: Occasion, by: User) -> bool:
    """Whether the occasion is in the person's branch."""
    return desks_of(by).covers(occasion.region_id)


def _saved(occasion: Occasion, details: Details, by: User) -> Occasion:
    occasion.name, occasion.place, occasion.host = details.name, details.place, details.host
    occasion.region = details.region  # type: ignore[assignment]  # full_clean refuses None
    occasion.starts_at, occasion.ends_at = details.starts_at, details.ends_at
    occasion.is_open = details.is_open
    occasion.full_clean(validate_constraints=False)
    if not may_change(occasion, by):
        raise ValidationError({"region": _("请选择本派单台范围内的区域。")})
    occasion.save()
    return occasion
