"""Calendars as files: a CSV of day exceptions, or an iCalendar file of holidays and make-up days.

CSV columns: date, is_working (1/0, 是/否), spans (`09:00-12:00;13:30-17:30`, optional), name, department (code,
optional). iCalendar: all-day events; one whose summary holds 班 is a make-up working day, every other one a day off.
Every wrong row is named by its line, and then no row is returned. Nothing is written here.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta

from django.core.exceptions import ValidationError

from departments.models import DayException, Department
from departments.working_calendar import parse_spans
from verbs.dates import read_day
from verbs.texts import cleaned

YES, NO = ("1", "true", "yes", "是", "班"), ("0", "false", "no", "否", "休")


class WrongCalendar(ValueError):
    """A file cannot be read as a calendar; `problems` has one sentence per wrong line."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


def read_csv(text: str) -> list[DayException]:
    """Return the file's days as unsaved rows.

    Raises  WrongCalendar
    """
    departments = {unit.code: unit for unit in Department.objects.all()}
    days, problems = [], []
    reader = csv.DictReader(io.StringIO(text))
    missing = {"date", "is_working"} - set(reader.fieldnames or ())
    if missing:
        raise WrongCalendar([f"line 1: no column {name}" for name in sorted(missing)])
    lines: dict[tuple[int | None, date], int] = {}
    try:
        for row in reader:
            try:
                day = _day(row, departments)
                before = lines.setdefault((day.department_id, day.date), reader.line_num)
                if before != reader.line_num:
                    raise ValueError(f"{day.date} stands in line {before} already")
                days.append(day)
            except (ValueError, KeyError) as problem:
                problems.append(f"line {reader.line_num}: {problem}")
    except csv.Error as problem:
        problems.append(f"line {reader.line_num + 1}: {problem}")
    if problems:
        raise WrongCalendar(problems)
    return days


def _checked(day: DayException) -> DayException:
    """Return the row. Raises ValueError for what its columns do not hold."""
    try:
        day.clean_fields(exclude=["source", "department"])
    except ValidationError as wrong:
        raise ValueError(" ".join(wrong.messages)) from wrong
    return day


def _day(row: dict[str, str], departments: dict[str, Department]) -> DayException:
    word = cleaned(row["is_working"] or "").lower()
    if word not in YES + NO:
        raise ValueError(f"is_working is {word!r}, not 1 or 0")
    spans = ["".join(part.split()) for part in map(cleaned, (row.get("spans") or "").split(";")) if part]
    parse_spans(spans)
    code = cleaned(row.get("department") or "")
    if code and code not in departments:
        raise ValueError(f"no department has the code {code!r}")
    return _checked(
        DayException(
            date=read_day(cleaned(row["date"])),
            is_working=word in YES,
            spans=spans if word in YES else [],
            name=cleaned(row.get("name") or "")[:40],
            department=departments.get(code),
        )
    )


def read_ical(text: str) -> list[DayException]:
    """Return the file's all-day events as unsaved rows, one for each day of an event.

    Raises  WrongCalendar
    """
    days: dict[date, DayException] = {}
    problems = []
    for number, event in _events(text):
        try:
            first = _ical_date(event["DTSTART"])
            last = _ical_date(event["DTEND"]) if "DTEND" in event else first + timedelta(days=1)
            name = event.get("SUMMARY", "")[:40]
            while first < last:
                days[first] = _checked(DayException(date=first, is_working="班" in name, name=name))
                first += timedelta(days=1)
        except (KeyError, ValueError, OverflowError) as problem:
            problems.append(f"line {number}: {problem}")
    if problems or not days:
        raise WrongCalendar(problems or ["no all-day event found"])
    return list(days.values())


def _events(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    unfolded = text.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "")
    event: dict[str, str] = {}
    for number, line in enumerate(unfolded.split("\n"), 1):
        name, _colon, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            event = {}
        elif line == "END:VEVENT":
            yield number, event
        else:
            event[name.partition(";")[0]] = cleaned(value)


def _ical_date(value: str) -> date:
    return read_day(f"{value[:4]}-{value[4:6]}-{value[6:8]}")
