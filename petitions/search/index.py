"""What petitions are found by: one row a petition, written in the transaction of the verb that changed it.

In it are title, body, supplements and the departments' answers; an answer that the enterprise does not read yet stands
apart, to be found by those who do. Internal notes and internal progress are not in it, nor is who asked: a confidential
petition must not be found by its enterprise.
Source  docs/adr/0015-search.md
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef

from petitions.models import SUBJECT, Assignment, EventKind, Petition, SearchText, State
from petitions.search.words import half_width, tokens_of
from record.models import Event

VERSION = 1  # one more when a petition would be found by other tokens: index_petitions then makes the rows again
TEXT_MAX = 60_000  # characters of a petition that are searched; PostgreSQL's sets of tokens end at 1 MB
# Marks beside the tokens, which are letters and digits only: the word stands in an unpublished answer, the petition is
# open, a department has a part in it.
UNPUBLISHED, OPEN, PART = "!", "@open", "@part"
OPEN_STATES = (State.REPORTED, State.ASSIGNED)
# What changes neither texts nor marks; after any other event the petition is indexed again.
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


def index(petitions: Sequence[Petition]) -> None:
    """Write what the petitions are found by. Three statements, however many they are.

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
        update_fields=["reported_at", "text", "unpublished", "tokens", "version"],
    )


def _row(petition: Petition, supplements: Sequence[str], parts: Sequence[Assignment]) -> SearchText:
    answered = [part for part in parts if part.answered_at]
    published = [part.public_answer for part in answered if _is_published(part, petition)]
    hidden = [part.public_answer for part in answered if not _is_published(part, petition)]
    text, unpublished = _joined([petition.title, petition.body, *supplements, *published]), _joined(hidden)
    marks = [OPEN] if petition.state in OPEN_STATES else []
    marks += {PART + str(part.department_id) for part in parts if part.ended_at is None}
    return SearchText(
        petition=petition,
        reported_at=petition.reported_at,
        text=text,
        unpublished=unpublished,
        tokens=[*marks, *tokens_of(text), *(UNPUBLISHED + token for token in tokens_of(unpublished))],
        version=VERSION,
    )


def _is_published(part: Assignment, petition: Petition) -> bool:
    """Whether the enterprise reads the answer, as queries.readable_parts has it."""
    return part.ended_at is None and (part.cycle < petition.cycle or petition.resolved_at is not None)


def _joined(texts: Iterable[str]) -> str:
    """Join texts by a line's end, which no word reaches across."""
    return half_width("\n".join(texts))[:TEXT_MAX]


@transaction.atomic
def index_batch(*, after: int, most: int) -> list[int]:
    """Index the next petitions whose row is missing or was made in an older way. Returns their keys, [] at the end.

    Safe to repeat and to interrupt: what is done is known by its row. One that a verb is at work on is left for
    the next run: to wait for it while holding others could be a deadlock with a group's verb (parent first).
    after   key behind which to go on
    """
    made = SearchText.objects.filter(petition=OuterRef("pk"), version=VERSION)
    rows = Petition.objects.filter(~Exists(made), pk__gt=after).order_by("pk")
    petitions = list(rows.select_for_update(of=("self",), no_key=True, skip_locked=True)[:most])
    index(petitions)
    return [petition.pk for petition in petitions]
