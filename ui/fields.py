"""Form fields that several rooms' forms are made of. They only parse, and bound dates: the other
sentences beside them come from the verbs."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from verbs.dates import is_known, out_of_bounds
from verbs.inputs import NOTE_MAX


class GroupedChoiceIterator(forms.models.ModelChoiceIterator):
    """Options in groups: the field's `group_of` names a row's group; groups come in the order of their first rows."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        groups: dict[str, list[Any]] = {}
        for row in self.queryset:
            name = self.field.group_of(row)  # type: ignore[attr-defined]
            groups.setdefault(name, []).append(self.choice(row))
        yield from groups.items()


class OnlyWhen(forms.Form):
    """Base of forms with fields that apply only to some choices of another field.

    With site.js such a field is shown, and sent, only with one of these choices; what was typed comes back with the
    choice. Without a script the field is always shown, and its help says when it is filled in.
    only_when  by name of such a field: the name of the field that decides, and its values; without values, any choice
    """

    only_when: ClassVar[Mapping[str, tuple[str, Collection[Any]]]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (other, values) in self.only_when.items():
            condition = f"{self.add_prefix(other)}={'|'.join(str(value) for value in values)}"
            self.fields[name].widget.attrs["data-when"] = condition


def long_text(
    label: Any, *, least: int = 1, most: int = NOTE_MAX, rows: int = 4, help_text: Any = "", **kwargs: Any
) -> forms.CharField:
    """Return a text area that says how long its text has to be. The verb checks the length.

    site.js shows how many of the `most` characters are typed, or how many of the `least` are still missing.
    """
    attrs: dict[str, Any] = {"rows": rows, "data-most": most}
    if least > 1:
        attrs |= {"data-least": least, "data-missing": _("还差{n}个字")}
        help_text = format_lazy("{}{}", help_text, format_lazy(_("至少{least}个字。"), least=least))
    widget = forms.Textarea(attrs=attrs)
    return forms.CharField(label=label, strip=False, widget=widget, help_text=help_text, **kwargs)


class DayField(forms.DateField):
    """A day within the bounds of verbs/dates.py."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        _check_bounds(value)


class MonthField(DayField):
    """A month, typed as year-month; its value is the first day."""

    widget = forms.DateInput(format="%Y-%m", attrs={"type": "month"})
    input_formats = ["%Y-%m"]


class MomentField(forms.DateTimeField):
    """A day and a time in the city, within the bounds of verbs/dates.py."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        _check_bounds(value)


def date_field(label: Any, **kwargs: Any) -> forms.DateField:
    """Return a field for a day; a value filled in beforehand is year-month-day, the only form that browsers read."""
    return DayField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **kwargs)


def moment_field(label: Any, *, step: int = 60, **kwargs: Any) -> forms.DateTimeField:
    """Return a field for a day and a time. Browsers show an initial value only if it is in this ISO format.

    step  seconds between the times that a browser offers
    """
    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "step": step})
    return MomentField(label=label, widget=widget, **kwargs)


def _check_bounds(value: date | None) -> None:
    if value is not None and not is_known(value):
        raise forms.ValidationError(out_of_bounds(), code="out_of_bounds")
