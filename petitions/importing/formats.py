"""The formats that can be imported: how a file of each is read, and what its fields mean.

Two are public collections of real letters; the third is the table that an office makes itself (office_table).
MAILBOX_LABELS says which of our departments some names in the mailbox mean, each with its reason; the command's
option `--map` adds names.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from petitions.importing import office_table
from petitions.importing.directory import Directory
from petitions.importing.letters import Letter, check_order, cleaned, fitted, moment
from petitions.importing.reading import Reader, json_reader

Cells = Mapping[str, object]


@dataclass(frozen=True)
class Format:
    """How one format is read. Every format has the field `id`.

    reader  yields the rows of a file
    letter  makes a letter of a row's cells; raises Rejected
    labels  what the format calls a department → our name for it, where the two differ
    """

    reader: Reader
    letter: Callable[[Cells, Directory], Letter]
    labels: Mapping[str, str] = field(default_factory=dict)


MAILBOX_LABELS = {
    # Not forwarded: the information centre answered itself, and its work is among this department's duties.
    "信息中心(未转办)": "政务服务和大数据局",
    # This city has no such counties; letters that fit no unit go to the city's fallback unit (兜底).
    "县区政府": "市政府",
}


def mailbox_letter(cells: Cells, directory: Directory) -> Letter:
    """Make a letter of a row of the city's mailbox. The cell `dept` names the department.

    `replied` is the day of the first reply. Where that reply only says that the letter was forwarded,
    `final_reply` is the day of the answer. `signed_by` or `agency` is the unit's name at that time.
    Raises  Rejected
    """
    cell = cleaned(cells)
    title, body = fitted(cell["title"], cell["body"])
    reported_at = moment(cell["asked"], _("提交时间"))
    first = moment(cell["replied"], _("答复时间")) if cell["replied"] or cell["reply"] else None
    final = moment(cell["final_reply"], _("最终答复时间")) if cell["final_reply"] else None
    check_order((_("提交时间"), reported_at), (_("答复时间"), first))
    check_order((_("提交时间"), reported_at), (_("最终答复时间"), final))
    is_forwarded = bool(first and final and first < final and cell["forwarded_to"])
    return Letter(
        title=title,
        body=body,
        reported_at=reported_at,
        dispatched_at=first if is_forwarded else None,
        answered_at=max(first, final) if first and final else first,
        answer=cell["reply"],
        department=directory.named(cell["dept"]),
        handled_by=cell["signed_by"] or cell["agency"],
        region=directory.city,
    )


def message_letter(cells: Cells, directory: Directory) -> Letter:
    """Make a letter of a citizen's message and its reply, if any. Only the reply's text says which department answered.

    Raises  Rejected
    """
    cell = cleaned(cells)
    title, body = fitted(cell["title"], cell["body"])
    answer = cell["reply"]
    return Letter(
        title=title,
        body=body,
        reported_at=moment(cell["time"], _("提交时间")),
        answered_at=moment(cell["reply_time"], _("答复时间")) if answer else None,
        answer=answer,
        department=directory.answering(answer) if answer else None,
        region=directory.city,
    )


FORMATS: dict[str, Format] = {
    "shangluo": Format(
        reader=json_reader(["id", "title", "body", "asked", "replied", "reply", "dept"]),
        letter=mailbox_letter,
        labels=MAILBOX_LABELS,
    ),
    "tipdm": Format(reader=json_reader(["id", "title", "body", "time"]), letter=message_letter),
    "csv": Format(reader=office_table.READER, letter=office_table.letter),
}
