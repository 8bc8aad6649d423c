"""The petition: a finite-state object (docs/lifecycle.md is generated from this file).

Transitions set the state and its timestamp, nothing else; verbs (petitions/dispatch.py and its neighbours) do
the rest. `FACT_STATES` names the states in which a verb that changes no state may be used.
The database guards the same rules: check constraints below, the trigger of migration guard_petition_edges.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from accounts.models import User
from enterprises.models import Enterprise
from petitions.models.assignment import Assignment, AssignmentQuerySet, Part
from petitions.models.auto import AutoDecision
from petitions.models.choices import TITLE_MAX, Channel, ClosedReason, Kind, State, Urgency
from record.models import Event, EventQuerySet
from regions.desks import desks_of

# Verbs that change no state, and where they are allowed. Transitions answer for themselves.
FACT_STATES: dict[str, tuple[str, ...]] = {
    "escalate_up": (State.REPORTED,),
    "delegate_down": (State.REPORTED,),
    "supplement": (State.REPORTED, State.ASSIGNED),
    "urge": (State.ASSIGNED,),
    "check_in": (State.ASSIGNED,),
    "hand_over": (State.ASSIGNED,),
    "contact": (State.ASSIGNED,),
    "progress": (State.ASSIGNED,),
    "answer_support": (State.ASSIGNED,),
    "link": (State.REPORTED, State.ASSIGNED),
    "unlink": (State.REPORTED, State.ASSIGNED),
    "issue_order": (State.ASSIGNED,),
    "reply_order": (State.ASSIGNED, State.RESOLVED, State.RATED, State.CLOSED),
    # A reply that was given stays to be judged wherever the petition went, also back to the dispatcher.
    "judge_order": tuple(State),
    "ask_extension": (State.ASSIGNED,),
    "decide_extension": (State.ASSIGNED,),
    "ask_hold": (State.ASSIGNED,),
    "decide_hold": (State.ASSIGNED,),
    "resume": (State.ASSIGNED,),
    "discuss": (State.ASSIGNED,),
    "add_support": (State.ASSIGNED,),
    "remove_support": (State.ASSIGNED,),
    "waive_support": (State.ASSIGNED,),
    "ask_send_back": (State.ASSIGNED,),
    "decide_send_back": (State.ASSIGNED,),
    "dispute_send_back": (State.ASSIGNED,),
    # While a rectification runs that the rating began, too.
    "change_rating": (State.RATED, State.ASSIGNED),
    "judge_rating": (State.RATED,),
}


def _is_merged(petition: "Petition") -> bool:
    return petition.closed_reason == ClosedReason.MERGED


def _can_start_again(petition: "Petition") -> bool:
    return petition.state != State.CLOSED or petition.closed_reason == ClosedReason.LAPSED


def _has_earlier_cycle(petition: "Petition") -> bool:
    return petition.cycle > 1


def _of_branch(regions: Iterable[int]) -> Q:
    """Petitions from these regions, in the charge of their desks, or concerning them besides their own region."""
    others = Petition.other_regions.through.objects.filter(region__in=regions)
    return Q(region__in=regions) | Q(desk__in=regions) | Q(pk__in=others.values("petition"))


class PetitionQuerySet(models.QuerySet["Petition"]):
    def visible_to(self, user: User) -> "PetitionQuerySet":
        """Petitions the user may know of; deny by default, a role without its row opens nothing.

        Liaison: those of their own enterprises. Assistant: those they filed themselves for an enterprise they
        still serve. Handler and head: those dispatched to their department and not taken back from
        it. Dispatcher: those of their branch and those they filed, the city's all. Supervisor: all.
        Leader: all that are not confidential.
        """
        desks = desks_of(user)
        if desks.is_city or user.has_role("supervisor", "system"):
            return self
        allowed = _of_branch(desks.branch) | Q(petitioner__filed_by=user) if desks.branch else Q(pk__in=[])
        if user.has_role("liaison"):
            allowed |= Q(petitioner__enterprise__in=Enterprise.objects.of_liaison(user))
        if user.has_role("assistant"):
            allowed |= Q(petitioner__filed_by=user, petitioner__enterprise__in=Enterprise.objects.of_assistant(user))
        if user.has_role("handler", "head"):
            allowed |= Q(pk__in=Assignment.objects.live().of(user).values("petition"))
        if user.has_role("leader"):
            allowed |= Q(is_confidential=False)
        return self.filter(allowed)

    def dispatched_automatically(self) -> "PetitionQuerySet":
        """Petitions that are where they were sent automatically; as `Petition.automatic_dispatch`."""
        return self.filter(automatic__outcome="dispatched", assigned_at=F("automatic__decided_at"))


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
    # The dispatch desk in charge: a region that somebody dispatches for (regions/desks.py).
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
    occasion = models.ForeignKey(  # who may not know who asked may not know it either: a visit is to one enterprise
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
    # The petition that is handled for this one too (petitions/groups.py); no transition sets it.
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
    reported_at = models.DateTimeField(_("提交时间"), editable=False)
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
            models.Index(fields=["resolved_at"], name="petition_by_answer"),  # the overview and its lists
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
            # Whoever withdraws or is merged leaves the group first.
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
        return f"{self.number} {self.title}"

    @property
    def automatic_dispatch(self) -> AutoDecision | None:
        """The decision that sent the petition where it is now, None when a person did."""
        decision: AutoDecision | None = getattr(self, "automatic", None)
        return decision if decision is not None and decision.is_standing else None

    def current_assignments(self) -> AssignmentQuerySet:
        """The live assignments of the current cycle: who holds the petition now."""
        return Assignment.objects.live().filter(petition=self, cycle=self.cycle)

    def unanswered_supports(self) -> AssignmentQuerySet:
        """Supports of the current cycle that owe an answer."""
        supports = self.current_assignments().filter(part=Part.SUPPORT)
        return supports.filter(answered_at__isnull=True, waived_at__isnull=True)

    @property
    def events(self) -> EventQuerySet:
        """What happened to it."""
        return Event.objects.of(self)

    def allows(self, verb: str) -> bool:
        """Return whether the present state has this verb, whoever asks."""
        if verb in FACT_STATES:
            return self.state in FACT_STATES[verb]
        return any(edge.name == verb for edge in self.get_available_state_transitions())  # type: ignore[attr-defined]

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
        """Put the petition back into the cycle before, with the moments of that one."""
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


# What a transition may write; verbs save exactly these.
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
