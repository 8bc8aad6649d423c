from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.admin import RoleAdmin
from enterprises.models import Assistant, Enterprise, Liaison
from verbs.codes import folded


@admin.register(Enterprise)
class EnterpriseAdmin(RoleAdmin):
    list_display = ("name", "credit_code", "size", "ownership", "region")
    list_filter = ("size", "ownership", "region")
    search_fields = ("folded_name", "folded_short_name", "folded_pinyin", "credit_code")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Look for what was typed as everywhere; spaces in it part no words, since names are kept without."""
        return super().get_search_results(request, queryset, folded(search_term))


@admin.register(Liaison)
class LiaisonAdmin(RoleAdmin):
    list_display = ("user", "enterprise")
    raw_id_fields = ("user",)
    autocomplete_fields = ("enterprise",)


@admin.register(Assistant)
class AssistantAdmin(RoleAdmin):
    raw_id_fields = ("user",)
    autocomplete_fields = ("enterprises",)
