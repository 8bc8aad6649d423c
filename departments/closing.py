"""Close a department (停用): a successor or the desks take over what it has, and none of it is left to nobody.

Departments know only the categories that they lead. Rooms above this one register what else a department has and how
it moves (`register_work`). Opening a department again moves nothing back.
Source: domain, closed departments.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from accounts.models import Role, User
from departments.models import CategoryLead, Department
from verbs.inputs import Problems
from verbs.refusals import AlreadyDone, NotPermitted

# The subject type of departments in the record.
SUBJECT = "department"


class DepartmentEventKind(models.TextChoices):
    CLOSE = "close", pgettext_lazy("event", "停用部门")


@dataclass(frozen=True, kw_only=True)
class Closing:
    """A department that closes, and who takes over from it: a successor, or the desks (None)."""

    department: Department
    successor: Department | None
    by: User
    now: datetime

    @property
    def sentence(self) -> str:
        """What happened, for the record and for those who are told."""
        if self.successor is None:
            return _("%(department)s已停用，由派单台重新安排。") % {"department": self.department.usual_name}
        names = {"department": self.department.usual_name, "successor": self.successor.usual_name}
        return _("%(department)s已停用，由%(successor)s接替。") % names


@dataclass(frozen=True)
class Work:
    """What a room has to move when a department closes.

    move   takes the closing and moves the department's work, in the caller's transaction
    count  takes the department and returns how many things it still has to do; None for a room that has nothing to do
    label  how many they are, in words: a lazy text with %(number)d
    """

    move: Callable[[Closing], object]
    count: Callable[[Department], int] | None = None
    label: Any = ""


_works: list[Work] = []


def register_work(work: Work) -> None:
    """Register what has to move when a department closes; rooms do so in AppConfig.ready."""
    _works.append(work)


def _categories_led(department: Department) -> int:
    return CategoryLead.objects.filter(department=department).count()


def _hand_over_categories(closing: Closing) -> None:
    """Let the successor lead the department's categories; without a successor they have no lead any more."""
    led = CategoryLead.objects.filter(department=closing.department)
    if closing.successor:
        led.update(department=closing.successor)
    else:
        led.delete()


CATEGORIES = Work(
    _hand_over_categories, _categories_led, ngettext_lazy("%(number)d个主办类别", "%(number)d个主办类别", "number")
)


def _open_work(department: Department) -> Iterator[str]:
    """Yield in words what the department still has to do, a text for each kind of work."""
    for work in (*_works, CATEGORIES):
        number = work.count(department) if work.count else 0
        if number:
            yield work.label % {"number": number}


def check_closing(*, department: Department, successor: Department | None, is_to_desk: bool) -> None:
    """Check that somebody takes over what the department has: an open department, or the desks.

    Nobody has to be named when the department has nothing.
    Raises  InvalidInput (successor)
    """
    problems = Problems()
    if successor is not None:
        problems.need("successor", successor != department, _("接替的部门不能是要停用的部门自己。"))
        problems.need("successor", successor.is_active, _("这个部门已停用，请重新选择。"))
        problems.need("successor", not is_to_desk, _("请在接替部门和派单台中只选一项。"))
    elif not is_to_desk and (has := list(_open_work(department))):
        sentence = _("这个部门还有%(work)s，请选择由谁接替：一个部门，或派单台。")
        problems.add("successor", sentence % {"work": "、".join(has)})
    problems.raise_if_any()


def close_department(
    *, department: Department, by: User, now: datetime, successor: Department | None = None, is_to_desk: bool = False
) -> Department:
    """Close the department, and hand over its open work and the categories that it leads. All of it, or nothing.

    successor   the department that takes over; None when the desks do, or when there is nothing to take over
    is_to_desk  whether the desks take over
    Raises  NotPermitted, InvalidInput (successor), AlreadyDone (it is closed)
    """
    if not by.has_role(Role.SYSADMIN, Role.SYSTEM):
        raise NotPermitted()
    with transaction.atomic():
        # Whoever has just dispatched to the department holds a lock on its row until that is committed.
        department = Department.objects.select_for_update().get(pk=department.pk)
        if not department.is_active:
            raise AlreadyDone(_("这个部门已经停用。"))
        check_closing(department=department, successor=successor, is_to_desk=is_to_desk)
        department.is_active = False
        department.save(update_fields=["is_active"])
        closing = Closing(department=department, successor=successor, by=by, now=now)
        for work in (*_works, CATEGORIES):
            work.move(closing)
        return department
