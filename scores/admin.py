from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.admin import RoleAdmin
from scores.models import FrozenMonth, ScoreFormula


@admin.register(ScoreFormula)
class ScoreFormulaAdmin(RoleAdmin):
    """New versions can be added. A version that a month was frozen by is read-only; none can be deleted."""

    list_display = (
        "version",
        "valid_from",
        "response_weight",
        "resolution_weight",
        "satisfaction_weight",
        "prior_cycles",
        "least_cycles",
        "basis",
    )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_used = obj is not None and FrozenMonth.objects.filter(formula=obj).exists()
        return self._is_allowed(request) and not is_used

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("version",)  # changing the key would save another row

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        newest = ScoreFormula.objects.first()
        return {"version": newest.version + 1 if newest else 1}
