"""The administration's pages of the calendar: what a file or a row would change is shown, and stored once confirmed.

Between the two steps of an import nothing is kept on the server: what was read from the file goes to the browser and
back, signed, so that it is stored as it was shown. Registered in departments/admin.py.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import RoleAdmin
from accounts.requests import signed_in
from departments.announcing.files import read_calendar
from departments.announcing.plans import Plan, plan_exception, plan_statement
from departments.announcing.statements import StatedDay, Statement, WrongCalendar, stated, withdrawn
from departments.announcing.storing import CalendarMoved, bring_in, lock_calendar
from departments.announcing.words import plan_in_words, years_in_words
from departments.calendar_layers import Said, said_of, stored_layers
from departments.calendars import new_version
from departments.models import DayException
from verbs.columns import TypedText

SALT = "departments.calendar"
SHOWN_FOR = 3600  # seconds between showing a plan and confirming it
LIST = "admin:departments_announcedyear_changelist"


class CalendarFileForm(forms.Form):
    """A file, and the years whose source it becomes."""

    file = forms.FileField(label=gettext_lazy("文件"))
    years = forms.CharField(
        label=gettext_lazy("公布的年份"),
        required=False,
        max_length=60,
        help_text=gettext_lazy(
            "文件是哪一年的安排就填哪一年，多个用空格隔开，它将取代这一年原来的来源；不填则作为校正。"
        ),
    )
    source = TypedText(
        label=gettext_lazy("来源"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("如通知的文号；不填则为文件名。"),
    )

    def clean_years(self) -> list[int]:
        """Return the years. Raises ValidationError."""
        words = self.cleaned_data["years"].replace("，", " ").replace(",", " ").replace("、", " ").replace("年", " ")
        try:
            return [int(word) for word in words.split()]
        except ValueError as problem:
            raise forms.ValidationError(_("请填写年份，如2027。")) from problem

    def statement(self) -> Statement:
        """Return what the file brings in. Raises WrongCalendar."""
        given = self.cleaned_data
        reading = read_calendar(given["file"].read(), given["file"].name)
        return stated(reading, years=given["years"], source=given["source"], file=given["file"].name)


class AnnouncedYearPages(RoleAdmin):
    """The announced years: brought in from a file, and given back to the shipped table. Never edited."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission

    def get_urls(self) -> list[Any]:
        wrap, name = self.admin_site.admin_view, "departments_announcedyear"
        return [
            path("import/", wrap(self.import_page), name=f"{name}_import"),
            path("<int:year>/withdraw/", wrap(self.withdraw_page), name=f"{name}_withdraw"),
            *super().get_urls(),
        ]

    def import_page(self, request: HttpRequest) -> HttpResponse:
        """Show the form that takes a file, then what it would change, then store it."""
        self._check(request)
        if "statement" in request.POST:
            return self._confirm(request)
        form = CalendarFileForm(request.POST or None, request.FILES or None)
        if form.is_valid():
            try:
                return self._shown(request, form.statement())
            except WrongCalendar as wrong:
                form.add_error("file", wrong.problems)
        years = years_in_words(stored_layers())
        return self._render(request, "import", {"form": form, "sections": years, "title": _("导入日历")})

    def withdraw_page(self, request: HttpRequest, year: int) -> HttpResponse:
        """Show what it would change if the shipped table were the year's source again, then store it."""
        self._check(request)
        if "statement" in request.POST:
            return self._confirm(request)
        try:
            return self._shown(request, withdrawn([year]))
        except WrongCalendar as wrong:
            messages.error(request, str(wrong))
            return HttpResponseRedirect(reverse(LIST))

    def _check(self, request: HttpRequest) -> None:
        if not self._is_allowed(request):
            raise PermissionDenied

    def _confirm(self, request: HttpRequest) -> HttpResponse:
        user = signed_in(request).user
        try:
            statement = _opened(request.POST["statement"], user.pk)
            keep = {date.fromisoformat(day) for day in request.POST.getlist("keep")}
        except (signing.BadSignature, ValueError):
            messages.error(request, _("确认得太晚或内容已变，请重新导入。"))
            return HttpResponseRedirect(reverse(LIST))
        try:
            seen = request.POST.get("seen") or "-"
            bring_in(statement, by=user, now=timezone.now(), keep=keep, seen=seen)
        except (CalendarMoved, WrongCalendar) as refused:
            messages.warning(request, str(refused))
            known = set(plan_statement(statement, by=user, now=timezone.now()).lost)
            return self._shown(request, statement, keep & known)
        messages.success(request, _("日历已保存，在办时限随后自动重算。"))
        return HttpResponseRedirect(reverse(LIST))

    def _shown(self, request: HttpRequest, statement: Statement, keep: Collection[date] = ()) -> HttpResponse:
        user = signed_in(request).user
        plan = plan_statement(statement, by=user, now=timezone.now(), keep=keep)
        corrections = [(day, day in keep) for day in sorted({*plan.lost, *plan.kept})]
        more = {"statement": _sealed(statement, user.pk), "corrections": corrections, "title": _("请核对后确认")}
        return self._render(request, "confirm", _of(plan) | more)

    def _render(self, request: HttpRequest, name: str, more: Mapping[str, Any]) -> HttpResponse:
        context = self.admin_site.each_context(request) | {"opts": self.opts} | dict(more)
        return render(request, f"admin/departments/announcedyear/{name}.html", context)


class DayExceptionPages(RoleAdmin):
    """Corrections and departments' own days, by hand. Every edit is shown first and makes a new version."""

    delete_confirmation_template = "admin/departments/dayexception/delete.html"

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show what the row would change once it can be saved; save it when that was confirmed."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            lock_calendar()
            plan = self._plan(request, object_id)
            if plan is None or plan.is_empty or plan.code == request.POST.get("seen"):
                return super().changeform_view(request, object_id, form_url, extra_context)
        typed = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
        typed = [pair for pair in typed if pair[0] not in ("csrfmiddlewaretoken", "seen")]
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "typed": typed,
            "title": _("请核对后确认"),
        }
        return render(request, "admin/departments/dayexception/confirm.html", context | _of(plan))

    def _plan(self, request: HttpRequest, object_id: str | None) -> Plan | None:
        """Return what the row would change; None when it cannot be saved, which Django's own page then says."""
        old = self.get_object(request, object_id) if object_id else None
        if (object_id and old is None) or not self.has_change_permission(request, old):
            return None
        place = (old.department_id, old.date) if old else None
        form = self.get_form(request, old, change=old is not None)(request.POST, request.FILES, instance=old)
        if not form.is_valid():
            return None
        row = cast(DayException, form.instance)
        return plan_exception(old=place, new=(row.department_id, row.date), said=said_of(row))

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Django's page asks before it deletes; here it says what that changes, too."""
        row = self.get_object(request, object_id)
        if isinstance(row, DayException) and self.has_delete_permission(request, row):
            plan = plan_exception(old=(row.department_id, row.date), new=None, said=None)
            extra_context = _of(plan) | (extra_context or {})
        return super().delete_view(request, object_id, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        new_version(note=f"{request.user}: {obj}", now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        lock_calendar()
        super().delete_model(request, obj)
        new_version(note=f"{request.user}: -{obj}", now=timezone.now())

    def get_actions(self, request: HttpRequest) -> Any:
        return {}


def _of(plan: Plan) -> dict[str, Any]:
    return {"sections": plan_in_words(plan), "seen": plan.code, "is_empty": plan.is_empty}


def _sealed(statement: Statement, user: int) -> str:
    """Return the statement as a text that only this person can send back, unchanged and within the hour."""
    values = asdict(statement) | {
        "days": [[day.date.isoformat(), *day.said, day.department, day.line] for day in statement.days],
        "years": sorted(statement.years),
        "withdrawn": sorted(statement.withdrawn),
    }
    return signing.dumps(values, salt=f"{SALT}.{user}", compress=True)


def _opened(text: str, user: int) -> Statement:
    """Return the statement. Raises BadSignature."""
    values = signing.loads(text, salt=f"{SALT}.{user}", max_age=SHOWN_FOR)
    days = [
        StatedDay(date.fromisoformat(day), Said(works, tuple(spans), *named), unit, line)
        for day, works, spans, *named, unit, line in values["days"]
    ]
    return Statement(
        days=tuple(days),
        years=frozenset(values["years"]),
        withdrawn=frozenset(values["withdrawn"]),
        source=values["source"],
        file=values["file"],
        left_out=tuple(values["left_out"]),
    )
