"""What a department's score is made of: facts, appeals against them, the formula, and frozen scorecards.

A fact is written when a cycle closes, by the verb that closes it (petitions/facts.py), with everything as it was then.
Facts, frozen months and scorecards are never edited: triggers refuse UPDATE and DELETE. What is decided about a fact
later (an appeal) is a row of its own. A fact names its petition by number and key, without a foreign key, because this
room does not import petitions.
Source: domain, scores per department; docs/adr/0020-facts-and-frozen-months.md.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from departments.models.category import Category
from departments.models.department import Department
from verbs.columns import Day, Line
from verbs.constraints import Check


class Ending(models.TextChoices):
    """How a department's part in a cycle ended."""

    RATED = "rated", _("已评价")
    LAPSED = "lapsed", _("逾期未评价")
    REOPENED = "reopened", pgettext_lazy("ending", "重新办理")
    WITHDRAWN = "withdrawn", _("企业撤回")
    TAKEN_BACK = "taken_back", _("收回交办")


class CycleFact(models.Model):
    """One department's part in one closed cycle.

    `month` is the first day of the month in which the fact counts. That is the month in which the part was rated, or
    else the month in which the cycle closed, in the city's time, even if the part ended before (`closed_at`). When that
    month was frozen already, it is the month after the last frozen one; an imported petition's fact stays in its own
    month.
    The three `is_..._on_time` are None where the limit does not count: either the part had no clock for it (a group's
    clocks are its parent's), or before it was due the clock ended otherwise than by the department's work.
    `level` and `is_solved` are what the enterprise rated; they are None and "" where it did not rate.
    """

    assignment_key = models.BigIntegerField(unique=True)
    petition_key = models.BigIntegerField()
    number = models.CharField(_("诉求编号"), max_length=15)
    cycle = models.PositiveSmallIntegerField(_("办理轮次"))
    part = models.CharField(_("主协办"), max_length=10)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, db_index=False, verbose_name=_("部门"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, db_index=False, verbose_name=_("答复人或经办人")
    )
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, db_index=False, verbose_name=_("类别"))
    kind = models.CharField(_("诉求类型"), max_length=12)
    urgency = models.CharField(_("紧急程度"), max_length=10)
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, db_index=False, related_name="+")
    # The enterprise as it was when the fact was written; empty where it is unknown (an imported letter).
    enterprise_size = models.CharField(_("企业规模"), max_length=10, blank=True)
    enterprise_ownership = models.CharField(_("所有制"), max_length=10, blank=True)
    enterprise_founded_date = models.DateField(_("成立日期"), null=True)
    enterprise_region = models.ForeignKey(
        "regions.Region", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    dispatched_at = models.DateTimeField(_("派单时间"))
    check_in_due_at = models.DateTimeField(null=True)
    checked_in_at = models.DateTimeField(_("报到时间"), null=True)
    is_check_in_on_time = models.BooleanField(_("按时报到"), null=True)
    contact_due_at = models.DateTimeField(null=True)
    contacted_at = models.DateTimeField(_("首次联系时间"), null=True)
    is_contact_on_time = models.BooleanField(_("按时联系"), null=True)
    answer_due_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    is_answer_on_time = models.BooleanField(_("按时答复"), null=True)
    outcome = models.CharField(_("办理结果"), max_length=12, blank=True)
    ending = models.CharField(_("结束方式"), max_length=12, choices=Ending.choices)
    level = models.PositiveSmallIntegerField(_("满意度"), null=True)
    is_solved = models.CharField(_("问题是否解决"), max_length=10, blank=True)
    rated_at = models.DateTimeField(_("评价时间"), null=True)
    is_anonymous = models.BooleanField(_("匿名评价"), default=False)
    closed_at = models.DateTimeField(_("结束时间"))
    month = Day(_("月份"))
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("计分记录")
        verbose_name_plural = _("计分记录")
        ordering = ["closed_at", "id"]
        indexes = [
            # The index holds every column that counting needs, in the order of its GROUP BY (scores/scorecard.py): so a
            # month is counted from the index alone. Facts with equal values share an entry, which keeps the index small
            # and cheap to write.
            models.Index(
                fields=[
                    "month",
                    "department",
                    "ending",
                    "level",
                    "is_solved",
                    "is_check_in_on_time",
                    "is_contact_on_time",
                    "is_answer_on_time",
                    "is_anonymous",
                ],
                name="fact_counted",
            ),
        ]
        constraints = [
            models.CheckConstraint(name="fact_month_is_first_day", condition=Q(month__day=1)),
            models.CheckConstraint(name="fact_ending_known", condition=Q(ending__in=Ending.values)),
            models.CheckConstraint(
                name="fact_rating_paired",
                condition=Q(ending="rated", level__isnull=False, level__gte=1, level__lte=5, rated_at__isnull=False)
                & Q(is_solved__in=["yes", "partly", "no"])
                | (~Q(ending="rated") & Q(level__isnull=True, rated_at__isnull=True, is_solved="")),
            ),
            models.CheckConstraint(
                name="fact_answer_paired",
                condition=Q(answered_at__isnull=True, outcome="") | (Q(answered_at__isnull=False) & ~Q(outcome="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} · {self.cycle} · {self.department_id}"


class AppealReason(models.TextChoices):
    MISTAKEN = "mistaken", _("误评")
    MALICIOUS = "malicious", _("恶意差评")
    NOT_RESPONSIBLE = "not_responsible", _("非本部门职责")
    BEYOND_CONTROL = "beyond_control", _("不可抗力")


# For these reasons an accepted appeal excludes only the rating; for the others it excludes the whole fact.
OF_THE_RATING = (AppealReason.MISTAKEN, AppealReason.MALICIOUS)


class AppealDecision(models.TextChoices):
    PENDING = "pending", _("待裁定")
    ACCEPTED = "accepted", _("成立，不计分")
    REFUSED = "refused", _("不成立，照计")


class Appeal(models.Model):
    """A department's appeal (申诉) against a fact, or a supervisor's own exclusion of it; at most one for each fact.

    When accepted, it excludes the fact, or only the rating in it (OF_THE_RATING). The fact itself stays as it was
    written, and pages show both.
    """

    fact = models.OneToOneField(CycleFact, on_delete=models.PROTECT, related_name="appeal")
    # A copy of the fact's month (a trigger checks it): so a month's appeals are found without reading its facts.
    month = Day(_("月份"))
    reason = models.CharField(_("理由"), max_length=20, choices=AppealReason.choices)
    text = models.TextField(_("说明"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("申诉时间"))
    decision = models.CharField(
        _("裁定"), max_length=10, choices=AppealDecision.choices, default=AppealDecision.PENDING
    )
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("裁定时间"), null=True)
    decided_why = models.TextField(_("裁定理由"), blank=True)

    class Meta:
        verbose_name = _("申诉")
        verbose_name_plural = _("申诉")
        ordering = ["asked_at", "id"]
        indexes = [
            models.Index(fields=["asked_at"], name="appeal_pending", condition=Q(decision="pending")),  # what waits
            models.Index(
                fields=["month"], name="appeal_accepted", condition=Q(decision="accepted")
            ),  # what a count excludes
        ]
        constraints = [
            models.CheckConstraint(name="appeal_reason_known", condition=Q(reason__in=AppealReason.values)),
            models.CheckConstraint(
                name="appeal_decision_paired",
                condition=Q(decision="pending", decided_by__isnull=True, decided_at__isnull=True, decided_why="")
                | (
                    Q(decision__in=["accepted", "refused"], decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(decided_why="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fact} · {self.get_decision_display()}"


class ScoreFormula(models.Model):
    """How a score is made from the three rates; a month is scored by the newest version valid at its first day."""

    version = models.PositiveSmallIntegerField(_("版本"), primary_key=True)
    response_weight = models.PositiveSmallIntegerField(_("响应率权重"))
    resolution_weight = models.PositiveSmallIntegerField(_("解决率权重"))
    satisfaction_weight = models.PositiveSmallIntegerField(_("满意率权重"))
    # How many cycles of the city's mean are added to a department's own before its score is computed.
    prior_cycles = models.PositiveSmallIntegerField(_("收缩强度"))
    least_cycles = models.PositiveSmallIntegerField(_("参评最少件数"))
    valid_from = Day(_("生效月份"), unique=True)
    basis = Line(_("依据"), max_length=200)

    class Meta:
        verbose_name = _("计分公式")
        verbose_name_plural = _("计分公式")
        ordering = ["-version"]
        constraints = [
            Check(
                name="formula_weights_make_100",
                condition=Q(response_weight=100 - F("resolution_weight") - F("satisfaction_weight")),
                beside="response_weight",
                violation_error_message=_("三项权重之和须为100。"),
            ),
            Check(
                name="formula_from_first_day",
                condition=Q(valid_from__day=1),
                beside="valid_from",
                violation_error_message=_("公式从某月第一天起生效。"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.version)


class FrozenMonth(models.Model):
    """A month whose scorecards are final: they are stored and never recomputed, whatever changes later."""

    month = Day(_("月份"), primary_key=True)
    frozen_at = models.DateTimeField(_("冻结时间"))
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    formula = models.ForeignKey(ScoreFormula, on_delete=models.PROTECT, related_name="+")
    # The greatest key of a fact at the freeze. Facts of the month with greater keys came later (imported old letters)
    # and are not in its scorecards.
    last_fact = models.BigIntegerField()

    class Meta:
        verbose_name = _("已冻结月份")
        verbose_name_plural = _("已冻结月份")
        ordering = ["-month"]
        constraints = [models.CheckConstraint(name="frozen_month_is_first_day", condition=Q(month__day=1))]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class Scorecard(models.Model):
    """A department's frozen month (成绩单). `counts` has the fields of scores.scoring.Counts.

    `score` and `rank` follow from the counts. They are None for a department with fewer cycles than the formula asks
    for.
    """

    month = models.ForeignKey(FrozenMonth, on_delete=models.PROTECT, db_index=False, related_name="scorecards")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, db_index=False, related_name="scorecards")
    counts = models.JSONField()
    score = models.DecimalField(_("得分"), max_digits=6, decimal_places=3, null=True)
    rank = models.PositiveSmallIntegerField(_("名次"), null=True)

    class Meta:
        verbose_name = _("成绩单")
        verbose_name_plural = _("成绩单")
        ordering = ["month", "rank", "department"]
        indexes = [models.Index(fields=["department", "month"], name="scorecard_trend")]
        constraints = [
            models.UniqueConstraint(fields=["month", "department"], name="scorecard_once"),
            models.CheckConstraint(
                name="scorecard_rank_paired",
                condition=Q(score__isnull=True, rank__isnull=True)
                | Q(score__isnull=False, rank__isnull=False, rank__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month_id:%Y-%m} · {self.department_id}"
