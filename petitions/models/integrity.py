"""Signs that somebody may have manipulated the figures (诚信核查). A flag asks a supervisor to look and proves nothing.

A flag is about an event. A flag about a rating is about the event that gave or changed the rating: the cycle in the
event and the flag's department identify the rating. Only supervisors know of flags.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from petitions.models.petition import Petition
from record.models import Event


class FlagKind(models.TextChoices):
    WITHDRAWN_AFTER_CONTACT = "withdrawn_after_contact", _("联系后撤回")
    LEFT_LATE = "left_late", _("临期转出")
    RESOLVED_WITHOUT_CONTACT = "resolved_without_contact", _("未联系即办结")
    OWN_NETWORK = "own_network", _("评价来自本部门网络")
    RATED_AT_ONCE = "rated_at_once", _("答复后立即评价")


class FlagOutcome(models.TextChoices):
    OPEN = "open", _("待核查")
    CONFIRMED = "confirmed", _("属实")
    DISMISSED = "dismissed", _("不属实")


class IntegrityFlag(models.Model):
    """`seen` holds what was found; what it is depends on the kind: minutes, seconds, the network, or the clock."""

    kind = models.CharField(_("类型"), max_length=30, choices=FlagKind.choices)
    petition = models.ForeignKey(
        Petition, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("诉求")
    )
    department = models.ForeignKey(
        "departments.Department", on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("部门")
    )
    event = models.ForeignKey(Event, on_delete=models.PROTECT, db_index=False, related_name="+")
    seen = models.JSONField(default=dict)
    flagged_at = models.DateTimeField(_("标记时间"))
    outcome = models.CharField(_("核查结果"), max_length=10, choices=FlagOutcome.choices, default=FlagOutcome.OPEN)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(_("核查时间"), null=True)
    why = models.TextField(_("核查说明"), blank=True)

    class Meta:
        verbose_name = _("诚信核查")
        verbose_name_plural = _("诚信核查")
        ordering = ["-flagged_at", "-id"]
        indexes = [
            models.Index(fields=["flagged_at", "id"], name="flag_open", condition=Q(outcome="open")),  # the worklist
            models.Index(fields=["-flagged_at", "-id"], name="flag_newest_first"),  # all of them
        ]
        constraints = [
            models.UniqueConstraint(fields=["event", "department", "kind"], name="flag_once"),
            models.CheckConstraint(name="flag_kind_known", condition=Q(kind__in=FlagKind.values)),
            models.CheckConstraint(
                name="flag_outcome_paired",
                condition=Q(outcome="open", judged_by__isnull=True, judged_at__isnull=True, why="")
                | (
                    Q(outcome__in=["confirmed", "dismissed"], judged_by__isnull=False, judged_at__isnull=False)
                    & ~Q(why="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.petition_id} {self.kind}"
