"""Automatic dispatch: for which categories it is on, and the one decision on a petition, to dispatch it or not."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.models import Category
from verbs.constraints import Check

# Of the first proposals with at least this confidence, 98 in 100 were right (figures: docs/adr/0018).
DEFAULT_CONFIDENCE = 0.5


class AutoDispatch(models.Model):
    """A category's switch for automatic dispatch, off until an administrator turns it on."""

    category = models.OneToOneField(
        Category, on_delete=models.CASCADE, related_name="auto_dispatch", verbose_name=_("类别")
    )
    is_on = models.BooleanField(_("自动派单"), default=False)
    minimum_confidence = models.FloatField(
        _("最低把握度"), default=DEFAULT_CONFIDENCE, validators=[MinValueValidator(0.0), MaxValueValidator(1.0)]
    )
    switched_at = models.DateTimeField(_("设置时间"), editable=False)
    switched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("设置人"),
    )

    class Meta:
        verbose_name = _("自动派单设置")
        verbose_name_plural = _("自动派单设置")
        ordering = ["category"]
        constraints = [
            Check(
                name="auto_dispatch_confidence_share",
                condition=Q(minimum_confidence__gte=0, minimum_confidence__lte=1),
                beside="minimum_confidence",
                violation_error_message=_("把握度为0到1。"),
            )
        ]

    def __str__(self) -> str:
        return str(self.category)


class AutoOutcome(models.TextChoices):
    DISPATCHED = "dispatched", _("已自动派单")
    NO_PROPOSAL = "no_proposal", _("没有建议部门")
    NOT_SURE = "not_sure", _("把握度不足")
    OTHER_LEAD = "other_lead", _("与类别的主办部门不一致")
    JOINT = "joint", _("需要联合办理")
    URGENT = "urgent", _("紧急诉求由人工派单")
    REFUSED = "refused", _("不能派单")


class AutoDecision(models.Model):
    """Whether a petition was dispatched automatically, or why not.

    One row per petition: this is decided once, and not again after an undo.
    """

    petition = models.OneToOneField("petitions.Petition", on_delete=models.CASCADE, related_name="automatic")
    decided_at = models.DateTimeField(_("时间"))
    outcome = models.CharField(_("结果"), max_length=12, choices=AutoOutcome.choices)
    confidence = models.FloatField(_("把握度"))
    because = ArrayField(models.CharField(max_length=200), verbose_name=_("理由"), default=list)

    class Meta:
        verbose_name = _("自动派单记录")
        verbose_name_plural = _("自动派单记录")
        indexes = [
            models.Index(  # the dispatchers' review
                fields=["-decided_at"], name="auto_decision_review", condition=Q(outcome="dispatched")
            ),
        ]
        constraints = [
            models.CheckConstraint(name="auto_decision_outcome_known", condition=Q(outcome__in=AutoOutcome.values)),
            models.CheckConstraint(
                name="auto_decision_confidence_share", condition=Q(confidence__gte=0, confidence__lte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.petition_id} {self.outcome}"

    @property
    def is_standing(self) -> bool:
        """Whether the petition is still where this decision sent it. A send-back, an undo or the next cycle ends that.

        Costs a statement unless the petition is loaded.
        """
        return self.outcome == AutoOutcome.DISPATCHED and self.petition.assigned_at == self.decided_at
