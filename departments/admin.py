from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from accounts.admin import RoleAdmin
from departments.models import (
    AnnouncedYear,
    CalendarVersion,
    Category,
    CategoryLead,
    DayException,
    Department,
    Membership,
)


class CategoryLeadInline(admin.TabularInline):
    model = CategoryLead
    extra = 0

    def has_view_permission(self, request: object, obj: object = None) -> bool:
        return True

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


@admin.register(Department)
class DepartmentAdmin(RoleAdmin):
    list_display = ("short_name", "name", "level", "region", "is_fallback", "is_active")
    list_filter = ("level", "region", "is_active")
    search_fields = ("short_name", "name")


@admin.register(Membership)
class MembershipAdmin(RoleAdmin):
    list_display = ("user", "department")
    raw_id_fields = ("user",)
    autocomplete_fields = ("department",)


@admin.register(Category)
class CategoryAdmin(RoleAdmin):
    list_display = ("code", "name", "parent", "service_level", "is_active")
    list_filter = ("service_level", "is_active")
    search_fields = ("code", "name")
    inlines = (CategoryLeadInline,)


class CalendarAdmin(RoleAdmin):
    """Every edit makes a new version of the calendar, so that clocks can say which one they were computed from."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self._new_version(request, obj)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        self._new_version(request, obj)

    def _new_version(self, request: HttpRequest, obj: Any) -> None:
        CalendarVersion.objects.create(at=timezone.now(), note=f"{request.user}: {obj}"[:200])

    def get_actions(self, request: HttpRequest) -> Any:
        return {}


@admin.register(DayException)
class DayExceptionAdmin(CalendarAdmin):
    list_display = ("date", "department", "is_working", "spans", "name", "source")
    list_filter = ("is_working",)
    date_hierarchy = "date"
    autocomplete_fields = ("department",)


@admin.register(AnnouncedYear)
class AnnouncedYearAdmin(CalendarAdmin):
    list_display = ("year", "source")
