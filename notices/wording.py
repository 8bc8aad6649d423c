"""What a notice says: a sentence and lines, made by the subject's room (notices/subjects.py); and digests of many."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MOST_IN_DIGEST = 10


@dataclass(frozen=True)
class Wording:
    """A sentence, and the lines below it."""

    title: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def word_unknown(name: str) -> Wording:
    """Return words that say only that there is a notice, and the name of its subject."""
    return Wording(_title(1), (name,))


def word_digest(wordings: list[Wording]) -> Wording:
    """Return the words of many notices in one: a line for each of the first few, and the number of the others."""
    count = len(wordings)
    lines = [f"{each.title} {each.lines[0]}"[:60] for each in wordings[:MOST_IN_DIGEST]]
    if count > MOST_IN_DIGEST:
        lines.append(_("其余%(count)d条请在站内通知中查看") % {"count": count - MOST_IN_DIGEST})
    return Wording(_title(count), tuple(lines))


def _title(count: int) -> str:
    return ngettext("有%(count)d条新通知", "有%(count)d条新通知", count) % {"count": count}
