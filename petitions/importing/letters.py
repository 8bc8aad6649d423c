"""What this system knows of one letter, whatever file it came from, and the reasons for rejecting a row.

Decides how dirty text and dirty dates are read. A date is never guessed: a row with an impossible date is rejected.
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from departments.models import Department
from departments.working_calendar import FIRST_YEAR, LAST_YEAR
from enterprises.models import Enterprise
from petitions.models import TITLE_MAX, Kind, Outcome, Urgency
from petitions.reporting import BODY_MIN
from regions.models import Region
from verbs import texts
from verbs.phones import read_phone

# What people write into a cell to say that there is nothing to write.
BLANKS = ("", "-", "—", "/", "无")
UNKNOWN_WRITER = "来信人"


class Reason(models.TextChoices):
    """Why a row is not imported; the codes stand in the rejects file and never change."""

    UNREADABLE_ROW = "unreadable_row", gettext_lazy("这一行读不出来")
    SWALLOWED_LINE = "swallowed_line", gettext_lazy("被没有闭合的引号并入")
    BAD_ID = "bad_id", gettext_lazy("没有编号或编号过长")
    LOST_DIGITS = "lost_digits", gettext_lazy("编号已丢失末位数字")
    CONFLICT = "conflict", gettext_lazy("编号相同而内容不同")
    EMPTY_BODY = "empty_body", gettext_lazy("内容为空")
    BAD_DATE = "bad_date", gettext_lazy("缺少日期或日期读不出来")
    DATE_OUT_OF_RANGE = "date_out_of_range", gettext_lazy("日期在未来，或不在工作日历之内")
    DATES_OUT_OF_ORDER = "dates_out_of_order", gettext_lazy("日期先后颠倒")
    UNKNOWN_DEPARTMENT = "unknown_department", gettext_lazy("办理部门不明")
    UNKNOWN_VALUE = "unknown_value", gettext_lazy("有一栏的值不认识")
    REFUSED = "refused", gettext_lazy("不符合诉求的要求")


class Rejected(Exception):
    """This row cannot be imported; the run goes on with the next one."""

    def __init__(self, reason: Reason, detail: str, *, column: str = "") -> None:
        """
        column  the header of the column in question, "" when it is the row as a whole
        """
        super().__init__(detail)
        self.reason, self.detail, self.column = reason, detail, column


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What happened to one letter. Without a department its petition stays reported, without an answer assigned."""

    title: str
    body: str
    reported_at: datetime
    dispatched_at: datetime | None = None
    answered_at: datetime | None = None
    answer: str = ""
    outcome: str = Outcome.EXPLAINED  # claims least: there was an answer, whatever it solved
    planned_date: date | None = None
    department: Department | None = None
    handled_by: str = ""  # the unit's name in the file; `department` does not keep it
    region: Region
    enterprise: Enterprise | None = None
    kind: str = Kind.HELP
    urgency: str = Urgency.NORMAL
    contact_name: str = UNKNOWN_WRITER
    contact_phone: str = ""
    is_confidential: bool = False


class Texts(NamedTuple):
    """A letter's title and body as a petition can hold them."""

    title: str
    body: str


def clean(value: object) -> str:
    """Return a cell as cleaned text; "" for a cell that stands for nothing (BLANKS).

    Excel writes a carriage return inside a cell as _x000D_.
    """
    if value is None:
        return ""
    text = texts.cleaned(re.sub(r"_x000D_\r?\n?", "\n", str(value)))
    return "" if text in BLANKS else text


def cleaned(cells: Mapping[str, object]) -> Mapping[str, str]:
    """Return every cell cleaned; a cell that is missing is empty."""
    return defaultdict(str, {name: clean(value) for name, value in cells.items()})


def phone(text: str) -> str:
    """Return the number that a table's cell names. What is no number stays as it is: the verb refuses it."""
    try:
        return read_phone(text, is_from_table=True)
    except ValueError:
        return text


def fitted(title: str, body: str) -> Texts:
    """Return a title and a body that fit into a petition, so that no text is lost.

    A title that is too long is cut, and stands in full above the body. A title is also put above a body that is too
    short. If there is no title, the beginning of the body is the title.
    Raises  Rejected when the body is empty
    """
    if not body:
        raise Rejected(Reason.EMPTY_BODY, _("来信没有内容。"), column=_("内容"))
    title = " ".join(title.split())
    shown = title or " ".join(body.split())
    if title and (len(title) > TITLE_MAX or len(body) < BODY_MIN):
        body = f"{title}\n\n{body}"
    return Texts(shown if len(shown) <= TITLE_MAX else shown[: TITLE_MAX - 1] + "…", body)


_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?")


def moment(text: str, label: str, *, after: datetime | None = None) -> datetime:
    """Return the moment that a cell names; a time without a zone is the city's.

    A date without a time is the day's beginning, or `after` when `after` is on the same day.
    label   the column's name, for the sentence of the rejection
    after   when the step before this one happened
    Raises  Rejected
    """
    match = _DATE.fullmatch(text)
    try:
        read = _from_parts(match) if match else datetime.fromisoformat(text)
    except ValueError as error:
        shown = {"label": label, "text": text[:40] or _("（空）")}
        raise Rejected(Reason.BAD_DATE, _("%(label)s“%(text)s”不是日期。") % shown, column=label) from error
    if not FIRST_YEAR <= read.year <= LAST_YEAR:
        years = {"label": label, "text": text, "first": FIRST_YEAR, "last": LAST_YEAR}
        sentence = _("%(label)s“%(text)s”不在%(first)d年至%(last)d年之间。") % years
        raise Rejected(Reason.DATE_OUT_OF_RANGE, sentence, column=label)
    read = read if timezone.is_aware(read) else timezone.make_aware(read)
    is_whole_day = match is not None and match[4] is None
    if after and is_whole_day and timezone.localdate(after) == timezone.localdate(read):
        return after
    return read


def looks_like_moment(text: str) -> bool:
    """Return whether a cell begins with a date, right or wrong."""
    return _DATE.match(clean(text)) is not None


def _from_parts(match: re.Match[str]) -> datetime:
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 (the zone is the city's, added by the caller)


def check_times(letter: Letter, *, now: datetime) -> None:
    """Check that the letter was reported, dispatched and answered in this order, and not in the future.

    Raises  Rejected
    """
    steps = (
        (_("提交时间"), letter.reported_at),
        (_("派单时间"), letter.dispatched_at),
        (_("答复时间"), letter.answered_at),
    )
    check_order(*steps)
    for label, at in steps:
        if at and at > now:
            sentence = _("%(label)s%(at)s在未来。") % {"label": label, "at": _shown(at)}
            raise Rejected(Reason.DATE_OUT_OF_RANGE, sentence, column=label)


def check_order(*steps: tuple[str, datetime | None]) -> None:
    """Check that the steps are in the order of their times. Steps without a time are left out.

    steps   (name of the step, its time), in the order that is right
    Raises  Rejected
    """
    known = [(label, at) for label, at in steps if at]
    for (first, before), (second, behind) in itertools.pairwise(known):
        if behind < before:
            shown = {"second": second, "behind": _shown(behind), "first": first, "before": _shown(before)}
            sentence = _("%(second)s%(behind)s早于%(first)s%(before)s。") % shown
            raise Rejected(Reason.DATES_OUT_OF_ORDER, sentence, column=second)


def _shown(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
