"""Supervision orders (督办单): a demand on a department, its reply inside a limit, and the supervisor's judgement."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from departments.models import Department
from limits import models as limits
from petitions.models.clock import PetitionClock, Promise, StopReason
from petitions.models.petition import Petition


class OrderState(models.TextChoices):
    ISSUED = "issued", _("待回复")
    REPLIED = "replied", _("待审核")
    CLOSED = "closed", _("已办结")


class SupervisionOrderQuerySet(models.QuerySet["SupervisionOrder"]):
    def to_reply(self, user: User) -> "SupervisionOrderQuerySet":
        """Orders that wait for a reply of the departments the user works in."""
        return self.filter(state=OrderState.ISSUED, department__in=Department.objects.of(user))


class SupervisionOrder(models.Model):
    number = models.CharField(_("督办单号"), max_length=20, unique=True)
    petition = models.ForeignKey("petitions.Petition", on_delete=models.PROTECT, db_index=False, related_name="orders")
    department = models.ForeignKey(
        "departments.Department", on_delete=models.PROTECT, db_index=False, related_name="orders"
    )
    escalation = models.OneToOneField(limits.Escalation, on_delete=models.PROTECT, null=True, related_name="order")
    state = models.CharField(_("状态"), max_length=10, choices=OrderState.choices, default=OrderState.ISSUED)
    text = models.TextField(_("督办要求"))
    issued_at = models.DateTimeField(_("开具时间"))
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reply = models.TextField(_("回复"), blank=True)
    replied_at = models.DateTimeField(_("回复时间"), null=True)
    replied_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    judgement = models.TextField(_("审核意见"), blank=True)
    closed_at = models.DateTimeField(_("办结时间"), null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = SupervisionOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("督办单")
        verbose_name_plural = _("督办单")
        ordering = ["-issued_at", "-id"]
        indexes = [
            models.Index(fields=["department", "state", "-issued_at"], name="order_of_department"),  # its list
            models.Index(fields=["state", "-issued_at"], name="order_by_state"),  # the supervisors' list
            models.Index(fields=["petition"], name="order_of_petition"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["petition", "department"], condition=~Q(state="closed"), name="order_one_open_per_department"
            ),
            models.CheckConstraint(
                name="order_state_paired",
                condition=Q(state="issued", closed_at__isnull=True)
                | Q(state="replied", replied_at__isnull=False, closed_at__isnull=True)
                | Q(state="closed", closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class OrderClock(PetitionClock):
    """How long the department has to reply to the order. Each time that a reply is asked for, a new clock starts."""

    READS = ("order__petition__category",)

    order = models.ForeignKey(SupervisionOrder, on_delete=models.PROTECT, related_name="clocks")

    objects: ClassVar[limits.ClockQuerySet["OrderClock"]] = limits.ClockQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(PetitionClock.Meta):
        verbose_name = _("督办时限")
        verbose_name_plural = _("督办时限")
        ordering = ["order", "id"]
        constraints = [
            *PetitionClock.Meta.constraints,
            models.UniqueConstraint(
                fields=["order"], condition=Q(stopped_at__isnull=True), name="orderclock_one_running"
            ),
            models.CheckConstraint(name="orderclock_promise_known", condition=Q(promise=Promise.ORDER)),
            models.CheckConstraint(
                name="orderclock_stop_known", condition=Q(stop_reason="") | Q(stop_reason__in=StopReason.values)
            ),
        ]

    @property
    def petition(self) -> Petition:
        return self.order.petition
