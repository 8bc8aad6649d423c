"""Days in an iCalendar file (RFC 5545): whole-day events that say that they are days off or make-up working days.

Left out, and listed with the line at which they begin: cancelled events, those of a part of a day, and observances,
which nobody has off (妇女节, 国家宪法日). Refused with their line: what cannot be read or only guessed.
How a text is read: departments/announcing/event_kinds.py.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from departments.announcing.event_kinds import Kind, kind_of
from departments.announcing.statements import Reading, StatedDay, WrongCalendar
from departments.calendar_layers import Said
from departments.working_calendar import ZONE
from verbs.dates import read_day
from verbs.texts import cleaned

BYTES_MOST = 5 << 20
DAYS_MOST = 31  # no holiday is longer; a file of a few lines can claim centuries
NAME_MOST = 40
_LINE = re.compile(r'([A-Za-z0-9-]+)((?:;[^":;]+(?:"[^"]*"[^":;]*)*)*):(.*)', re.DOTALL)
_ZONE = re.compile(r';TZID="?([^";]+)"?', re.IGNORECASE)
_AT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})(Z?))?")
_LASTS = re.compile(r"\+?P(?:([0-9]{1,4})W|([0-9]{1,4})D(?:T0+[HMS])?|T([0-9]{1,4})H(?:0+M)?(?:0+S)?)")
_OUTLOOK = {"china standard time": "Asia/Shanghai"}  # Windows' names of zones are not those of everybody else
_REPEATS = ("RRULE", "RDATE", "EXDATE")


@dataclass
class _Event:
    """An event's properties by name, each with its parameters; `line` is where it begins."""

    line: int
    values: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)


class _LeftOut(Exception):
    """The event is no day of the calendar, and why."""


def read_events(content: bytes) -> Reading:
    """Return the file's days off and make-up days, one for each day of an event.

    Raises  WrongCalendar
    """
    days: dict[date, StatedDay] = {}
    problems, left_out = [], []
    for event in _events(_lines(content)):
        told = {"line": event.line, "name": _name(event.values)}
        try:
            for day in _days(event):
                before = days.setdefault(day.date, day)
                if before.said.is_working != day.said.is_working:
                    names = {"day": day.date, "line": before.line}
                    raise ValueError(_("%(day)s在第%(line)d行的事件里正相反") % names)
        except _LeftOut as why:
            left_out.append(_("第%(line)d行“%(name)s”：%(why)s，不导入。") % {**told, "why": why})
        except ValueError as problem:
            problems.append(_("第%(line)d行“%(name)s”：%(why)s。") % {**told, "why": problem})
    if problems:
        raise WrongCalendar(problems)
    return Reading(days=tuple(days[day] for day in sorted(days)), left_out=tuple(left_out))


def _days(event: _Event) -> Iterator[StatedDay]:
    """Yield the event's days. Raises _LeftOut for one that does not count, ValueError for one that is unclear."""
    if event.values.get("STATUS", "").upper() == "CANCELLED":
        raise _LeftOut(_("已取消"))
    kind = kind_of(event.values)
    if kind == Kind.OBSERVANCE:
        raise _LeftOut(_("不是放假日，也不是调休上班日"))
    first, last = _first_and_last(event)
    if kind == Kind.UNCLEAR:
        raise ValueError(_("看不出是放假还是上班，请写明“放假”或“上班”"))
    if any(name in event.values for name in _REPEATS):
        raise _LeftOut(_("重复的事件请按年逐个写明"))
    number = (last - first).days
    if not 0 < number <= DAYS_MOST:
        raise ValueError(_("结束日期须在开始日期之后，最多%(most)d天") % {"most": DAYS_MOST})
    name = _name(event.values)
    for after in range(number):
        day = first + timedelta(days=after)
        # A day that is worked anyway needs no make-up day: the word then means the day off that is made up for.
        if kind == Kind.SWAPPED and day.weekday() < 5:
            raise ValueError(_("%(day)s不在周末，“调休”看不出是放假还是上班，请写明") % {"day": day})
        yield StatedDay(day, Said(kind != Kind.DAY_OFF, (), name), None, event.line)


def _first_and_last(event: _Event) -> tuple[date, date]:
    """Return the first day of the event and the day after its last. Raises _LeftOut when these are not whole days."""
    if "DTSTART" not in event.values:
        raise ValueError(_("没有开始日期"))
    first, last = _day(event, "DTSTART"), None
    if "DTEND" in event.values:
        last = _day(event, "DTEND")
        # Some programs write the same day twice for an event of one day.
        last = last + timedelta(days=1) if last == first else last
    elif "DURATION" in event.values:
        last = first + _lasts(event.values["DURATION"])
    return first, last or first + timedelta(days=1)


def _day(event: _Event, name: str) -> date:
    """Return the city's day that begins at this moment: 20270101, or a midnight there, also one given in UTC."""
    read = _AT.fullmatch(event.values[name])
    if read is None:
        raise ValueError(_("“%(text)s”不是日期") % {"text": event.values[name][:40]})
    try:
        day = read_day("-".join(read.groups()[:3]))
        if read[4] is None:
            return day
        zone = ZoneInfo("UTC") if read[7] else _zone(event.parameters[name])
        moment = datetime.combine(day, time(int(read[4]), int(read[5]), int(read[6])), zone).astimezone(ZONE)
    except (ValueError, OverflowError, LookupError, OSError) as problem:
        raise ValueError(_("“%(text)s”不是日期") % {"text": event.values[name][:40]}) from problem
    if moment.time() != time(0):
        raise _LeftOut(_("不是全天；确是整天放假或上班的，请写进表格"))
    return moment.date()


def _zone(parameters: str) -> ZoneInfo:
    named = _ZONE.search(parameters)
    return ZoneInfo(_OUTLOOK.get(named[1].lower(), named[1])) if named else ZONE


def _lasts(text: str) -> timedelta:
    read = _LASTS.fullmatch(text)
    if read is None or (read[3] and int(read[3]) % 24):
        raise _LeftOut(_("不是全天；确是整天放假或上班的，请写进表格"))
    weeks, days, hours = (int(number or 0) for number in read.groups())
    return timedelta(weeks=weeks, days=days, hours=hours)


def _events(lines: Iterator[tuple[int, str]]) -> Iterator[_Event]:
    """Yield the events. What stands inside an event's own parts, such as an alarm, is not the event's.

    Raises  WrongCalendar for a line that is no property, and for a file that ends within an event
    """
    inside: list[str] = []
    event = _Event(0)
    for number, line in lines:
        read = _LINE.fullmatch(line)
        name, value = (read[1].upper(), cleaned(read[3])) if read else ("", "")
        is_wrong_end = name == "END" and inside[-1:] != [value.upper()]
        if read is None or is_wrong_end:
            raise WrongCalendar([_("第%(line)d行不符合iCalendar的规则。") % {"line": number}])
        if name == "BEGIN":
            inside.append(value.upper())
            event = _Event(number) if inside[-1] == "VEVENT" else event
        elif name == "END":
            if inside.pop() == "VEVENT":
                yield event
        elif inside[-1:] == ["VEVENT"]:
            event.values[name], event.parameters[name] = value, read[2]
    if inside:
        raise WrongCalendar([_("文件不完整，最后一个事件没有结束。")])


def _lines(content: bytes) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not empty, each with its number. A line that begins with a space goes on the one before.

    Joined before they are decoded: a program may have cut a line inside a character.
    """
    if len(content) > BYTES_MOST:
        raise WrongCalendar([_("文件超过%(most)d MB。") % {"most": BYTES_MOST >> 20}])
    joined: list[tuple[int, bytearray]] = []
    for number, line in enumerate(_bytes(content).splitlines(), 1):
        if line[:1] in (b" ", b"\t") and joined:
            joined[-1][1].extend(line[1:])
        elif line.strip():
            joined.append((number, bytearray(line)))
    encoding = _encoding([bytes(line) for _number, line in joined])
    yield from ((number, line.decode(encoding)) for number, line in joined)


def _bytes(content: bytes) -> bytes:
    """Return the content in an encoding in which a line break is one byte, without its byte order mark."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        content = content.decode("utf-16", errors="replace").encode()
    return content.removeprefix(b"\xef\xbb\xbf")


def _encoding(lines: list[bytes]) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            for line in lines:
                line.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise WrongCalendar([_("文件不是UTF-8、UTF-16或GB18030编码的文字。")])


def _name(values: Mapping[str, str]) -> str:
    """Return the summary as a name: without the signs by which iCalendar protects its own."""
    text = re.sub(r"\\([,;\\])", r"\1", re.sub(r"\\[nN]", " ", values.get("SUMMARY", "")))
    return " ".join(text.split())[:NAME_MOST].strip()
