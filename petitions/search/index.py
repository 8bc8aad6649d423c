"""The index of the search: one row (SearchText) a petition, written in the transaction of the verb that changed it.

A row holds title, body, supplements and the departments' answers, as they are written and folded. An answer that the
enterprise cannot read yet is kept apart, so that it is found only by people who may read it.
Left out: internal notes, notes of progress, and who asked: a confidential petition must not be found by its enterprise.
Source  docs/adr/0015-search.md
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from time import monotonic

from django.db import transaction
from django.db.models import Exists, OuterRef

from petitions.models import OPEN_STATES, SUBJECT, Assignment, EventKind, Petition, SearchText
from petitions.models.search_text import VERSION
from petitions.search.folding import BREAK, fold
from petitions.search.words import folded_tokens
from record.models import Event

BATCH = 200  # petitions in one transaction
REFRESH_SECONDS = 40.0  # so that a run stays below Celery's soft limit of 60 s
TEXT_MAX = 60_000  # only so many characters of a petition are searched; a tsvector in PostgreSQL ends at 1 MB
# The petition's number is one of its tokens. Marks among them: UNPUBLISHED stands before a token of an unpublished
# answer; OPEN is set for an open petition; PART stands before the key of a department that has a part. Tokens are
# letters and digits: none looks like a mark.
UNPUBLISHED, OPEN, PART = "!", "@open", "@part"
# Events that change neither texts nor marks; after any other event the petition is indexed again.
QUIET = frozenset(
    {
        EventKind.URGE,
        EventKind.CHECK_IN,
        EventKind.CONTACT,
        EventKind.PROGRESS,
        EventKind.RATE,
        EventKind.LAPSE,
        EventKind.ESCALATE,
        EventKind.ASK_EXTENSION,
        EventKind.DECIDE_EXTENSION,
        EventKind.ASK_HOLD,
        EventKind.DECIDE_HOLD,
        EventKind.RESUME,
        EventKind.ISSUE_ORDER,
        EventKind.REPLY_ORDER,
        EventKind.ACCEPT_ORDER,
        EventKind.REJECT_ORDER,
        EventKind.RECOMPUTE,
        EventKind.MOVE_ORDER,
        EventKind.DISCUSS,
        EventKind.HAND_OVER,
        EventKind.ASK_SEND_BACK,
        EventKind.ASK_SEND_BACK_AGAIN,
        EventKind.DISPUTE_SEND_BACK,
        EventKind.ESCALATE_UP,
        EventKind.DELEGATE_DOWN,
    }
)


def keep_up(petition: Petition, kind: str) -> None:
    """Index the petition again after an event that may have changed what it is found by."""
    if kind not in QUIET:
        index([petition])


def index_new(petition: Petition) -> None:
    """Write the search row of a petition that was filed just now: nothing is said of it yet. One statement."""
    _row(petition, (), ()).save(force_insert=True)


def index(petitions: Sequence[Petition]) -> None:
    """Write the search rows of the petitions. Three statements, however many petitions there are.

    The caller holds the transaction and has locked the rows. Safe to repeat.
    """
    keys = [petition.pk for petition in petitions]
    supplements, parts = defaultdict(list), defaultdict(list)
    added = Event.objects.of_keys(SUBJECT, keys).filter(kind=EventKind.SUPPLEMENT, is_public=True)
    for key, text in added.order_by("id").values_list("subject_id", "text"):
        supplements[key].append(text)
    for part in Assignment.objects.filter(petition__in=keys).order_by("cycle", "part", "pk"):
        parts[part.petition_id].append(part)
    rows = [_row(petition, supplements[petition.pk], parts[petition.pk]) for petition in petitions]
    SearchText.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["petition"],
        update_fields=["reported_at", "text", "unpublished", "folded", "folded_unpublished", "tokens", "version"],
    )


def _row(petition: Petition, supplements: Sequence[str], parts: Sequence[Assignment]) -> SearchText:
    answered = [part for part in parts if part.answered_at]
    published = [part.public_answer for part in answered if _is_published(part, petition)]
    hidden = [part.public_answer for part in answered if not _is_published(part, petition)]
    text, unpublished = _joined([petition.title, petition.body, *supplements, *published]), _joined(hidden)
    marks = [OPEN] if petition.state in OPEN_STATES else []
    marks += {PART + str(part.department_id) for part in parts if part.ended_at is None}
    folded, folded_unpublished = fold(text), fold(unpublished)
    tokens = folded_tokens(folded).union(UNPUBLISHED + token for token in folded_tokens(folded_unpublished))
    return SearchText(
        petition=petition,
        reported_at=petition.reported_at,
        text=text,
        unpublished=unpublished,
        folded=folded,
        folded_unpublished=folded_unpublished,
        tokens=[*marks, petition.number, *tokens],
        version=VERSION,
    )


def _is_published(part: Assignment, petition: Petition) -> bool:
    """Return whether the enterprise may read the answer, by the same rule as queries.readable_parts."""
    return part.ended_at is None and (part.cycle < petition.cycle or petition.resolved_at is not None)


def _joined(texts: Iterable[str]) -> str:
    """Join texts with BREAK, so that no word reaches from one text into the next."""
    return BREAK.join(text.replace(BREAK, " ") for text in texts)[:TEXT_MAX]


def refresh(*, seconds: float = REFRESH_SECONDS) -> int:
    """Write rows of older VERSIONs again, for about so long. Safe to repeat. Returns how many petitions it indexed.

    One statement when no row is old.
    """
    total, last, end = 0, 0, monotonic() + seconds
    if SearchText.objects.old().exists():
        while monotonic() < end and (keys := index_batch(after=last, most=BATCH)):
            total, last = total + len(keys), keys[-1]
    return total


@transaction.atomic
def index_batch(*, after: int, most: int) -> list[int]:
    """Index the next petitions whose row is missing or of another VERSION. Returns their keys, [] at the end.

    Safe to repeat and to interrupt: a petition that is done has its row. A petition that a verb has locked is left
    for the next run. Waiting for it while others are locked here could deadlock with a group's verb, which locks the
    parent first.
    after   the key after which to go on
    most    at most so many petitions
    """
    made = SearchText.objects.filter(petition=OuterRef("pk"), version=VERSION)
    rows = Petition.objects.filter(~Exists(made), pk__gt=after).order_by("pk")
    petitions = list(rows.select_for_update(of=("self",), no_key=True, skip_locked=True)[:most])
    index(petitions)
    return [petition.pk for petition in petitions]
