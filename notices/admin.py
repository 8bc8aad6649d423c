"""For the system administrator: the outbox, which notices were not sent and why; one click sends them once more.

Of a notice's subject only the name is shown: whoever operates the system sees no petitions.
"""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.admin import KEY, RoleAdmin
from accounts.models import Role
from notices.models import Notice, NoticeChannel, NoticeState
from notices.outbox import replay_notices
from notices.subjects import names_of


class NamedList(ChangeList):
    """The admin's list of notices with the names of their subjects: one statement more for each type of subject."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows = list(self.result_list)
        names = names_of(rows)
        for notice in rows:
            notice.subject_name = names.get((notice.event.subject_type, notice.event.subject_id), "")
        self.result_list = rows


@admin.register(Notice)
class NoticeAdmin(RoleAdmin):
    list_display = ("created_at", "number", "told", "channel", "state", "attempts", "last_error", "again")
    list_display_links = None
    fields = readonly_fields = ("created_at", "told", "channel", "state", "attempts", "last_error")
    list_filter = ("state", "channel")
    list_select_related = ("recipient", "event")
    show_full_result_count = False
    list_per_page = 50
    actions = ("replay",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        return super().get_queryset(request).exclude(channel=NoticeChannel.INBOX)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return NamedList

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("编号"))
    def number(self, notice: Notice) -> str:
        return notice.subject_name  # type: ignore[attr-defined]

    @admin.display(description=_("接收人"))
    def told(self, notice: Notice) -> str:
        """Who is told, without the name of an enterprise's people: beside the number it would say who asked."""
        is_of_enterprise = notice.recipient.has_role(Role.LIAISON, Role.ASSISTANT)
        return gettext("企业一方") if is_of_enterprise else str(notice.recipient)

    @admin.display(description="")
    def again(self, notice: Notice) -> str | SafeString:
        """Return a button that sends a dead notice again. The whole list is one form, which the button submits."""
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
        if KEY.fullmatch(wanted) and self.has_view_permission(request):
            self.replay(request, self.get_queryset(request).filter(pk=int(wanted)))
            return HttpResponseRedirect(request.get_full_path())
        return super().changelist_view(request, extra_context)
