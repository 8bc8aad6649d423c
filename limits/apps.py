from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LimitsConfig(AppConfig):
    name = "limits"
    verbose_name = _("时限")

    def ready(self) -> None:
        from departments.announcing.moves import register_preview
        from limits.previewing import would_move

        register_preview(would_move)
