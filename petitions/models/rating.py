"""The enterprise's judgement of one department's answer in one cycle. Five levels: 政务服务“好差评”."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
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


class Rating(models.Model):
    """Rated by assignment, which fixes the petition, the department and the cycle."""

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="rating")
    level = models.PositiveSmallIntegerField(_("满意度"), choices=Level.choices)
    is_solved = models.CharField(_("问题是否解决"), max_length=10, choices=IsSolved.choices)
    reason_tags = ArrayField(
        models.CharField(max_length=20, choices=ReasonTag.choices), verbose_name=_("原因"), default=list, blank=True
    )
    text = models.TextField(_("评价说明"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    rated_at = models.DateTimeField(_("评价时间"))

    class Meta:
        verbose_name = _("评价")
        verbose_name_plural = _("评价")
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
