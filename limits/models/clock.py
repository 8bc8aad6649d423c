"""The clock (计时), one limit that runs or ran: computed, then kept with all that it was computed from.

The model is abstract: each room makes a table from it. `alarm_times[i]` is the moment at which level `alarm_levels[i]`
of the ladder is reached. `next_alarm_at` is the first alarm that no sweep has raised yet, and the only column by which
a sweep finds clocks. A stop drops the alarms that are still to come; alarms that passed before the stop stay, so that a
level reached between two sweeps is still raised. Whether a clock is overdue is computed: no column stores it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from departments.working_calendar import Pause
from limits.models.rule import LimitRule, Unit
from limits.promises import promise_choices

AnyClock = TypeVar("AnyClock", bound="Clock")


class ClockQuerySet(models.QuerySet[AnyClock]):
    def running(self) -> "ClockQuerySet[AnyClock]":
        return self.filter(stopped_at__isnull=True)


class Clock(models.Model):
    """What every table of clocks has. A room adds foreign keys and reasons for a stop, and overrides methods below."""

    # The relations that `axes` and `climbs` read, as select_related names them.
    READS: ClassVar[tuple[str, ...]] = ()

    promise = models.CharField(_("时限"), max_length=20, choices=promise_choices)
    department = models.ForeignKey(
        "departments.Department", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    started_at = models.DateTimeField(_("开始时间"))
    due_at = models.DateTimeField(_("到期时间"), null=True)
    stopped_at = models.DateTimeField(_("停止时间"), null=True)
    stop_reason = models.CharField(_("停止原因"), max_length=12, blank=True)
    rule = models.ForeignKey(LimitRule, on_delete=models.PROTECT, db_index=False, related_name="+")
    amount = models.DecimalField(_("数量"), max_digits=5, decimal_places=1)
    unit = models.CharField(_("单位"), max_length=15, choices=Unit.choices)
    extended_days = models.PositiveSmallIntegerField(_("延期工作日"), default=0)
    calendar_version = models.PositiveIntegerField(_("日历版本"))
    is_provisional = models.BooleanField(_("暂定"), default=False)
    alarm_levels = ArrayField(models.PositiveSmallIntegerField(), default=list)
    alarm_times = ArrayField(models.DateTimeField(), default=list)
    next_place = models.PositiveSmallIntegerField(default=1)  # of the next alarm; counted from 1, as in PostgreSQL
    next_alarm_at = models.DateTimeField(null=True)

    objects: ClassVar[ClockQuerySet] = ClockQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        abstract = True
        indexes = [
            models.Index(  # the sweep: what is due now, oldest first
                fields=["next_alarm_at"], name="%(class)s_sweep", condition=Q(next_alarm_at__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="%(class)s_stop_paired",
                condition=Q(stopped_at__isnull=True, stop_reason="") | Q(stopped_at__isnull=False) & ~Q(stop_reason=""),
            ),
            models.CheckConstraint(
                name="%(class)s_alarm_not_after_stop",
                condition=Q(stopped_at__isnull=True)
                | Q(next_alarm_at__isnull=True)
                | Q(next_alarm_at__lte=F("stopped_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promise} {self.pk} {self.due_at}"

    def axes(self) -> Mapping[str, str]:
        """Return the clock's value on each axis of its promise (limits/promises.py); an empty value counts as none."""
        return {}

    def climbs(self) -> bool:
        """Return whether levels of the ladder are raised for the clock."""
        return True

    def rests(self) -> list[Pause]:
        """Return the clock's pauses; an open one has no end. A room whose clocks can pause has a ClockPause table."""
        pauses = getattr(self, "pauses", None)
        return [(row.begins_at, row.ends_at) for row in pauses.all()] if pauses else []

    def gone_on(self, at: datetime) -> None:
        """Do what the room has to do after the clock's pause ended `at`: here nothing. In the caller's transaction."""

    @property
    def stop_words(self) -> str:
        """The reason for the stop, in words."""
        said = getattr(self, "get_stop_reason_display", None)
        return said() if said else self.stop_reason

    def is_overdue(self, now: datetime) -> bool:
        """Return whether the clock is past its due time at `now` or, if it stopped, was past it when it stopped."""
        return self.due_at is not None and (self.stopped_at or now) > self.due_at


class ClockPause(models.Model):
    """An interval that does not count for a clock (挂账: waiting for somebody else); without an end while it lasts.

    A room adds the foreign key `clock`, whose related name is `pauses`.
    """

    begins_at = models.DateTimeField(_("暂停时间"))
    ends_at = models.DateTimeField(_("恢复时间"), null=True)
    reason = models.CharField(_("原因"), max_length=200)

    class Meta:
        abstract = True
        ordering = ["clock", "begins_at"]
        constraints = [
            models.UniqueConstraint(fields=["clock"], condition=Q(ends_at__isnull=True), name="%(class)s_one_open"),
            models.CheckConstraint(
                name="%(class)s_goes_forward", condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("begins_at"))
            ),
        ]
