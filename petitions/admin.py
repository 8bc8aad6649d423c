"""The outbox for the system administrator: which notices were not sent, why, and once more by one click.

Nothing of a petition is shown but its number: whoever operates the system sees no petitions.
"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin import RoleAdmin
from petitions.models import Notice, NoticeChannel, NoticeState
from petitions.outbox import replay_notices


@admin.register(Notice)
class NoticeAdmin(RoleAdmin):
    list_display = ("created_at", "number", "recipient", "channel", "state", "attempts", "last_error", "again")
    list_display_links = None
    list_filter = ("state", "channel")
    list_select_related = ("recipient", "event__petition")
    show_full_result_count = False
    list_per_page = 50
    actions = ("replay",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        return super().get_queryset(request).exclude(channel=NoticeChannel.INBOX)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("诉求编号"))
    def number(self, notice: Notice) -> str:
        return notice.event.petition.number

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
