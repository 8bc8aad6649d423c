"""The policy as versioned data: how long a promise may take, and the ladder that its clocks climb (统一督办).

Each row names its promise (limits/promises.py). Nothing is overwritten: a change adds a new row and ends the one before
(limits/changing.py).
"""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Floor
from django.utils.translation import gettext_lazy as _

from limits.models.escalation import Card
from limits.promises import effect_choices, every_axis, promise_choices
from notices.subjects import group_choices
from verbs.columns import Line, Moment
from verbs.constraints import Check, Unique

WHOLE_DAYS = _("按日计算的时限须为整数。")
IN_FORCE = _("已有一条同样的在生效，可能是别人刚刚添加的。请看过再试。")
SHARE_OR_AFTER = _("时限用去的百分比（1到99），或到期后的时间和单位，须填写一项且只填一项。")


class Unit(models.TextChoices):
    WORKING_HOURS = "working_hours", _("工作小时")
    WORKING_DAYS = "working_days", _("工作日")
    CALENDAR_DAYS = "calendar_days", _("自然日")


class Versioned(models.Model):
    """A row that is in force from `valid_from` until another row replaces it or an administrator ends it."""

    promise = models.CharField(_("时限"), max_length=20, choices=promise_choices)
    basis = Line(_("依据"), max_length=200)
    valid_from = Moment(_("生效时间"))
    valid_until = Moment(_("失效时间"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            Check(
                name="%(class)s_validity_forward",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                beside="valid_until",
                violation_error_message=_("失效时间要在生效时间之后。"),
            ),
        ]


class LimitRule(Versioned):
    """How long a clock may run. A clock gets the most specific of the rules that are in force when it starts.

    `axes` says which clocks the rule is for, by axes of the promise: {"urgency": "urgent"}. An axis that it does not
    name may have any value.
    """

    axes = models.JSONField(_("适用范围"), default=dict, blank=True)
    amount = models.DecimalField(
        _("数量"),
        max_digits=5,
        decimal_places=1,
        validators=[MinValueValidator(Decimal("0.5")), MaxValueValidator(366)],
    )
    unit = models.CharField(_("单位"), max_length=15, choices=Unit.choices)
    # When an administrator asked that clocks which still run by this ended rule follow the one in force.
    left_at = models.DateTimeField(_("运行中时限改用现行规则"), null=True, blank=True)

    class Meta(Versioned.Meta):
        verbose_name = _("时限规则")
        verbose_name_plural = _("时限规则")
        ordering = ["promise", "id"]
        constraints = [
            *Versioned.Meta.constraints,
            Check(
                name="limit_rule_amount_positive",
                condition=Q(amount__gt=0),
                beside="amount",
                violation_error_message=_("数量须大于0。"),
            ),
            Check(
                name="limit_rule_whole_days",
                condition=Q(unit="working_hours") | Q(amount=Floor(F("amount"))),
                beside="amount",
                violation_error_message=WHOLE_DAYS,
            ),
            Check(
                name="limit_rule_left_when_ended",
                condition=Q(left_at__isnull=True) | Q(valid_until__isnull=False),
                beside="left_at",
                violation_error_message=_("这条规则还在生效。"),
            ),
            Unique(
                name="limit_rule_one_in_force",
                fields=["promise", "axes"],
                condition=Q(valid_until__isnull=True),
                beside="promise",
                violation_error_message=IN_FORCE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_promise_display()} {self.amount} {self.get_unit_display()}"

    @property
    def axes_in_words(self) -> str:
        """What the rule is for, in words such as 紧急、投诉; empty for the general rule."""
        known = {name: dict(axis.choices) for name, axis in every_axis().items()}
        return "、".join(str(known.get(name, {}).get(value, f"{name}={value}")) for name, value in self.axes.items())


class LadderStep(Versioned):
    """One level of a promise's ladder, reached at a share of the limit, at the due time, or some time after it."""

    level = models.PositiveSmallIntegerField(_("级别"), validators=[MinValueValidator(1), MaxValueValidator(5)])
    share_percent = models.PositiveSmallIntegerField(
        _("时限用去的百分比"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(99)]
    )
    after = models.PositiveSmallIntegerField(_("到期后"), null=True, blank=True, validators=[MaxValueValidator(366)])
    after_unit = models.CharField(_("到期后的单位"), max_length=15, choices=Unit.choices, blank=True)
    tells = ArrayField(models.CharField(max_length=20, choices=group_choices), verbose_name=_("告知"))
    card = models.CharField(_("警示"), max_length=10, choices=Card.choices, default=Card.NONE)
    effect = models.CharField(_("附带措施"), max_length=20, choices=effect_choices, blank=True)

    class Meta(Versioned.Meta):
        verbose_name = _("升级阶梯")
        verbose_name_plural = _("升级阶梯")
        ordering = ["promise", "level"]
        constraints = [
            *Versioned.Meta.constraints,
            Unique(
                name="ladder_level_in_force_once",
                fields=["promise", "level"],
                condition=Q(valid_until__isnull=True),
                beside="level",
                violation_error_message=IN_FORCE,
            ),
            Check(
                name="ladder_level_one_to_five",
                condition=Q(level__gte=1, level__lte=5),
                beside="level",
                violation_error_message=_("级别为1到5。"),
            ),
            Check(
                name="ladder_share_or_after",
                condition=Q(
                    share_percent__isnull=False,
                    share_percent__gte=1,
                    share_percent__lte=99,
                    after__isnull=True,
                    after_unit="",
                )
                | Q(share_percent__isnull=True, after__isnull=False, after_unit__in=Unit.values),
                beside="after",
                violation_error_message=SHARE_OR_AFTER,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_promise_display()} {self.level}"
