"""The levels that clocks have reached: one row for each clock and level, whichever table the clock stands in.

The promise determines the table of the clock (limits/promises.py), `clock_key` is the clock's key there. The subject is
the one that the clock is about, named by the same short text and key as in the record.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from limits.promises import promise_choices


class Card(models.TextChoices):
    NONE = "none", _("提醒")
    YELLOW = "yellow", _("黄牌")
    RED = "red", _("红牌")
    RAISED = "raised", _("提级")
    INTERVIEW = "interview", _("约谈")


class EscalationQuerySet(models.QuerySet["Escalation"]):
    def of_keys(self, subject_type: str, keys: Any) -> "EscalationQuerySet":
        """Return the levels that the subjects' clocks reached; `keys` is a list or a query of the subjects' keys."""
        return self.filter(subject_type=subject_type, subject_id__in=keys)


class Escalation(models.Model):
    """A level that a clock reached. `at` is when the clock reached it, `raised_at` when a sweep raised it."""

    promise = models.CharField(_("时限"), max_length=20, choices=promise_choices)
    clock_key = models.BigIntegerField()
    level = models.PositiveSmallIntegerField(_("级别"))
    card = models.CharField(_("警示"), max_length=10, choices=Card.choices)
    subject_type = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    department = models.ForeignKey(
        "departments.Department", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    at = models.DateTimeField(_("发生时间"))
    raised_at = models.DateTimeField(_("处理时间"))

    objects = EscalationQuerySet.as_manager()

    class Meta:
        verbose_name = _("升级")
        verbose_name_plural = _("升级")
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["subject_id", "subject_type", "at"], name="escalation_of_subject"),  # a subject's page
            models.Index(fields=["department", "card", "-at"], name="escalation_cards"),  # cards of a department
            models.Index(fields=["card", "raised_at"], name="escalation_by_card"),  # the overview and its lists
        ]
        constraints = [
            # The key comes before the promise: clocks that are written together lie together in the index.
            models.UniqueConstraint(fields=["clock_key", "level", "promise"], name="escalation_once_per_level")
        ]

    def __str__(self) -> str:
        return f"{self.promise} {self.clock_key} {self.level}"
