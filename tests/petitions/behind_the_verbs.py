"""Rows changed or written a second time without the verbs, for what only the database refuses."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from petitions.models import Attachment
from tests.cast import Stage
from tests.files.uploads import PDF, upload
from tests.moments import TUESDAY_10AM

Act = Callable[[Stage], None]


def change(model: type[models.Model], **values: Any) -> Act:
    """A rated petition with a support and an attachment; change the rows of a model behind the verbs' back."""

    def act(stage: Stage) -> None:
        petition = stage.rated(with_support=True)
        (stored,) = stage.uploaded(upload("合同.pdf", PDF))
        Attachment.objects.create(petition=petition, stored=stored, attached_at=TUESDAY_10AM)
        model._default_manager.update(**values)

    return act


def again(row: models.Model, **changes: Any) -> None:
    """Write the row a second time."""
    row.pk, row._state.adding = None, True
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(force_insert=True)


def assert_refuses(name: str, act: Act, stage: Stage) -> None:
    """The constraint of that name, and no other, refuses the act."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        act(stage)
    cause: Any = refusal.value.__cause__
    assert cause.diag.constraint_name == name


def named_constraints(room: str) -> set[str]:
    """Return the check and unique constraints and unique indexes of the room's tables.

    Left out: primary keys, and what Django checks of a field by itself ("not negative")
    """
    tables = [model._meta.db_table for model in apps.get_app_config(room).get_models()]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid::regclass::text = ANY(%s) "
            "UNION SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
            "WHERE indisunique AND NOT indisprimary AND indrelid::regclass::text = ANY(%s)",
            [tables, tables],
        )
        return {name for (name,) in cursor.fetchall() if not re.match(rf"^{room}_\w+_check$", name)}
