"""Lets higher rooms show something beside a department's answer on the petition's page, without an import from here.

Such a room registers a template and a function in its AppConfig.ready. The function is called once for a page, and
reads what the template shows for all answers on the page.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from accounts.models import User
from petitions.models import Assignment
from petitions.queries import ReadPart

# Called with the parts of the answers, the reader and the moment. Returns, by the part's key, what the template gets as
# `shown`. The template is left out at a part that has no entry.
Reader = Callable[[Sequence[Assignment], Any, datetime], dict[int, Any]]
_readers: list[tuple[str, Reader]] = []


def show_beside_answers(template: str, read: Reader) -> None:
    """Register a room's template, and the function that reads what it shows. Called in AppConfig.ready."""
    _readers.append((template, read))


def with_what_is_beside(
    answers: Sequence[ReadPart], user: User, now: datetime
) -> list[tuple[ReadPart, list[tuple[str, Any]]]]:
    """Return each answer with the templates to show beside it, and for each template its `shown`."""
    parts = [answer.part for answer in answers]
    read = [(template, reader(parts, user, now)) for template, reader in _readers]
    return [
        (answer, [(template, shown[answer.part.pk]) for template, shown in read if answer.part.pk in shown])
        for answer in answers
    ]
