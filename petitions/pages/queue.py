"""A department's queue and board, with its open parts by time left and by person; the queue's two bulk steps."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from accounts.models import Role, User
from accounts.requests import SignedIn, signed_in
from departments.models import Department, people_of
from petitions.clocks.nearest import of_parts, readings
from petitions.models import SavedPage
from petitions.office import bulk, worklist
from petitions.office.saved_filters import known_part
from petitions.pages.fields import PersonField
from petitions.pages.saved_filters import chips
from ui.paging import PAGE_SIZE, page_of


class HandOverAllForm(forms.Form):
    """Asks for the person to whom all parts that are ticked in the queue are handed over."""

    to = PersonField(label=gettext_lazy("经办人"), empty_label=gettext_lazy("选择经办人"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        field.offer(people_of(Department.objects.of(user)))
        field.widget.attrs = {"form": "bulk", "aria-label": _("经办人"), "class": "form-select"}


BOARD_TABS = ("", "mine", "unassigned")
# The session's key under which the outcomes of a bulk step are kept until the queue is shown next.
OUTCOMES = "queue_outcomes"


class DepartmentView(View):
    """Base of the pages that only handlers and heads may open."""

    user: User

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        user = signed_in(request).user
        if not user.has_role(Role.HANDLER, Role.HEAD):
            raise PermissionDenied
        self.user = user
        return super().dispatch(request, *args, **kwargs)


class Queue(DepartmentView):
    """Lists the parts that the person's departments have yet to answer, by the nearest limit of each."""

    def get(self, request: SignedIn) -> HttpResponse:
        now = timezone.now()
        show, due = request.GET.get("show", ""), request.GET.get("due", "")
        rows = worklist.shown(worklist.worklist(self.user, now), show, self.user, now)
        if due in worklist.COLUMNS:
            rows = worklist.by_time_left(rows, now).filter(column=due)  # type: ignore[misc]
        counts = worklist.counts(self.user, now)
        page = page_of(rows, request.GET.get("page"))
        return render(
            request,
            "petitions/queue.html",
            {
                "page": page,
                "limits": readings(of_parts(page.rows), now),
                "show": show if show in worklist.TABS else "",
                "due": due,
                "due_label": worklist.COLUMNS.get(due),
                "tabs": [(name, label, counts[name or "all"]) for name, label in worklist.TABS.items()],
                "form": HandOverAllForm(user=self.user),
                "outcomes": request.session.pop(OUTCOMES, None),
                "now": now,
                **chips(request, SavedPage.QUEUE),
            },
        )


class Board(DepartmentView):
    """The queue as columns by time left."""

    def get(self, request: HttpRequest) -> HttpResponse:
        now, show = timezone.now(), request.GET.get("show", "")
        show = show if show in BOARD_TABS else ""
        rows = worklist.by_time_left(worklist.shown(worklist.worklist(self.user, now), show, self.user, now), now)
        columns = [
            (name, label, cards, total, total - len(cards)) for name, label, cards, total in worklist.columns(rows)
        ]
        shown = [card for _name, _label, cards, _total, _more in columns for card in cards]
        context = {
            "limits": readings(of_parts(shown), now),
            "columns": columns,
            "total": sum(total for _name, _label, _cards, total, _more in columns),
            "tabs": [(name, worklist.TABS[name]) for name in BOARD_TABS],
            "show": show,
            "now": now,
        }
        return render(request, "petitions/board.html", context)


class BulkStep(DepartmentView):
    """Base of a step on all parts that are ticked in the queue. The queue then says what became of each."""

    def post(self, request: HttpRequest) -> HttpResponse:
        keys = [int(key) for key in request.POST.getlist("part") if key.isdecimal() and len(key) < 19]
        parts = worklist.chosen(self.user, keys[:PAGE_SIZE])
        act = self.step(request)
        if not keys:
            messages.warning(request, _("请先勾选诉求。"))
        elif act is not None:
            outcomes = act(parts)
            request.session[OUTCOMES] = [
                {
                    "number": one.assignment.petition.number,
                    "title": one.assignment.petition.title,
                    "is_done": one.is_done,
                    "sentence": one.sentence,
                }
                for one in outcomes
            ]
            self._tell(request, outcomes, gone=len(set(keys[:PAGE_SIZE])) - len(parts))
        return redirect(back_to_queue(request.POST))

    def step(self, request: HttpRequest) -> Callable[..., list[bulk.BulkOutcome]] | None:
        """Return the function to call with the parts; None, after telling the person, when the form is incomplete."""
        raise NotImplementedError

    def _tell(self, request: HttpRequest, outcomes: list[bulk.BulkOutcome], gone: int) -> None:
        done = sum(one.is_done for one in outcomes)
        if gone:
            messages.warning(request, _("有%(count)d件已不归本部门办理。") % {"count": gone})
        sentence = _("选中%(all)d件，办成%(done)d件。") % {"all": len(outcomes) + gone, "done": done}
        messages.success(request, sentence) if done else messages.warning(request, sentence)


def back_to_queue(typed: QueryDict) -> str:
    """Return the queue's address as the person left it; parameters that the queue does not know are dropped."""
    query = known_part(typed.urlencode(), ("show", "due", "page"))
    return f"{reverse('petitions:queue')}?{query}" if query else reverse("petitions:queue")


class CheckInAll(BulkStep):
    def step(self, request: HttpRequest) -> Callable[..., list[bulk.BulkOutcome]]:
        return lambda parts: bulk.check_in_all(assignments=parts, by=self.user, now=timezone.now())


class HandOverAll(BulkStep):
    def step(self, request: HttpRequest) -> Callable[..., list[bulk.BulkOutcome]] | None:
        form = HandOverAllForm(request.POST, user=self.user)
        if not form.is_valid():
            messages.warning(request, _("请选择经办人。"))
            return None
        to = form.cleaned_data["to"]
        return lambda parts: bulk.hand_over_all(assignments=parts, to=to, by=self.user, now=timezone.now())
