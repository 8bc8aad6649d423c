"""Replay letters through the verbs, each once, and count what became of every row.

The system user acts (docs/adr/0009), at the times that the letter gives. One letter is one transaction: a run that is
killed leaves only whole letters, and the next run goes on where it stopped. A letter is identified by its source and
its id. The database keeps the pair unique, so that two runs of one file at once share the work.
The same number with other content is no second letter and not the first one either: it is rejected (known.py).
A letter does not say when the department signed for it. The check-in gets the time of the dispatch, and the note of the
dispatch says so.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from petitions.check_in import check_in_department
from petitions.dispatch import Placement, dispatch_petition
from petitions.importing.known import Known
from petitions.importing.letters import Letter, Reason, Rejected, check_times, clean
from petitions.importing.office_table import COLUMNS
from petitions.importing.reading import Row
from petitions.models import Channel, Petition
from petitions.reporting import Report, report_petition
from petitions.resolution import Answer, resolve_petition
from reading.cells import is_scientific, whole_number, why_lost
from verbs.refusals import InvalidInput, Refusal

SOURCE_MAX = 20
SOURCE_ID_MAX = 60
# field that a verb may refuse → its header in an office's table
LABELS = COLUMNS | {"public_answer": COLUMNS["answer"]}
HANDLED_BY_MAX = 200  # characters of the unit's name in the file; enough for any (assumption)


@dataclass(frozen=True)
class Reject:
    """One row that was not imported, as it stands in the rejects file."""

    line: int
    source_id: str
    reason: Reason
    detail: str
    column: str = ""


@dataclass
class Counts:
    """What became of the rows: read = imported + skipped + rejected + empty."""

    read: int = 0
    lines: int = 0  # that the rows take up in the file
    empty: int = 0
    skipped: int = 0  # in the database already, or earlier in the same file, with the same content
    imported: Counter[str] = field(default_factory=Counter)  # by the state they ended in
    rejected: Counter[str] = field(default_factory=Counter)  # by reason


@dataclass(kw_only=True)
class Run:
    """What is the same for all letters of one run.

    source      whose ids the letters have, see the module
    letter      makes a letter of a row's cells; raises Rejected
    is_dry      every letter is written, counted, and taken back
    on_reject   is called with every row that is not imported
    """

    source: str
    letter: Callable[[Mapping[str, object]], Letter]
    now: datetime
    is_dry: bool = False
    on_reject: Callable[[Reject], None] = lambda reject: None


def import_letters(rows: Iterable[Row], run: Run) -> Counts:
    """Replay every letter that is not in the database yet.

    Safe to repeat, to interrupt and to run twice at once: a letter is written wholly and once, or not at all.
    A dry run does everything and takes each letter back, so that its counts are those of a real run.
    Raises  nothing for a bad row: the row is counted and given to run.on_reject
    """
    counts = Counts()
    known = Known(run.source)
    for row in rows:
        counts.read += 1
        counts.lines += row.lines
        if row.is_empty:
            counts.empty += 1
            continue
        source_id = whole_number(clean(row.cells.get("id")))
        try:
            _check_row(row, source_id)
            state = _import_row(row, source_id, run, known)
        except Rejected as rejected:
            counts.rejected[rejected.reason] += 1
            run.on_reject(Reject(row.line, source_id, rejected.reason, rejected.detail, rejected.column))
            continue
        if state:
            counts.imported[state] += 1
        else:
            counts.skipped += 1
    return counts


def _check_row(row: Row, source_id: str) -> None:
    if row.problem:
        raise Rejected(Reason.SWALLOWED_LINE if row.is_swallowed else Reason.UNREADABLE_ROW, row.problem)
    if is_scientific(source_id):
        raise Rejected(Reason.LOST_DIGITS, why_lost(source_id), column=LABELS["id"])
    if not 0 < len(source_id) <= SOURCE_ID_MAX:
        sentence = _("编号须有1至%(most)d个字符。") % {"most": SOURCE_ID_MAX}
        raise Rejected(Reason.BAD_ID, sentence, column=LABELS["id"])


def _import_row(row: Row, source_id: str, run: Run, known: Known) -> str:
    """Replay the row's letter. Returns the state it ended in, "" when it is there already.

    Raises  Rejected, also when something else is there under its number
    """
    letter = run.letter(row.cells)
    check_times(letter, now=run.now)
    if known.is_there(letter, source_id):
        return ""
    try:
        with transaction.atomic():
            state = replay(letter, source=run.source, source_id=source_id).state
            if run.is_dry:
                transaction.set_rollback(True)
    except InvalidInput as error:
        labels = [LABELS.get(name, name) for name in error.fields]
        sentences = (f"{label}：{sentence}" for label, sentence in zip(labels, error.fields.values(), strict=True))
        raise Rejected(Reason.REFUSED, "".join(sentences), column="、".join(labels)) from error
    except Refusal as error:
        raise Rejected(Reason.REFUSED, str(error)) from error
    except IntegrityError:
        if known.is_there(letter, source_id, is_in_database=True):  # another run has just imported it
            return ""
        raise
    known.add(letter, source_id, row.line)
    return state


def replay(letter: Letter, *, source: str, source_id: str) -> Petition:
    """Report, dispatch, check in and resolve a petition, as far as the letter went. With an answer, 60 statements.

    The caller holds the transaction.
    Raises  Refusal, such as InvalidInput; IntegrityError when the letter is in the database already
    """
    by = User.objects.system()
    petition = report_petition(report=_report(letter, source, source_id), by=by, now=letter.reported_at)
    if letter.department is None:
        return petition
    at = letter.dispatched_at or letter.reported_at
    placement = Placement(lead=letter.department, note=_note(letter))
    petition = dispatch_petition(petition=petition, by=by, placement=placement, now=at)
    if not letter.answer or letter.answered_at is None:
        return petition
    petition = check_in_department(petition=petition, by=by, now=at)
    answer = Answer(outcome=letter.outcome, public_answer=letter.answer, planned_date=letter.planned_date)
    return resolve_petition(petition=petition, by=by, answer=answer, now=letter.answered_at)


def _report(letter: Letter, source: str, source_id: str) -> Report:
    return Report(
        title=letter.title,
        body=letter.body,
        kind=letter.kind,
        urgency=letter.urgency,
        region=letter.region,
        enterprise=letter.enterprise,
        contact_name=letter.contact_name,
        contact_phone=letter.contact_phone,
        is_confidential=letter.is_confidential,
        channel=Channel.IMPORT,
        source=source,
        source_id=source_id,
    )


def _note(letter: Letter) -> str:
    """Return the dispatch's note: what the unit was called, which times the letter lacks and what stands for them."""
    sentences = [_("历史来信导入。")]
    if letter.handled_by:
        sentences.append(_("原办理单位：%(name)s。") % {"name": letter.handled_by[:HANDLED_BY_MAX]})
    else:
        sentences.append(_("来信未载办理单位。"))
    if letter.dispatched_at is None:
        sentences.append(_("来信未载派单时间，按提交时间计。"))
    if letter.answer:
        sentences.append(_("来信未载报到时间，按派单时间计。"))
    return "".join(sentences)
