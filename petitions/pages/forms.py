"""What people type, as forms. They only parse: the sentences beside the fields come from the verbs."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from departments.models import Category, Department
from enterprises.models import Enterprise
from petitions import attachments
from petitions.handling import ContactWay
from petitions.models import (
    BODY_MAX,
    TITLE_MAX,
    Assignment,
    Kind,
    Outcome,
    Petition,
    Urgency,
)
from regions.desks import desks_of
from regions.models import Region
from ui.fields import GroupedChoiceIterator, date_field, long_text


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; which ones are accepted is decided in petitions/attachments.py."""

    widget = FilesInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("label", _("附件"))
        kwargs.setdefault("help_text", _("最多9个，每个不超过20 MB：图片、PDF、Word、Excel、PPT、文本。"))
        kwargs.setdefault("widget", FilesInput(attrs={"accept": attachments.ACCEPT}))
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        chosen = data if isinstance(data, list | tuple) else [data] if data else []
        return [file for file in chosen if file]


class CategoryField(forms.ModelChoiceField):
    iterator = GroupedChoiceIterator

    def __init__(self, **kwargs: Any) -> None:
        choosable = Category.objects.filter(parent__isnull=False, is_active=True, parent__is_active=True)
        super().__init__(choosable.select_related("parent").order_by("parent_id", "id"), **kwargs)
        self.error_messages["invalid_choice"] = _("这个类别已停用，请重新选择。")

    def group_of(self, category: Category) -> str:
        return str(category.parent)


class DepartmentField(forms.ModelChoiceField):
    iterator = GroupedChoiceIterator

    def __init__(self, **kwargs: Any) -> None:
        active = Department.objects.filter(is_active=True).select_related("region").order_by("region_id", "id")
        super().__init__(active, **kwargs)

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


class PetitionForm(forms.Form):
    """What everybody who files fills in; for which enterprise, the forms below say."""

    title = forms.CharField(
        label=_("标题"), widget=forms.TextInput(attrs={"placeholder": _("一句话说清问题"), "data-most": TITLE_MAX})
    )
    body = long_text(_("诉求内容"), most=BODY_MAX, rows=8, help_text=_("什么事、涉及哪里、已经找过谁、希望怎样解决。"))
    kind = forms.ChoiceField(label=_("诉求类型"), choices=Kind.choices, widget=forms.RadioSelect)
    urgency = forms.ChoiceField(
        label=_("紧急程度"), choices=Urgency.choices, widget=forms.RadioSelect, initial=Urgency.NORMAL
    )
    category = CategoryField(
        label=_("类别"), required=False, empty_label=_("不确定，由受理员归类"), help_text=_("选对类别会更快派到部门。")
    )
    region = forms.ModelChoiceField(Region.objects.all(), label=_("所在区县或园区"), empty_label=None)
    contact_name = forms.CharField(label=_("联系人"))
    contact_phone = forms.CharField(label=_("联系电话"), required=False, widget=forms.TextInput(attrs={"type": "tel"}))
    is_confidential = forms.BooleanField(
        label=_("对承办部门保密我的身份"), required=False, help_text=_("部门只看到问题，看不到企业名称和联系方式。")
    )
    files = FilesField()  # type: ignore[assignment]
    follow = forms.BooleanField(required=False)  # drawn with what it is about, _already_asked.html
    submission_key = forms.CharField(widget=forms.HiddenInput)


class ReportForm(PetitionForm):
    enterprise = forms.ModelChoiceField(Enterprise.objects.none(), label=_("企业"), empty_label=None)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        mine = Enterprise.objects.of_liaison(user) | Enterprise.objects.of_assistant(user)
        chosen = mine.select_related("region").distinct()
        initial: dict[str, Any] = {"submission_key": uuid.uuid4().hex, "contact_name": user.display_name}
        initial["contact_phone"] = user.phone
        first = chosen.first()
        if first:
            initial |= {"enterprise": first.pk, "region": first.region_id}
        super().__init__(*args, initial=initial, **kwargs)  # type: ignore[misc]
        self.fields["enterprise"].queryset = chosen  # type: ignore[attr-defined]


class SupplementForm(forms.Form):
    text = long_text(_("补充内容"))
    files = FilesField()  # type: ignore[assignment]


class UrgeForm(forms.Form):
    text = long_text(_("想对承办部门说的话"), required=False, rows=3)


class ReasonForm(forms.Form):
    reason = long_text(_("原因"))


class DispatchForm(forms.Form):
    category = CategoryField(label=_("类别"), empty_label=_("请选择"))
    kind = forms.ChoiceField(label=_("诉求类型"), choices=Kind.choices)
    urgency = forms.ChoiceField(label=_("紧急程度"), choices=Urgency.choices)
    lead = DepartmentField(label=_("主办部门"), empty_label=_("请选择"))
    supports = DepartmentsField(label=_("协办部门"), required=False)
    other_regions = forms.ModelMultipleChoiceField(
        Region.objects.none(),
        label=_("还涉及哪些区域"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("勾选区域的派单台也能看到这件诉求。"),
    )
    note = long_text(_("派单说明"), required=False, rows=3, help_text=_("承办部门和企业都能看到。"))

    def __init__(self, *args: Any, petition: Petition, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Region.objects.exclude(pk=petition.region_id).exclude(parent__isnull=True)
        self.fields["other_regions"].queryset = others  # type: ignore[attr-defined]
        lead: Any = self.fields["lead"]
        lead.queryset = departments_to_lead(by, lead.queryset)


def departments_to_lead(by: User, departments: QuerySet[Department]) -> QuerySet[Department]:
    """Narrow to those that the dispatcher's desk may make the lead: the city's any. Others are refused by the verb."""
    desks = desks_of(by)
    return departments.filter(region__in=desks.branch) if desks.branch and not desks.is_city else departments


class DepartmentVerbForm(forms.Form):
    """Base of a department's forms: who works in several of the petition's departments says for which one."""

    department = forms.ModelChoiceField(Department.objects.none(), label=_("以哪个部门办理"), empty_label=None)

    def __init__(self, *args: Any, assignments: Sequence[Assignment] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(assignments) > 1:
            ids = [assignment.department_id for assignment in assignments]
            self.fields["department"].queryset = Department.objects.filter(pk__in=ids)  # type: ignore[attr-defined]
        else:
            del self.fields["department"]


class CheckInForm(DepartmentVerbForm):
    pass


class ContactForm(DepartmentVerbForm):
    way = forms.ChoiceField(label=_("联系方式"), choices=ContactWay.choices, widget=forms.RadioSelect)
    text = long_text(_("沟通情况"))


class ProgressForm(DepartmentVerbForm):
    text = long_text(_("进展"))
    is_public = forms.BooleanField(label=_("企业可见"), required=False, initial=True)


class AnswerForm(DepartmentVerbForm):
    outcome = forms.ChoiceField(label=_("办理结果"), choices=Outcome.choices, widget=forms.RadioSelect)
    planned_date = date_field(_("计划完成日期"), required=False, help_text=_("仅“列入计划”时填写。"))
    public_answer = long_text(_("公开答复"), most=BODY_MAX, rows=7, help_text=_("企业看得到：做了什么、结果如何。"))
    internal_note = long_text(_("内部备注"), required=False, rows=3, help_text=_("企业看不到。"))
    files = FilesField()  # type: ignore[assignment]
