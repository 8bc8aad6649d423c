from django.contrib import admin

from accounts.admin import RoleAdmin
from regions.models import Region


@admin.register(Region)
class RegionAdmin(RoleAdmin):
    list_display = ("code", "name", "kind", "parent")
