"""What is typed inside a department, as forms: who has a petition, who is away, templates, saved filters."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from departments.models import Absence, Department, people_of
from petitions.models import BODY_MAX, Assignment, Outcome
from petitions.office.reply_templates import known_words
from petitions.pages.forms import DepartmentVerbForm
from ui.fields import date_field, long_text


class PersonField(forms.ModelChoiceField):
    """Somebody of these departments; who is out of office today is marked, with the substitute."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(User.objects.none(), **({"empty_label": _("请选择")} | kwargs))

    def offer(self, people: QuerySet[User]) -> None:
        """Let these people be chosen."""
        away = Absence.objects.on(timezone.localdate()).filter(user=OuterRef("pk"))
        self.queryset = people.annotate(stand_in=Subquery(away.values("substitute__display_name")[:1]))

    def label_from_instance(self, obj: Any) -> str:
        return _("%(name)s（外出，%(other)s代）") % {"name": obj, "other": obj.stand_in} if obj.stand_in else str(obj)


class HandOverForm(DepartmentVerbForm):
    to = PersonField(label=_("经办人"))
    note = long_text(_("说明"), required=False, rows=3, help_text=_("企业看不到。"))

    def __init__(self, *args: Any, assignments: Sequence[Assignment] = (), **kwargs: Any) -> None:
        super().__init__(*args, assignments=assignments, **kwargs)
        field: Any = self.fields["to"]
        field.offer(people_of([row.department for row in assignments]))
        if len(assignments) == 1:
            field.initial = assignments[0].handler_id


class HandOverAllForm(forms.Form):
    """Who gets all that is ticked in the queue."""

    to = PersonField(label=_("经办人"), empty_label=_("选择经办人"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        field.offer(people_of(Department.objects.of(user)))
        field.widget.attrs = {"form": "bulk", "aria-label": _("经办人"), "class": "form-select"}


class AbsenceForm(forms.Form):
    user = PersonField(label=_("谁外出"))
    substitute = PersonField(label=_("谁代办"), help_text=_("只能选这些天都在的同事。"))
    first_date = date_field(_("第一天"))
    last_date = date_field(_("最后一天"))
    note = forms.CharField(label=_("说明"), required=False, help_text=_("如出差、休假，本部门可见。"))

    def __init__(self, *args: Any, may_be_away: QuerySet[User], colleagues: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        away: Any = self.fields["user"]
        stand_in: Any = self.fields["substitute"]
        away.offer(may_be_away)
        stand_in.offer(colleagues)


class TemplateForm(forms.Form):
    department = forms.ModelChoiceField(Department.objects.none(), label=_("部门"), empty_label=None)
    title = forms.CharField(label=_("名称"))
    text = long_text(_("答复内容"), most=BODY_MAX, rows=10)
    outcome = forms.ChoiceField(
        label=_("办理结果"),
        choices=[("", _("不预选")), *Outcome.choices],
        required=False,
        help_text=_("使用模板时一并选上；还没选时才填。"),
    )

    def __init__(self, *args: Any, departments: QuerySet[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]
        self.fields["text"].help_text = _("可以写%(words)s，使用时自动填入。") % {"words": known_words()}


class SavedFilterForm(forms.Form):
    name = forms.CharField(label=_("名称"))
    is_shared = forms.BooleanField(label=_("与本部门共享"), required=False, help_text=_("同事能看到和使用，不能修改。"))

    def __init__(self, *args: Any, can_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not can_share:
            del self.fields["is_shared"]
