"""The verbs of occasions: a dispatcher puts one up, changes it, and closes it for further petitions.

The kind stays as it was made: the petitions' channel followed it.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Role, User
from enterprises.models import Occasion
from regions.models import Region


@dataclass(frozen=True, kw_only=True)
class Details:
    """What can be changed of an occasion. A home has no times."""

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
    _check_may_write(by)
    return _saved(Occasion(kind=kind, created_by=by, created_at=now), details)


def change_occasion(*, occasion: Occasion, details: Details, by: User) -> Occasion:
    """Change an occasion; with `is_open=False` no further petition names it. Safe to repeat.

    Raises  PermissionDenied; ValidationError by field
    """
    _check_may_write(by)
    with transaction.atomic():
        return _saved(Occasion.objects.select_for_update(of=("self",)).get(pk=occasion.pk), details)


def _check_may_write(by: User) -> None:
    if not by.has_role(Role.DISPATCHER):
        raise PermissionDenied


def _saved(occasion: Occasion, details: Details) -> Occasion:
    occasion.name, occasion.place, occasion.host = (
        text.strip() for text in (details.name, details.place, details.host)
    )
    occasion.region = details.region  # type: ignore[assignment]  # full_clean refuses None
    occasion.starts_at, occasion.ends_at = details.starts_at, details.ends_at
    occasion.is_open = details.is_open
    occasion.full_clean(validate_constraints=False)
    occasion.save()
    return occasion
