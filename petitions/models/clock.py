"""The promises about a petition, and the clocks that measure them; the clocks of orders are in order.py."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from limits import models as limits
from petitions.models.assignment import Assignment
from petitions.models.choices import Channel
from petitions.models.petition import Petition


class Promise(models.TextChoices):
    DISPATCH = "dispatch", _("派单时限")
    CHECK_IN = "check_in", _("报到时限")
    CONTACT = "contact", _("联系时限")
    RESOLVE_ENTERPRISE = "resolve_enterprise", _("企业等待时限")
    RESOLVE_DEPARTMENT = "resolve_department", _("办理时限")
    SUPPORT = "support", _("协办时限")
    RATE = "rate", _("评价时限")
    RECTIFY = "rectify", _("整改时限")
    ORDER = "order", _("督办时限")
    # How long a department may ask or dispute: these have rules but no clocks, for nobody has to do anything by then.
    SEND_BACK = "send_back", _("退单期限")
    DISPUTE = "dispute", _("退单争议期限")


# The promises whose clock is the limit for a department's answer.
ANSWER_CLOCKS = (Promise.RESOLVE_DEPARTMENT, Promise.SUPPORT, Promise.RECTIFY)


class StopReason(models.TextChoices):
    DONE = "done", _("已完成")
    SENT_BACK = "sent_back", _("退单")
    UNDONE = "undone", _("撤回派单")
    SUPERSEDED = "superseded", _("已由后续步骤取代")
    WITHDRAWN = "withdrawn", _("撤回")
    MERGED = "merged", _("合并")
    LAPSED = "lapsed", _("期满")
    REMOVED = "removed", _("撤出协办")
    WAIVED = "waived", _("免于答复")
    LINKED = "linked", _("随牵头诉求办理")


def axes_of(petition: Petition) -> Mapping[str, str]:
    """Return the petition's value on each axis, by which a rule is chosen (petitions/supervision/registering.py)."""
    level = petition.category.service_level if petition.category else ""
    return {"urgency": petition.urgency, "kind": petition.kind, "service_level": level}


class PetitionClock(limits.Clock):
    """What every clock about a petition has: what is promised, in which cycle, and why the clock stopped."""

    promise = models.CharField(_("时限"), max_length=20, choices=Promise.choices)
    cycle = models.PositiveSmallIntegerField(_("办理轮次"))
    stop_reason = models.CharField(_("停止原因"), max_length=12, choices=StopReason.choices, blank=True)
    petition: Any  # a foreign key, or a property that follows one

    class Meta(limits.Clock.Meta):
        abstract = True

    def axes(self) -> Mapping[str, str]:
        return axes_of(self.petition)

    def climbs(self) -> bool:
        """Return whether levels are raised for the clock. For imported petitions none are: they were late years ago."""
        return self.petition.channel != Channel.IMPORT


class Clock(PetitionClock):
    """A limit of the petition itself or, with an assignment, of a department's part in it."""

    READS = ("petition__category",)

    petition = models.ForeignKey(Petition, on_delete=models.PROTECT, db_index=False, related_name="clocks")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, null=True, related_name="clocks")

    objects: ClassVar[limits.ClockQuerySet["Clock"]] = limits.ClockQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(PetitionClock.Meta):
        verbose_name = _("时限")
        verbose_name_plural = _("时限")
        ordering = ["petition", "id"]
        indexes = [
            *PetitionClock.Meta.indexes,
            models.Index(  # a department's queue by time left, overdue lists
                fields=["department", "due_at"], name="clock_department_due", condition=Q(stopped_at__isnull=True)
            ),
        ]
        constraints = [
            *PetitionClock.Meta.constraints,
            models.UniqueConstraint(  # its index also finds a petition's clocks, to show or stop them
                fields=["petition", "promise", "cycle", "department", "started_at"],
                nulls_distinct=False,
                name="clock_started_once",
            ),
            models.UniqueConstraint(
                fields=["petition", "promise", "cycle", "department"],
                condition=Q(stopped_at__isnull=True),
                nulls_distinct=False,
                name="clock_one_running",
            ),
            models.CheckConstraint(
                name="clock_promise_known", condition=Q(promise__in=Promise.values) & ~Q(promise=Promise.ORDER)
            ),
            models.CheckConstraint(
                name="clock_stop_known", condition=Q(stop_reason="") | Q(stop_reason__in=StopReason.values)
            ),
        ]

    def gone_on(self, at: datetime) -> None:
        """End the hold for which the clock rested, at the moment at which the pause ended."""
        self.holds.running().update(resumed_at=at)


class ClockPause(limits.ClockPause):
    """An interval in which one clock rests because of a hold (挂账)."""

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="pauses")

    class Meta(limits.ClockPause.Meta):
        verbose_name = _("暂停")
        verbose_name_plural = _("暂停")

    def __str__(self) -> str:
        return f"{self.clock_id} {self.begins_at}"
