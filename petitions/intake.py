"""The desk's verb for a caller whose enterprise is not in the register: enter the enterprise and file its petition.

Both or neither: an enterprise that is entered by a form with a mistake would be found there by the second click.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.models import User
from enterprises.models import Enterprise
from enterprises.registering import Registration, register_enterprise
from petitions.models import Petition, Petitioner
from petitions.reporting import Report, report_petition
from verbs.refusals import InvalidInput, NotPermitted


def report_for_new_enterprise(*, registration: Registration, report: Report, by: User, now: datetime) -> Petition:
    """Enter the enterprise and file the petition on its behalf.

    Safe to repeat with the same submission_key: the petition of the first call is returned.
    Raises  InvalidInput with what is wrong of both, NotPermitted, KeyReused
    """
    try:
        with transaction.atomic():
            enterprise = _registered(registration, report, by, now)
            return report_petition(report=replace(report, enterprise=enterprise), by=by, now=now)
    except InvalidInput:
        # The second click finds the enterprise that the first one entered.
        entered = _entered_before(registration, report, by)
        if entered is None:
            raise
        return report_petition(report=replace(report, enterprise=entered), by=by, now=now)


@contextmanager
def refusals_of_enterprises() -> Iterator[None]:
    """Say what a verb of enterprises refuses in the words that every page and endpoint here understands."""
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
    """What else is wrong, so that everything is said at once; nothing is filed: the enterprise is missing."""
    try:
        report_petition(report=replace(report, enterprise=None), by=by, now=now)
    except InvalidInput as problem:
        return {field: sentence for field, sentence in problem.fields.items() if field != "enterprise"}
    return {}


def _entered_before(registration: Registration, report: Report, by: User) -> Enterprise | None:
    filed = Petitioner.objects.filter(filed_by=by, submission_key=report.submission_key).exclude(submission_key="")
    filed = filed.filter(enterprise__credit_code=registration.credit_code.strip().upper())
    earlier = filed.select_related("enterprise").first()
    return earlier.enterprise if earlier else None
