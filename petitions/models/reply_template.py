"""A department's ready-made answer (答复模板). Words in braces in its text are filled in when it is used."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.models import Department
from petitions.models.assignment import Outcome


class ReplyTemplate(models.Model):
    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="reply_templates", verbose_name=_("部门")
    )
    title = models.CharField(_("名称"), max_length=40)
    text = models.TextField(_("答复内容"))
    outcome = models.CharField(_("办理结果"), max_length=12, choices=Outcome.choices, blank=True)

    class Meta:
        verbose_name = _("答复模板")
        verbose_name_plural = _("答复模板")
        ordering = ["department", "title"]
        constraints = [
            models.UniqueConstraint(fields=["department", "title"], name="reply_template_title_once"),
            models.CheckConstraint(name="reply_template_outcome_known", condition=Q(outcome__in=["", *Outcome.values])),
        ]

    def __str__(self) -> str:
        return self.title
