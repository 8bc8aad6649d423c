"""The awards of a month: 领航奖 for departments that satisfy enterprises best, 蜗牛奖 for those that answer late."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.models.department import Department
from scores.models.score import CycleFact, FrozenMonth


class AwardKind(models.TextChoices):
    PILOT = "pilot", _("领航奖")
    SNAIL = "snail", _("蜗牛奖")


class Award(models.Model):
    """An award that a supervisor confirmed and thereby published. A trigger refuses to change or delete it.

    `facts` are the cycles that the reason is about; scores/awards.py takes only those of this department and month.
    """

    month = models.ForeignKey(FrozenMonth, on_delete=models.PROTECT, db_index=False, related_name="awards")
    kind = models.CharField(_("奖项"), max_length=10, choices=AwardKind.choices)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="awards", verbose_name=_("部门"))
    reason = models.TextField(_("理由"))
    facts = models.ManyToManyField(CycleFact, related_name="awards")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(_("确认时间"))

    class Meta:
        verbose_name = _("月度奖项")
        verbose_name_plural = _("月度奖项")
        ordering = ["kind", "id"]
        constraints = [
            models.UniqueConstraint(fields=["month", "kind", "department"], name="award_once"),
            models.CheckConstraint(name="award_kind_known", condition=Q(kind__in=AwardKind.values)),
            models.CheckConstraint(name="award_has_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.month} · {self.get_kind_display()} · {self.department}"
