from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PetitionsConfig(AppConfig):
    name = "petitions"
    verbose_name = _("诉求")

    def ready(self) -> None:
        from files.readers import ask_also
        from notices.subjects import register_telling
        from petitions import attachments, closing
        from petitions.models import SUBJECT, EventKind, Petition
        from petitions.supervision.registering import register
        from petitions.wording import TELLING
        from record.subjects import register_subject

        register_subject(Petition, SUBJECT, EventKind)
        register_telling(SUBJECT, TELLING)
        register()
        closing.register()
        ask_also(attachments.can_read)
