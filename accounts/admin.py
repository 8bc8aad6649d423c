"""The admin is for configuration only; roles decide who may change what, not Django's permissions.

The system administrator keeps the tables, the security administrator grants roles (三员: nobody does both).
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteMixin, AutocompleteSelect, AutocompleteSelectMultiple
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from accounts.deleting import Deletion, deletion_of
from accounts.models import SYSTEM_USERNAME, Role, User
from accounts.requests import signed_in
from verbs.constraints import sentence_of
from verbs.dates import read_day

# How the admin's lists filter by a column: a choice, a key, empty or not, and the steps of a list by dates.
FILTERS = frozenset(("exact", "id", "code", "version", "isnull", "isempty", "year", "month", "day", "gte", "lt"))


def _is_day(column: str, request: HttpRequest) -> bool:
    """Return whether the year, month and day to which the list is narrowed, as far as they are given, name a day."""
    usual = {"year": "2000", "month": "1", "day": "1"}
    asked = [request.GET.get(f"{column}__{part}", otherwise) for part, otherwise in usual.items()]
    try:
        read_day("{:0>4}-{:0>2}-{:0>2}".format(*asked))
    except ValueError:
        return False
    return True


KEY = re.compile("[0-9]{1,18}")  # of a row, as a form sends it


class _OfRows(AutocompleteMixin):
    """Shows only what can be a row's key of the values that were sent: Django asks the database for every one of them,
    and for what is no number it has no answer but an error."""

    def optgroups(self, name: str, value: Sequence[Any], attr: Any = None) -> Any:
        return super().optgroups(name, [one for one in value if KEY.fullmatch(str(one))], attr)


class OneOfRows(_OfRows, AutocompleteSelect):
    pass


class SomeOfRows(_OfRows, AutocompleteSelectMultiple):
    pass


class RoleAdmin(admin.ModelAdmin):
    """A table that people of `allowed_roles` may see and change, and nobody else."""

    allowed_roles: ClassVar[tuple[str, ...]] = (Role.SYSADMIN,)

    def _is_allowed(self, request: HttpRequest) -> bool:
        user = signed_in(request).user
        return user.is_active and user.has_role(*self.allowed_roles)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = OneOfRows(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = SomeOfRows(db_field, self.admin_site)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._is_allowed(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_allowed(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_allowed(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_allowed(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_allowed(request)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Filter by the table's own columns alone: a filter through rows that refer to it would tell what they say.

        Only in the ways in which the lists' own links do it: of others, such as __range, any value can be an error.
        """
        first, *ways = lookup.split("__")
        own = {name for field in self.opts.concrete_fields for name in (field.name, field.attname)} | {"pk"}
        known = {field.name for field in self.opts.get_fields()}
        if first in known | own and (first not in own or not FILTERS.issuperset(ways)):
            return False
        return _is_day(first, request) and super().lookup_allowed(lookup, value, request)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Deletion:
        return deletion_of(objs, request, self.admin_site)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._answer(super().changelist_view, request, *args, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._answer(super().changeform_view, request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._answer(super().delete_view, request, *args, **kwargs)

    def _answer(self, view: Callable[..., HttpResponse], request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Return the view's answer. What only the database refuses, because somebody was faster, is a sentence too."""
        try:
            return view(request, *args, **kwargs)
        except IntegrityError as refused:
            self.message_user(request, sentence_of(refused), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())


@admin.register(User)
class PersonAdmin(RoleAdmin, UserAdmin):
    """Accounts and roles. People who left are made inactive, not deleted: their name stays on what they did."""

    allowed_roles = (Role.SECADMIN,)
    list_display = ("username", "display_name", "roles", "is_active", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("username", "display_name")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("人员"), {"fields": ("display_name", "phone", "roles")}),
        (_("登录"), {"fields": ("is_active", "is_staff")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "usable_password", "password1", "password2", "display_name", "phone", "roles")}),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Asked of the database: a form that was refused has already put what was typed into the object.
        is_machine = obj is not None and User.objects.filter(pk=obj.pk, username=SYSTEM_USERNAME).exists()
        return self._is_allowed(request) and not is_machine


admin.site.unregister(Group)
