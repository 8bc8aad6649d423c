"""Which days are worked: exceptions from the week, years that were announced, and the version of all of it."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.models.department import Department
from departments.working_calendar import parse_spans
from verbs.columns import Day, Line
from verbs.constraints import Check, Unique
from verbs.dates import FIRST, LAST


class DayException(models.Model):
    """A day that differs from the weekly pattern: a holiday, or a make-up working day (调休).

    `spans` are `HH:MM-HH:MM`; a working day without spans has the usual ones. A row with a department is that
    department's own and overrides the city's.
    """

    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("部门（空为全市）")
    )
    date = Day(_("日期"))
    is_working = models.BooleanField(_("是否工作日"))
    spans = ArrayField(Line(max_length=11), verbose_name=_("工作时段"), default=list, blank=True)
    name = Line(_("名称"), max_length=40, blank=True)
    source = Line(_("来源"), max_length=200)

    class Meta:
        verbose_name = _("日历例外日")
        verbose_name_plural = _("日历例外日")
        ordering = ["date"]
        constraints = [
            Unique(
                name="day_exception_once_per_department",
                fields=["department", "date"],
                nulls_distinct=False,
                beside="date",
                violation_error_message=_("这一天已有一条，请改那一条。"),
            ),
            Check(
                name="day_exception_day_off_has_no_spans",
                condition=Q(is_working=True) | Q(spans=[]),
                beside="spans",
                violation_error_message=_("休息日没有工作时段。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"

    def clean(self) -> None:
        """Refuse spans that are no working time: a time of day that cannot be read, or spans that overlap."""
        try:
            parse_spans(self.spans or [])
        except ValueError as problem:
            sentence = _("工作时段写作“09:00-12:00”，前后相接，不能重叠。")
            raise ValidationError({"spans": sentence}) from problem


class AnnouncedYear(models.Model):
    """A year whose holidays the State Council has announced; deadlines in other years are provisional."""

    year = models.PositiveSmallIntegerField(
        _("年份"), primary_key=True, validators=[MinValueValidator(FIRST.year), MaxValueValidator(LAST.year)]
    )
    source = Line(_("来源"), max_length=200)

    class Meta:
        verbose_name = _("已公布年份")
        verbose_name_plural = _("已公布年份")
        ordering = ["year"]
        constraints = [
            Check(
                name="announced_year_known",
                condition=Q(year__gte=FIRST.year, year__lte=LAST.year),
                beside="year",
                violation_error_message=_("年份须在1990到2100之间。"),
            )
        ]

    def __str__(self) -> str:
        return str(self.year)


class CalendarVersion(models.Model):
    """A state of the calendar: every import or edit makes a new one, and clocks note which they were computed from."""

    at = models.DateTimeField(_("时间"))
    note = models.CharField(_("说明"), max_length=200)

    class Meta:
        verbose_name = _("日历版本")
        verbose_name_plural = _("日历版本")

    def __str__(self) -> str:
        return f"{self.pk} {self.note}"
