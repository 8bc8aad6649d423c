"""Several departments at one petition: the table of who has done what, the thread, supports that come and go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from departments.models import Department
from petitions import joint
from petitions.clock_reading import ClockReading
from petitions.models import ANSWER_CLOCKS, Assignment, ClockKind, Part, Petition
from petitions.pages.department import DepartmentVerbPage
from petitions.pages.joint_forms import AddSupportForm, DiscussForm, EndSupportForm
from petitions.pages.verb_page import RefusedFirst, VerbPage
from petitions.permissions import Relation


@dataclass(frozen=True)
class Step:
    """One thing a department has to do: when it did, until when it had to, and whether that was or is too late.

    The enterprise reads no limit but the answer's; a step without one is neither in time nor late.
    """

    done_at: datetime | None
    reading: ClockReading | None

    @property
    def is_late(self) -> bool:
        return self.reading is not None and self.reading.is_overdue

    @property
    def is_in_time(self) -> bool:
        return self.done_at is not None and self.reading is not None and not self.reading.is_overdue


@dataclass(frozen=True)
class PartRow:
    """One department's line in the table of those that hold the petition."""

    part: Assignment
    check_in: Step
    contact: Step
    answer: Step


def part_rows(parts: Sequence[Assignment], readings: Sequence[ClockReading]) -> list[PartRow]:
    """Return the table's lines for these parts, with the limits that the reader may know."""
    by_kind = {(one.clock.assignment_id, one.clock.kind): one for one in readings}

    def step(part: Assignment, done_at: datetime | None, *kinds: str) -> Step:
        return Step(done_at, next((by_kind[part.pk, kind] for kind in kinds if (part.pk, kind) in by_kind), None))

    return [
        PartRow(
            part,
            check_in=step(part, part.checked_in_at, ClockKind.CHECK_IN),
            contact=step(part, part.contacted_at, ClockKind.CONTACT),
            answer=step(part, part.answered_at, *ANSWER_CLOCKS),
        )
        for part in parts
    ]


def parties(parts: Sequence[Assignment], relation: Relation) -> list[Department]:
    """Return the departments that somebody may speak to in the thread: those that hold it, but their own."""
    own = {row.department_id for row in relation.assignments}
    return [row.department for row in parts if row.department_id not in own]


class DiscussPage(DepartmentVerbPage):
    verb = "discuss"
    form_class = DiscussForm
    title = _("部门协商")
    submit_label = _("发言")
    done = _("已发言，各承办部门会收到通知。")
    template_name = "petitions/discuss.html"

    def form_arguments(self) -> dict[str, Any]:
        live = self.petition.current_assignments()
        held = list(live.select_related("department"))
        return super().form_arguments() | {"parties": parties(held, self.relation)}

    def run(self, *, form: Any, now: datetime) -> Petition:
        return joint.discuss(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class AddSupportPage(VerbPage):
    verb = "add_support"
    form_class = AddSupportForm
    title = _("增加协办")
    submit_label = _("增加协办")
    done = _("已增加协办部门，它的时限从现在起算。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return joint.add_support(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class EndSupportPage(RefusedFirst):
    """Base of the verbs about one support that owes its answer."""

    form_class = EndSupportForm

    def form_arguments(self) -> dict[str, Any]:
        owing = self.petition.unanswered_supports().select_related("department__region")
        return {"known": self.petition.assignments.filter(part=Part.SUPPORT), "owing": list(owing)}

    def get(self, request: HttpRequest, **address: Any) -> HttpResponse:
        if self.refusal() is None and not self.petition.unanswered_supports().exists():
            messages.warning(request, str(_("没有尚未答复的协办部门。")))
            return self.leave(request)
        return super().get(request, **address)


class RemoveSupportPage(EndSupportPage):
    verb = "remove_support"
    title = _("撤出协办")
    submit_label = _("撤出协办")
    done = _("已撤出协办。")
    warning = _("该部门的时限停止，办理记录保留；已经超时的仍计为超时。")
    is_dangerous = True

    def run(self, *, form: Any, now: datetime) -> Petition:
        return joint.remove_support(petition=self.petition, by=self.user, now=now, **form.cleaned_data)


class WaiveSupportPage(EndSupportPage):
    verb = "waive_support"
    title = _("免于协办答复")
    submit_label = _("免于答复")
    done = _("已免于协办答复，主办部门可以办结。")
    warning = _("主办部门不必等该部门答复即可办结；已经超时的仍计为超时。")

    def run(self, *, form: Any, now: datetime) -> Petition:
        return joint.waive_support(petition=self.petition, by=self.user, now=now, **form.cleaned_data)
