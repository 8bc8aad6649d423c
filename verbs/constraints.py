"""Constraints of the database that a form shows as a sentence, beside the field that it is about.

Each constraint of a table that somebody fills in has a sentence of its own (tests/repository/test_constraints.py):
without one, Django shows the constraint's name.
"""

from collections.abc import Collection
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, IntegrityError
from django.db.models import BaseConstraint, CheckConstraint, Model, UniqueConstraint
from django.utils.translation import gettext_lazy as _

CONFLICT = _("这与已有的记录冲突，或者还有其他记录引用它，所以没有保存。请核对后再试。")


class _Beside(BaseConstraint):
    """Puts the sentence beside a field, where the form that is checked has that field, else above the form."""

    def __init__(self, *, beside: str, **how: Any) -> None:
        self.beside = beside
        super().__init__(**how)

    def validate(
        self,
        model: type[Model],
        instance: Model,
        exclude: Collection[str] | None = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        try:
            super().validate(model, instance, exclude, using)  # type: ignore[arg-type]
        except ValidationError as refused:
            if self.beside in (exclude or ()):
                raise
            raise ValidationError({self.beside: refused}) from refused

    def deconstruct(self) -> Any:
        path, args, how = super().deconstruct()
        return path, args, {**how, "beside": self.beside}


class Check(_Beside, CheckConstraint):
    """A condition that every row meets, with the sentence for a row that does not."""


class Unique(_Beside, UniqueConstraint):
    """Fields whose values no two rows share, with the sentence for the second row."""


def sentence_of(refused: IntegrityError) -> str:
    """Return what to tell a person whose row the database refused: the constraint's sentence, else a general one."""
    diagnostics = getattr(refused.__cause__, "diag", None)
    name = getattr(diagnostics, "constraint_name", None)
    ours = (one for model in apps.get_models() for one in model._meta.constraints)
    found = next((one for one in ours if one.name == name and says(one)), None)
    return str(found.violation_error_message if found else CONFLICT)


def says(constraint: BaseConstraint) -> bool:
    """Return whether the constraint has a sentence of its own."""
    return constraint.violation_error_message != constraint.default_violation_error_message
