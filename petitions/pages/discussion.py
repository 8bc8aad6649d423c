"""The departments' thread on a petition (部门协商): the form that adds to it, and the form's page."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from departments.models import Department
from petitions.discussion import DISCUSS, discuss
from petitions.models import Assignment, Petition
from petitions.pages.fields import DepartmentVerbForm
from petitions.pages.verb_page import VerbPage
from petitions.permissions import Relation
from ui.fields import long_text


class DiscussForm(DepartmentVerbForm):
    """A message for the thread. Other forms stand on the same page, so the fields of this one have ids of their own."""

    mention = forms.ModelChoiceField(
        Department.objects.all(), label=_("对谁说"), required=False, empty_label=_("各承办部门")
    )
    text = long_text(_("发言"), rows=3, help_text=_("承办部门、受理员和督查员可见，企业看不到。"))

    def __init__(self, *args: Any, parties: Sequence[Department] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "id_discuss-%s"
        field: Any = self.fields["mention"]
        field.choices = [("", field.empty_label), *((unit.pk, str(unit)) for unit in parties)]


def parties(parts: Sequence[Assignment], relation: Relation) -> list[Department]:
    """Return the departments that a person can address in the thread: those of the parts, except the person's own.

    parts  those of the departments that hold the petition
    """
    own = {row.department_id for row in relation.assignments}
    return [row.department for row in parts if row.department_id not in own]


class DiscussPage(VerbPage):
    verb = DISCUSS
    form_class = DiscussForm
    submit = _("发言")
    done = _("已发言，各承办部门会收到通知。")
    template_name = "petitions/discuss.html"

    def form_arguments(self) -> dict[str, Any]:
        return {"assignments": self.it.own_parts, "parties": parties(self.it.parts, self.it.relation)}

    def run(self, *, form: Any, now: datetime) -> Petition:
        return discuss(petition=self.petition, by=self.user, now=now, **form.cleaned_data)
