"""The verb that enters an enterprise into the register: somebody phones whose enterprise is not there yet."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User
from enterprises.models import Enterprise
from regions.models import Region
from verbs.phones import is_phone


@dataclass(frozen=True, kw_only=True)
class Registration:
    """What a dispatcher asks a caller; the rest the administrator adds later."""

    name: str
    credit_code: str
    size: str
    ownership: str
    region: Region | None
    contact_name: str = ""
    contact_phone: str = ""


def register_enterprise(*, registration: Registration, by: User) -> Enterprise:
    """Enter an enterprise by its credit code.

    Raises  PermissionDenied; ValidationError by field, also when the code is registered already
    """
    if not by.has_role(Role.DISPATCHER):
        raise PermissionDenied
    typed = vars(registration).items()
    enterprise = Enterprise(**{name: value.strip() if isinstance(value, str) else value for name, value in typed})
    enterprise.credit_code = enterprise.credit_code.upper()
    _check(enterprise)
    try:
        with transaction.atomic():
            enterprise.save(force_insert=True)
    except IntegrityError:
        # Two desks at once: the second one meets the first one's row and is told so.
        enterprise.validate_unique()
        raise
    return enterprise


def _check(enterprise: Enterprise) -> None:
    problems: dict[str, list[str]] = {}
    try:
        enterprise.full_clean(exclude=["pinyin"], validate_constraints=False)
    except ValidationError as wrong:
        problems = wrong.message_dict
    if enterprise.contact_phone and not is_phone(enterprise.contact_phone):
        problems.setdefault("contact_phone", [_("电话号码不正确，请填写手机号或带区号的座机号。")])
    if problems:
        raise ValidationError(problems)
