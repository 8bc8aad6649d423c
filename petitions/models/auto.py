"""Dispatching by itself: which categories may, and what was decided for a petition – once, whatever came of it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.models import Category

# By the figures in docs/adr/0018: from here on 98 in 100 first proposals were right.
DEFAULT_CONFIDENCE = 0.5


class AutoDispatch(models.Model):
    """A category's switch, off until its administrator turns it on."""

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
            models.CheckConstraint(
                name="auto_dispatch_confidence_share",
                condition=Q(minimum_confidence__gte=0, minimum_confidence__lte=1),
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
    """What was decided for a petition. The key is the petition: nothing is decided twice, also after an undo."""

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
        """Whether the petition is where this put it: a return, an undo or the next cycle ends that.

        The petition has to be at hand, else it costs a statement.
        """
        return self.outcome == AutoOutcome.DISPATCHED and self.petition.assigned_at == self.decided_at
