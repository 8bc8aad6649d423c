"""Days in a table: a row for each day.

Columns, in Chinese or English: date, is_working, spans (several separated by `;`; without any a working day has the
usual ones), name, department (code or short name; empty: the whole city). A row may be short, and columns may be empty
to the right of it. Every wrong cell is named by its row and column, and then no day is returned.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from departments.announcing.statements import Reading, StatedDay, WrongCalendar
from departments.announcing.written_days import read_written_day
from departments.calendar_layers import Place, Said
from departments.models import Department
from departments.models.calendar import DAY_OFF_HAS_NO_SPANS, SPANS_WRONG
from departments.working_calendar import parse_spans, span_texts
from verbs.texts import cleaned

# field, which is the English header → the Chinese headers, the usual one first
COLUMNS: dict[str, tuple[str, ...]] = {
    "date": ("日期",),
    "is_working": ("是否工作日", "是否上班", "类型"),
    "spans": ("工作时段", "时段"),
    "name": ("名称", "节日"),
    "department": ("部门", "部门（空为全市）"),
}
REQUIRED = ("date", "is_working")
YES = ("1", "1.0", "true", "yes", "y", "是", "班", "上班", "补班", "调休上班", "工作日")
NO = ("0", "0.0", "false", "no", "n", "否", "休", "放假", "假期", "休息", "休息日", "节假日")
NAME_MOST = 40
_BETWEEN = re.compile(r"[;；,，、\n]|(?<=[0-9])\s+(?=[0-9])")


class _WrongCell(ValueError):
    """A cell cannot be read."""

    def __init__(self, column: str, why: str) -> None:
        self.column = column
        super().__init__(why)


def read_table(rows: Iterator[tuple[int, list[str]]]) -> Reading:
    """Return the table's days.

    rows    each with its number and its cleaned cells, the header first (reading/office.py)
    Raises  WrongCalendar; UnreadableFile from the rows
    """
    fields = _fields(next(rows, (1, []))[1])
    departments = _departments()
    days: dict[Place, StatedDay] = {}
    problems = []
    for number, record in rows:
        if not any(record):
            continue
        try:
            day = _day(number, _cells(fields, record), departments)
            before = days.setdefault(day.place, day)
            if before is not day:
                raise _WrongCell("date", _("%(day)s已在第%(row)d行") % {"day": day.date, "row": before.line})
        except _WrongCell as wrong:
            names = {"row": number, "column": COLUMNS[wrong.column][0] if wrong.column else "", "why": wrong}
            text = _("第%(row)d行“%(column)s”列：%(why)s。") if wrong.column else _("第%(row)d行：%(why)s。")
            problems.append(text % names)
    if problems:
        raise WrongCalendar(problems)
    return Reading(days=tuple(days.values()))


def _fields(header: Sequence[str]) -> list[str]:
    """Return the field of each column, "" for one without a header.

    Raises  WrongCalendar for a column that is missing, there twice or unknown
    """
    known = {name: field for field, chinese in COLUMNS.items() for name in (field, *chinese)}
    heads = [cleaned(cell).lower().replace("(", "（").replace(")", "）") for cell in header]
    names = {"unknown": "、".join(head for head in heads if head and head not in known)}
    fields = [known.get(head, "") for head in heads]
    twice = [COLUMNS[field][0] for field in COLUMNS if fields.count(field) > 1]
    missing = [COLUMNS[field][0] for field in REQUIRED if field not in fields]
    problems = [_("第1行缺少列：%(missing)s。") % {"missing": "、".join(missing)}] if missing else []
    problems += [_("第1行的列不止一次：%(twice)s。") % {"twice": "、".join(twice)}] if twice else []
    problems += [_("第1行有不认识的列：%(unknown)s。") % names] if names["unknown"] else []
    if problems:
        raise WrongCalendar(problems)
    return fields


def _cells(fields: Sequence[str], record: Sequence[str]) -> dict[str, str]:
    if any(cell for place, cell in enumerate(record) if place >= len(fields) or not fields[place]):
        raise _WrongCell("", _("有一格没有列名，请检查逗号和引号"))
    return dict.fromkeys(COLUMNS, "") | {field: cell for field, cell in zip(fields, record, strict=False) if field}


def _departments() -> dict[str, list[Department]]:
    """Return the departments by code, and by short name: that of a city department and its branch may be the same."""
    found: dict[str, list[Department]] = {}
    for unit in Department.objects.filter(is_active=True):
        found.setdefault(unit.code, []).append(unit)
        found.setdefault(unit.short_name, []).append(unit)
    return found


def _day(number: int, cells: Mapping[str, str], departments: Mapping[str, list[Department]]) -> StatedDay:
    is_working = _yes_no(cells["is_working"])
    said = Said(is_working, tuple(_spans(cells["spans"], is_working=is_working)), _name(cells["name"]))
    return StatedDay(_date(cells["date"]), said, _department(cells["department"], departments), number)


def _date(cell: str) -> date:
    try:
        return read_written_day(cell)
    except ValueError as problem:
        raise _WrongCell("date", str(problem)) from problem


def _yes_no(cell: str) -> bool:
    word = cell.lower()
    if word not in YES + NO:
        raise _WrongCell("is_working", _("请填“是”或“否”"))
    return word in YES


def _spans(cell: str, *, is_working: bool) -> list[str]:
    parts = [part for part in map(cleaned, _BETWEEN.split(cell)) if part]
    if parts and not is_working:
        raise _WrongCell("spans", str(DAY_OFF_HAS_NO_SPANS).rstrip("。."))
    try:
        return span_texts(parse_spans(parts))
    except ValueError as problem:
        raise _WrongCell("spans", str(SPANS_WRONG).rstrip("。.")) from problem


def _name(cell: str) -> str:
    """Return the name. Hours there come from a comma between two spans, which would otherwise be lost."""
    if len(cell) > NAME_MOST:
        raise _WrongCell("name", _("最多%(most)d个字") % {"most": NAME_MOST})
    try:
        parse_spans([cell])
    except ValueError:
        return cell
    raise _WrongCell("name", _("像是工作时段；同一天的多个时段用分号隔开"))


def _department(cell: str, departments: Mapping[str, list[Department]]) -> int | None:
    if not cell:
        return None
    found = departments.get(cell, [])
    if len(found) > 1:
        raise _WrongCell("department", _("不止一个部门叫“%(name)s”，请写代码") % {"name": cell})
    if not found:
        raise _WrongCell("department", _("没有代码或简称为“%(name)s”的部门") % {"name": cell[:40]})
    return found[0].pk
