"""The table that an office makes itself: its columns, in Chinese or English, and what their cells mean.

docs/importing.md explains the columns to the people who fill them in; docs/petitions-template.csv is the empty table.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from petitions.importing.directory import Directory
from petitions.importing.letters import (
    UNKNOWN_WRITER,
    Letter,
    Reason,
    Rejected,
    cleaned,
    fitted,
    looks_like_moment,
    moment,
    phone,
)
from petitions.importing.reading import table_reader
from petitions.models import Kind, Outcome, Urgency
from reading.tables import Columns

# field name, which is the English header → the Chinese header
COLUMNS: dict[str, str] = {
    "id": "编号",
    "title": "标题",
    "body": "内容",
    "reported_at": "提交时间",
    "kind": "诉求类型",
    "urgency": "紧急程度",
    "region": "区县园区",
    "credit_code": "统一社会信用代码",
    "contact_name": "联系人",
    "contact_phone": "联系电话",
    "confidential": "保密",
    "department": "办理部门",
    "dispatched_at": "派单时间",
    "answered_at": "答复时间",
    "answer": "答复内容",
    "outcome": "办理结果",
    "planned_date": "计划完成日期",
}
REQUIRED = ("id", "body", "reported_at")
YES_NO = {"": False, "否": False, "no": False, "是": True, "yes": True}


def _looks_like_letter(cells: Mapping[str, str]) -> bool:
    """Return whether a line inside quotes, cut at its commas, has a number and a date where a letter has them."""
    return bool(cells.get("id")) and looks_like_moment(cells.get("reported_at", ""))


READER = table_reader(Columns(headers=COLUMNS, required=REQUIRED, looks_right=_looks_like_letter))


def letter(cells: Mapping[str, object], directory: Directory) -> Letter:
    """Make a letter of a row of the table.

    Raises  Rejected
    """
    cell = cleaned(cells)
    title, body = fitted(cell["title"], cell["body"])
    reported_at = moment(cell["reported_at"], _("提交时间"))
    return Letter(
        title=title,
        body=body,
        reported_at=reported_at,
        kind=_value(Kind, cell, "kind", Kind.HELP),
        urgency=_value(Urgency, cell, "urgency", Urgency.NORMAL),
        region=directory.region(cell["region"]),
        enterprise=directory.enterprise(cell["credit_code"]),
        contact_name=cell["contact_name"] or UNKNOWN_WRITER,
        contact_phone=phone(cell["contact_phone"]),
        is_confidential=_yes_or_no(cell["confidential"]),
        **_handling(cell, directory, reported_at),
    )


def _handling(cell: Mapping[str, str], directory: Directory, reported_at: datetime) -> dict[str, Any]:
    """Return the letter's fields about what happened after it came in.

    If the row has an answer but no department, `Directory.answering` finds the department from the answer's text.
    """
    answer, name = cell["answer"], cell["department"]
    if cell["dispatched_at"] and not name:
        raise Rejected(Reason.UNKNOWN_DEPARTMENT, _("有派单时间而没有办理部门。"), column=COLUMNS["department"])
    dispatched_at = _moment(cell, "dispatched_at", after=reported_at)
    planned_at = _moment(cell, "planned_date")
    by_whom = directory.named(name) if name else (directory.answering(answer) if answer else None)
    return {
        "department": by_whom,
        "handled_by": name,
        "dispatched_at": dispatched_at,
        "answered_at": moment(cell["answered_at"], _("答复时间"), after=dispatched_at or reported_at)
        if answer
        else None,
        "answer": answer,
        "outcome": _value(Outcome, cell, "outcome", Outcome.EXPLAINED),
        "planned_date": planned_at and timezone.localdate(planned_at),
    }


def _moment(cell: Mapping[str, str], field: str, *, after: datetime | None = None) -> datetime | None:
    return moment(cell[field], COLUMNS[field], after=after) if cell[field] else None


def _value(choices: type[TextChoices], cell: Mapping[str, str], field: str, default: str) -> str:
    """Return the choice whose value or Chinese label the cell is; `default` for ""."""
    text = cell[field]
    with override(None):  # the labels in Chinese, as the code has them
        known = {name: value for value, label in choices.choices for name in (value, str(label))}
    if text and text not in known:
        allowed = {"text": text, "labels": "、".join(str(label) for label in choices.labels)}
        sentence = _("“%(text)s”不认识，可填：%(labels)s。") % allowed
        raise Rejected(Reason.UNKNOWN_VALUE, sentence, column=COLUMNS[field])
    return known[text] if text else default


def _yes_or_no(text: str) -> bool:
    """Return whether the cell says yes. An unclear cell is rejected: confidentiality is never guessed."""
    if text.lower() not in YES_NO:
        sentence = _("“保密”一栏请填“是”或“否”，不是“%(text)s”。") % {"text": text}
        raise Rejected(Reason.UNKNOWN_VALUE, sentence, column=COLUMNS["confidential"])
    return YES_NO[text.lower()]
