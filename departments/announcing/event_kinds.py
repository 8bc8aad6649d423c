"""What an event's text says: a day off, a make-up working day, or neither.

The summary decides; when it says nothing, the column of Apple's calendars, then the categories, then the description.
A bare name, or several, counts when the law gives everybody that day off. The words are those of calendars that people
subscribe to (Apple's cn_zh, shuyz.com) and of the State Council's notices; what others write is listed as left out.
Sources: 全国年节及纪念日放假办法 第二条 (days off for everybody), 第三条 (half a day, for some people: no limit rests).
"""

import re
from collections.abc import Mapping
from enum import Enum


class Kind(Enum):
    """What an event says of its days. SWAPPED: 调休, which usually is a day that is worked, and not always."""

    DAY_OFF = "day off"
    WORKED = "worked"
    SWAPPED = "swapped"
    OBSERVANCE = "observance"
    UNCLEAR = "unclear"


_MARK = r"[（(\[【〔]\s*{}\s*[）)\]】〕]|(?:^|[\s·:：｜|-]){}(?=$|[\s·:：｜|-])"
_OFF = re.compile(
    "放假|假期|休息日|公休|公共假日|法定假日|法定节假日|休假|节休$|public holiday|" + _MARK.format("休", "休"),
    re.IGNORECASE,
)
_WORKED = re.compile(
    "补班|(?<!不)上班|调班|(?<!非)工作日|节班$|working day|workday|" + _MARK.format("班", "班"), re.IGNORECASE
)
_SWAPPED = re.compile("调休|倒休")
_NAMED = "(?:元旦|新年|春节|除夕|农历除夕|清明|劳动|端午|中秋|国庆)节?"
_BY_LAW = re.compile(rf"(?:[0-9]{{4}}年?)?{_NAMED}(?:\s*[、，,/&和与]\s*{_NAMED})*")
_OF_SOME = re.compile("妇女节|青年节|儿童节|建军节|半天|半日|寒假|暑假|年休假|年假|产假|病假|事假|请假")
_NO_DAY_OFF = re.compile("不放假|不休|不调休|无假期|非假期|observance|纪念日|庆祝活动", re.IGNORECASE)
_APPLE = {"WORK-HOLIDAY": Kind.DAY_OFF, "ALTERNATE-WORKDAY": Kind.WORKED}


def kind_of(values: Mapping[str, str]) -> Kind:
    """Return what an event says.

    values  the event's properties by name
    """
    summary = values.get("SUMMARY", "").strip()
    if _OF_SOME.search(summary) or _NO_DAY_OFF.search(summary):
        return Kind.OBSERVANCE
    column = _APPLE.get(values.get("X-APPLE-SPECIAL-DAY", "").strip().upper())
    if column:
        return column
    for name in ("SUMMARY", "CATEGORIES", "DESCRIPTION"):
        text = values.get(name, "")
        if name != "SUMMARY" and _NO_DAY_OFF.search(text):
            return Kind.OBSERVANCE
        kind = _kind(text)
        # A description that quotes the whole notice, with its days off and its make-up days, says nothing of this one.
        if kind and not (kind == Kind.UNCLEAR and name == "DESCRIPTION" and _BY_LAW.fullmatch(summary)):
            return kind
    return Kind.DAY_OFF if _BY_LAW.fullmatch(summary) else Kind.OBSERVANCE


def _kind(text: str) -> Kind | None:
    """Return what a text says by its words; None when it has none of them."""
    is_off, is_worked = bool(_OFF.search(text)), bool(_WORKED.search(text))
    if is_off and is_worked:
        return Kind.UNCLEAR
    if is_worked:
        return Kind.WORKED
    if is_off:  # also 放假调休, a notice's words for days off that are made up for
        return Kind.DAY_OFF
    return Kind.SWAPPED if _SWAPPED.search(text) else None
