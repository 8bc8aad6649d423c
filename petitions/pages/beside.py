"""What upper rooms show beside a department's answer on the petition's page, without petitions knowing of them.

A room registers its template and a function when it is ready. The function reads for all answers of a page at once.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from petitions.models import Assignment

# What the template shows for each part it has something to show for, by the part's key, in the variable `shown`.
Reader = Callable[[Sequence[Assignment], Any, datetime], dict[int, Any]]
_readers: list[tuple[str, Reader]] = []


def show_beside_answers(template: str, read: Reader) -> None:
    """Register what a room shows; called in AppConfig.ready."""
    _readers.append((template, read))


def with_what_is_beside(
    answers: Sequence[Assignment], user: Any, now: datetime
) -> list[tuple[Assignment, list[tuple[str, Any]]]]:
    """Return each answer with the templates to show beside it and what they show."""
    read = [(template, reader(answers, user, now)) for template, reader in _readers]
    return [
        (answer, [(template, shown[answer.pk]) for template, shown in read if answer.pk in shown]) for answer in answers
    ]
