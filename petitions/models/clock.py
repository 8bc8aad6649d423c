"""A running limit (时限): one row per clock, computed once and kept with everything it was computed from.

`alarm_times[i]` is the moment level `alarm_levels[i]` of the ladder is reached; `next_alarm_at` is the first one not
yet raised, the only column the sweep looks at. A clock that stopped in time has no next alarm; one that stopped late
keeps the alarms it passed, so that a late answer between two sweeps is still seen. Breach is derived: never a flag.
"""

from datetime import datetime
from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Floor
from django.utils.translation import gettext_lazy as _

from departments.models import Category
from petitions.models.assignment import Assignment
from petitions.models.choices import Kind, Urgency
from petitions.models.petition import Petition


class ClockKind(models.TextChoices):
    DISPATCH = "dispatch", _("派单时限")
    CHECK_IN = "check_in", _("报到时限")
    CONTACT = "contact", _("联系时限")
    RESOLVE_ENTERPRISE = "resolve_enterprise", _("企业等待时限")
    RESOLVE_DEPARTMENT = "resolve_department", _("办理时限")
    SUPPORT = "support", _("协办时限")
    RATE = "rate", _("评价时限")
    RECTIFY = "rectify", _("整改时限")
    ORDER = "order", _("督办时限")
    # How long a department may ask or dispute: rules without clocks, for nothing has to happen in them.
    SEND_BACK = "send_back", _("退单期限")
    DISPUTE = "dispute", _("退单争议期限")


# The clocks whose due time is the lead's limit for its answer, and any department's.
LEAD_CLOCKS = (ClockKind.RESOLVE_DEPARTMENT, ClockKind.RECTIFY)
ANSWER_CLOCKS = (ClockKind.RESOLVE_DEPARTMENT, ClockKind.SUPPORT, ClockKind.RECTIFY)


class Unit(models.TextChoices):
    WORKING_HOURS = "working_hours", _("工作小时")
    WORKING_DAYS = "working_days", _("工作日")
    CALENDAR_DAYS = "calendar_days", _("自然日")


class StopReason(models.TextChoices):
    DONE = "done", _("已完成")
    SENT_BACK = "sent_back", _("退单")
    UNDONE = "undone", _("撤回派单")
    SUPERSEDED = "superseded", _("已由后续步骤取代")
    WITHDRAWN = "withdrawn", _("撤回")
    MERGED = "merged", _("合并")
    LAPSED = "lapsed", _("期满")
    REMOVED = "removed", _("撤出协办")
    WAIVED = "waived", _("免于答复")
    LINKED = "linked", _("随牵头诉求办理")


class LimitRule(models.Model):
    """How long a clock may run: the most specific rule in force when it starts. An empty field means any."""

    clock_kind = models.CharField(_("时限"), max_length=20, choices=ClockKind.choices)
    petition_kind = models.CharField(_("诉求类型"), max_length=12, choices=Kind.choices, blank=True)
    urgency = models.CharField(_("紧急程度"), max_length=10, choices=Urgency.choices, blank=True)
    service_level = models.CharField(_("服务等级"), max_length=10, choices=Category.ServiceLevel.choices, blank=True)
    amount = models.DecimalField(
        _("数量"),
        max_digits=5,
        decimal_places=1,
        validators=[MinValueValidator(Decimal("0.5")), MaxValueValidator(366)],
    )
    unit = models.CharField(_("单位"), max_length=15, choices=Unit.choices)
    basis = models.CharField(_("依据"), max_length=200)
    valid_from = models.DateTimeField(_("生效时间"))
    valid_until = models.DateTimeField(_("失效时间"), null=True, blank=True)
    # When an administrator asked that clocks which still run by this ended rule follow the one in force.
    left_at = models.DateTimeField(_("运行中时限改用现行规则"), null=True, blank=True)

    class Meta:
        verbose_name = _("时限规则")
        verbose_name_plural = _("时限规则")
        ordering = ["clock_kind", "service_level", "petition_kind", "urgency"]
        constraints = [
            models.CheckConstraint(name="limit_rule_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="limit_rule_whole_days",
                condition=Q(unit="working_hours") | Q(amount=Floor(F("amount"))),
                violation_error_message=_("按日计算的时限须为整数。"),
            ),
            models.CheckConstraint(
                name="limit_rule_left_when_ended", condition=Q(left_at__isnull=True) | Q(valid_until__isnull=False)
            ),
            models.CheckConstraint(
                name="limit_rule_validity_forward",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
            ),
            models.UniqueConstraint(
                fields=["clock_kind", "petition_kind", "urgency", "service_level"],
                condition=Q(valid_until__isnull=True),
                name="limit_rule_one_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_clock_kind_display()} {self.amount} {self.get_unit_display()}"


class ClockQuerySet(models.QuerySet["Clock"]):
    def running(self) -> "ClockQuerySet":
        return self.filter(stopped_at__isnull=True)

    def overdue(self, now: datetime) -> "ClockQuerySet":
        """Clocks that ran, or run, past their due time (coalesce(stopped_at, now) > due_at)."""
        return self.filter(Q(stopped_at__gt=F("due_at")) | Q(stopped_at__isnull=True, due_at__lt=now))


class Clock(models.Model):
    petition = models.ForeignKey(Petition, on_delete=models.PROTECT, db_index=False, related_name="clocks")
    kind = models.CharField(_("时限"), max_length=20, choices=ClockKind.choices)
    cycle = models.PositiveSmallIntegerField(_("办理轮次"))
    department = models.ForeignKey(
        "departments.Department", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, null=True, related_name="clocks")
    order = models.ForeignKey("petitions.SupervisionOrder", on_delete=models.PROTECT, null=True, related_name="clocks")
    started_at = models.DateTimeField(_("开始时间"))
    due_at = models.DateTimeField(_("到期时间"), null=True)
    stopped_at = models.DateTimeField(_("停止时间"), null=True)
    stop_reason = models.CharField(_("停止原因"), max_length=12, choices=StopReason.choices, blank=True)
    rule = models.ForeignKey(LimitRule, on_delete=models.PROTECT, db_index=False, related_name="+")
    amount = models.DecimalField(_("数量"), max_digits=5, decimal_places=1)
    unit = models.CharField(_("单位"), max_length=15, choices=Unit.choices)
    extended_days = models.PositiveSmallIntegerField(_("延期工作日"), default=0)
    calendar_version = models.PositiveIntegerField(_("日历版本"))
    is_provisional = models.BooleanField(_("暂定"), default=False)
    alarm_levels = ArrayField(models.PositiveSmallIntegerField(), default=list)
    alarm_times = ArrayField(models.DateTimeField(), default=list)
    next_place = models.PositiveSmallIntegerField(default=1)  # 1-based, as PostgreSQL counts arrays
    next_alarm_at = models.DateTimeField(null=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("时限")
        verbose_name_plural = _("时限")
        ordering = ["petition", "id"]
        indexes = [
            models.Index(  # the sweep: what is due now, oldest first
                fields=["next_alarm_at"], name="clock_sweep", condition=Q(next_alarm_at__isnull=False)
            ),
            models.Index(  # a department's queue by time left, overdue lists
                fields=["department", "due_at"], name="clock_department_due", condition=Q(stopped_at__isnull=True)
            ),
        ]
        constraints = [
            models.UniqueConstraint(  # and the index of a petition's own clocks: its page, stopping them
                fields=["petition", "kind", "cycle", "department", "started_at"],
                nulls_distinct=False,
                name="clock_started_once",
            ),
            models.UniqueConstraint(
                fields=["petition", "kind", "cycle", "department"],
                condition=Q(stopped_at__isnull=True),
                nulls_distinct=False,
                name="clock_one_running",
            ),
            models.CheckConstraint(name="clock_kind_known", condition=Q(kind__in=ClockKind.values)),
            models.CheckConstraint(
                name="clock_stop_paired",
                condition=Q(stopped_at__isnull=True, stop_reason="")
                | Q(stopped_at__isnull=False, stop_reason__in=StopReason.values),
            ),
            models.CheckConstraint(
                name="clock_alarm_not_after_stop",
                condition=Q(stopped_at__isnull=True)
                | Q(next_alarm_at__isnull=True)
                | Q(next_alarm_at__lte=F("stopped_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.petition_id} {self.kind} {self.due_at}"

    def is_overdue(self, now: datetime) -> bool:
        """Whether the clock ran, or runs, past its due time; dated at due_at, whenever anyone noticed."""
        return self.due_at is not None and (self.stopped_at or now) > self.due_at


class ClockPause(models.Model):
    """An interval of a clock that does not count (挂账, waiting for the enterprise); open while it lasts."""

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="pauses")
    begins_at = models.DateTimeField(_("暂停时间"))
    ends_at = models.DateTimeField(_("恢复时间"), null=True)
    reason = models.CharField(_("原因"), max_length=200)

    class Meta:
        verbose_name = _("暂停")
        verbose_name_plural = _("暂停")
        ordering = ["clock", "begins_at"]
        constraints = [
            models.UniqueConstraint(fields=["clock"], condition=Q(ends_at__isnull=True), name="pause_one_open"),
            models.CheckConstraint(
                name="pause_goes_forward", condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("begins_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.begins_at}"
