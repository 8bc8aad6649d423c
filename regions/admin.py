from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.admin import RoleAdmin
from accounts.models import Role, User
from regions.models import DeskMember, Region


@admin.register(Region)
class RegionAdmin(RoleAdmin):
    list_display = ("code", "name", "kind", "parent")


@admin.register(DeskMember)
class DeskMemberAdmin(RoleAdmin):
    """Who dispatches for which district or park. Such a row grants access, so the security administrator keeps it."""

    allowed_roles = (Role.SECADMIN,)
    list_display = ("user", "region")
    list_filter = ("region",)
    list_select_related = ("user", "region")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "user":
            kwargs["queryset"] = User.objects.filter(roles__contains=[Role.DISPATCHER], is_active=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
