from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FiguresConfig(AppConfig):
    name = "figures"
    verbose_name = _("部门成绩")

    def ready(self) -> None:
        from figures.pages.beside import facts_beside
        from petitions.pages.beside import show_beside_answers

        show_beside_answers("figures/_beside.html", facts_beside)
