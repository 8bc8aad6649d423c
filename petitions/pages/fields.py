"""Form fields that several pages have, and two small forms: one asks for a reason, one as which
department the person acts.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from departments.models import Absence, Category, Department
from petitions.models import (
    Assignment,
)
from ui.fields import GroupedChoiceIterator, long_text
from verbs.inputs import REASON_MIN


class CategoryField(forms.ModelChoiceField):
    """A category that a petition may be put under.

    are_retired_too  also those that are not in use any more, below the others of their group: for filters
    """

    iterator = GroupedChoiceIterator

    def __init__(self, *, are_retired_too: bool = False, **kwargs: Any) -> None:
        rows = Category.objects.filter(parent__isnull=False).select_related("parent")
        rows = rows if are_retired_too else rows.filter(is_active=True, parent__is_active=True)
        super().__init__(rows.order_by("parent_id", "-is_active", "id"), **kwargs)
        self.error_messages["invalid_choice"] = _("这个类别已停用，请重新选择。")

    def group_of(self, category: Category) -> str:
        return str(category.parent)


class DepartmentField(forms.ModelChoiceField):
    """A department that petitions can be dispatched to.

    are_closed_too  also those that are closed, below the others of their region: for filters
    """

    iterator = GroupedChoiceIterator

    def __init__(self, *, are_closed_too: bool = False, **kwargs: Any) -> None:
        rows = Department.objects.select_related("region").order_by("region_id", "-is_active", "id")
        super().__init__(rows if are_closed_too else rows.filter(is_active=True), **kwargs)

    def group_of(self, department: Department) -> str:
        return str(department.region)


class DepartmentsField(forms.ModelMultipleChoiceField):
    iterator = GroupedChoiceIterator
    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        active = Department.objects.filter(is_active=True).select_related("region").order_by("region_id", "id")
        super().__init__(active, **kwargs)

    def group_of(self, department: Department) -> str:
        return str(department.region)


class ReasonForm(forms.Form):
    reason = long_text(_("原因"), least=REASON_MIN)


class DepartmentVerbForm(forms.Form):
    """Base of the forms of a department's verbs. It asks for which department the person acts, if there are several.

    The form names the department also where there is no choice: what was shown when the form was opened is what is
    meant, even when another department's part has become the only one that fits. Then the verb refuses.
    assignments  the parts among which the person chooses, with their departments
    known        all parts the person may name; the verb says what stands in the way of one
    """

    department = forms.TypedChoiceField(label=_("以哪个部门办理"), empty_value=None)

    def __init__(
        self, *args: Any, assignments: Sequence[Assignment] = (), known: Sequence[Assignment] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        departments = {str(part.department_id): part.department for part in (*known, *assignments)}
        field: Any = self.fields["department"]
        field.coerce = departments.__getitem__
        field.choices = list(departments.items())
        if len(assignments) > 1:
            field.widget.choices = [(part.department_id, part.department) for part in assignments]
            return
        field.widget, field.required = forms.HiddenInput(), False
        field.initial = assignments[0].department_id if assignments else None


class PersonField(forms.ModelChoiceField):
    """A choice of people, given by `offer`. Who is out of office today is marked, with the name of the substitute."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(User.objects.none(), **({"empty_label": _("请选择")} | kwargs))

    def offer(self, people: QuerySet[User]) -> None:
        """Let these people be chosen."""
        away = Absence.objects.on(timezone.localdate()).filter(user=OuterRef("pk"))
        self.queryset = people.annotate(stand_in=Subquery(away.values("substitute__display_name")[:1]))

    def label_from_instance(self, obj: Any) -> str:
        return _("%(name)s（外出，%(other)s代）") % {"name": obj, "other": obj.stand_in} if obj.stand_in else str(obj)
