"""Whether a letter is there already: the same number of the same source, with the same content.

A number is no proof. A spreadsheet that shows numbers with 15 digits gives the same one to many letters, and an office
that numbers anew each year to two; who drops the second as known loses a letter in silence. So content is compared:
with what an earlier row of the same file said, and with what an earlier run wrote. Of that, only what no later act
changes: the petition's texts, who asked and when, and the record of the import's own dispatch and answer. Kind,
urgency, region and confidentiality may have been put right here since, and are not compared.
"""

from django.utils.translation import gettext as _

from accounts.models import User
from petitions.importing.letters import Letter, Reason, Rejected
from petitions.importing.office_table import COLUMNS
from petitions.models import EventKind, Petition
from record.models import Event


class Known:
    """The numbers of one source, of earlier runs and of this one."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._in_this_run: dict[str, tuple[int, int]] = {}  # number → the line, and the letter's hash
        self._before = set(Petition.objects.filter(source=source).values_list("source_id", flat=True))

    def add(self, letter: Letter, source_id: str, line: int) -> None:
        """Remember a letter that this run has imported, or would have."""
        self._in_this_run[source_id] = line, hash(letter)

    def is_there(self, letter: Letter, source_id: str, *, is_in_database: bool = False) -> bool:
        """Return whether the letter is there. Three statements when its number is one of an earlier or another run.

        is_in_database  the database has just said so, whatever was there when this run began
        Raises  Rejected when another letter is there under its number
        """
        if source_id in self._in_this_run:
            line, before = self._in_this_run[source_id]
            if before != hash(letter):
                raise _conflict(_("与第%(line)d行编号相同而内容不同。") % {"line": line})
            return True
        if source_id not in self._before and not is_in_database:
            return False
        found = Petition.objects.filter(source=self.source, source_id=source_id)
        petition = found.select_related("petitioner__enterprise").first()
        if petition is None:
            return False
        differing = [COLUMNS[name] for name in _differing(letter, petition)]
        if differing:
            columns = {"columns": "、".join(differing)}
            raise _conflict(_("这个编号已经导入过，内容不同：%(columns)s。") % columns)
        return True


def _conflict(sentence: str) -> Rejected:
    return Rejected(Reason.CONFLICT, sentence, column=COLUMNS["id"])


def _differing(letter: Letter, petition: Petition) -> list[str]:
    """Return the fields of the office's table in which the letter is not what was imported. Two statements."""
    petitioner = petition.petitioner
    pairs: dict[str, tuple[object, object]] = {
        "title": (letter.title, petition.title),
        "body": (letter.body, petition.body),
        "reported_at": (letter.reported_at, petition.reported_at),
        "credit_code": (letter.enterprise, petitioner.enterprise),
        "contact_name": (letter.contact_name, petitioner.contact_name),
        "contact_phone": (letter.contact_phone, petitioner.contact_phone),
    }
    acts = Event.objects.of(petition).filter(by=User.objects.system(), kind__in=[EventKind.DISPATCH, EventKind.RESOLVE])
    dispatch = answer = None
    for act in acts.select_related("department"):
        if act.kind == EventKind.RESOLVE:
            answer = answer or act
        elif not act.data.get("auto"):  # what the machine proposed and sent itself, long after the import
            dispatch = dispatch or act
    pairs["department"] = (letter.department, dispatch and dispatch.department)
    if letter.department and dispatch:
        pairs["dispatched_at"] = (letter.dispatched_at or letter.reported_at, dispatch.at)
    pairs["answer"] = (letter.answer, answer.text if answer else "")
    if letter.answer and answer:
        pairs["answered_at"] = (letter.answered_at, answer.at)
        pairs["outcome"] = (letter.outcome, answer.data["outcome"])
    return [field for field, (now, before) in pairs.items() if now != before]
