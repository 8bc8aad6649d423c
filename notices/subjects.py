"""What notices must know of other rooms' subjects: whom to tell of an event, in which words, where the message leads.

A room registers a Telling in AppConfig.ready, once for each type of subject (record/subjects.py). Notices find by
themselves the people of an event's department, the supervisors and the leaders (notices/people.py). A Telling adds the
people whom only its own room can find.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notices.models import Notice
from notices.wording import Wording, word_unknown
from record.models import Event
from record.subjects import UnknownSubject, model_of
from verbs.faults import FAULTS

logger = logging.getLogger(__name__)


class Group(models.TextChoices):
    """Groups that events of every room can tell: handlers and heads of the event's department, heads of the parent
    department, supervisors, leaders, and the person whom the event names (`handler` in its data).
    """

    HANDLER = "handler", _("经办人")
    HEAD = "head", _("部门负责人")
    PARENT_HEAD = "parent_head", _("上级部门负责人")
    SUPERVISOR = "supervisor", _("督查员")
    LEADER = "leader", _("分管领导")
    NAMED = "named", _("指定的经办人")


class Known(NamedTuple):
    """The subject of a notice, and whether the reader of the notice may see the subject now."""

    subject: Any
    is_visible: bool


class Word(Protocol):
    """A room's function that says in the active language what happened to the subject, for one reader."""

    def __call__(self, event: Event, subject: Any, *, reader: User, is_visible: bool, is_outside: bool) -> Wording:
        """Return the words.

        is_visible  whether the reader may see the subject now
        is_outside  whether the words leave the house, where others may read them too
        """


class Page(Protocol):
    """A room's function that says to which page a notice leads."""

    def __call__(self, event: Event, subject: Any, *, reader: User, may_act: bool) -> str:
        """Return the address.

        may_act  whether nobody but the reader gets the address: then its page may let them act without signing in
        """


@dataclass(frozen=True, kw_only=True)
class Telling:
    """How people are told of the events of one type of subject.

    tells       the groups that each kind of event tells: groups of Group, and the room's own that `people` finds
    load        takes keys and the reader, returns the subjects by key, in one statement; none may be missing, because a
                subject that has notices is never deleted
    word, page  see Word and Page
    people      SQL that finds the people of the room's own groups: it reads `told` (event_id, subject_id,
                department_id, tells, by_id, is_urgent) and selects event_id, user_id, and department_id: the
                department for which the person is told, or NULL
    groups      those of the room's own groups that a ladder may tell: names and labels
    outside     groups that a verb's event does not tell when the event is not public
    table       the subject's table, which the SQL of `urgent` calls `subject`
    urgent      SQL: whether the event is told at night too (notices/quiet.py)
    """

    tells: Mapping[str, tuple[str, ...]]
    load: Callable[[Collection[int], User], Mapping[int, Known]]
    word: Word
    page: Page
    people: str = ""
    groups: Mapping[str, Any] = field(default_factory=dict)
    outside: frozenset[str] = field(default_factory=frozenset)
    table: str = ""
    urgent: str = "false"


_tellings: dict[str, Telling] = {}


def register_telling(subject_type: str, telling: Telling) -> None:
    """Register how events of this type of subject are told."""
    _tellings[subject_type] = telling


def telling_of(subject_type: str) -> Telling:
    """Return how events of the type are told. Raises UnknownSubject."""
    try:
        return _tellings[subject_type]
    except KeyError as problem:
        raise UnknownSubject(subject_type) from problem


def groups_of(subject_type: str) -> dict[str, Any]:
    """Return name and label of the groups that a ladder may tell of subjects of this type. Raises UnknownSubject."""
    return _everywhere() | dict(telling_of(subject_type).groups)


def _everywhere() -> dict[str, Any]:
    """Return the groups that every room's ladders may tell: not NAMED, for the event of a level names nobody."""
    return {group.value: group.label for group in Group if group != Group.NAMED}


def group_choices() -> list[tuple[str, Any]]:
    """Return name and label of every group that some ladder may tell."""
    known = _everywhere()
    for telling in _tellings.values():
        known |= telling.groups
    return list(known.items())


class Worded(NamedTuple):
    """A notice with its subject, and the words that say it to one reader."""

    notice: Notice
    known: Known
    wording: Wording


def worded(notices: Iterable[Notice], reader: User, *, is_outside: bool) -> list[Worded]:
    """Put notices into words for one reader, in the given order, by what the reader may know now.

    One statement for each type of subject. When a room's function for the words fails, that notice only names its
    subject; the other notices are not held up.
    notices     with their events and the events' departments fetched already
    is_outside  whether the words leave the house, where others may read them too
    """
    rows = list(notices)
    known = {subject_type: telling_of(subject_type).load(keys, reader) for subject_type, keys in _keys_of(rows).items()}
    said = []
    for notice in rows:
        what = known[notice.event.subject_type][notice.event.subject_id]
        try:
            words = _words(notice.event, what, reader, is_outside=is_outside)
        except FAULTS:
            logger.exception("notice %s: its room has no words for it", notice.pk)
            words = word_unknown(str(what.subject))
        said.append(Worded(notice, what, words))
    return said


def _words(event: Event, what: Known, reader: User, *, is_outside: bool) -> Wording:
    word = telling_of(event.subject_type).word
    return word(event, what.subject, reader=reader, is_visible=what.is_visible, is_outside=is_outside)


def page_of(notice: Notice, known: Known, *, may_act: bool) -> str:
    """Return the address of the page to which the notice leads its recipient; `may_act` as for Page."""
    page = telling_of(notice.event.subject_type).page
    return page(notice.event, known.subject, reader=notice.recipient, may_act=may_act)


def names_of(notices: Iterable[Notice]) -> dict[tuple[str, int], str]:
    """Return names, which betray nothing, of the notices' subjects by type and key. One statement for each type."""
    return {
        (subject_type, row.pk): str(row)
        for subject_type, keys in _keys_of(notices).items()
        for row in model_of(subject_type)._default_manager.filter(pk__in=keys)
    }


def _keys_of(notices: Iterable[Notice]) -> dict[str, set[int]]:
    keys: dict[str, set[int]] = {}
    for notice in notices:
        keys.setdefault(notice.event.subject_type, set()).add(notice.event.subject_id)
    return keys
