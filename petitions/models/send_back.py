"""Sending back (退单): a department asks, a dispatcher or a supervisor decides.

Until the decision the department stays responsible. A dispute of a refusal is a row of its own that points at the
refused request, so that no decision is overwritten.
"""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from departments.models import Department
from petitions.models.assignment import Assignment
from petitions.models.request import Decision, Request


class SendBackReason(models.TextChoices):
    NOT_RESPONSIBLE = "not_responsible", _("不属于本部门职责")
    OTHER_LEVEL = "other_level", _("应由其他层级办理")
    OTHER_REGION = "other_region", _("应由其他区县或园区办理")
    NEEDS_MORE = "needs_more", _("需多部门办理，应另定主办部门")
    DUPLICATE = "duplicate", _("与正在办理的诉求重复")
    OTHER = "other", _("其他原因")


# For these reasons another department of this city is responsible, so it has to be named.
NEEDS_PROPOSAL = (SendBackReason.NOT_RESPONSIBLE, SendBackReason.NEEDS_MORE)


class Arbiter(models.TextChoices):
    """Who decides: a dispatcher the first request in a petition's cycle, a supervisor later ones and every dispute."""

    DISPATCHER = "dispatcher", _("受理员裁决")
    SUPERVISOR = "supervisor", _("督查裁决")


class SendBackQuerySet(models.QuerySet["SendBack"]):
    def open(self) -> "SendBackQuerySet":
        """Requests that wait for a decision."""
        return self.filter(decision=Decision.PENDING)

    def lapse(self, *, by: User, now: datetime) -> int:
        """Mark the open requests as lapsed: there is nothing left to send back. One statement. Returns how many."""
        return self.open().update(decision=Decision.LAPSED, decided_at=now, decided_by=by)


class SendBack(Request):
    """One department's request, or its dispute of a refusal."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="send_backs")
    reason = models.CharField(_("退单理由"), max_length=20, choices=SendBackReason.choices)
    basis = models.TextField(_("职责依据"))
    proposed = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("建议承办部门")
    )
    arbiter = models.CharField(_("由谁裁决"), max_length=12, choices=Arbiter.choices)
    disputes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="dispute")

    objects = SendBackQuerySet.as_manager()

    class Meta:
        verbose_name = _("退单")
        verbose_name_plural = _("退单")
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(fields=["asked_at"], name="send_back_open", condition=Q(decision="pending")),  # the list
            models.Index(fields=["asked_at"], name="send_back_by_time"),  # the counts
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(disputes__isnull=True), name="send_back_once_per_assignment"
            ),
            models.CheckConstraint(name="send_back_reason_known", condition=Q(reason__in=SendBackReason.values)),
            models.CheckConstraint(
                name="send_back_decision_paired",
                condition=Q(decision="pending", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(decision="pending") & Q(decided_at__isnull=False, decided_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="send_back_dispute_is_final", condition=Q(disputes__isnull=True) | Q(arbiter="supervisor")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.reason}"

    @property
    def is_final(self) -> bool:
        """Whether the decision on this request cannot be disputed."""
        return self.arbiter == Arbiter.SUPERVISOR
