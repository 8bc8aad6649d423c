"""Which days are worked: what each year's source says, what is laid over it, and the version of all of it.

A year's days come from one source: the table that is shipped (departments/shipped_calendar.py), or the announcement
that was brought in for this year (AnnouncedYear with its AnnouncedDays). A DayException lies over it: a correction for
the whole city, or a day of one department's own. How they make a calendar: departments/calendar_layers.py.
"""

from collections.abc import Sequence
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from departments.models.department import Department
from departments.working_calendar import parse_spans, span_texts
from verbs.columns import Day, Line
from verbs.constraints import Check, Unique
from verbs.dates import FIRST, LAST

SPANS_WRONG = _("工作时段写作“09:00-12:00”，前后相接，不能重叠；一天的末尾写作24:00。")
DAY_OFF_HAS_NO_SPANS = _("休息日没有工作时段。")


class AnnouncedYear(models.Model):
    """The source of a year's days: an announcement that was brought in, over the shipped table if there is one."""

    year = models.PositiveSmallIntegerField(
        _("年份"), primary_key=True, validators=[MinValueValidator(FIRST.year), MaxValueValidator(LAST.year)]
    )
    source = Line(_("来源"), max_length=200)
    file = Line(_("文件"), max_length=200, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("导入人"))
    at = models.DateTimeField(_("时间"))

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


class AnnouncedDay(models.Model):
    """A day of an announced year that differs from the week: a holiday, or a make-up working day (调休).

    A row is written and deleted with its year's others, never alone: a change to one day is a DayException.
    """

    year = models.ForeignKey(AnnouncedYear, on_delete=models.CASCADE, related_name="days", db_index=False)
    date = Day(_("日期"), unique=True)
    is_working = models.BooleanField(_("是否工作日"))
    spans = ArrayField(Line(max_length=11), verbose_name=_("工作时段"), default=list, blank=True)
    name = Line(_("名称"), max_length=40, blank=True)

    class Meta:
        ordering = ["date"]
        constraints = [
            models.CheckConstraint(name="announced_day_off_has_no_spans", condition=Q(is_working=True) | Q(spans=[])),
            models.CheckConstraint(name="announced_day_lies_in_its_year", condition=Q(date__year=F("year"))),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class DayException(models.Model):
    """A day laid over what its year's source says: the city's correction, or with a department that department's own.

    `spans` are `HH:MM-HH:MM`; a working day without spans has the usual ones. A department's own day goes before the
    city's. A correction ends when its year gets another source, unless whoever brings that in keeps it.
    """

    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("部门（空为全市）")
    )
    date = Day(_("日期"))
    is_working = models.BooleanField(_("是否工作日"))
    spans = ArrayField(Line(max_length=11), verbose_name=_("工作时段"), default=list, blank=True)
    name = Line(_("名称"), max_length=40, blank=True)
    source = Line(_("来源"), max_length=200)

    # What of a row says how the day is worked, and where that comes from.
    SAID: ClassVar[Sequence[str]] = ("is_working", "spans", "name", "source")

    class Meta:
        verbose_name = _("日历校正和部门例外日")
        verbose_name_plural = _("日历校正和部门例外日")
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
                violation_error_message=DAY_OFF_HAS_NO_SPANS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"

    def clean(self) -> None:
        """Keep the spans as they are stored. Refuse a time of day that cannot be read, and spans that overlap."""
        try:
            self.spans = span_texts(parse_spans(self.spans or []))
        except ValueError as problem:
            raise ValidationError({"spans": SPANS_WRONG}) from problem


class CalendarVersion(models.Model):
    """A state of the calendar: every import or edit makes a new one, and clocks note which they were computed from."""

    at = models.DateTimeField(_("时间"))
    note = models.CharField(_("说明"), max_length=200)
    shipped = models.CharField(_("内置表"), max_length=60)

    class Meta:
        verbose_name = _("日历版本")
        verbose_name_plural = _("日历版本")

    def __str__(self) -> str:
        return f"{self.pk} {self.note}"
