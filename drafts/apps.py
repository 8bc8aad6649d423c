from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DraftsConfig(AppConfig):
    name = "drafts"
    verbose_name = _("草稿")

    def ready(self) -> None:
        from drafts.keeping import files_of_drafts
        from files.storing import hold_also

        hold_also(files_of_drafts)
