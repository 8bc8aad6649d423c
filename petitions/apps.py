from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PetitionsConfig(AppConfig):
    name = "petitions"
    verbose_name = _("诉求")

    def ready(self) -> None:
        from petitions.models import SUBJECT, EventKind, Petition
        from record.subjects import register_subject

        register_subject(Petition, SUBJECT, EventKind)
