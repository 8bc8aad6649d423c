"""Extension (延期) and hold (挂账), and the base of every request: a department asks for it, somebody else decides.

Requests have tables of their own, apart from the clocks that they are about.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from petitions.models.assignment import Assignment
from petitions.models.clock import Clock
from verbs.columns import Day


class Decision(models.TextChoices):
    PENDING = "pending", _("待审批")
    APPROVED = "approved", _("已同意")
    REFUSED = "refused", _("不同意")
    LAPSED = "lapsed", _("已失效")  # only send-backs: overtaken before a decision


class Request(models.Model):
    """What extension, hold and send-back share: who asked, why, and what was decided."""

    reason = models.TextField(_("理由"))
    asked_at = models.DateTimeField(_("申请时间"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(_("审批"), max_length=10, choices=Decision.choices, default=Decision.PENDING)
    decided_at = models.DateTimeField(_("审批时间"), null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decision_note = models.TextField(_("审批意见"), blank=True)

    class Meta:
        abstract = True


class Extension(Request):
    """A department's request for more working days on one of its clocks: asked for before it is due, granted once."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="extensions")
    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="extensions")
    days = models.PositiveSmallIntegerField(_("延长工作日"))

    class Meta:
        verbose_name = _("延期")
        verbose_name_plural = _("延期")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock"], condition=~Q(decision="refused"), name="extension_once_per_clock"
            ),
            models.CheckConstraint(name="extension_one_to_ten_days", condition=Q(days__gte=1, days__lte=10)),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} +{self.days}"


class HoldQuerySet(models.QuerySet["Hold"]):
    def running(self) -> "HoldQuerySet":
        """Holds that were approved and not resumed."""
        return self.filter(decision=Decision.APPROVED, resumed_at__isnull=True)


class Hold(Request):
    """A department's request that its limit rest while something outside its power is awaited (挂账).

    The limit rests from the approval until `resumed_at`.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="holds")
    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="holds")
    review_date = Day(_("复核日期"))
    resumed_at = models.DateTimeField(_("恢复时间"), null=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("挂账")
        verbose_name_plural = _("挂账")
        ordering = ["review_date", "id"]
        indexes = [
            models.Index(  # the list of holds and its overdue reviews
                fields=["review_date"], name="hold_reviews", condition=Q(decision="approved", resumed_at__isnull=True)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["clock"],
                condition=Q(resumed_at__isnull=True) & ~Q(decision="refused"),
                name="hold_one_open_per_clock",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.review_date}"
