"""The admin is for configuration only; who may change what follows from roles, not from Django's permissions.

The system administrator keeps the tables, the security administrator grants roles (三员: nobody does both).
"""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User


class RoleAdmin(admin.ModelAdmin):
    """A table that people of `allowed_roles` may see and change, and nobody else."""

    allowed_roles: ClassVar[tuple[str, ...]] = (Role.SYSADMIN,)

    def _is_allowed(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return user.is_active and user.has_role(*self.allowed_roles)

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


@admin.register(User)
class PersonAdmin(RoleAdmin, UserAdmin):
    """Accounts and roles. People who left are made inactive: what they did keeps their name."""

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


admin.site.unregister(Group)
