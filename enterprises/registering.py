"""The verb that registers an enterprise, for a caller whose enterprise is not in the register yet."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import Role, User
from enterprises.models import Enterprise
from regions.models import Region


@dataclass(frozen=True, kw_only=True)
class Registration:
    """What a dispatcher asks a caller about the enterprise; an administrator adds the rest later."""

    name: str
    credit_code: str
    size: str
    ownership: str
    region: Region | None
    contact_name: str = ""
    contact_phone: str = ""


def register_enterprise(*, registration: Registration, by: User) -> Enterprise:
    """Enter an enterprise into the register; no two have the same credit code.

    Raises  PermissionDenied; ValidationError by field, also when the code is registered already
    """
    if not by.has_role(Role.DISPATCHER):
        raise PermissionDenied
    enterprise = Enterprise(**vars(registration))
    enterprise.full_clean(exclude=["pinyin"], validate_constraints=False)
    try:
        with transaction.atomic():
            enterprise.save(force_insert=True)
    except IntegrityError:
        # Two desks registered the same enterprise at once: validate_unique tells the second one that it is there.
        enterprise.validate_unique()
        raise
    return enterprise
