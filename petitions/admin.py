"""For the system administrator: the outbox (what was not sent, why, once more by one click), limits and the ladder.

Nothing of a petition is shown but its number: whoever operates the system sees no petitions.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin import RoleAdmin
from petitions.models import AutoDispatch, LadderStep, LimitRule, Notice, NoticeChannel, NoticeState, Petition, Told
from petitions.outbox import replay_notices
from petitions.policy_change import change_limit, change_step, end_limits, end_steps, leave_rules
from petitions.proposals.auto_dispatch import switch_auto_dispatch
from verbs.refusals import Refusal


@admin.register(Notice)
class NoticeAdmin(RoleAdmin):
    list_display = ("created_at", "number", "recipient", "channel", "state", "attempts", "last_error", "again")
    list_display_links = None
    list_filter = ("state", "channel")
    list_select_related = ("recipient", "event")
    show_full_result_count = False
    list_per_page = 50
    actions = ("replay",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        number = Petition.objects.filter(pk=OuterRef("event__subject_id")).values("number")
        return super().get_queryset(request).exclude(channel=NoticeChannel.INBOX).annotate(number=Subquery(number))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("诉求编号"))
    def number(self, notice: Notice) -> str:
        return notice.number  # type: ignore[attr-defined]

    @admin.display(description="")
    def again(self, notice: Notice) -> str | SafeString:
        """A button for a dead notice; the list is one form."""
        if notice.state != NoticeState.DEAD:
            return ""
        return format_html('<button type="submit" name="replay" value="{}">{}</button>', notice.pk, _("重新发送"))

    @admin.action(description=_("重新发送选中的失败通知"), permissions=["view"])
    def replay(self, request: HttpRequest, notices: QuerySet[Notice]) -> None:
        count = replay_notices(notices, now=timezone.now())
        sentence = ngettext("%(count)d条通知将重新发送。", "%(count)d条通知将重新发送。", count) % {"count": count}
        self.message_user(request, sentence, messages.SUCCESS if count else messages.WARNING)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        wanted = request.POST.get("replay", "")
        if wanted.isdecimal() and self.has_view_permission(request):
            self.replay(request, self.get_queryset(request).filter(pk=int(wanted)))
            return HttpResponseRedirect(request.get_full_path())
        return super().changelist_view(request, extra_context)


class PolicyForm(forms.ModelForm):
    """A row of the policy. That one is in force already is no error: the new row takes its place."""

    def validate_constraints(self) -> None:
        for constraint in self._meta.model._meta.constraints:
            if isinstance(constraint, CheckConstraint):
                try:
                    constraint.validate(self._meta.model, self.instance, exclude=self._get_validation_exclusions())  # type: ignore[attr-defined]
                except ValidationError as problem:
                    self._update_errors(problem)  # type: ignore[attr-defined]


class PolicyAdmin(RoleAdmin):
    """Rows of the policy: read, added in place of the one in force, ended; never changed or deleted."""

    form = PolicyForm
    dates: ClassVar[tuple[str, ...]] = ("valid_from", "valid_until")
    list_filter = ("clock_kind", ("valid_until", admin.EmptyFieldListFilter))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        return None if obj else self.dates

    def told(self, request: HttpRequest, act: Callable[[], int], sentence: Any) -> None:
        """Act, and say how many rows it was, or why not."""
        try:
            count = act()
        except Refusal as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            level = messages.SUCCESS if count else messages.WARNING
            self.message_user(request, sentence % {"count": count}, level)


@admin.register(LimitRule)
class LimitRuleAdmin(PolicyAdmin):
    dates = ("valid_from", "valid_until", "left_at")
    list_display = ("clock_kind", "petition_kind", "urgency", "service_level", "amount", "unit", "basis", *dates)
    actions = ("end", "leave")

    def save_model(self, request: HttpRequest, obj: LimitRule, form: Any, change: bool) -> None:
        change_limit(obj, now=timezone.now())

    @admin.action(description=_("停用选中的特别规则，改按通用规则"), permissions=["view"])
    def end(self, request: HttpRequest, rules: QuerySet[LimitRule]) -> None:
        self.told(request, lambda: end_limits(rules, now=timezone.now()), _("已停用%(count)d条规则。"))

    @admin.action(description=_("按选中的失效规则运行的时限，改按现行规则重新计算"), permissions=["view"])
    def leave(self, request: HttpRequest, rules: QuerySet[LimitRule]) -> None:
        sentence = _("将重新计算%(count)d个运行中的时限，并记入诉求的办理过程。")
        self.told(request, lambda: leave_rules(rules, now=timezone.now()), sentence)


@admin.register(LadderStep)
class LadderStepAdmin(PolicyAdmin):
    list_display = (
        *("clock_kind", "level", "share_percent", "days_after_due", "tells", "card", "opens_order", "basis"),
        *PolicyAdmin.dates,
    )
    actions = ("end",)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "tells":
            return forms.MultipleChoiceField(
                label=db_field.verbose_name, choices=Told.choices, widget=forms.CheckboxSelectMultiple
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: LadderStep, form: Any, change: bool) -> None:
        change_step(obj, now=timezone.now())

    @admin.action(description=_("停用选中的级别"), permissions=["view"])
    def end(self, request: HttpRequest, steps: QuerySet[LadderStep]) -> None:
        self.told(request, lambda: end_steps(steps, now=timezone.now()), _("已停用%(count)d个级别。"))


@admin.register(AutoDispatch)
class AutoDispatchAdmin(RoleAdmin):
    """The switches: off where there is no row. Who set one, and when, stands in it; earlier ones in its history."""

    list_display = ("category", "is_on", "minimum_confidence", "switched_at", "switched_by")
    list_filter = ("is_on",)
    list_select_related = ("category", "switched_by")
    readonly_fields = ("switched_at", "switched_by")
    autocomplete_fields = ("category",)

    def save_model(self, request: HttpRequest, obj: AutoDispatch, form: Any, change: bool) -> None:
        by: Any = request.user
        switch_auto_dispatch(obj, by=by, now=timezone.now())
