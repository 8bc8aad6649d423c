from django.contrib import admin

from accounts.admin import RoleAdmin
from enterprises.models import Assistant, Enterprise, Liaison


@admin.register(Enterprise)
class EnterpriseAdmin(RoleAdmin):
    list_display = ("name", "credit_code", "size", "ownership", "region")
    list_filter = ("size", "ownership", "region")
    search_fields = ("name", "short_name", "credit_code", "pinyin")


@admin.register(Liaison)
class LiaisonAdmin(RoleAdmin):
    list_display = ("user", "enterprise")
    raw_id_fields = ("user",)
    autocomplete_fields = ("enterprise",)


@admin.register(Assistant)
class AssistantAdmin(RoleAdmin):
    raw_id_fields = ("user",)
    autocomplete_fields = ("enterprises",)
