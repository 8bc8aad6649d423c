"""Supervision orders (督办单): a number, a text, a reply inside a limit of its own, accepted or sent back."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from petitions.models.escalation import Escalation


class OrderState(models.TextChoices):
    ISSUED = "issued", _("待回复")
    REPLIED = "replied", _("待审核")
    CLOSED = "closed", _("已办结")


class SupervisionOrder(models.Model):
    number = models.CharField(_("督办单号"), max_length=20, unique=True)
    petition = models.ForeignKey("petitions.Petition", on_delete=models.PROTECT, db_index=False, related_name="orders")
    department = models.ForeignKey(
        "departments.Department", on_delete=models.PROTECT, db_index=False, related_name="orders"
    )
    escalation = models.OneToOneField(Escalation, on_delete=models.PROTECT, null=True, related_name="order")
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
