"""The verbs of a petition's page as buttons: the next sensible step first and filled, dangerous verbs red."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from petitions.discussion import DISCUSS
from petitions.linking import UNLINK
from petitions.merging import UNMERGE
from petitions.offered import next_step
from petitions.ratings.rating import CHANGE_RATING
from petitions.situations import Situation
from petitions.supervision.orders import JUDGE_ORDER, REPLY_ORDER
from petitions.verb import FormPlace, Verb

# These have no button here: the page offers them beside the thread, the rating, the group, the notice of the merge.
BESIDE = (DISCUSS, CHANGE_RATING, UNLINK, UNMERGE)


@dataclass(frozen=True)
class Button:
    """One verb as a button; `form` says where its form opens, which may differ from the verb's own."""

    verb: Verb
    address: str
    form: FormPlace
    is_main: bool

    @property
    def look(self) -> str:
        return "btn-primary" if self.is_main else "btn-outline-danger" if self.verb.is_dangerous else ""


def buttons(it: Situation, possible: Sequence[Verb]) -> list[Button]:
    """Return the buttons for what can be done now: the main one first, the dangerous ones last."""
    shown = [verb for verb in possible if verb not in BESIDE]
    main = next_step(it, shown)
    shown.sort(key=lambda verb: (verb is not main, verb.is_dangerous))
    return [Button(verb, _address(it, verb), _form(it, verb), verb is main) for verb in shown]


def _address(it: Situation, verb: Verb) -> str:
    if verb in (REPLY_ORDER, JUDGE_ORDER):
        return reverse("petitions:order", args=[verb.choosable(it)[0].number])
    return reverse(f"petitions:{verb.name}", args=[it.petition.number])


def _form(it: Situation, verb: Verb) -> FormPlace:
    """Return where the form opens. A verb without a form needs one when the person must choose one of several parts."""
    is_unclear = verb.form == FormPlace.NONE and verb.about is not None and len(verb.choosable(it)) > 1
    return FormPlace.INSIDE if is_unclear else verb.form
