"""Form fields that several rooms' forms are made of. They only parse: the sentences beside them come from the verbs."""

from collections.abc import Iterator
from typing import Any

from django import forms

from verbs.inputs import NOTE_MAX


class GroupedChoiceIterator(forms.models.ModelChoiceIterator):
    """Options in groups: rows must be ordered by the group (`group_of` of the field)."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        groups: dict[str, list[Any]] = {}
        for row in self.queryset:
            name = self.field.group_of(row)  # type: ignore[attr-defined]
            groups.setdefault(name, []).append(self.choice(row))
        yield from groups.items()


def long_text(label: Any, *, most: int = NOTE_MAX, rows: int = 4, **kwargs: Any) -> forms.CharField:
    """A text area that counts its characters (site.js); the verb checks the length."""
    attrs = {"rows": rows, "data-most": most}
    return forms.CharField(label=label, strip=False, widget=forms.Textarea(attrs=attrs), **kwargs)


def date_field(label: Any, **kwargs: Any) -> forms.DateField:
    """A day; browsers read one that is filled in beforehand as year-month-day only."""
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **kwargs)
