"""What a verb is: one thing that people can do with a petition, described once for pages, API, lists and refusals.

Source: docs/adr/0026-one-answer-to-what-can-be-done.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from petitions.errors import FollowsParent, WrongState
from petitions.models import (
    Assignment,
    Petition,
)
from petitions.permissions import Rule
from petitions.situations import Situation
from verbs.refusals import AlreadyDone, NotPermitted, Refusal


def _always(*_situation: Any) -> None:
    """The check of a verb that has none of its own: it refuses nothing, so only the person and the state decide."""


def _never_next(_situation: Situation) -> int:
    return 0


class FormPlace(StrEnum):
    """Where a verb's form is: nowhere, since one click is enough; inside the petition's page, if it has few fields; or
    on a page of its own."""

    NONE = "none"
    INSIDE = "inside"
    PAGE = "page"


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One thing that people can do with a petition, described once: pages, API and refusals read it here.

    name         the verb's name; its address is made from it, and a transition of the petition may have the same name
    label, icon  shown on its button and its page
    rule         who may use it, whatever the petition's state
    states       the states in which it can be used; empty when the transition of its name decides
    is_for_group whether it is used on the parent for the whole group, and refused on a child
    about        returns the things (parts, requests) of which one is chosen; None for a verb on the petition as a whole
    check        takes the situation, and the thing if any; raises a Refusal when the verb cannot be used now
    nothing      the sentence shown when `about` returns nothing
    form         where its form is
    next_step    how sensible it is as the person's next step, when it can be used: 0 is not at all, 9 the most
    is_dangerous whether it takes something away for good
    """

    name: str
    label: Any
    icon: str
    rule: Rule
    states: Sequence[str] = ()
    is_for_group: bool = False
    about: Callable[[Situation], Sequence[Any]] | None = None
    check: Callable[..., None] = _always
    nothing: Any = ""
    form: FormPlace = FormPlace.INSIDE
    next_step: Callable[[Situation], int] = _never_next
    is_dangerous: bool = False

    @property
    def address(self) -> str:
        """The last part of the address of its page and its endpoint."""
        return self.name.replace("_", "-")

    def is_of(self, petition: Petition) -> bool:
        """Return whether the verb can be used in the petition's state, whoever asks."""
        return petition.state in self.states if self.states else petition.has_edge(self.name)

    def check_begin(self, it: Situation) -> None:
        """Check what every verb requires: the person, the state, and that a verb for groups is not used on a child.

        Raises  NotPermitted, WrongState, FollowsParent
        """
        if not self.rule(it.relation):
            raise NotPermitted()
        if not self.is_of(it.petition):
            raise WrongState(state=it.petition.state, state_label=it.petition.get_state_display())
        if self.is_for_group and it.petition.parent:
            raise FollowsParent(it.petition.parent.number)

    def check_can(self, it: Situation) -> None:
        """Check that the verb can be used now: if a thing has to be chosen, on one of the things at least.

        Raises  Refusal
        """
        self.check_begin(it)
        if self.about is None:
            self.check(it)
            return
        things = self.about(it)
        if not things:
            raise AlreadyDone(str(self.nothing))
        if not self.fitting(it, things):
            self.check(it, things[0])

    def why_not(self, it: Situation) -> Refusal | None:
        """Return the refusal that the verb would meet now, None when it can be used."""
        try:
            self.check_can(it)
        except Refusal as refusal:
            return refusal
        return None

    def why_not_about(self, it: Situation, thing: Any) -> Refusal | None:
        """Return the refusal that the verb would meet on this part or request now, None when it can be used on it.

        The page about one thing shows the refusal instead of the form. It is NotPermitted when `about` does not return
        the thing.
        """
        assert self.about is not None
        try:
            self.check_begin(it)
            if thing not in self.about(it):
                return NotPermitted()
            self.check(it, thing)
        except Refusal as refusal:
            return refusal
        return None

    def choosable(self, it: Situation) -> list[Any]:
        """Return the things that the verb can be used on now."""
        assert self.about is not None
        return self.fitting(it, self.about(it)) if self._can_begin(it) else []

    def _can_begin(self, it: Situation) -> bool:
        return not _is_refused(self.check_begin, it)

    def fitting(self, it: Situation, things: Sequence[Any]) -> list[Any]:
        """Return the things that pass the verb's own check."""
        return [thing for thing in things if not _is_refused(self.check, it, thing)]


def _is_refused(check: Callable[..., None], *arguments: Any) -> bool:
    try:
        check(*arguments)
    except Refusal:
        return True
    return False


def own_parts(it: Situation) -> Sequence[Assignment]:
    """Return the parts of the person's departments: the `about` of most verbs of departments."""
    return it.own_parts
