"""Keep, read and drop drafts. A person has one draft for each form; the later save takes the place of the earlier."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from drafts.models import FORM_MAX, Draft
from files.models import FIELD, StoredFile
from files.storing import drop_named
from verbs.inputs import Problems

FIELDS_MAX, TEXT_MAX = 300, 100_000  # of one draft; the longest form has a text of a tenth of that (assumption)
DRAFTS_MAX = 100  # of one person; the oldest makes room (assumption)
KEPT_DAYS = 30  # a draft that nobody came back to

Typed = Sequence[tuple[str, str]]


class Kept(NamedTuple):
    """A draft as it was kept. `took_place`: it took the place of one that the sender had not seen."""

    saved_at: datetime
    took_place: bool


def keep_draft(*, form: str, typed: Typed, by: User, now: datetime, seen: datetime | None = None) -> Kept:
    """Keep what the person has typed into the form so far. Three statements, one more where the oldest makes room.

    form   the address to which the form is sent
    typed  its fields as pairs of name and value
    seen   when the draft was saved that the sender knows of, None if it knows of none
    Raises InvalidInput
    """
    problems = Problems()
    problems.need("form", _is_address(form), _("没有这个表单。"))
    size = sum(len(name) + len(value) for name, value in typed)
    is_small = 0 < len(typed) <= FIELDS_MAX and size <= TEXT_MAX
    problems.need("typed", is_small, _("内容太长，不能存为草稿。"))
    problems.raise_if_any()
    values = {"typed": [list(pair) for pair in typed], "saved_at": now}
    with transaction.atomic():
        _take_turns(by)
        before = Draft.objects.filter(writer=by, form=form).first()
        if before is None:
            _make_room(by)
        Draft.objects.update_or_create(writer=by, form=form, defaults=values)
    return Kept(now, took_place=before is not None and before.saved_at != seen)


def _take_turns(by: User) -> None:
    """Let the person's saves come one after another until the transaction ends: two windows may save at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('drafts'), %s)", [by.pk])


def _make_room(by: User) -> None:
    keys = Draft.objects.filter(writer=by).order_by("-saved_at", "-pk").values_list("pk", flat=True)
    beyond = list(keys[DRAFTS_MAX - 1 :])
    if beyond:
        Draft.objects.filter(pk__in=beyond).delete()


def draft_of(form: str, user: User) -> Draft | None:
    """Return the user's draft for the form. One statement, none for what is no form's address."""
    return Draft.objects.filter(writer=user, form=form).first() if _is_address(form) else None


def drop_draft(*, form: str, by: User) -> None:
    """Drop the person's draft for the form, with those of its files that no step has claimed and no other draft names.

    Two statements if there is a draft, more with files; none for what is no form's address.
    """
    draft = draft_of(form, by)
    if draft is None:
        return
    draft.delete()
    drop_named((value for name, value in draft.typed if name == FIELD), by=by)


def _is_address(form: str) -> bool:
    """Return whether the text can be the address of a form: whatever a client sends comes here."""
    return form.startswith("/") and len(form) <= FORM_MAX and form.isprintable()


def files_of_drafts(files: Sequence[StoredFile]) -> set[str]:
    """Return the keys of files that their uploaders' drafts name: they wait as long. One statement."""
    writers = {stored.uploaded_by_id for stored in files}
    drafts = Draft.objects.filter(writer__in=writers).values_list("typed", flat=True)
    return {value for typed in drafts for name, value in typed if name == FIELD}


def drop_old(*, now: datetime) -> int:
    """Drop the drafts that nobody came back to for KEPT_DAYS days; return how many. Safe to repeat. One statement."""
    return Draft.objects.filter(saved_at__lt=now - timedelta(days=KEPT_DAYS)).delete()[0]
