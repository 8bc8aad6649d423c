"""One department's part in one cycle of a petition: when it was dispatched, checked in, made contact, and its answer.

A part has no state, only the times at which things happened. A new cycle gets new rows, so no answer is overwritten.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from departments.models import Department
from verbs.columns import Day, Moment


class Part(models.TextChoices):
    LEAD = "lead", _("主办")
    SUPPORT = "support", _("协办")


class Outcome(models.TextChoices):
    SOLVED = "solved", _("已解决")
    PARTLY = "partly", _("部分解决")
    PLANNED = "planned", _("列入计划")
    EXPLAINED = "explained", _("解释说明")
    UNSOLVABLE = "unsolvable", _("无法解决")


class AppointmentMethod(models.TextChoices):
    CALL = "call", _("通话")
    VISIT = "visit", _("上门")


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """When a department calls or visits the enterprise (预约).

    method        one of AppointmentMethod
    at            aware datetime
    confirmed_at  aware datetime at which the enterprise agreed, or named this time itself; None until then
    """

    method: str
    at: datetime
    confirmed_at: datetime | None = None

    def __str__(self) -> str:
        return f"{AppointmentMethod(self.method).label} {date_format(timezone.localtime(self.at), 'm-d D H:i')}"

    @property
    def data(self) -> dict[str, str]:
        """What an event's data keeps of the appointment: not whether it is confirmed."""
        return {"method": self.method, "at": self.at.isoformat()}

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Self:
        """Return the appointment that an event's data keeps."""
        return cls(method=data["method"], at=datetime.fromisoformat(data["at"]))


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def live(self) -> "AssignmentQuerySet":
        """Assignments that were not taken back from their department."""
        return self.filter(ended_at__isnull=True)

    def of(self, user: User) -> "AssignmentQuerySet":
        """Assignments of the departments the user works in."""
        return self.filter(department__in=Department.objects.of(user))


class Assignment(models.Model):
    petition = models.ForeignKey("petitions.Petition", on_delete=models.CASCADE, related_name="assignments")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="assignments")
    cycle = models.PositiveSmallIntegerField(_("办理轮次"))
    part = models.CharField(_("主协办"), max_length=10, choices=Part.choices)
    dispatched_at = models.DateTimeField(_("派单时间"))
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name=_("经办人"),
    )
    checked_in_at = models.DateTimeField(_("报到时间"), null=True)
    appointment_at = Moment(_("约定时间"), null=True)
    appointment_method = models.CharField(
        _("预约方式"), max_length=10, choices=AppointmentMethod.choices, blank=True, default="", db_default=""
    )
    appointment_confirmed_at = models.DateTimeField(_("预约确认时间"), null=True)
    contacted_at = models.DateTimeField(_("首次联系时间"), null=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(_("办理结果"), max_length=12, choices=Outcome.choices, blank=True)
    planned_date = Day(_("计划完成日期"), null=True, blank=True)
    public_answer = models.TextField(_("公开答复"), blank=True)
    internal_note = models.TextField(_("内部备注"), blank=True)
    ended_at = models.DateTimeField(_("收回时间"), null=True)
    waived_at = models.DateTimeField(_("免于答复时间"), null=True)
    waived_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    waived_why = models.TextField(_("免于答复的原因"), blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("交办")
        verbose_name_plural = _("交办")
        ordering = ["petition", "cycle", "part", "id"]
        indexes = [
            models.Index(  # a department's queue
                fields=["department", "petition"],
                name="assignment_queue",
                condition=Q(answered_at__isnull=True, ended_at__isnull=True),
            ),
            models.Index(fields=["department", "petition"], name="assignment_visible"),  # visible_to, department lists
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["petition", "cycle", "department"],
                condition=Q(ended_at__isnull=True),
                name="assignment_department_once_per_cycle",
            ),
            models.UniqueConstraint(
                fields=["petition", "cycle"],
                condition=Q(part="lead", ended_at__isnull=True),
                name="assignment_one_lead_per_cycle",
            ),
            models.CheckConstraint(name="assignment_part_known", condition=Q(part__in=Part.values)),
            models.CheckConstraint(
                name="assignment_answer_paired",
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, outcome="", public_answer="")
                | (
                    Q(answered_at__isnull=False, answered_by__isnull=False, outcome__in=Outcome.values)
                    & ~Q(public_answer="")
                ),
            ),
            models.CheckConstraint(
                name="assignment_planned_has_date",
                condition=Q(outcome="planned", planned_date__isnull=False)
                | (~Q(outcome="planned") & Q(planned_date__isnull=True)),
            ),
            models.CheckConstraint(
                name="assignment_waived_paired",
                condition=Q(waived_at__isnull=True, waived_by__isnull=True, waived_why="")
                | (
                    Q(part="support", answered_at__isnull=True, waived_at__isnull=False, waived_by__isnull=False)
                    & ~Q(waived_why="")
                ),
            ),
            models.CheckConstraint(
                name="assignment_appointment_paired",
                condition=Q(
                    appointment_at__isnull=True,
                    appointment_method="",
                    appointment_confirmed_at__isnull=True,
                )
                | Q(
                    appointment_at__isnull=False,
                    appointment_method__in=AppointmentMethod.values,
                    checked_in_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="assignment_answered_after_check_in",
                condition=Q(answered_at__isnull=True) | Q(checked_in_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.petition_id} · {self.department} · {self.get_part_display()}"

    @property
    def is_lead(self) -> bool:
        return self.part == Part.LEAD

    @property
    def is_support(self) -> bool:
        return self.part == Part.SUPPORT

    @property
    def is_open(self) -> bool:
        """Whether the department still owes its answer."""
        return self.answered_at is None and self.ended_at is None and self.waived_at is None

    @property
    def appointment(self) -> Appointment | None:
        """The newest appointment, None when there is none."""
        if self.appointment_at is None:
            return None
        return Appointment(
            method=self.appointment_method,
            at=self.appointment_at,
            confirmed_at=self.appointment_confirmed_at,
        )

    def save_appointment(self, appointment: Appointment) -> None:
        """Save this appointment in place of the earlier one. One statement."""
        self.appointment_method, self.appointment_at = appointment.method, appointment.at
        self.appointment_confirmed_at = appointment.confirmed_at
        self.save(update_fields=["appointment_method", "appointment_at", "appointment_confirmed_at"])
