"""What people type about ratings, as forms. They only parse."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from petitions.models import Assignment, IsSolved, Level, Rating, ReasonTag
from petitions.ratings.rating import Judgement
from ui.fields import long_text
from verbs.refusals import InvalidInput, Refusal


class JudgementForm(forms.Form):
    """One department's rating. Nothing is preselected (政务服务“好差评”)."""

    level = forms.TypedChoiceField(
        label=_("您对答复满意吗？"), choices=Level.choices, coerce=int, widget=forms.RadioSelect
    )
    is_solved = forms.ChoiceField(label=_("问题解决了吗？"), choices=IsSolved.choices, widget=forms.RadioSelect)
    reason_tags = forms.MultipleChoiceField(
        label=_("哪里不满意"), choices=ReasonTag.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    text = long_text(_("想说的话"), required=False, rows=3)
    is_anonymous = forms.BooleanField(
        label=_("对承办部门匿名"),
        required=False,
        help_text=_("部门只知道已评价，看不到您的评价；不满意的，部门会看到勾选的原因，以便整改。"),
    )

    def __init__(self, data: Any, *, assignment: Assignment, initial: Any = None) -> None:
        super().__init__(data, prefix=str(assignment.pk), initial=initial)
        self.assignment = assignment


class Judgements:
    """The forms of one rating, one for each department that answered, treated as one."""

    def __init__(self, assignments: Iterable[Assignment], data: Any = None) -> None:
        self.forms = [JudgementForm(data, assignment=row, initial=_given(row)) for row in assignments]
        self.refusals: list[str] = []

    def is_valid(self) -> bool:
        return all([one.is_valid() for one in self.forms])

    @property
    def judgements(self) -> dict[int, Judgement]:
        """What was filled in, by the assignment's id."""
        return {one.assignment.pk: Judgement(**one.cleaned_data) for one in self.forms}

    def show_refusal(self, problem: Refusal) -> int:
        """Put what was refused beside the judgement it is about, or on top; return the status of the answer."""
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
    """What was said before, of a rating that is changed."""
    rating: Rating | None = getattr(assignment, "rating", None)
    names = ("level", "is_solved", "reason_tags", "text", "is_anonymous")
    return {name: getattr(rating, name) for name in names} if rating else None


class JudgeRatingForm(forms.Form):
    is_again = forms.TypedChoiceField(
        label=_("处理意见"),
        choices=[("yes", _("再次整改")), ("no", _("不再整改"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    why = long_text(_("理由"), help_text=_("企业和承办部门都能看到。"))
