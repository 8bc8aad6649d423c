from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.admin import RoleAdmin
from surveys.models import SampleRule, Survey


@admin.register(SampleRule)
class SampleRuleAdmin(RoleAdmin):
    """A rule that a sample was drawn by cannot be changed: the sample could not be drawn again. Add a newer rule."""

    list_display = ("valid_from", "share_percent", "least_per_stratum", "most", "most_attempts", "basis")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not Survey.objects.filter(rule=obj).exists()
