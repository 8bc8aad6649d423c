"""The desk's verb for a caller whose enterprise is not in the register: enter the enterprise and file its petition.

Both are done or neither: if a form with a mistake in the petition entered the enterprise all the same, the corrected
form would be refused because the enterprise is already in the register.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from enterprises.models import Enterprise
from enterprises.registering import Registration, register_enterprise
from petitions.models import Petition, Petitioner
from petitions.reporting import Report, report_petition
from verbs.codes import folded, read_code
from verbs.refusals import InvalidInput, NotPermitted


def report_for_new_enterprise(*, registration: Registration, report: Report, by: User, now: datetime) -> Petition:
    """Enter the enterprise and file the petition on its behalf.

    Safe to repeat with the same submission_key and the same content: the petition of the first call is returned.
    Raises  InvalidInput with the problems of the enterprise and of the petition, NotPermitted, KeyReused
    """
    try:
        with transaction.atomic():
            enterprise = _registered(registration, report, by, now)
            return report_petition(report=replace(report, enterprise=enterprise), by=by, now=now)
    except InvalidInput:
        # A second try is refused because the first one entered the enterprise: go on with that one.
        entered = _entered_before(registration, by)
        if entered is None:
            raise
        return report_petition(report=replace(report, enterprise=entered), by=by, now=now)


@contextmanager
def refusals_of_enterprises() -> Iterator[None]:
    """Turn the exceptions that enterprise verbs raise in the block into refusals, as verbs of petitions raise them."""
    try:
        yield
    except ValidationError as problem:
        raise InvalidInput({field: sentences[0] for field, sentences in problem.message_dict.items()}) from problem
    except PermissionDenied as refusal:
        raise NotPermitted() from refusal


def _registered(registration: Registration, report: Report, by: User, now: datetime) -> Enterprise:
    try:
        with refusals_of_enterprises():
            return register_enterprise(registration=registration, by=by)
    except InvalidInput as problem:
        raise InvalidInput(problem.fields | _problems_of(report, by, now)) from problem


def _problems_of(report: Report, by: User, now: datetime) -> dict[str, str]:
    """Return what is wrong with the petition, by field, so that the person reads the problems of both at once.

    Nothing is filed: the report is checked without an enterprise, which is refused.
    """
    try:
        report_petition(report=replace(report, enterprise=None), by=by, now=now)
    except InvalidInput as problem:
        return {field: sentence for field, sentence in problem.fields.items() if field != "enterprise"}
    return {}


def _entered_before(registration: Registration, by: User) -> Enterprise | None:
    """Return the enterprise if it has this code and name in the register and the person has filed for it."""
    own = Petitioner.objects.filter(filed_by=by, enterprise=OuterRef("pk"))
    code, name = read_code(registration.credit_code), folded(registration.name)
    return Enterprise.objects.filter(Exists(own), credit_code=code, folded_name=name).first()
