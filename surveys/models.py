"""The third-party survey (第三方测评): how a month's sample is sized, the sample as drawn, each call and its attempts.

A survey and its attempts are never edited: triggers refuse UPDATE and DELETE (migration 0002_guards). A call says
only who is to make it and how it stands; the independent rating is part of the attempt that reached somebody.
Source: domain, answer and rating; docs/adr/0022-survey-sampling.md.
"""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from petitions.models import IsSolved, Level, Petition
from scores.models import CycleFact
from verbs.columns import Day, Line, Moment
from verbs.constraints import Check


class SampleRule(models.Model):
    """How a month's sample is sized; a month is drawn by the newest rule valid at its first day."""

    share_percent = models.PositiveSmallIntegerField(
        _("抽样比例（%）"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    least_per_stratum = models.PositiveSmallIntegerField(_("每层至少"))
    most = models.PositiveSmallIntegerField(_("总数至多"), validators=[MinValueValidator(1)])
    most_attempts = models.PositiveSmallIntegerField(_("最多拨打次数"), validators=[MinValueValidator(1)])
    valid_from = Day(_("生效月份"), unique=True)
    basis = Line(_("依据"), max_length=200)

    class Meta:
        verbose_name = _("抽样规则")
        verbose_name_plural = _("抽样规则")
        ordering = ["-valid_from"]
        constraints = [
            Check(
                name="sample_rule_share_percent",
                condition=Q(share_percent__gte=1, share_percent__lte=100),
                beside="share_percent",
                violation_error_message=_("抽样比例为1到100。"),
            ),
            Check(
                name="sample_rule_not_empty",
                condition=Q(most__gte=1, most_attempts__gte=1),
                beside="most",
                violation_error_message=_("总数和拨打次数至少为1。"),
            ),
            Check(
                name="sample_rule_from_first_day",
                condition=Q(valid_from__day=1),
                beside="valid_from",
                violation_error_message=_("从某个月的1日起生效。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from:%Y-%m}"


class Stratum(models.TextChoices):
    """How the enterprise's own judgement ended; with the department it makes a stratum (层)."""

    LOW = "low", _("自评不满意")
    FAIR = "fair", _("自评满意或基本满意")
    LAPSED = "lapsed", _("逾期未评价")


class Survey(models.Model):
    """One month's sample as it was drawn, with all that is needed to draw it again.

    `strata` is a list of {"department": key, "stratum": word, "population": n, "drawn": n}.
    """

    month = Day(_("月份"), primary_key=True)
    seed = models.CharField(_("随机种子"), max_length=40)
    rule = models.ForeignKey(SampleRule, on_delete=models.PROTECT, related_name="+", verbose_name=_("抽样规则"))
    drawn_at = models.DateTimeField(_("抽样时间"))
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("抽样人")
    )
    population = models.PositiveIntegerField(_("总体"))
    strata = models.JSONField()

    class Meta:
        verbose_name = _("测评")
        verbose_name_plural = _("测评")
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(name="survey_month_is_first_day", condition=Q(month__day=1)),
            models.CheckConstraint(name="survey_has_seed", condition=~Q(seed="")),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class CallState(models.TextChoices):
    TO_CALL = "to_call", _("待拨打")
    AGAIN = "again", _("再次拨打")
    REACHED = "reached", _("已完成")
    NOT_REACHED = "not_reached", _("未能接通")
    REFUSED = "refused", _("企业拒访")


OPEN_STATES = (CallState.TO_CALL, CallState.AGAIN)


class SurveyCall(models.Model):
    """One sampled fact: somebody of the enterprise is to be asked about it. `place` is its place in the sample."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, db_index=False, related_name="calls")
    place = models.PositiveSmallIntegerField(_("抽样序号"))
    fact = models.OneToOneField(CycleFact, on_delete=models.PROTECT, related_name="+")
    petition = models.ForeignKey(
        Petition, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("诉求")
    )
    stratum = models.CharField(_("层"), max_length=10, choices=Stratum.choices)
    evaluator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name=_("测评员"),
    )
    # Who last gave the call to another evaluator.
    handed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    handed_at = models.DateTimeField(_("转交时间"), null=True)
    state = models.CharField(_("状态"), max_length=12, choices=CallState.choices, default=CallState.TO_CALL)

    class Meta:
        verbose_name = _("回访")
        verbose_name_plural = _("回访")
        ordering = ["survey", "place"]
        indexes = [models.Index(fields=["evaluator", "state"], name="call_of_evaluator")]  # the worklist, and the load
        constraints = [
            # Also the index by which the survey's page and surveys/gap.py find the calls of a survey.
            models.UniqueConstraint(fields=["survey", "place"], name="call_place_once"),
            models.CheckConstraint(name="call_stratum_known", condition=Q(stratum__in=Stratum.values)),
            models.CheckConstraint(name="call_state_known", condition=Q(state__in=CallState.values)),
            models.CheckConstraint(
                name="call_handed_paired",
                condition=Q(handed_at__isnull=True, handed_by__isnull=True)
                | Q(handed_at__isnull=False, handed_by__isnull=False, evaluator__isnull=False),
            ),
            models.CheckConstraint(
                name="call_made_by_somebody", condition=Q(state="to_call") | Q(evaluator__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id:%Y-%m} {self.place}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class Result(models.TextChoices):
    REACHED = "reached", _("已接通，完成测评")
    NO_ANSWER = "no_answer", _("无人接听")
    WRONG_NUMBER = "wrong_number", _("号码不对")
    CALL_BACK = "call_back", _("约好再打")
    REFUSED = "refused", _("拒绝受访")


class SurveyAttempt(models.Model):
    """One time that somebody was called, and what came of it; when reached, the independent rating."""

    call = models.ForeignKey(SurveyCall, on_delete=models.PROTECT, db_index=False, related_name="attempts")
    number = models.PositiveSmallIntegerField(_("第几次"))
    result = models.CharField(_("结果"), max_length=12, choices=Result.choices)
    call_back_at = Moment(_("约定时间"), null=True)
    level = models.PositiveSmallIntegerField(_("满意度"), choices=Level.choices, null=True)
    is_solved = models.CharField(_("问题是否解决"), max_length=10, choices=IsSolved.choices, blank=True)
    remarks = models.TextField(_("备注"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("拨打记录")
        verbose_name_plural = _("拨打记录")
        ordering = ["call", "number"]
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="attempt_number_once"),
            models.UniqueConstraint(fields=["call"], condition=Q(result="reached"), name="attempt_reached_once"),
            models.CheckConstraint(name="attempt_result_known", condition=Q(result__in=Result.values)),
            models.CheckConstraint(
                name="attempt_rating_paired",
                condition=Q(result="reached", level__gte=1, level__lte=5, is_solved__in=IsSolved.values)
                | (~Q(result="reached") & Q(level__isnull=True, is_solved="")),
            ),
            models.CheckConstraint(
                name="attempt_call_back_paired",
                condition=Q(result="call_back", call_back_at__isnull=False)
                | (~Q(result="call_back") & Q(call_back_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.number} {self.result}"
