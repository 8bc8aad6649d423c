"""Days as offices and programs write them: 2027-1-1, 2027/1/1, 2027年1月1日（星期五）, 20270101, Excel's number."""

import re
from datetime import date, timedelta

from django.utils.translation import gettext as _

from verbs.dates import WEEKDAYS, read_day

_SIGNS = "一二三四五六日"
_WRITTEN = re.compile(
    r"([0-9]{4})\s*(?:-|/|\.|年)\s*([0-9]{1,2})\s*(?:-|/|\.|月)\s*([0-9]{1,2})\s*日?"
    r"(?:[ T]00?:00(?::00(?:\.0+)?)?)?"  # a cell of Excel that holds a date and no time
    r"\s*(?:[（(]?\s*(?:星期|周|礼拜)([一二三四五六日天])\s*[）)]?)?"
)
_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_NUMBER = re.compile(r"([0-9]{5})(?:\.0+)?")
# Excel counts days from here (its own 1900-02-29 included, which is before every day that matters).
_EXCEL = date(1899, 12, 30)


def read_written_day(text: str) -> date:
    """Return the day.

    Raises  ValueError with a sentence: it is no day, out of bounds, or of another weekday than is written beside it
    """
    number = _NUMBER.fullmatch(text)
    found = _WRITTEN.fullmatch(text) or _DIGITS.fullmatch(text)
    if number:
        return _known(str(_EXCEL + timedelta(days=int(number[1]))), text)
    if not found:
        raise ValueError(_not_a_day(text))
    day = _known(f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}", text)
    weekday = found[4] if found.re is _WRITTEN else None
    if weekday and weekday.replace("天", "日") != _SIGNS[day.weekday()]:
        raise ValueError(_("%(day)s是%(weekday)s") % {"day": day, "weekday": WEEKDAYS[day.weekday()]})
    return day


def _known(text: str, written: str) -> date:
    try:
        return read_day(text)
    except ValueError as problem:
        raise ValueError(_not_a_day(written)) from problem


def _not_a_day(text: str) -> str:
    if not text:
        return _("不能为空")
    return _("“%(text)s”不是1990年到2100年之间的日期，请写作2027-01-01") % {"text": text[:40]}
