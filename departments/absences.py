"""Out of office (外出): who does a person's work meanwhile. A substitute must not be away on any of the days.

An absence is entered by the person or by a head of their department. Absences entered at the same moment are checked
against each other, too: the rows of the person and the substitute are locked first, and the database refuses
overlapping days. When a substitute later leaves the department or loses the role, the work is shown to the department's
heads, who are also told of it.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Role, User
from departments.models import Absence, Department, people_of
from verbs.inputs import Problems
from verbs.refusals import NotPermitted

DAYS_MOST = 366  # whoever is away longer has another post (assumption)
NOTE_MAX = 200


@dataclass(frozen=True, kw_only=True)
class Leave:
    """Who is away, from the first to the last day, and who stands in."""

    user: User
    substitute: User
    first_date: date
    last_date: date
    note: str = ""


def absences_of(user: User, today: date) -> QuerySet[Absence]:
    """Present and coming absences of the people in the user's departments. One statement."""
    people = people_of(Department.objects.of(user))
    return Absence.objects.filter(user__in=people, last_date__gte=today).select_related("user", "substitute")


def may_enter_for(by: User) -> QuerySet[User]:
    """People whose absence `by` may enter: themselves; for a head, everybody in their departments. One statement."""
    people = people_of(Department.objects.of(by))
    return people if by.has_role(Role.HEAD) else people.filter(pk=by.pk)


def enter_absence(*, leave: Leave, by: User, today: date) -> Absence:
    """Note that a person is away and who stands in.

    Raises  InvalidInput, NotPermitted
    """
    problems = Problems()
    problems.day("first_date", leave.first_date)
    problems.day("last_date", leave.last_date)
    problems.need("last_date", leave.last_date >= leave.first_date, _("最后一天不能早于第一天。"))
    problems.need("last_date", leave.last_date >= today, _("这些天已经过去。"))
    days = (leave.last_date - leave.first_date).days + 1
    problems.need("last_date", days <= DAYS_MOST, _("一次最多登记%(most)d天。") % {"most": DAYS_MOST})
    problems.need("substitute", leave.substitute != leave.user, _("代办人不能是本人。"))
    note = problems.text("note", leave.note, least=0, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        both = User.objects.filter(pk__in=[leave.user.pk, leave.substitute.pk]).order_by("pk")
        list(both.select_for_update(no_key=True))
        if not may_enter_for(by).filter(pk=leave.user.pk).exists():
            raise NotPermitted()
        _check_free(problems, leave)
        problems.raise_if_any()
        return Absence.objects.create(
            user=leave.user,
            substitute=leave.substitute,
            first_date=leave.first_date,
            last_date=leave.last_date,
            note=note,
        )


def _check_free(problems: Problems, leave: Leave) -> None:
    units = Department.objects.of(leave.user)
    is_colleague = people_of(units).filter(pk=leave.substitute.pk).exists()
    problems.need("substitute", is_colleague, _("请选择本部门在岗的人员。"))
    meanwhile = Absence.objects.between(leave.first_date, leave.last_date)
    crossing = meanwhile.filter(Q(user__in=[leave.user, leave.substitute]) | Q(substitute=leave.user))
    for other in crossing.select_related("user"):
        if other.user == leave.user:
            problems.add("first_date", _("%(days)s已经登记过外出。") % {"days": _days(other)})
        elif other.user == leave.substitute:
            problems.add("substitute", _("代办人%(days)s也外出。") % {"days": _days(other)})
        else:
            sentence = _("%(days)s要代%(name)s办理，请先为其另选代办人。")
            problems.add("first_date", sentence % {"days": _days(other), "name": other.user})


def _days(absence: Absence) -> str:
    first, last = (date_format(day, "m-d") for day in (absence.first_date, absence.last_date))
    return first if first == last else _("%(first)s至%(last)s") % {"first": first, "last": last}


def end_absence(*, absence: Absence, by: User, today: date) -> None:
    """Make yesterday the absence's last day, or delete it when it did not begin before today. Safe to repeat.

    Nothing happens to an absence that is over or deleted.
    Raises  NotPermitted
    """
    with transaction.atomic():
        row = Absence.objects.select_for_update(of=("self",), no_key=True).filter(pk=absence.pk).first()
        if row is None or row.last_date < today:
            return
        if not may_enter_for(by).filter(pk=row.user_id).exists():
            raise NotPermitted()
        if row.first_date >= today:
            row.delete()
            return
        row.last_date = today - timedelta(days=1)
        row.save(update_fields=["last_date"])
