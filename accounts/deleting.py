"""What the admin's pages for deleting say: rows of tables that the reader keeps are named, of others only the table.

A region or an enterprise stays while petitions refer to it. Django's page would name each of them, and by that whoever
operates the system would read what petitions say and who asked; how many there are tells of who asked, too.
"""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.contrib.admin import AdminSite
from django.contrib.admin.utils import NestedObjects, quote
from django.db import router
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _


class Deletion(NamedTuple):
    """What `ModelAdmin.get_deleted_objects` returns."""

    to_delete: list[Any]
    model_count: dict[str, int]
    perms_needed: set[str]
    protected: list[str]


def deletion_of(objs: Any, request: HttpRequest, site: AdminSite) -> Deletion:
    """Return what goes along with the rows, and what stands in the way, as far as the reader may know it.

    objs  rows of one table
    """
    if not objs:
        return Deletion([], {}, set(), [])
    collector = NestedObjects(using=router.db_for_write(objs[0].__class__), origin=objs)
    collector.collect(objs)
    gone: list[tuple[type[Model], Collection[Model]]] = list(collector.model_objs.items())  # type: ignore[arg-type]
    return Deletion(
        to_delete=_named([row for _model, rows in gone for row in rows], request, site),
        model_count={str(model._meta.verbose_name_plural): len(rows) for model, rows in gone},
        perms_needed={
            str(model._meta.verbose_name) for model, _rows in gone if not _may(site, model, request, "delete")
        },
        protected=_named(collector.protected, request, site),
    )


def _named(rows: Iterable[Model], request: HttpRequest, site: AdminSite) -> list[str]:
    """Return a line for each row of a table that the reader keeps, and one for each other table."""
    lines, others = [], set()
    for row in rows:
        if site.is_registered(type(row)) and _may(site, type(row), request, "view"):
            lines.append(_line(row, site))
        else:
            others.add(_("%(table)s（这里不显示）") % {"table": row._meta.verbose_name_plural})
    return sorted(lines) + sorted(others)


def _line(row: Model, site: AdminSite) -> str:
    at = f"{site.name}:{row._meta.app_label}_{row._meta.model_name}_change"
    kind = capfirst(str(row._meta.verbose_name))
    return format_html('{}: <a href="{}">{}</a>', kind, reverse(at, args=[quote(row.pk)]), row)


def _may(site: AdminSite, model: type[Model], request: HttpRequest, what: str) -> bool:
    """Return whether the reader may do this with the table; rows of a table without an admin go with their owner."""
    if not site.is_registered(model):
        return True
    return bool(getattr(site.get_model_admin(model), f"has_{what}_permission")(request))
