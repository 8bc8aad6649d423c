"""What a department answers for, in words (职责清单); texts are compared with it (departments/routing.py)."""

from functools import reduce
from operator import or_

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from departments.models.department import Department, Level
from verbs.columns import Line
from verbs.constraints import Check, Unique
from verbs.texts import cleaned


class ResponsibilityQuerySet(models.QuerySet["Responsibility"]):
    def in_use(self) -> "ResponsibilityQuerySet":
        """Matters of departments that are in use, with their departments, as the list shows them."""
        return self.filter(is_active=True, department__is_active=True).select_related("department__region")

    def that_mention(self, text: str) -> "ResponsibilityQuerySet":
        """Matters in which every word of the text stands: in the matter, keywords, basis, or the department's name."""
        joined = models.Func(models.F("keywords"), models.Value(" "), function="array_to_string")
        rows = self.annotate(all_keywords=Cast(joined, models.TextField()))
        for word in cleaned(text).split():
            names = ("matter", "all_keywords", "basis", "department__name", "department__short_name")
            rows = rows.filter(reduce(or_, (Q(**{f"{name}__icontains": word}) for name in names)))
        return rows


class Responsibility(models.Model):
    """A matter that a city department and its branches answer for, in the words of enterprises and of officials.

    `level` is the lowest level that answers: if it is the district, the department's branch takes its district's
    petitions.
    """

    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="matters", verbose_name=_("部门"))
    level = models.CharField(_("层级"), max_length=10, choices=Level.choices)
    matter = Line(_("事项"), max_length=60)
    keywords = ArrayField(Line(max_length=40), verbose_name=_("关键词"), default=list)
    examples = ArrayField(Line(max_length=200), verbose_name=_("例句"), default=list, blank=True)
    basis = Line(_("依据"), max_length=200)
    partners = ArrayField(Line(max_length=20), verbose_name=_("常见协办部门"), default=list, blank=True)
    is_active = models.BooleanField(_("启用"), default=True)

    objects = ResponsibilityQuerySet.as_manager()

    class Meta:
        verbose_name = _("职责事项")
        verbose_name_plural = _("职责清单")
        ordering = ["department", "id"]
        constraints = [
            Unique(
                name="responsibility_matter_once",
                fields=["department", "matter"],
                beside="matter",
                violation_error_message=_("这个部门已有同名的事项。"),
            ),
            Check(
                name="responsibility_has_keywords",
                condition=Q(keywords__len__gt=0),
                beside="keywords",
                violation_error_message=_("至少要有一个关键词。"),
            ),
        ]

    def __str__(self) -> str:
        return self.matter


class RoutingModel(models.Model):
    """A version of what proposals are made from (petitions/proposals/learning.py); the newest one is used."""

    version = models.PositiveIntegerField(_("版本"), primary_key=True)
    made_at = models.DateTimeField(_("时间"))
    data = models.BinaryField()
    lessons = models.BinaryField()
    catalogue = models.CharField(_("清单指纹"), max_length=64)
    matters = models.PositiveIntegerField(_("职责事项数"))
    letters = models.PositiveIntegerField(_("学习的诉求数"))
    last_event = models.BigIntegerField(_("学习到的记录"))

    class Meta:
        verbose_name = _("派单模型")
        verbose_name_plural = _("派单模型")
        ordering = ["-version"]

    def __str__(self) -> str:
        return str(self.version)
