"""For the system administrator: how long promises may take, and the ladder their clocks climb.

The pages show nothing of the subjects that the limits are for: whoever operates the system sees no petitions.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin import RoleAdmin
from limits.changing import change_limit, change_step, end_limits, end_steps, leave_rules
from limits.models import LadderStep, LimitRule, Unit
from limits.models.rule import SHARE_OR_AFTER, WHOLE_DAYS
from limits.promises import axes_of, effect_suits, every_axis, table_of
from notices.subjects import group_choices, groups_of
from verbs.refusals import Refusal

VALID = ("valid_from", "valid_until")


class RuleForm(forms.ModelForm):
    """The form of a new rule. The admin class adds a field for each axis; an axis left empty may have any value."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        axes = {name: cleaned[name] for name in every_axis() if cleaned.get(name)}
        possible = {axis.name for axis in axes_of(cleaned["promise"])} if cleaned.get("promise") else set(axes)
        for name in axes.keys() - possible:
            self.add_error(name, _("这种时限不分这一项。"))
        self.instance.axes = axes
        amount = cleaned.get("amount")
        if amount is not None and amount % 1 and cleaned.get("unit") != Unit.WORKING_HOURS:
            self.add_error("amount", WHOLE_DAYS)
        return cleaned


class StepForm(forms.ModelForm):
    tells = forms.MultipleChoiceField(label=_("告知"), widget=forms.CheckboxSelectMultiple, choices=group_choices)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        promise = cleaned.get("promise")
        if promise:
            known = groups_of(table_of(promise).subject_type)
            if any(name not in known for name in cleaned.get("tells", ())):
                self.add_error("tells", _("这种时限不能告知其中的人员。"))
            effect = cleaned.get("effect")
            if effect and not effect_suits(effect, promise):
                self.add_error("effect", _("这种时限不能附带这项措施。"))
        is_after, is_share = (cleaned.get(name) is not None for name in ("after", "share_percent"))
        if "share_percent" not in self.errors and (is_after == is_share or is_after != bool(cleaned.get("after_unit"))):
            self.add_error("after", SHARE_OR_AFTER)
        return cleaned


class PolicyAdmin(RoleAdmin):
    """Base of the policy's tables. Rows are read, added in place of those in force, ended; never changed or deleted."""

    list_filter = ("promise", ("valid_until", admin.EmptyFieldListFilter))
    shown: ClassVar[tuple[str, ...]]
    asked: ClassVar[tuple[str, ...]]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.shown if obj else self.asked

    def told(self, request: HttpRequest, act: Callable[[], int], sentence: Any) -> None:
        """Call `act` and show `sentence` with the number of rows that it returned, or the reason why it refused."""
        try:
            count = act()
        except Refusal as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            level = messages.SUCCESS if count else messages.WARNING
            self.message_user(request, sentence % {"count": count}, level)


@admin.register(LimitRule)
class LimitRuleAdmin(PolicyAdmin):
    shown = ("promise", "applies_to", "amount", "unit", "basis", *VALID, "left_at")
    list_display = shown
    actions = ("end", "leave")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.shown if obj else ("promise", *every_axis(), "amount", "unit", "basis")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            anything = [("", _("不限"))]
            fields = {
                axis.name: forms.ChoiceField(label=axis.label, required=False, choices=[*anything, *axis.choices])
                for axis in every_axis().values()
            }
            kwargs["form"] = type("RuleForm", (RuleForm,), fields)
        return super().get_form(request, obj, change, **kwargs)

    @admin.display(description=_("适用范围"))
    def applies_to(self, rule: LimitRule) -> str:
        return rule.axes_in_words or str(_("不限"))

    def save_model(self, request: HttpRequest, obj: LimitRule, form: Any, change: bool) -> None:
        change_limit(obj, now=timezone.now())

    @admin.action(description=_("停用选中的特别规则，改按通用规则"), permissions=["view"])
    def end(self, request: HttpRequest, rules: QuerySet[LimitRule]) -> None:
        self.told(request, lambda: end_limits(rules, now=timezone.now()), _("已停用%(count)d条规则。"))

    @admin.action(description=_("按选中的失效规则运行的时限，改按现行规则重新计算"), permissions=["view"])
    def leave(self, request: HttpRequest, rules: QuerySet[LimitRule]) -> None:
        sentence = _("将重新计算%(count)d个运行中的时限，并记入办理过程。")
        self.told(request, lambda: leave_rules(rules, now=timezone.now()), sentence)


@admin.register(LadderStep)
class LadderStepAdmin(PolicyAdmin):
    form = StepForm
    asked = ("promise", "level", "share_percent", "after", "after_unit", "tells", "card", "effect", "basis")
    shown = ("promise", "level", "reached", "told_to", "card", "effect", "basis", *VALID)
    list_display = shown
    actions = ("end",)

    @admin.display(description=_("何时"))
    def reached(self, step: LadderStep) -> str:
        """Return in words when the level is reached: at a share of the limit, at its end, or some time after it."""
        if step.share_percent is not None:
            return gettext("用去%(share)d%%") % {"share": step.share_percent}
        after = {"after": step.after, "unit": step.get_after_unit_display()}
        return gettext("到期后%(after)d%(unit)s") % after if step.after else gettext("到期时")

    @admin.display(description=_("告知"))
    def told_to(self, step: LadderStep) -> str:
        labels = dict(group_choices())
        return "、".join(str(labels.get(name, name)) for name in step.tells)

    def save_model(self, request: HttpRequest, obj: LadderStep, form: Any, change: bool) -> None:
        change_step(obj, now=timezone.now())

    @admin.action(description=_("停用选中的级别"), permissions=["view"])
    def end(self, request: HttpRequest, steps: QuerySet[LadderStep]) -> None:
        self.told(request, lambda: end_steps(steps, now=timezone.now()), _("已停用%(count)d个级别。"))
