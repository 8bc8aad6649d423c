"""Where the system administrator switches automatic dispatch on for a category.

No petition is shown here: whoever operates the system sees no petitions.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from accounts.admin import RoleAdmin
from petitions.models import AutoDispatch
from petitions.proposals.auto_dispatch import switch_auto_dispatch


@admin.register(AutoDispatch)
class AutoDispatchAdmin(RoleAdmin):
    """One switch per category; a category without a row is off.

    The row says who set it last, the admin history who set it before.
    """

    list_display = ("category", "is_on", "minimum_confidence", "switched_at", "switched_by")
    list_filter = ("is_on",)
    list_select_related = ("category", "switched_by")
    readonly_fields = ("switched_at", "switched_by")
    autocomplete_fields = ("category",)

    def save_model(self, request: HttpRequest, obj: AutoDispatch, form: Any, change: bool) -> None:
        by: Any = request.user
        switch_auto_dispatch(obj, by=by, now=timezone.now())
