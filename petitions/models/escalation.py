"""The ladder (统一督办) as versioned data, and the levels that clocks have reached."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from petitions.models.clock import Clock, ClockKind


class Card(models.TextChoices):
    NONE = "none", _("提醒")
    YELLOW = "yellow", _("黄牌")
    RED = "red", _("红牌")
    RAISED = "raised", _("提级")
    INTERVIEW = "interview", _("约谈")


class Told(models.TextChoices):
    """Who is told: people of the clock's department, of its parent department, of the city, or who asked."""

    HANDLER = "handler", _("经办人")
    HEAD = "head", _("部门负责人")
    PARENT_HEAD = "parent_head", _("上级部门负责人")
    DISPATCHER = "dispatcher", _("受理派单员")
    SUPERVISOR = "supervisor", _("督查员")
    LEADER = "leader", _("分管领导")
    ENTERPRISE = "enterprise", _("企业联络员")


CITY_ROLES = (Role.DISPATCHER, Role.SUPERVISOR, Role.LEADER)


class LadderStep(models.Model):
    """One level of one kind of clock: at a share of the limit, or so many working days after it was due."""

    clock_kind = models.CharField(_("时限"), max_length=20, choices=ClockKind.choices)
    level = models.PositiveSmallIntegerField(_("级别"), validators=[MinValueValidator(1), MaxValueValidator(5)])
    share_percent = models.PositiveSmallIntegerField(_("时限用去的百分比"), null=True, blank=True)
    days_after_due = models.PositiveSmallIntegerField(
        _("到期后工作日"), null=True, blank=True, validators=[MaxValueValidator(366)]
    )
    tells = ArrayField(models.CharField(max_length=20, choices=Told.choices), verbose_name=_("告知"))
    card = models.CharField(_("效果"), max_length=10, choices=Card.choices, default=Card.NONE)
    opens_order = models.BooleanField(_("开具督办单"), default=False)
    basis = models.CharField(_("依据"), max_length=200)
    valid_from = models.DateTimeField(_("生效时间"))
    valid_until = models.DateTimeField(_("失效时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("升级阶梯")
        verbose_name_plural = _("升级阶梯")
        ordering = ["clock_kind", "level"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock_kind", "level"], condition=Q(valid_until__isnull=True), name="ladder_level_in_force_once"
            ),
            models.CheckConstraint(name="ladder_level_one_to_five", condition=Q(level__gte=1, level__lte=5)),
            models.CheckConstraint(
                name="ladder_share_or_days",
                condition=Q(
                    share_percent__isnull=False,
                    share_percent__gte=1,
                    share_percent__lte=99,
                    days_after_due__isnull=True,
                )
                | Q(share_percent__isnull=True, days_after_due__isnull=False),
                violation_error_message=_("时限用去的百分比（1到99）和到期后工作日，须填写一项且只填一项。"),
            ),
            models.CheckConstraint(
                name="ladder_validity_forward",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_clock_kind_display()} {self.level}"


class Escalation(models.Model):
    """A level that a clock reached. `at` is when it was reached, `raised_at` when the sweep came by."""

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, db_index=False, related_name="escalations")
    level = models.PositiveSmallIntegerField(_("级别"))
    card = models.CharField(_("效果"), max_length=10, choices=Card.choices)
    petition = models.ForeignKey(
        "petitions.Petition", on_delete=models.PROTECT, db_index=False, related_name="escalations"
    )
    department = models.ForeignKey(
        "departments.Department", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    at = models.DateTimeField(_("发生时间"))
    raised_at = models.DateTimeField(_("处理时间"))

    class Meta:
        verbose_name = _("升级")
        verbose_name_plural = _("升级")
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["petition", "at"], name="escalation_of_petition"),  # the petition's page
            models.Index(fields=["department", "card", "-at"], name="escalation_cards"),  # cards of a department
            models.Index(fields=["card", "at"], name="escalation_by_card"),  # the overview and its lists
        ]
        constraints = [models.UniqueConstraint(fields=["clock", "level"], name="escalation_once_per_level")]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.level}"
