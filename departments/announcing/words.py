"""A plan in words: what it changes, what would be lost, what is left out, which running limits move.

The command prints it and the administration shows it; both before anything is stored.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from departments.announcing.plans import DayChange, Plan
from departments.calendar_layers import Layers, Said
from departments.models import Department
from departments.shipped_calendar import shipped_years
from departments.working_calendar import DayRule, span_texts
from verbs.dates import WEEKDAYS

# Days off by law in a year (全国年节及纪念日放假办法 第二条, since 2025); a notice adds days in exchange for others.
LEAST_DAYS_OFF = 13


class Section(NamedTuple):
    """A heading, and sentences below it."""

    heading: str
    lines: list[str]


def plan_in_words(plan: Plan) -> list[Section]:
    """Return the plan in sections; those that have nothing to say are not there. One statement for departments."""
    names = _departments(plan)
    lost = _("这些校正将失去（可逐条保留）")
    sections = [
        Section(_("来源"), list(_sources(plan))),
        *_day_sections(plan.changes, names),
        Section(lost, list(_said(plan.lost))),
        Section(_("这些校正将保留"), list(_said(plan.kept))),
        Section(_("作为校正，不改变来源"), list(_corrections(plan))),
        Section(_("文件里这些不导入"), list(plan.statement.left_out)),
        Section(_("在办时限"), list(_moves(plan))),
    ]
    return [section for section in sections if section.lines]


def years_in_words(layers: Layers) -> list[Section]:
    """Return where each announced year's days come from, the latest first, and the corrections over them."""
    years = sorted(layers.announced | {day.year for day in layers.corrections()}, reverse=True)
    return [
        Section(_("各年来源"), [_year(layers, year) for year in years]),
        Section(_("校正"), list(_said(layers.corrections()))),
    ]


def _year(layers: Layers, year: int) -> str:
    text = _("%(year)d年：%(source)s，放假%(off)d天，调休上班%(worked)d天，校正%(corrections)d天")
    rules = layers.year_days(year).values()
    off = sum(1 for rule in rules if not rule.spans)
    return text % {
        "year": year,
        "source": layers.source_of(year) or _("尚未公布"),
        "off": off,
        "worked": len(rules) - off,
        "corrections": len(layers.corrections(year)),
    }


def _sources(plan: Plan) -> Iterator[str]:
    for year in sorted(plan.statement.years | plan.statement.withdrawn):
        before = plan.before.source_of(year) or _("尚未公布")
        yield _("原来：%(year)d年，%(source)s") % {"year": year, "source": before}
        yield _("之后：%(text)s") % {"text": _year(plan.after, year)}
        rules = plan.after.year_days(year).values()
        off = sum(1 for rule in rules if not rule.spans)
        if year in plan.statement.years and off == len(rules):
            yield _("请注意：%(year)d年没有调休上班日，请与通知核对。") % {"year": year}
        if year in plan.statement.years and off < LEAST_DAYS_OFF:
            text = _("请注意：%(year)d年只有%(off)d天放假，法定至少%(least)d天，文件可能不全。")
            yield text % {"year": year, "off": off, "least": LEAST_DAYS_OFF}
        if year in plan.statement.withdrawn and year not in shipped_years():
            yield _("请注意：内置表没有%(year)d年，这一年的期限将是暂定的。") % {"year": year}


def _day_sections(changes: Sequence[DayChange], names: Mapping[int, str]) -> Iterator[Section]:
    headings = {
        "added": _("新增%(number)d天"),
        "removed": _("取消%(number)d天"),
        "changed": _("改动%(number)d天"),
        "renamed": _("只改名称%(number)d天"),
    }
    for kind, heading in headings.items():
        lines = [_change(change, names) for change in changes if _kind(change) == kind]
        yield Section(heading % {"number": len(lines)}, lines)


def _kind(change: DayChange) -> str:
    if change.before is None:
        return "added"
    if change.after is None:
        return "removed"
    return "changed" if change.is_worked_otherwise else "renamed"


def _change(change: DayChange, names: Mapping[int, str]) -> str:
    where = f" [{names.get(change.department, '')}]" if change.department is not None else ""
    texts = [_rule(rule, change.date) for rule in (change.before, change.after)]
    said = texts[1] if change.before is None else texts[0] if change.after is None else " → ".join(texts)
    return f"{_day(change.date)}{where} {said}"


def _rule(rule: DayRule | None, day: date) -> str:
    if rule is None:
        return ""
    hours = "、".join(span_texts(rule.spans))
    kind = _("上班 %(hours)s") % {"hours": hours} if hours else _("放假")
    return f"{kind} {_(rule.name)}".strip() if rule.name else kind


def _day(day: date) -> str:
    return f"{day} {WEEKDAYS[day.weekday()]}"


def _said(days: Mapping[date, Said]) -> Iterator[str]:
    for day, said in days.items():
        source = _("（来源：%(source)s）") % {"source": said.source} if said.source else ""
        yield f"{_day(day)} {_rule(said.rule, day)}{source}"


def _corrections(plan: Plan) -> Iterator[str]:
    """Say of what years the statement's corrections are, and how they would become a year's source."""
    if plan.statement.years:
        return
    years = sorted({day.date.year for day in plan.statement.days if day.department is None})
    for year in years:
        source = plan.after.source_of(year)
        text = _("%(year)d年的来源仍是：%(source)s")
        if not source:
            text = _("%(year)d年尚未公布，要作为全年的安排请指明公布的年份")
        yield text % {"year": year, "source": source}


def _moves(plan: Plan) -> Iterator[str]:
    moves = plan.moves
    yield _("移动%(number)d个") % {"number": moves.number}
    for move in moves.examples:
        before, after = (f"{timezone.localtime(at):%Y-%m-%d %H:%M}" for at in (move.before, move.after))
        yield f"{move.name}: {before} → {after}"


def _departments(plan: Plan) -> dict[int, str]:
    keys = {change.department for change in plan.changes if change.department is not None}
    return {key: unit.usual_name for key, unit in Department.objects.in_bulk(keys).items()} if keys else {}
