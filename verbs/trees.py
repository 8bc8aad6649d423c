"""Tables whose rows lie under one another: a row lies neither under itself nor under a row below it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from verbs.constraints import Check

CIRCLE = _("上级不能是它自己，也不能是它的下级。")


def not_under_itself(name: str) -> Check:
    """Return the constraint of this name for a table with a foreign key `parent` to itself."""
    above = Q(parent__isnull=True) | ~Q(parent=F("id"))
    return Check(name=name, condition=above, beside="parent", violation_error_message=CIRCLE)


def check_no_circle(row: Any) -> None:
    """Raise ValidationError on `parent` where the row would come to lie under itself. One statement for each step up.

    row  of a table with a foreign key `parent` to itself
    """
    above, passed = row.parent, set()
    while above is not None and above.pk not in passed:
        if above.pk == row.pk:
            raise ValidationError({"parent": CIRCLE})
        passed.add(above.pk)
        above = above.parent
