"""Rating and changing a rating: the enterprise's forms and their pages.

Rating by a link is in petitions/pages/rating_links.py, a second low rating in petitions/pages/referrals.py.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy

from accounts.addresses import address_of
from petitions.models import (
    LOW_LEVELS,
    Assignment,
    IsSolved,
    Level,
    Petition,
    Rating,
    ReasonTag,
)
from petitions.pages.verb_page import VerbPage
from petitions.ratings.rating import (
    CHANGE_RATING,
    RATE,
    Judgement,
    Origin,
    change_rating,
    changeable_ratings,
    rate_petition,
)
from ui.fields import OnlyWhen, long_text
from verbs.refusals import InvalidInput, Refusal


class JudgementForm(OnlyWhen):
    """One department's rating. Nothing is preselected (政务服务“好差评”)."""

    only_when: ClassVar = {"reason_tags": ("level", (Level.FAIRLY_SATISFIED, *LOW_LEVELS))}

    level = forms.TypedChoiceField(
        label=gettext_lazy("您对答复满意吗？"), choices=Level.choices, coerce=int, widget=forms.RadioSelect
    )
    is_solved = forms.ChoiceField(
        label=gettext_lazy("问题解决了吗？"), choices=IsSolved.choices, widget=forms.RadioSelect
    )
    reason_tags = forms.MultipleChoiceField(
        label=gettext_lazy("哪里不满意"), choices=ReasonTag.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    text = long_text(gettext_lazy("想说的话"), required=False, rows=3)
    is_anonymous = forms.BooleanField(
        label=gettext_lazy("对承办部门匿名"),
        required=False,
        help_text=gettext_lazy("部门只知道已评价，看不到您的评价；不满意的，部门会看到勾选的原因，以便整改。"),
    )

    def __init__(self, data: Any, *, assignment: Assignment, initial: Any = None) -> None:
        super().__init__(data, prefix=str(assignment.pk), initial=initial)
        self.assignment = assignment


class Judgements:
    """The forms of one rating, one for each department that answered, to be used like a single form."""

    def __init__(self, assignments: Iterable[Assignment], data: Any = None) -> None:
        self.forms = [JudgementForm(data, assignment=row, initial=_given(row)) for row in assignments]
        self.refusals: list[str] = []

    def is_valid(self) -> bool:
        return all([one.is_valid() for one in self.forms])

    @property
    def judgements(self) -> dict[int, Judgement]:
        """What was filled in, as a Judgement by the assignment's id."""
        return {one.assignment.pk: Judgement(**one.cleaned_data) for one in self.forms}

    def show_refusal(self, problem: Refusal) -> int:
        """Show the refusal beside the judgement it is about, or on top; return the HTTP status."""
        if not isinstance(problem, InvalidInput):
            self.refusals.append(str(problem))
            return problem.status
        for name, sentence in problem.fields.items():
            key, _dash, field = name.partition("-")
            for one in self.forms:
                if str(one.assignment.pk) == key:
                    one.add_error(field, sentence)
            if not field:
                self.refusals.append(sentence)
        return 422


def _given(assignment: Assignment) -> dict[str, Any] | None:
    """Return the values of the rating that is being changed; None where there is none yet."""
    rating: Rating | None = getattr(assignment, "rating", None)
    names = ("level", "is_solved", "reason_tags", "text", "is_anonymous")
    return {name: getattr(rating, name) for name in names} if rating else None


class JudgementsPage(VerbPage):
    """Base of the pages that rate. The form has a block for each department that answered; all are sent in one step."""

    template_name = "petitions/rate.html"

    give: ClassVar[Callable[..., Petition]]

    def assignments(self) -> list[Assignment]:
        """Return the parts that are judged."""
        raise NotImplementedError

    def run(self, *, form: Any, now: datetime) -> Petition:
        origin = Origin(address=address_of(self.request))
        return self.give(petition=self.petition, by=self.user, judgements=form.judgements, now=now, origin=origin)

    def form(self, data: Any = None, files: Any = None) -> Any:
        return Judgements(self.assignments(), data)

    def show_refusal(self, form: Any, problem: Refusal) -> int:
        return int(form.show_refusal(problem))


class RatePage(JudgementsPage):
    verb = RATE
    give = staticmethod(rate_petition)
    submit = gettext_lazy("提交评价")
    done = gettext_lazy("感谢评价，您的意见计入部门成绩。")
    warning = gettext_lazy("12小时内可以修改，之后锁定。不满意的，部门要在5个工作日内整改并再次答复。")

    def assignments(self) -> list[Assignment]:
        return answered_parts(self.petition)


class ChangeRatingPage(JudgementsPage):
    verb = CHANGE_RATING
    give = staticmethod(change_rating)
    submit = gettext_lazy("提交修改")
    done = gettext_lazy("评价已修改。")
    warning = gettext_lazy("修改前后的评价都会留在办理记录中。改为满意的，尚未答复的整改随之撤销。")

    def assignments(self) -> list[Assignment]:
        return [rating.assignment for rating in changeable_ratings(self.it)]


def answered_parts(petition: Petition) -> list[Assignment]:
    """Return the parts that are rated in the petition's cycle: those that were answered. One statement."""
    answered = petition.current_assignments().filter(answered_at__isnull=False)
    return list(answered.select_related("department", "rating"))
