"""manage.py import_calendar: show what a file would change in the calendar, and with --yes bring it in."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from departments.announcing.files import read_calendar
from departments.announcing.plans import Plan, plan_statement
from departments.announcing.statements import Statement, WrongCalendar, stated, withdrawn
from departments.announcing.storing import bring_in
from departments.announcing.words import Section, plan_in_words, years_in_words
from departments.announcing.written_days import read_written_day
from departments.calendar_layers import stored_layers
from verbs.refusals import Refusal
from verbs.texts import cleaned

ALL = "all"


class Command(BaseCommand):
    help = (
        "Show what a CSV, XLSX or iCalendar file of holidays and make-up working days would change; --yes stores it. "
        "Without a file: show where each year's days come from."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument(
            "--announced", type=int, action="append", metavar="YEAR", help="its source becomes the file"
        )
        parser.add_argument("--withdraw", type=int, action="append", metavar="YEAR", help="back to the shipped table")
        parser.add_argument(
            "--keep",
            action="append",
            metavar="DAY|all",
            help="a correction that stays though its year's source changes",
        )
        parser.add_argument("--source", default="", help="where the days come from, such as the notice's number")
        parser.add_argument("--by", metavar="USERNAME", help="who brings it in; the system if not given")
        parser.add_argument("--yes", action="store_true", help="store it; without, nothing is stored")

    def handle(self, *args: Any, **options: Any) -> None:
        """Show the plan and, with --yes, store it.

        Raises  CommandError, a sentence for each fault; then nothing was stored
        """
        if not options["file"] and not options["withdraw"]:
            self._print(years_in_words(stored_layers()))
            return
        now, by = timezone.now(), _person(options["by"])
        try:
            statement = _statement(options)
            keep = _kept(options["keep"] or [], plan_statement(statement, by=by, now=now))
            plan = plan_statement(statement, by=by, now=now, keep=keep)
            self._print(plan_in_words(plan))
            self._end(plan, options, by=by, now=now, keep=keep)
        except (WrongCalendar, Refusal) as wrong:
            raise CommandError("\n".join([_("什么都没有导入。"), str(wrong)])) from wrong

    def _end(self, plan: Plan, options: dict[str, Any], **how: Any) -> None:
        if plan.is_empty:
            self.stdout.write(_("没有变化。"))
        elif not options["yes"]:
            self.stdout.write(_("只作检查，什么都没有保存。确认无误后加 --yes 保存。"))
            if plan.lost:
                self.stdout.write(_("要保留校正，加 --keep 日期 或 --keep all。"))
        else:
            version = bring_in(plan.statement, seen=plan.code, **how)
            assert version is not None  # the plan is not empty, and it is the one that was shown
            self.stdout.write(_("已保存，日历版本%(version)d；在办时限随后自动重算。") % {"version": version.pk})

    def _print(self, sections: list[Section]) -> None:
        for heading, lines in sections:
            self.stdout.write(heading)
            for line in lines:
                self.stdout.write(f"  {line}")


def _statement(options: dict[str, Any]) -> Statement:
    path, gone = options["file"], options["withdraw"] or []
    if path and gone:
        raise WrongCalendar([_("导入文件和恢复内置表请分两次做。")])
    if gone:
        return withdrawn(gone)
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise WrongCalendar([_("无法读取%(path)s：%(why)s") % {"path": path, "why": problem.strerror}]) from problem
    reading = read_calendar(content, path.name)
    source = cleaned(options["source"])
    return stated(reading, years=options["announced"] or [], source=source, file=path.name)


def _kept(asked: list[str], plan: Plan) -> set[date]:
    """Return the days whose corrections stay. Raises WrongCalendar for a text that is no day."""
    if ALL in asked:
        return set(plan.lost)
    try:
        return {read_written_day(text) for text in asked}
    except ValueError as problem:
        raise WrongCalendar([str(problem)]) from problem


def _person(username: str | None) -> User:
    if username is None:
        return User.objects.system()
    found = User.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise CommandError(_("没有用户名为“%(name)s”的在用账号。") % {"name": username})
    return found
