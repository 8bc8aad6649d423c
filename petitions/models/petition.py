"""The petition: a finite-state object (docs/lifecycle.md is generated from this file).

Transitions set the fields in STATE_FIELDS, nothing else; verbs (petitions/dispatch.py and its neighbours) do the rest.
A verb that changes no state names the states in which it can be used.
The database enforces the same rules by the constraints below and by a trigger (petitions/migrations/0002_guards.py).
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, can_proceed, transition

from petitions.models.assignment import Assignment, AssignmentQuerySet
from petitions.models.auto import AutoDecision
from petitions.models.choices import TITLE_MAX, Channel, ClosedReason, Kind, State, Urgency
from petitions.models.visibility import PetitionQuerySet
from record.models import Event, EventQuerySet
from verbs.columns import Moment


def _is_merged(petition: "Petition") -> bool:
    return petition.closed_reason == ClosedReason.MERGED


def _can_start_again(petition: "Petition") -> bool:
    return petition.state != State.CLOSED or petition.closed_reason == ClosedReason.LAPSED


def _has_earlier_cycle(petition: "Petition") -> bool:
    return petition.cycle > 1


class Petition(models.Model):
    number = models.CharField(_("诉求编号"), max_length=15, unique=True, editable=False)
    query_code = models.CharField(_("查询码"), max_length=6, editable=False)
    title = models.CharField(_("标题"), max_length=TITLE_MAX)
    body = models.TextField(_("诉求内容"))
    kind = models.CharField(_("诉求类型"), max_length=12, choices=Kind.choices)
    urgency = models.CharField(_("紧急程度"), max_length=10, choices=Urgency.choices, default=Urgency.NORMAL)
    channel = models.CharField(_("来源渠道"), max_length=20, choices=Channel.choices, default=Channel.WEB)
    category = models.ForeignKey(
        "departments.Category", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("类别")
    )
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, verbose_name=_("所在区县或园区"))
    # The desk in charge: a region that somebody dispatches for (regions/desks.py).
    desk = models.ForeignKey(
        "regions.Region",
        on_delete=models.PROTECT,
        db_index=False,
        editable=False,
        related_name="+",
        verbose_name=_("派单台"),
    )
    other_regions = models.ManyToManyField(
        "regions.Region", related_name="+", blank=True, editable=False, verbose_name=_("涉及的其他区域")
    )
    is_confidential = models.BooleanField(_("对承办部门保密"), default=False)
    occasion = models.ForeignKey(  # hidden from those who may not know who asked: a visit is to one enterprise
        "enterprises.Occasion",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="petitions",
        verbose_name=_("走访与活动"),
    )
    state = FSMField(
        _("状态"), max_length=10, choices=State.choices, default=State.REPORTED, protected=True, editable=False
    )
    closed_reason = models.CharField(
        _("关闭原因"), max_length=10, choices=ClosedReason.choices, blank=True, editable=False
    )
    cycle = models.PositiveSmallIntegerField(_("办理轮次"), default=1, editable=False)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="merged"
    )
    # The petition on which departments work for this one too (petitions/groups.py). No transition sets it.
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="children",
        verbose_name=_("牵头诉求"),
    )
    reported_at = Moment(_("提交时间"), editable=False)
    assigned_at = models.DateTimeField(_("派单时间"), null=True, editable=False)
    resolved_at = models.DateTimeField(_("办结时间"), null=True, editable=False)
    rated_at = models.DateTimeField(_("评价时间"), null=True, editable=False)
    closed_at = models.DateTimeField(_("关闭时间"), null=True, editable=False)
    source = models.CharField(max_length=20, blank=True, editable=False)
    source_id = models.CharField(max_length=60, blank=True, editable=False)

    objects = PetitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("诉求")
        verbose_name_plural = _("诉求")
        ordering = ["-reported_at", "-id"]
        indexes = [
            models.Index(fields=["-reported_at", "-id"], name="petition_newest_first"),  # every list, the API's cursor
            models.Index(fields=["state", "-reported_at", "-id"], name="petition_by_state"),  # inbox, state filter
            models.Index(fields=["resolved_at"], name="petition_lapse_due", condition=Q(state="resolved")),  # lapse
            models.Index(fields=["category"], name="petition_by_category"),  # filter
            models.Index(fields=["region", "-reported_at"], name="petition_by_region"),  # filter, a district's desk
            models.Index(fields=["desk", "-reported_at"], name="petition_by_desk"),  # inbox, a district's desk
            models.Index(fields=["parent"], name="petition_of_group", condition=Q(parent__isnull=False)),  # every verb
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"], condition=~Q(source_id=""), name="petition_source_once"
            ),
            models.CheckConstraint(name="petition_state_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(
                name="petition_occasion_has_channel",
                condition=Q(occasion__isnull=True) | Q(channel__in=["enterprise_home", "event", "visit"]),
            ),
            models.CheckConstraint(name="petition_cycle_from_one", condition=Q(cycle__gte=1)),
            models.CheckConstraint(
                name="petition_closed_paired",
                condition=Q(state="closed", closed_at__isnull=False, closed_reason__in=ClosedReason.values)
                | (~Q(state="closed") & Q(closed_at__isnull=True, closed_reason="")),
            ),
            models.CheckConstraint(
                name="petition_merged_paired",
                condition=Q(closed_reason="merged", merged_into__isnull=False)
                | (~Q(closed_reason="merged") & Q(merged_into__isnull=True)),
            ),
            models.CheckConstraint(
                name="petition_merged_into_another", condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id"))
            ),
            models.CheckConstraint(
                name="petition_child_of_another", condition=Q(parent__isnull=True) | ~Q(parent=F("id"))
            ),
            # A petition leaves its group before it is withdrawn or merged.
            models.CheckConstraint(
                name="petition_child_is_handled",
                condition=Q(parent__isnull=True) | Q(closed_reason__in=["", "lapsed"]),
            ),
            models.CheckConstraint(
                name="petition_assigned_paired",
                condition=Q(state="reported", assigned_at__isnull=True)
                | Q(state__in=["assigned", "resolved", "rated"], assigned_at__isnull=False)
                | Q(state="closed"),
            ),
            models.CheckConstraint(
                name="petition_resolved_paired",
                condition=Q(state__in=["resolved", "rated"], resolved_at__isnull=False)
                | Q(closed_reason="lapsed", resolved_at__isnull=False)
                | (~Q(state__in=["resolved", "rated"]) & ~Q(closed_reason="lapsed") & Q(resolved_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="petition_rated_paired",
                condition=Q(state="rated", rated_at__isnull=False) | (~Q(state="rated") & Q(rated_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def automatic_dispatch(self) -> AutoDecision | None:
        """The automatic decision that sent the petition where it is now, None when a person did or nobody yet."""
        decision: AutoDecision | None = getattr(self, "automatic", None)
        return decision if decision is not None and decision.is_standing else None

    def current_assignments(self) -> AssignmentQuerySet:
        """The live assignments of the current cycle: the parts of the departments that hold the petition now."""
        return Assignment.objects.live().filter(petition=self, cycle=self.cycle)

    @property
    def events(self) -> EventQuerySet:
        """The petition's events."""
        return Event.objects.of(self)

    def get_absolute_url(self) -> str:
        return reverse("petitions:show", args=[self.number])

    def has_edge(self, name: str) -> bool:
        """Return whether the transition of that name is possible in the present state."""
        return can_proceed(getattr(self, name))

    @transition(field=state, source=State.REPORTED, target=State.ASSIGNED)
    def dispatch(self, *, now: datetime) -> None:
        self.assigned_at = now

    @transition(field=state, source=State.ASSIGNED, target=State.REPORTED)
    def send_back(self) -> None:
        self.assigned_at = None

    @transition(field=state, source=State.ASSIGNED, target=State.REPORTED)
    def undo_dispatch(self) -> None:
        self.assigned_at = None

    @transition(field=state, source=State.ASSIGNED, target=State.RESOLVED)
    def resolve(self, *, now: datetime) -> None:
        self.resolved_at = now

    @transition(field=state, source=State.RESOLVED, target=State.RATED)
    def rate(self, *, now: datetime) -> None:
        self.rated_at = now

    @transition(
        field=state,
        source=[State.RESOLVED, State.RATED, State.CLOSED],
        target=State.ASSIGNED,
        conditions=[_can_start_again],  # type: ignore[list-item]
    )
    def reopen(self, *, now: datetime) -> None:
        self._start_next_cycle(now)
        self.closed_at, self.closed_reason = None, ""

    @transition(field=state, source=State.RATED, target=State.ASSIGNED)
    def rectify(self, *, now: datetime) -> None:
        self._start_next_cycle(now)

    @transition(
        field=state,
        source=State.ASSIGNED,
        target=State.RATED,
        conditions=[_has_earlier_cycle],  # type: ignore[list-item]
    )
    def cancel_rectify(self, *, assigned_at: datetime, resolved_at: datetime, rated_at: datetime) -> None:
        """Put the petition back into the cycle before, with the times of that cycle."""
        self.cycle -= 1
        self.assigned_at, self.resolved_at, self.rated_at = assigned_at, resolved_at, rated_at

    @transition(field=state, source=[State.REPORTED, State.ASSIGNED], target=State.CLOSED)
    def withdraw(self, *, now: datetime) -> None:
        self._close(ClosedReason.WITHDRAWN, now)

    @transition(field=state, source=State.RESOLVED, target=State.CLOSED)
    def lapse(self, *, now: datetime) -> None:
        self._close(ClosedReason.LAPSED, now)

    @transition(field=state, source=State.REPORTED, target=State.CLOSED)
    def merge(self, *, into: "Petition", now: datetime) -> None:
        self.merged_into = into
        self._close(ClosedReason.MERGED, now)

    @transition(
        field=state,
        source=State.CLOSED,
        target=State.REPORTED,
        conditions=[_is_merged],  # type: ignore[list-item]
    )
    def unmerge(self) -> None:
        self.merged_into = self.closed_at = None
        self.closed_reason = ""

    def _start_next_cycle(self, now: datetime) -> None:
        self.cycle += 1
        self.assigned_at = now
        self.resolved_at = self.rated_at = None

    def _close(self, reason: str, now: datetime) -> None:
        self.closed_reason = reason
        self.closed_at = now


# The fields that a transition may set; verbs save exactly these.
STATE_FIELDS: Sequence[str] = (
    "state",
    "cycle",
    "closed_reason",
    "merged_into",
    "assigned_at",
    "resolved_at",
    "rated_at",
    "closed_at",
)
