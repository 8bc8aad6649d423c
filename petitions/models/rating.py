"""The enterprise's judgement of one department's answer in one cycle. Source of the five levels: 政务服务“好差评”.

A rating may be changed for a while and is then locked; a database trigger refuses changes of a locked rating. A second
low rating of one petition goes to a supervisor.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from petitions.models.assignment import Assignment


class Level(models.IntegerChoices):
    VERY_SATISFIED = 5, _("非常满意")
    SATISFIED = 4, _("满意")
    FAIRLY_SATISFIED = 3, _("基本满意")
    DISSATISFIED = 2, _("不满意")
    VERY_DISSATISFIED = 1, _("非常不满意")


class IsSolved(models.TextChoices):
    YES = "yes", _("已解决")
    PARTLY = "partly", _("部分解决")
    NO = "no", _("未解决")


class ReasonTag(models.TextChoices):
    SLOW = "slow", _("办理太慢")
    NOT_SOLVED = "not_solved", _("问题没解决")
    VAGUE = "vague", _("答复空泛")
    NO_CONTACT = "no_contact", _("没有联系我们")
    PASSED_ON = "passed_on", _("部门之间推诿")
    ATTITUDE = "attitude", _("态度不好")


class Via(models.TextChoices):
    """The way by which a rating was given."""

    PAGE = "page", pgettext_lazy("via", "网页")
    API = "api", pgettext_lazy("via", "接口")
    LINK = "link", pgettext_lazy("via", "评价链接")


# These levels require a reason, and the departments have to put the matter right. Source: 政务服务“好差评”.
LOW_LEVELS = (Level.DISSATISFIED, Level.VERY_DISSATISFIED)


class Rating(models.Model):
    """The rating of one assignment, which determines the petition, the department and the cycle."""

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="rating")
    level = models.PositiveSmallIntegerField(_("满意度"), choices=Level.choices)
    is_solved = models.CharField(_("问题是否解决"), max_length=10, choices=IsSolved.choices)
    reason_tags = ArrayField(
        models.CharField(max_length=20, choices=ReasonTag.choices), verbose_name=_("原因"), default=list, blank=True
    )
    text = models.TextField(_("评价说明"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    rated_at = models.DateTimeField(_("评价时间"))
    changed_at = models.DateTimeField(_("修改时间"), null=True)
    locked_at = models.DateTimeField(_("锁定时间"), null=True)
    # Departments read that a rating was given, not what it says (petitions/permissions.py).
    is_anonymous = models.BooleanField(_("对承办部门匿名"), default=False)
    via = models.CharField(_("评价方式"), max_length=10, choices=Via.choices, default=Via.PAGE)
    from_address = models.GenericIPAddressField(_("评价来源地址"), null=True)
    changed_from_address = models.GenericIPAddressField(_("修改来源地址"), null=True)

    class Meta:
        verbose_name = _("评价")
        verbose_name_plural = _("评价")
        indexes = [
            models.Index(fields=["rated_at"], name="rating_to_lock", condition=Q(locked_at__isnull=True)),  # locking
        ]
        constraints = [
            models.CheckConstraint(name="rating_level_one_to_five", condition=Q(level__gte=1, level__lte=5)),
            models.CheckConstraint(name="rating_is_solved_known", condition=Q(is_solved__in=IsSolved.values)),
            models.CheckConstraint(
                name="rating_low_needs_reason",
                condition=Q(level__gte=3) | ~Q(text="") | Q(reason_tags__len__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id}: {self.level}"

    @property
    def is_low(self) -> bool:
        return self.level in LOW_LEVELS

    def reasons(self) -> str:
        """The reason tags in words, in the reader's language."""
        return gettext("、").join(str(ReasonTag(tag).label) for tag in self.reason_tags)


class ReferralDecision(models.TextChoices):
    PENDING = "pending", _("待督查处理")
    AGAIN = "again", _("再次整改")
    CONCLUDE = "conclude", _("不再整改")
    DROPPED = "dropped", _("评价已改，不再处理")


class RatingReferral(models.Model):
    """A petition that was rated low in a second cycle: a supervisor decides what follows."""

    petition = models.ForeignKey("petitions.Petition", on_delete=models.PROTECT, related_name="referrals")
    cycle = models.PositiveSmallIntegerField(_("办理轮次"))
    referred_at = models.DateTimeField(_("转督查时间"))
    decision = models.CharField(
        _("处理意见"), max_length=10, choices=ReferralDecision.choices, default=ReferralDecision.PENDING
    )
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("处理时间"), null=True)
    decided_why = models.TextField(_("理由"), blank=True)

    class Meta:
        verbose_name = _("再次差评")
        verbose_name_plural = _("再次差评")
        ordering = ["referred_at", "id"]
        indexes = [
            models.Index(fields=["referred_at"], name="referral_pending", condition=Q(decision="pending")),  # the list
        ]
        constraints = [
            models.UniqueConstraint(fields=["petition", "cycle"], name="referral_once_per_cycle"),
            models.CheckConstraint(
                name="referral_decision_paired",
                condition=Q(decision="pending", decided_by__isnull=True, decided_at__isnull=True, decided_why="")
                | Q(decision="dropped", decided_by__isnull=False, decided_at__isnull=False)
                | (
                    Q(decision__in=["again", "conclude"], decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(decided_why="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.petition_id} · {self.cycle}"
